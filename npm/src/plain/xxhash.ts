import { toBytes } from "../data.js";
import type { Data } from "../types.js";

const P1 = 0x9e37_79b1, P2 = 0x85eb_ca77, P3 = 0xc2b2_ae3d, P4 = 0x27d4_eb2f, P5 = 0x1656_67b1;

function turned(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

export function xxh32(bytes: Data, seed = 0): number {
  const all = toBytes(bytes);
  const text = new DataView(all.buffer, all.byteOffset, all.length);
  let at = 0;
  let hash: number;
  if (all.length >= 16) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane | 0);
    for (; at + 16 <= all.length; at += 16) {
      for (let i = 0; i < 4; i++) {
        lanes[i] = Math.imul(turned((lanes[i]! + Math.imul(text.getInt32(at + 4 * i, true), P2)) | 0, 13), P1);
      }
    }
    hash = turned(lanes[0]!, 1) + turned(lanes[1]!, 7) + turned(lanes[2]!, 12) + turned(lanes[3]!, 18);
  } else {
    hash = seed + P5;
  }
  hash = (hash + all.length) | 0;
  for (; at + 4 <= all.length; at += 4) {
    hash = Math.imul(turned((hash + Math.imul(text.getInt32(at, true), P3)) | 0, 17), P4);
  }
  for (; at < all.length; at++) hash = Math.imul(turned((hash + Math.imul(all[at]!, P5)) | 0, 11), P1);
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const W1 = 0x9e37_79b1_85eb_ca87n, W2 = 0xc2b2_ae3d_27d4_eb4fn, W3 = 0x1656_67b1_9e37_79f9n;
const W4 = 0x85eb_ca77_c2b2_ae63n, W5 = 0x27d4_eb2f_1656_67c5n;

function wrapped(word: bigint): bigint {
  return BigInt.asUintN(64, word);
}

function turnedWide(word: bigint, bits: bigint): bigint {
  return wrapped((word << bits) | (word >> (64n - bits)));
}

function mixed(lane: bigint, word: bigint): bigint {
  return wrapped(turnedWide(wrapped(lane + word * W2), 31n) * W1);
}

/** By bigints: slow, and right. */
export function xxh64(bytes: Data, seed: number | bigint = 0n): bigint {
  const all = toBytes(bytes);
  const text = new DataView(all.buffer, all.byteOffset, all.length);
  const start = wrapped(BigInt(seed));
  let at = 0;
  let hash: bigint;
  if (all.length >= 32) {
    const lanes = [start + W1 + W2, start + W2, start, start - W1].map(wrapped);
    for (; at + 32 <= all.length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = mixed(lanes[i]!, text.getBigUint64(at + 8 * i, true));
    }
    const turns = [1n, 7n, 12n, 18n];
    hash = wrapped(lanes.reduce((sum, lane, i) => sum + turnedWide(lane, turns[i]!), 0n));
    for (const lane of lanes) hash = wrapped((hash ^ mixed(0n, lane)) * W1 + W4);
  } else {
    hash = start + W5;
  }
  hash = wrapped(hash + BigInt(all.length));
  for (; at + 8 <= all.length; at += 8) {
    hash = wrapped(turnedWide(hash ^ mixed(0n, text.getBigUint64(at, true)), 27n) * W1 + W4);
  }
  if (at + 4 <= all.length) {
    hash = wrapped(turnedWide(hash ^ wrapped(BigInt(text.getUint32(at, true)) * W1), 23n) * W2 + W3);
    at += 4;
  }
  for (; at < all.length; at++) hash = wrapped(turnedWide(hash ^ wrapped(BigInt(all[at]!) * W5), 11n) * W1);
  hash = wrapped((hash ^ (hash >> 33n)) * W2);
  hash = wrapped((hash ^ (hash >> 29n)) * W3);
  return hash ^ (hash >> 32n);
}
