import { toBytes } from "./data.js";
import { KilowatError, TooLong, argument, refusal, type Refusals } from "./errors.js";
import { Resident } from "./resident.js";
import type { Data, Order } from "./types.js";

/** A kernel's functions: i32 and f64 are numbers, i64 is a bigint. Their types are in the kernels' contracts. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Exports = any;

/** No length and no offset is as great as this. */
const MOST = 2 ** 31 - 1;
const PAGE = 65_536;
const FAULT_SIZE = 16;
/** Digests and the like are copied faster byte by byte. */
const SHORT = 32;
/** And from so many on it takes longer to zero what is then overwritten than all else. */
const LONG = 32 * 1024;
/** So much is still in the processor's caches when the kernel reads what was copied. */
const PIECE = 64 * 1024;

const encoder = /* @__PURE__ */ new TextEncoder();

function aligned(address: number): number {
  return (address + 15) & ~15;
}

/** The memory of an instance during a call: what is placed stands behind what was placed before. */
export class Frame {
  readonly exports: Exports;
  /** Where a kernel says what it refuses. */
  readonly fault: number;
  /** The length of the byte string that was placed last. */
  length = 0;
  /** How many bytes have been placed since the call began. */
  placed = 0;
  /** All of the memory. */
  view: Uint8Array;
  readonly #memory: WebAssembly.Memory;
  /** Where spans begin that stay, and those of calls where there are none. */
  readonly #floor: number;
  /** What stays between calls, in the order of the places: where each begins, and where it has ended. */
  #kept: { start: number; end: number }[] = [];
  /** Where the spans of a call begin. */
  #base: number;
  /** How many bytes a place in a fault counts: one, or a word. */
  unit = 1;
  /** What the operation that is called says of what it refuses. */
  #refusals: Refusals | undefined;
  #top: number;

  constructor(exports: WebAssembly.Exports) {
    this.#memory = exports["memory"] as WebAssembly.Memory;
    this.view = new Uint8Array(this.#memory.buffer);
    this.fault = aligned((exports["heap_base"] as WebAssembly.Global<"i32">).value);
    this.#floor = this.fault + FAULT_SIZE;
    this.#base = this.#floor;
    this.#top = this.#base;
    this.exports = exports;
  }

  /** Begins a call. */
  begin(refusals: Refusals | undefined): void {
    this.#refusals = refusals;
    this.unit = 1;
    this.#top = this.#base;
    this.placed = 0;
  }

  /** Zeroes memory from a place in the static region on, but for what stays. */
  zero(from: number): void {
    if (this.#base === this.#floor) {
      this.view.fill(0, from, this.#top);
    } else {
      this.view.fill(0, from, this.#floor);
      this.view.fill(0, this.#base, this.#top);
    }
  }

  /** Whether anything stays in memory between calls. */
  get isKept(): boolean {
    return this.#kept.length > 0;
  }

  /** Places bytes, between two calls, that stay until they are released. */
  keep(bytes: Uint8Array): number {
    if (bytes.length > MOST) throw new TooLong();
    let start = this.#floor;
    let place = 0;
    for (const span of this.#kept) {
      if (start + bytes.length <= span.start) break;
      start = aligned(span.end);
      place++;
    }
    const end = start + bytes.length;
    if (end > this.view.length) this.#grow(end);
    this.view.set(bytes, start);
    this.#kept.splice(place, 0, { start, end });
    this.#rest();
    return start;
  }

  /** Gives back the place of bytes that have stayed. */
  release(start: number, length: number): void {
    this.view.fill(0, start, start + length);
    this.#kept = this.#kept.filter((span) => span.start !== start || span.end !== start + length);
    this.#rest();
  }

  #rest(): void {
    this.#base = aligned(this.#kept.at(-1)?.end ?? this.#floor);
  }

  /** Room for so many bytes, which are undefined. */
  room(length: number): number {
    if (!(length >= 0)) throw argument(`${length} is no number of bytes`);
    const start = this.#top;
    const end = start + length;
    if (end > this.view.length) this.#grow(end);
    this.#top = aligned(end);
    return start;
  }

  #grow(end: number): void {
    if (end > MOST) throw new TooLong();
    // A half more than is needed, so that what grows slowly does not grow often.
    const wanted = Math.min(MOST, end + (end >> 1));
    const pages = (bytes: number): number => Math.ceil((bytes - this.view.length) / PAGE);
    try {
      this.#memory.grow(pages(wanted));
    } catch {
      this.#memory.grow(pages(end));
    }
    this.view = new Uint8Array(this.#memory.buffer);
  }

  /** Places a byte string, and remembers its length. */
  bytes(data: Data): number {
    if (typeof data === "string") return this.#string(data);
    if (data instanceof Uint8Array) return this.copy(data);
    const start = data instanceof Resident ? data.span.at(this) : undefined;
    if (start === undefined) return this.copy(toBytes(data));
    this.length = (data as Resident).length;
    this.placed += this.length;
    return start;
  }

  /** Places bytes that the kernel may write to, and remembers how many they are. */
  copy(bytes: Uint8Array): number {
    const start = this.room(bytes.length);
    this.view.set(bytes, start);
    this.length = bytes.length;
    this.placed += bytes.length;
    return start;
  }

  /** Whether data are better taken in pieces, where they can be. Strings and what is in this memory are not. */
  isLong(data: Data): boolean {
    return data instanceof Uint8Array && data.length > PIECE;
  }

  /** Places bytes piece by piece, each where the one before was. */
  pieces(data: Data, take: (start: number, length: number) => void): void {
    const bytes = toBytes(data);
    const start = this.room(PIECE);
    for (let from = 0; from < bytes.length; from += PIECE) {
      const piece = bytes.subarray(from, from + PIECE);
      this.view.set(piece, start);
      take(start, piece.length);
    }
    this.placed += bytes.length;
  }

  /** UTF-8 takes three bytes at most for each unit of UTF-16. */
  #string(text: string): number {
    const start = this.room(3 * text.length);
    const { written } = encoder.encodeInto(text, this.view.subarray(start, start + 3 * text.length));
    this.#top = aligned(start + written);
    this.length = written;
    this.placed += written;
    return start;
  }

  /** Places byte strings, and the list of their spans, whose address it gives. */
  list(all: readonly Data[]): number {
    const spans = all.flatMap((data) => [this.bytes(data), this.length]);
    const start = this.room(4 * spans.length);
    this.words(start, spans.length).set(spans);
    return start;
  }

  /** Places numbers. */
  numbers(values: ArrayLike<number>): number {
    const start = this.room(8 * values.length);
    this.doubles(start, values.length).set(values);
    this.length = values.length;
    this.placed += 8 * values.length;
    return start;
  }

  /** Integers of 32 bits in memory, to be read and written. The address is one of `room`. */
  words(start: number, count: number): Uint32Array {
    return new Uint32Array(this.view.buffer, start, count);
  }

  /** Numbers in memory, to be read and written. */
  doubles(start: number, count: number): Float64Array {
    return new Float64Array(this.view.buffer, start, count);
  }

  /** Places a state, which has this length, or makes one where no bytes are given. */
  state(state: Data, length: number, start?: (address: number) => void): number {
    const bytes = toBytes(state);
    const address = this.room(length);
    if (bytes.length === 0 && start !== undefined) start(address);
    else if (bytes.length === length) this.view.set(bytes, address);
    else throw argument(`the argument \`state\` has a length of ${bytes.length} bytes: expected ${length}`);
    return address;
  }

  /** Holds two byte strings to be of one length. */
  sameLength(one: number, other: number): void {
    if (one !== other) throw argument(`the second argument has a length of ${other} bytes: expected ${one}`);
  }

  /** What a function returns that says how much room another needs. */
  size(size: number): number {
    if (size < 0) throw refusal(size);
    return size;
  }

  /** Holds a status to be none of a refusal, and gives it back. */
  check(status: number): number {
    if (status >= 0) return status;
    throw this.#refusal(status);
  }

  #refusal(status: number): KilowatError {
    const [start = 0, , codes = 0] = this.words(this.fault, 3);
    let words = this.#refusals?.[status];
    for (const number of [codes & 0xffff, codes >>> 16]) {
      if (typeof words === "object") words = words[number] ?? words[0];
    }
    return refusal(status, typeof words === "string" ? words : undefined, start, this.unit);
  }

  /** An offset, if there is one. */
  found(offset: number): number | undefined {
    return offset === -1 ? undefined : this.check(offset);
  }

  /** The same of 64 bits. */
  foundWide(value: bigint): bigint | undefined {
    if (value >= 0n) return value;
    return value === -1n ? undefined : BigInt(this.check(Number(value)));
  }

  order(order: number): Order {
    return Math.sign(order) as Order;
  }

  /** A copy of bytes. */
  read(start: number, length: number): Uint8Array {
    const { view } = this;
    // The constructor does not zero what it then writes, and takes longer to begin.
    if (length > LONG) return new Uint8Array(view.subarray(start, start + length));
    if (length > SHORT) return view.slice(start, start + length);
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = view[start + at]!;
    return bytes;
  }

  /** Copies of byte strings that stand one behind the other, each so long. */
  each(start: number, length: number, each: number): Uint8Array[] {
    return Array.from({ length: length / each }, (_, at) => this.read(start + at * each, each));
  }

  /** A copy of integers that take so many bytes. */
  integers(start: number, length: number): Uint32Array {
    return this.words(start, length / 4).slice();
  }

  /** The same of 64 bits. */
  wideIntegers(start: number, length: number): BigUint64Array {
    return new BigUint64Array(this.view.buffer, start, length / 8).slice();
  }

  /**
   * What a kernel writes that says how long it is.
   *
   * @param capacity - how long it may be; where that is not given, there is as much room as it needs
   * @param guess - how long it will be, more or less
   * @param call - calls the kernel, which is given the room last
   */
  write(
    capacity: number | undefined,
    guess: number,
    call: (start: number, capacity: number) => number,
  ): Uint8Array {
    const top = this.#top;
    for (let cap = capacity ?? Math.min(guess, MOST / 2); ; cap = Math.min(4 * cap + 64, MOST - top)) {
      this.#top = top;
      const start = this.room(cap);
      const length = call(start, cap);
      const more = length === -2 && capacity === undefined && cap < MOST - top;
      if (!more) return this.read(start, this.check(length));
    }
  }
}
