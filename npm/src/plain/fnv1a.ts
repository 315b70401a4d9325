import { toBytes } from "../data.js";
import type { Data } from "../types.js";

const PRIME = 0x0100_0193;
const START = 0x811c_9dc5;
const START_WIDE = 0xcbf2_9ce4_8422_2325n;
/** The prime of 64 bits is 2^40 + this. */
const LOW_PRIME = 0x1b3;

export function fnv1a32Update(hash: number, bytes: Data): number {
  let h = hash | 0;
  for (const byte of toBytes(bytes)) h = Math.imul(h ^ byte, PRIME);
  return h >>> 0;
}

export function fnv1a32(bytes: Data): number {
  return fnv1a32Update(START, bytes);
}

export function fnv1a32Batch(strings: readonly Data[]): Uint32Array {
  return Uint32Array.from(strings, fnv1a32);
}

/** In four limbs of 16 bits: bigints are some fifty times as slow. */
export function fnv1a64Update(hash: number | bigint, bytes: Data): bigint {
  const start = BigInt.asUintN(64, BigInt(hash));
  let [a, b, c, d] = [0n, 16n, 32n, 48n].map((shift) => Number((start >> shift) & 0xffffn)) as [
    number,
    number,
    number,
    number,
  ];
  for (const byte of toBytes(bytes)) {
    a ^= byte;
    const w = a * LOW_PRIME;
    const x = b * LOW_PRIME + (w >>> 16);
    const y = c * LOW_PRIME + (x >>> 16) + ((a & 0xff) << 8);
    // 2^40 is 2^(32 + 8): the limbs move up by two, and by a byte.
    const z = d * LOW_PRIME + (y >>> 16) + ((b & 0xff) << 8) + (a >>> 8);
    [a, b, c, d] = [w & 0xffff, x & 0xffff, y & 0xffff, z & 0xffff];
  }
  return BigInt(a) | (BigInt(b) << 16n) | (BigInt(c) << 32n) | (BigInt(d) << 48n);
}

export function fnv1a64(bytes: Data): bigint {
  return fnv1a64Update(START_WIDE, bytes);
}

export function fnv1a64Batch(strings: readonly Data[]): BigUint64Array {
  return BigUint64Array.from(strings.map(fnv1a64));
}
