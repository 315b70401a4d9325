import { brotliDecode } from "../by_hand/brotli.js";
import { brotliCompress } from "../generated/brotli.js";
import { brotliDecodeState as place } from "../generated/layouts.js";
import { joined } from "./hasher.js";
import { kept, Reader } from "./reader.js";
import { BytesTransform, Collected, type Pieces } from "./transform.js";

/** How to compress. */
export interface BrotliOptions {
  /** 0 (fastest) to 11 (smallest); 5 where nothing is said. */
  quality?: number;
}

const QUALITY = 5;
/** Copies reach back so far, and so much is compressed at a time. */
const WINDOW_BITS = 20;
const WINDOW = 1 << WINDOW_BITS;
const ANYTHING = 0;
/** What a step ended at. */
const ROOM = 2;
const END = 3;

class BrotliWriter implements Pieces {
  readonly #quality: number;
  readonly #pending = new Collected(WINDOW);
  #before: Uint8Array = new Uint8Array(0);

  constructor(quality: number) {
    this.#quality = quality;
  }

  *take(piece: Uint8Array, last: boolean): Generator<Uint8Array> {
    const isEnough = this.#pending.add(piece);
    if (!isEnough && !last) return;
    const all = joined([this.#before, this.#pending.take()]);
    yield brotliCompress(all, this.#before.length, this.#quality, WINDOW_BITS, ANYTHING, !last);
    this.#before = kept(new Uint8Array(0), all, Math.min(all.length, WINDOW));
  }
}

/** Compresses to a Brotli stream. */
export class BrotliStream extends BytesTransform {
  constructor(options?: BrotliOptions) {
    super(new BrotliWriter(options?.quality ?? QUALITY));
  }
}

/** Reads a Brotli stream. */
export class UnbrotliStream extends BytesTransform {
  constructor() {
    super(new Reader({ place, room: ROOM, end: END, step: brotliDecode }));
  }
}
