// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { blake3, blake3Keyed, blake3Update, blake3Finish } from "../blake3.js";
export { xxh32, xxh32Update, xxh32Finish } from "../lz4.js";
export { md5, md5Update, md5Finish, md5Batch } from "../md5.js";
export { sha256, sha256Update, sha256Finish, sha256Batch } from "../sha256.js";
export { sha512, sha512Update, sha512Finish } from "../sha512.js";
export { fnv1a32, fnv1a64, fnv1a32Update, fnv1a64Update, fnv1a32Batch, fnv1a64Batch } from "../string_ops.js";
export { crc32, crc32Update, crc32c, crc32cUpdate, adler32, adler32Update } from "../text.js";
export { xxh64, xxh64Update, xxh64Finish, xxh3_64, xxh3_64Update, xxh3_64Finish } from "../xxhash.js";
