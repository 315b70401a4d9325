import { adler32, adler32Update, crc32, crc32Update } from "../generated/text.js";
import { deflate } from "../generated/deflate.js";
import { joined } from "./hasher.js";
import { kept } from "./reader.js";
import { Collected, type Pieces } from "./transform.js";

/** What a stream is wrapped in. */
export type Wrapping = "raw" | "zlib" | "gzip";

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

function header(wrapping: Wrapping): Uint8Array {
  return Uint8Array.from(wrapping === "gzip" ? GZIP_HEADER : wrapping === "zlib" ? ZLIB_HEADER : []);
}

/** What ends a stream, of content with this checksum and length. */
function trailer(wrapping: Wrapping, sum: number, length: number): Uint8Array {
  if (wrapping === "gzip") return joined([word(sum, true), word(length >>> 0, true)]);
  return wrapping === "zlib" ? word(sum, false) : new Uint8Array(0);
}

/** Writes a compressed stream of what comes in pieces. */
export class Deflater implements Pieces {
  readonly #wrapping: Wrapping;
  readonly #level: number;
  readonly #pending = new Collected(PIECE);
  #before: Uint8Array = new Uint8Array(0);
  #begun = false;
  #sum: number;
  #length = 0;

  constructor(wrapping: Wrapping, level: number) {
    this.#wrapping = wrapping;
    this.#level = level;
    this.#sum = wrapping === "zlib" ? 1 : 0;
  }

  *take(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    const isEnough = this.#pending.add(piece);
    if (!isEnough && !last) return;
    if (!this.#begun) yield header(this.#wrapping);
    this.#begun = true;
    yield this.#blocks(this.#pending.take(), last);
    if (last) yield trailer(this.#wrapping, this.#sum, this.#length);
  }

  #blocks(piece: Uint8Array, last: boolean): Uint8Array {
    this.#length += piece.length;
    if (this.#wrapping === "gzip") this.#sum = crc32Update(this.#sum, piece);
    if (this.#wrapping === "zlib") this.#sum = adler32Update(this.#sum, piece);
    const all = joined([this.#before, piece]);
    const blocks = deflate(all, this.#before.length, this.#level, !last);
    this.#before = kept(new Uint8Array(0), all, Math.min(all.length, WINDOW));
    return blocks;
  }
}

/** Bytes in one compressed stream. */
export function compressed(bytes: Uint8Array, wrapping: Wrapping, level: number): Uint8Array {
  const blocks = deflate(bytes, 0, level);
  const sum = wrapping === "gzip" ? crc32(bytes) : wrapping === "zlib" ? adler32(bytes) : 0;
  return joined([header(wrapping), blocks, trailer(wrapping, sum, bytes.length)]);
}
