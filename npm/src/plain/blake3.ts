import { toBytes } from "../data.js";
import { KilowatError } from "../errors.js";
import type { Data } from "../types.js";

const START = Int32Array.from([
  0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
]);
const ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
const KEYED = 16;
const CHUNK = 1024;
const BLOCK = 64;

function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** What a node of the tree is compressed from, for the last time. */
interface Node {
  key: Int32Array;
  block: Int32Array;
  counter: number;
  length: number;
  flags: number;
}

function compress({ key, block, counter, length, flags }: Node): Int32Array {
  const v = new Int32Array(16);
  v.set(key);
  v.set(START.subarray(0, 4), 8);
  v.set([counter | 0, Math.floor(counter / 2 ** 32), length, flags], 12);
  let words = block;
  const mix = (a: number, b: number, c: number, d: number, x: number, y: number): void => {
    v[a] = v[a]! + v[b]! + x;
    v[d] = turned(v[d]! ^ v[a]!, 16);
    v[c] = v[c]! + v[d]!;
    v[b] = turned(v[b]! ^ v[c]!, 12);
    v[a] = v[a]! + v[b]! + y;
    v[d] = turned(v[d]! ^ v[a]!, 8);
    v[c] = v[c]! + v[d]!;
    v[b] = turned(v[b]! ^ v[c]!, 7);
  };
  for (let round = 0; round < 7; round++) {
    for (let i = 0; i < 4; i++) mix(i, 4 + i, 8 + i, 12 + i, words[2 * i]!, words[2 * i + 1]!);
    for (let i = 0; i < 4; i++) {
      const b = 4 + ((i + 1) & 3), c = 8 + ((i + 2) & 3), d = 12 + ((i + 3) & 3);
      mix(i, b, c, d, words[8 + 2 * i]!, words[9 + 2 * i]!);
    }
    const before = words;
    words = Int32Array.from(ORDER, (from) => before[from]!);
  }
  for (let i = 0; i < 8; i++) {
    v[i] = v[i]! ^ v[i + 8]!;
    v[i + 8] = v[i + 8]! ^ key[i]!;
  }
  return v;
}

/** Up to 64 bytes, as words. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const all = new Uint8Array(BLOCK);
  all.set(bytes);
  const view = new DataView(all.buffer);
  return Int32Array.from({ length: 16 }, (_, i) => view.getInt32(4 * i, true));
}

function chunkNode(bytes: Uint8Array, counter: number, key: Int32Array, flags: number): Node {
  let chained = key;
  let begun = CHUNK_START;
  let at = 0;
  for (; at + BLOCK < bytes.length; at += BLOCK) {
    const block = wordsOf(bytes.subarray(at, at + BLOCK));
    chained = compress({ key: chained, block, counter, length: BLOCK, flags: flags | begun }).slice(0, 8);
    begun = 0;
  }
  const rest = bytes.subarray(at);
  return { key: chained, block: wordsOf(rest), counter, length: rest.length, flags: flags | begun | CHUNK_END };
}

/** The node over bytes whose first chunk has this number. The left one of two is as large as can be. */
function node(bytes: Uint8Array, counter: number, key: Int32Array, flags: number): Node {
  if (bytes.length <= CHUNK) return chunkNode(bytes, counter, key, flags);
  let left = CHUNK;
  while (2 * left < bytes.length) left *= 2;
  const block = new Int32Array(16);
  block.set(compress(node(bytes.subarray(0, left), counter, key, flags)).subarray(0, 8));
  block.set(compress(node(bytes.subarray(left), counter + left / CHUNK, key, flags)).subarray(0, 8), 8);
  return { key, block, counter: 0, length: BLOCK, flags: flags | PARENT };
}

function digest(message: Data, key: Int32Array, flags: number, length: number): Uint8Array {
  const root = node(toBytes(message), 0, key, flags);
  const all = new DataView(new ArrayBuffer(Math.ceil(length / BLOCK) * BLOCK));
  for (let counter = 0; BLOCK * counter < length; counter++) {
    compress({ ...root, counter, flags: root.flags | ROOT }).forEach((word, i) => {
      all.setInt32(BLOCK * counter + 4 * i, word, true);
    });
  }
  return new Uint8Array(all.buffer, 0, length).slice();
}

export function blake3(message: Data, len = 32): Uint8Array {
  return digest(message, START, 0, len);
}

export function blake3Keyed(key: Data, message: Data, len = 32): Uint8Array {
  const bytes = toBytes(key);
  if (bytes.length !== 32) throw new KilowatError("malformed", "the key has not 32 bytes");
  return digest(message, wordsOf(bytes).slice(0, 8), KEYED, len);
}
