import { toBytes } from "../data.js";
import type { Data } from "../types.js";
import { padded } from "./padding.js";
import { primes, rootFraction } from "./sha256.js";

let start: bigint[] | undefined;
let rounds: bigint[] | undefined;

function wrapped(word: bigint): bigint {
  return BigInt.asUintN(64, word);
}

function turned(word: bigint, bits: bigint): bigint {
  return wrapped((word >> bits) | (word << (64n - bits)));
}

/** By bigints: slow, and right. */
export function sha512(message: Data): Uint8Array {
  start ??= primes(8).map((prime) => rootFraction(prime, 2n));
  rounds ??= primes(80).map((prime) => rootFraction(prime, 3n));
  const text = padded(toBytes(message), 128, false);
  const state = [...start];
  for (let at = 0; at < text.byteLength; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => text.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const a = w[i - 15]!, b = w[i - 2]!;
      const s0 = turned(a, 1n) ^ turned(a, 8n) ^ (a >> 7n);
      const s1 = turned(b, 19n) ^ turned(b, 61n) ^ (b >> 6n);
      w.push(wrapped(w[i - 16]! + s0 + w[i - 7]! + s1));
    }
    let [a, b, c, d, e, f, g, h] = state as [
      bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,
    ];
    for (let i = 0; i < 80; i++) {
      const s1 = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
      const one = h + s1 + ((e & f) ^ (wrapped(~e) & g)) + rounds[i]! + w[i]!;
      const s0 = turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n);
      const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [wrapped(one + two), a, b, c, wrapped(d + one), e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] = wrapped(state[i]! + word);
    });
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => digest.setBigUint64(8 * i, word));
  return new Uint8Array(digest.buffer);
}
