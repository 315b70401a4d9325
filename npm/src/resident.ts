import { argument } from "./errors.js";
import type { Frame } from "./frame.js";

/** Bytes that stay in a memory of kernels. */
export class Span {
  readonly length: number;
  #start = 0;
  /** The memory that they are in; before there is one, they are kept here. */
  #place: Frame | Uint8Array;
  #isFree = false;

  /** Copies bytes to a memory, or keeps a copy where there is none. */
  constructor(bytes: Uint8Array, frame: Frame | undefined) {
    this.length = bytes.length;
    this.#place = bytes;
    if (frame === undefined) this.#place = bytes.slice();
    else this.move(frame);
  }

  /** Copies them from where they are to the memory of a new instance. */
  move(frame: Frame): void {
    this.#start = frame.keep(this.bytes);
    this.#place = frame;
  }

  /** The bytes, until the memory grows. */
  get bytes(): Uint8Array {
    if (this.#isFree) throw argument("the resident buffer was freed");
    const place = this.#place;
    return place instanceof Uint8Array ? place : place.view.subarray(this.#start, this.#start + this.length);
  }

  /** Where they are in a memory, if they are in this one. */
  at(frame: Frame): number | undefined {
    if (this.#isFree) throw argument("the resident buffer was freed");
    return this.#place === frame ? this.#start : undefined;
  }

  free(): void {
    if (this.#isFree) return;
    if (!(this.#place instanceof Uint8Array)) this.#place.release(this.#start, this.length);
    else this.#place.fill(0);
    this.#place = new Uint8Array(0);
    this.#isFree = true;
  }
}

/** Frees what was forgotten. */
const forgotten = /* @__PURE__ */ new FinalizationRegistry<() => void>((free) => free());

/** Bytes that kernels of one module find in their memory, so that calls need not copy them. `upload` makes them. */
export class Resident {
  readonly #span: Span;
  readonly #free: () => void;

  constructor(span: Span, free: () => void) {
    this.#span = span;
    this.#free = free;
    forgotten.register(this, free, this);
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#span.length;
  }

  /** The span, for frames. */
  get span(): Span {
    return this.#span;
  }

  /** A copy of the bytes. */
  toBytes(): Uint8Array {
    return this.#span.bytes.slice();
  }

  /** Frees the memory. Calls with the buffer are errors from then on. */
  free(): void {
    forgotten.unregister(this);
    this.#free();
  }

  /** The same, at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.free();
  }
}
