import { toBytes } from "../data.js";
import type { Data } from "../types.js";

const P32_1 = 0x9e37_79b1n, P32_2 = 0x85eb_ca77n, P32_3 = 0xc2b2_ae3dn;
const P1 = 0x9e37_79b1_85eb_ca87n, P2 = 0xc2b2_ae3d_27d4_eb4fn, P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n, P5 = 0x27d4_eb2f_1656_67c5n;
const MIX_1 = 0x1656_6791_9e37_79f9n, MIX_2 = 0x9fb2_1c65_1e98_df25n;

/** The secret of the specification, 192 bytes. */
const SECRET =
  "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221" +
  "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8" +
  "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb" +
  "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e";
const SECRET_LENGTH = 192;
const STRIPE = 64;
const STRIPES = (SECRET_LENGTH - STRIPE) / 8;
const LOW = 0xffff_ffffn;

function wrapped(word: bigint): bigint {
  return BigInt.asUintN(64, word);
}

function turned(word: bigint, bits: bigint): bigint {
  return wrapped((word << bits) | (word >> (64n - bits)));
}

/** Both halves of the product, folded. */
function folded(a: bigint, b: bigint): bigint {
  const product = wrapped(a) * wrapped(b);
  return wrapped(product) ^ (product >> 64n);
}

function avalanche(hash: bigint): bigint {
  hash = wrapped((hash ^ (hash >> 37n)) * MIX_1);
  return hash ^ (hash >> 32n);
}

/** That of XXH64. */
function avalanche64(hash: bigint): bigint {
  hash = wrapped((hash ^ (hash >> 33n)) * P2);
  hash = wrapped((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

function swapped(word: bigint, bytes: number): bigint {
  let all = 0n;
  for (let at = 0; at < bytes; at++) all = (all << 8n) | ((word >> BigInt(8 * at)) & 0xffn);
  return all;
}

/** Reads little-endian words. */
class Words {
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  at(offset: number): bigint {
    return this.view.getBigUint64(offset, true);
  }

  half(offset: number): bigint {
    return BigInt(this.view.getUint32(offset, true));
  }
}

let given: Words | undefined;

function secret(): Words {
  return (given ??= new Words(Uint8Array.from(SECRET.match(/../g) ?? [], (byte) => parseInt(byte, 16))));
}

function short(bytes: Uint8Array, text: Words, key: Words, seed: bigint): bigint {
  const { length } = bytes;
  const len = BigInt(length);
  if (length === 0) return avalanche64(seed ^ key.at(56) ^ key.at(64));
  if (length <= 3) {
    const [first, middle, last] = [0, length >> 1, length - 1].map((at) => BigInt(bytes[at]!)) as [bigint, bigint, bigint];
    const all = (first << 16n) | (middle << 24n) | last | (len << 8n);
    return avalanche64(wrapped(all ^ wrapped((key.half(0) ^ key.half(4)) + seed)));
  }
  if (length <= 8) {
    const turnedSeed = seed ^ (swapped(seed & LOW, 4) << 32n);
    const flip = wrapped((key.at(8) ^ key.at(16)) - turnedSeed);
    let hash = flip ^ wrapped(text.half(length - 4) + (text.half(0) << 32n));
    hash = wrapped((hash ^ turned(hash, 49n) ^ turned(hash, 24n)) * MIX_2);
    hash = wrapped((hash ^ wrapped((hash >> 35n) + len)) * MIX_2);
    return hash ^ (hash >> 28n);
  }
  const low = text.at(0) ^ wrapped((key.at(24) ^ key.at(32)) + seed);
  const high = text.at(length - 8) ^ wrapped((key.at(40) ^ key.at(48)) - seed);
  return avalanche(wrapped(len + swapped(low, 8) + high + folded(low, high)));
}

function middling(length: number, text: Words, key: Words, seed: bigint): bigint {
  const mix = (at: number, from: number): bigint =>
    folded(text.at(at) ^ wrapped(key.at(from) + seed), text.at(at + 8) ^ wrapped(key.at(from + 8) - seed));
  let sum = BigInt(length) * P1;
  if (length <= 128) {
    for (let pair = Math.ceil(length / 32) - 1; pair >= 0; pair--) {
      sum += mix(16 * pair, 32 * pair) + mix(length - 16 * (pair + 1), 32 * pair + 16);
    }
    return avalanche(wrapped(sum));
  }
  for (let at = 0; at < 8; at++) sum += mix(16 * at, 16 * at);
  sum = avalanche(wrapped(sum));
  for (let at = 8; at < length >> 4; at++) sum += mix(16 * at, 16 * (at - 8) + 3);
  return avalanche(wrapped(sum + mix(length - 16, 136 - 17)));
}

/** The secret that a seed makes. */
function seeded(key: Words, seed: bigint): Words {
  if (seed === 0n) return key;
  const made = new Words(new Uint8Array(SECRET_LENGTH));
  for (let at = 0; at < SECRET_LENGTH; at += 16) {
    made.view.setBigUint64(at, wrapped(key.at(at) + seed), true);
    made.view.setBigUint64(at + 8, wrapped(key.at(at + 8) - seed), true);
  }
  return made;
}

function long(length: number, text: Words, key: Words): bigint {
  const sums = [P32_3, P1, P2, P3, P4, P32_2, P5, P32_1];
  const add = (at: number, from: number): void => {
    for (let lane = 0; lane < 8; lane++) {
      const word = text.at(at + 8 * lane);
      const mixed = word ^ key.at(from + 8 * lane);
      sums[lane ^ 1] = wrapped(sums[lane ^ 1]! + word);
      sums[lane] = wrapped(sums[lane]! + (mixed & LOW) * (mixed >> 32n));
    }
  };
  const block = STRIPE * STRIPES;
  for (let at = 0; at + STRIPE < length; at += STRIPE) {
    const stripe = (at % block) / STRIPE;
    add(at, 8 * stripe);
    // The last block is not scrambled, even where it is whole.
    if (stripe === STRIPES - 1 && at + STRIPE <= Math.floor((length - 1) / block) * block) {
      for (let lane = 0; lane < 8; lane++) {
        const sum = sums[lane]!;
        sums[lane] = wrapped((sum ^ (sum >> 47n) ^ key.at(SECRET_LENGTH - STRIPE + 8 * lane)) * P32_1);
      }
    }
  }
  add(length - STRIPE, SECRET_LENGTH - STRIPE - 7);
  let hash = BigInt(length) * P1;
  for (let pair = 0; pair < 4; pair++) {
    hash += folded(sums[2 * pair]! ^ key.at(11 + 16 * pair), sums[2 * pair + 1]! ^ key.at(19 + 16 * pair));
  }
  return avalanche(wrapped(hash));
}

/** By bigints: slow, and right. */
export function xxh3_64(bytes: Data, seed: number | bigint = 0n): bigint {
  const all = toBytes(bytes);
  const text = new Words(all);
  const start = wrapped(BigInt(seed));
  if (all.length <= 16) return short(all, text, secret(), start);
  if (all.length <= 240) return middling(all.length, text, secret(), start);
  return long(all.length, text, seeded(secret(), start));
}
