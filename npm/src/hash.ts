import * as hash from "./generated/families/hash.js";
import { BytesHasher, Hasher } from "./stream/hasher.js";

export * from "./generated/families/hash.js";
export { BytesHasher, Hasher } from "./stream/hasher.js";

/** SHA-256 of a message in pieces. */
export function createSHA256(): BytesHasher {
  return new BytesHasher({ whole: hash.sha256, update: hash.sha256Update, finish: hash.sha256Finish });
}

/** SHA-512 of a message in pieces. */
export function createSHA512(): BytesHasher {
  return new BytesHasher({ whole: hash.sha512, update: hash.sha512Update, finish: hash.sha512Finish });
}

/** BLAKE3 of a message in pieces. */
export function createBLAKE3(): BytesHasher {
  return new BytesHasher({ whole: hash.blake3, update: hash.blake3Update, finish: hash.blake3Finish });
}

/** MD5 of a message in pieces: for old formats only. */
export function createMD5(): BytesHasher {
  return new BytesHasher({ whole: hash.md5, update: hash.md5Update, finish: hash.md5Finish });
}

/** XXH32 of a message in pieces, with a seed of 0. */
export function createXXH32(): Hasher<number> {
  return new Hasher({ whole: hash.xxh32, update: hash.xxh32Update, finish: hash.xxh32Finish });
}

/** XXH64 of a message in pieces, with a seed of 0. */
export function createXXH64(): Hasher<bigint> {
  return new Hasher({ whole: hash.xxh64, update: hash.xxh64Update, finish: hash.xxh64Finish });
}

/** XXH3 of 64 bits of a message in pieces, with a seed of 0. */
export function createXXH3(): Hasher<bigint> {
  return new Hasher({ whole: hash.xxh3_64, update: hash.xxh3_64Update, finish: hash.xxh3_64Finish });
}
