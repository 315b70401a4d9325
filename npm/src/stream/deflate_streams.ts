import { inflateUpdate } from "../by_hand/inflate.js";
import { deflateInflateState as place } from "../generated/layouts.js";
import { Deflater, type Wrapping } from "./deflater.js";
import { LEVEL, type DeflateOptions } from "./options.js";
import { Reader } from "./reader.js";
import { BytesTransform } from "./transform.js";

const OPTIONS: Record<Wrapping, number> = { raw: 0, zlib: 4, gzip: 8 };
const LAST = 2;
const ROOM = -3;
const AT_END = -4;

function deflater(wrapping: Wrapping, options: DeflateOptions | undefined): Deflater {
  return new Deflater(wrapping, options?.level ?? LEVEL);
}

function inflater(wrapping: Wrapping): Reader {
  return new Reader({
    place,
    room: ROOM,
    end: AT_END,
    step: (state, before, source, last, capacity) =>
      inflateUpdate(state, before, source, OPTIONS[wrapping] | (last ? LAST : 0), capacity),
  });
}

/** Compresses to a gzip file. */
export class GzipStream extends BytesTransform {
  constructor(options?: DeflateOptions) {
    super(deflater("gzip", options));
  }
}

/** Compresses to a zlib stream. */
export class ZlibStream extends BytesTransform {
  constructor(options?: DeflateOptions) {
    super(deflater("zlib", options));
  }
}

/** Compresses to a raw DEFLATE stream. */
export class DeflateStream extends BytesTransform {
  constructor(options?: DeflateOptions) {
    super(deflater("raw", options));
  }
}

/** Reads a gzip file. */
export class GunzipStream extends BytesTransform {
  constructor() {
    super(inflater("gzip"));
  }
}

/** Reads a zlib stream. */
export class UnzlibStream extends BytesTransform {
  constructor() {
    super(inflater("zlib"));
  }
}

/** Reads a raw DEFLATE stream. */
export class InflateStream extends BytesTransform {
  constructor() {
    super(inflater("raw"));
  }
}
