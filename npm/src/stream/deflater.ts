import { adler32, adler32Update, crc32, crc32Update } from "../generated/text.js";
import { deflate } from "../generated/deflate.js";
import { joined } from "./hasher.js";
import type { Wrapping } from "./inflater.js";

/** How far back matches reach. */
const WINDOW = 32 * 1024;
/** So much is compressed at a time. */
const PIECE = 256 * 1024;

/** The first bytes of a gzip member: DEFLATE, no name, no time, an unknown system. */
const GZIP_HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/** The first bytes of a zlib stream with a window of 32 KiB. */
const ZLIB_HEADER = [0x78, 0x9c];

function word(value: number, littleEndian: boolean): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, value, littleEndian);
  return new Uint8Array(bytes.buffer);
}

/** Writes a compressed stream of what comes in pieces. */
export class Deflater {
  readonly #wrapping: Wrapping;
  readonly #level: number;
  #before: Uint8Array = new Uint8Array(0);
  #pending: Uint8Array[] = [];
  #pendingLength = 0;
  #begun = false;
  #sum: number;
  #length = 0;

  constructor(wrapping: Wrapping, level: number) {
    this.#wrapping = wrapping;
    this.#level = level;
    this.#sum = wrapping === "zlib" ? 1 : 0;
  }

  /** Takes a piece, and gives what of the stream comes with it. */
  take(piece: Uint8Array): Uint8Array | undefined {
    this.#pending.push(piece.slice());
    this.#pendingLength += piece.length;
    return this.#pendingLength < PIECE ? undefined : this.#write(true);
  }

  /** Ends the stream. */
  end(): Uint8Array {
    const rest = this.#write(false);
    switch (this.#wrapping) {
      case "gzip":
        return joined([rest, word(this.#sum, true), word(this.#length >>> 0, true)]);
      case "zlib":
        return joined([rest, word(this.#sum, false)]);
      case "raw":
        return rest;
    }
  }

  #write(goesOn: boolean): Uint8Array {
    const piece = joined(this.#pending);
    this.#pending = [];
    this.#pendingLength = 0;
    this.#length += piece.length;
    if (this.#wrapping === "gzip") this.#sum = crc32Update(this.#sum, piece);
    if (this.#wrapping === "zlib") this.#sum = adler32Update(this.#sum, piece);
    const all = joined([this.#before, piece]);
    const blocks = deflate(all, this.#before.length, this.#level, goesOn);
    this.#before = all.slice(-WINDOW);
    if (this.#begun) return blocks;
    this.#begun = true;
    return joined([header(this.#wrapping), blocks]);
  }
}

function header(wrapping: Wrapping): Uint8Array {
  switch (wrapping) {
    case "gzip":
      return Uint8Array.from(GZIP_HEADER);
    case "zlib":
      return Uint8Array.from(ZLIB_HEADER);
    case "raw":
      return new Uint8Array(0);
  }
}

/** Bytes in one compressed stream. */
export function compressed(bytes: Uint8Array, wrapping: Wrapping, level: number): Uint8Array {
  const blocks = deflate(bytes, 0, level);
  switch (wrapping) {
    case "gzip":
      return joined([header(wrapping), blocks, word(crc32(bytes), true), word(bytes.length >>> 0, true)]);
    case "zlib":
      return joined([header(wrapping), blocks, word(adler32(bytes), false)]);
    case "raw":
      return blocks;
  }
}
