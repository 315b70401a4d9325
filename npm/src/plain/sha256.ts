import { toBytes } from "../data.js";
import type { Data } from "../types.js";
import { padded } from "./padding.js";

/** The first primes, so many. */
export function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

/** The first 64 bits behind the point of a root of a number: of the second or third degree. */
export function rootFraction(number: number, degree: 2n | 3n): bigint {
  const scaled = BigInt(number) << (64n * degree);
  let low = 0n, high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low);
}

function upper(word: bigint): number {
  return Number(word >> 32n) | 0;
}

interface Constants {
  start: Int32Array;
  rounds: Int32Array;
}

let constants: Constants | undefined;

function make(): Constants {
  return {
    start: Int32Array.from(primes(8), (prime) => upper(rootFraction(prime, 2n))),
    rounds: Int32Array.from(primes(64), (prime) => upper(rootFraction(prime, 3n))),
  };
}

function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

export function sha256(message: Data): Uint8Array {
  const { start, rounds } = (constants ??= make());
  const text = padded(toBytes(message), 64, false);
  const state = start.slice();
  const w = new Int32Array(64);
  for (let at = 0; at < text.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = text.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!, b = w[i - 2]!;
      const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
      const s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [
      number, number, number, number, number, number, number, number,
    ];
    for (let i = 0; i < 64; i++) {
      const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const one = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0;
      const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] = state[i]! + word;
    });
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

export function sha256Batch(messages: readonly Data[]): Uint8Array[] {
  return messages.map(sha256);
}
