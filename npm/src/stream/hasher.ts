import { toBytes } from "../data.js";
import { KilowatError } from "../errors.js";
import { toBase64, toHex } from "../encoding.js";
import type { Data, Operation } from "../types.js";
import { cut } from "./transform.js";

/** So much is still in the processor's caches when the kernel reads what was copied. */
const LONGEST = 128 * 1024;

/** The operations that a hash in pieces is made of. */
export interface Steps<D> {
  whole: Operation<D, [message: Data]>;
  update: Operation<Uint8Array, [state: Data, bytes: Data]>;
  finish: Operation<D, [state: Data]>;
}

/**
 * A hash of a message that comes in pieces. `digest` gives that of what has come so far, and more may follow.
 *
 * Where kernels do not answer and plain JavaScript does, the pieces are kept until the digest is asked for.
 */
export class Hasher<D> {
  readonly #steps: Steps<D>;
  #state: Uint8Array = new Uint8Array(0);
  #pieces: Uint8Array[] | undefined;

  constructor(steps: Steps<D>) {
    this.#steps = steps;
  }

  /** Takes a piece of the message. */
  update(data: Data): this {
    // A short string goes straight into the kernel's memory.
    if (typeof data === "string" && 3 * data.length <= LONGEST) this.#take(data);
    else for (const piece of cut(toBytes(data), LONGEST)) this.#take(piece);
    return this;
  }

  #take(data: Data): void {
    if (this.#pieces === undefined) {
      try {
        this.#state = this.#steps.update(this.#state, data);
        return;
      } catch (error) {
        const isOff = error instanceof KilowatError && error.code === "unavailable";
        if (!isOff || this.#state.length > 0 || !this.#steps.whole.hasPlain) throw error;
        this.#pieces = [];
      }
    }
    this.#pieces.push(toBytes(data).slice());
  }

  /** The hash of what has come so far. */
  digest(): D {
    if (this.#pieces !== undefined) return this.#steps.whole(joined(this.#pieces));
    return this.#state.length === 0 ? this.#steps.whole("") : this.#steps.finish(this.#state);
  }

  /** Begins anew. */
  reset(): this {
    this.#state.fill(0);
    this.#state = new Uint8Array(0);
    this.#pieces = undefined;
    return this;
  }
}

/** The same of a hash that is bytes. */
export class BytesHasher extends Hasher<Uint8Array> {
  /** The digest in hexadecimal digits. */
  hex(): string {
    return toHex(this.digest());
  }

  /** The digest in base64. */
  base64(): string {
    return toBase64(this.digest());
  }
}

/** Byte strings, one behind the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
