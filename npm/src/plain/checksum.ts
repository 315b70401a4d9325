import { toBytes } from "../data.js";
import type { Data } from "../types.js";

/** The remainders of a reflected polynomial, one for each byte. */
function remainders(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

let ieee: Int32Array | undefined;
let castagnoli: Int32Array | undefined;

function crc(table: Int32Array, sum: number, bytes: Data): number {
  let c = ~sum;
  for (const byte of toBytes(bytes)) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return ~c >>> 0;
}

export function crc32Update(sum: number, bytes: Data): number {
  return crc((ieee ??= remainders(0xedb8_8320)), sum, bytes);
}

export function crc32(bytes: Data): number {
  return crc32Update(0, bytes);
}

export function crc32cUpdate(sum: number, bytes: Data): number {
  return crc((castagnoli ??= remainders(0x82f6_3b78)), sum, bytes);
}

export function crc32c(bytes: Data): number {
  return crc32cUpdate(0, bytes);
}

const MODULUS = 65_521;
/** So many bytes can be summed up before the sums are out of 32 bits. */
const PIECE = 3_800;

export function adler32Update(sum: number, bytes: Data): number {
  const all = toBytes(bytes);
  let a = (sum & 0xffff) % MODULUS, b = (sum >>> 16) % MODULUS;
  for (let at = 0; at < all.length; at += PIECE) {
    for (const byte of all.subarray(at, at + PIECE)) {
      a += byte;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}

export function adler32(bytes: Data): number {
  return adler32Update(1, bytes);
}
