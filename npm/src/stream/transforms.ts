import { toBytes } from "../data.js";
import { Deflater } from "./deflater.js";
import { Inflater, type Wrapping } from "./inflater.js";
import { LEVEL, type DeflateOptions } from "./options.js";
import type { Data } from "../types.js";

/** A `TransformStream` that compresses. */
class Compressor extends TransformStream<Data, Uint8Array> {
  constructor(wrapping: Wrapping, options: DeflateOptions = {}) {
    const deflater = new Deflater(wrapping, options.level ?? LEVEL);
    super({
      transform(piece, controller) {
        const bytes = deflater.take(toBytes(piece));
        if (bytes !== undefined) controller.enqueue(bytes);
      },
      flush(controller) {
        controller.enqueue(deflater.end());
      },
    });
  }
}

/** A `TransformStream` that decompresses. What is wrong with the stream comes behind the content before it. */
class Decompressor extends TransformStream<Data, Uint8Array> {
  constructor(wrapping: Wrapping) {
    const inflater = new Inflater(wrapping);
    const take = (
      piece: Uint8Array,
      last: boolean,
      controller: TransformStreamDefaultController<Uint8Array>,
    ): void => {
      for (const content of inflater.take(piece, last)) controller.enqueue(content);
    };
    super({
      transform: (piece, controller) => take(toBytes(piece), false, controller),
      flush: (controller) => take(new Uint8Array(0), true, controller),
    });
  }
}

/** Compresses to a gzip file. */
export class GzipStream extends Compressor {
  constructor(options?: DeflateOptions) {
    super("gzip", options);
  }
}

/** Compresses to a zlib stream. */
export class ZlibStream extends Compressor {
  constructor(options?: DeflateOptions) {
    super("zlib", options);
  }
}

/** Compresses to a raw DEFLATE stream. */
export class DeflateStream extends Compressor {
  constructor(options?: DeflateOptions) {
    super("raw", options);
  }
}

/** Reads a gzip file. */
export class GunzipStream extends Decompressor {
  constructor() {
    super("gzip");
  }
}

/** Reads a zlib stream. */
export class UnzlibStream extends Decompressor {
  constructor() {
    super("zlib");
  }
}

/** Reads a raw DEFLATE stream. */
export class InflateStream extends Decompressor {
  constructor() {
    super("raw");
  }
}
