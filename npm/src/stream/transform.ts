import { toBytes } from "../data.js";
import type { Data } from "../types.js";

/** What makes bytes of bytes, piece by piece. */
export interface Pieces {
  /** Takes a piece, and gives what comes with it. */
  take(piece: Uint8Array, last: boolean): Iterable<Uint8Array>;
}

/** Longer pieces are cut: what works on one has to fit into memory, several times. */
const LONGEST = 4 * 1024 * 1024;

/** Bytes in pieces that are no longer than this. */
export function* cut(bytes: Uint8Array, longest: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += longest) yield bytes.subarray(from, from + longest);
}

/** A `TransformStream` of bytes. An error comes behind what is right before it. */
export class BytesTransform extends TransformStream<Data, Uint8Array> {
  constructor(pieces: Pieces) {
    const take = (
      piece: Uint8Array,
      last: boolean,
      controller: TransformStreamDefaultController<Uint8Array>,
    ): void => {
      for (const bytes of pieces.take(piece, last)) {
        if (bytes.length > 0) controller.enqueue(bytes);
      }
    };
    super({
      transform: (all, controller) => {
        for (const piece of cut(toBytes(all), LONGEST)) take(piece, false, controller);
      },
      flush: (controller) => take(new Uint8Array(0), true, controller),
    });
  }
}

/** Collects pieces until there are so many bytes. */
export class Collected {
  readonly #enough: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(enough: number) {
    this.#enough = enough;
  }

  /** Takes a piece, and says whether there is enough now. */
  add(piece: Uint8Array): boolean {
    if (piece.length > 0) this.#pieces.push(piece.slice());
    this.#length += piece.length;
    return this.#length >= this.#enough;
  }

  /** What was collected, which is forgotten then. */
  take(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#length = 0;
    return all;
  }
}
