import { adler32Update, crc32Update } from "./checksums.js";
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

/**
 * The first bytes of a stream. Of gzip: DEFLATE, no name, no time, an unknown system; of zlib: a window of 32 KiB.
 */
const HEADERS: Record<Wrapping, readonly number[]> = {
  gzip: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
  zlib: [0x78, 0x9c],
  raw: [],
};

/** How long is what ends a stream. */
const TRAILERS: Record<Wrapping, number> = { gzip: 8, zlib: 4, raw: 0 };

/** Writes what ends a stream, of content with this checksum and length. */
function end(to: Uint8Array, at: number, wrapping: Wrapping, sum: number, length: number): void {
  for (let byte = 0; byte < TRAILERS[wrapping]; byte++) {
    const shift = 8 * (byte & 3);
    if (wrapping === "zlib") to[at + byte] = sum >>> (24 - shift);
    else to[at + byte] = (byte < 4 ? sum : length) >>> shift;
  }
}

/** A stream of these blocks, which begins or ends there or goes on. */
function wrapped(wrapping: Wrapping, blocks: Uint8Array, begins: boolean, ends: boolean, sum: number, length: number): Uint8Array {
  const header = HEADERS[wrapping];
  const before = begins ? header.length : 0;
  const all = new Uint8Array(before + blocks.length + (ends ? TRAILERS[wrapping] : 0));
  for (let at = 0; at < before; at++) all[at] = header[at]!;
  all.set(blocks, before);
  if (ends) end(all, before + blocks.length, wrapping, sum, length);
  return all;
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
    const begins = !this.#begun;
    this.#begun = true;
    const blocks = this.#blocks(this.#pending.take(), last);
    yield wrapped(this.#wrapping, blocks, begins, last, this.#sum, this.#length);
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
  const sum = wrapping === "gzip" ? crc32Update(0, bytes) : wrapping === "zlib" ? adler32Update(1, bytes) : 0;
  return wrapping === "raw" ? blocks : wrapped(wrapping, blocks, true, true, sum, bytes.length);
}
