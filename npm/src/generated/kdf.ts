// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { kdf as kernels } from "./kernels/kdf.js";
import { hkdfExpand as hkdfExpandRefusals, pbkdf2Sha256 as pbkdf2Sha256Refusals } from "./refusals.js";

/**
 * HMAC-SHA-256 of a message with a key.
 *
 * @param key - the key, of any length, at best 32 bytes or more
 * @param message - what is authenticated
 */
export const hmacSha256: BytesOperation<[key: Data, message: Data]> = /* @__PURE__ */ defineBytes({
  name: "hmac_sha256",
  module: kernels,
  kernel(frame, key, message) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(32);
    frame.exports.hmac_sha256(keyPtr, keyLen, messagePtr, messageLen, dstPtr);
    return frame.read(dstPtr, 32);
  },
});

/**
 * State of HMAC-SHA-256 with a key before the first piece.
 *
 * @param key - the key, of any length, at best 32 bytes or more
 */
export const hmacSha256Init: BytesOperation<[key: Data]> = /* @__PURE__ */ defineBytes({
  name: "hmac_sha256_init",
  module: kernels,
  kernel(frame, key) {
    const statePtr = frame.room(136);
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    frame.exports.hmac_sha256_init(statePtr, keyPtr, keyLen);
    return frame.read(statePtr, 136);
  },
});

/**
 * State of HMAC-SHA-256 after one more piece of the message.
 *
 * @param state - the state before
 * @param bytes - the piece
 */
export const hmacSha256Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "hmac_sha256_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 136);
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.hmac_sha256_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 136);
  },
});

/**
 * HMAC-SHA-256 of a message in pieces, from the state after the last.
 *
 * @param state - the state after the last piece
 */
export const hmacSha256Finish: BytesOperation<[state: Data]> = /* @__PURE__ */ defineBytes({
  name: "hmac_sha256_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 136);
    const dstPtr = frame.room(32);
    frame.exports.hmac_sha256_finish(statePtr, dstPtr);
    return frame.read(dstPtr, 32);
  },
});

/**
 * The pseudorandom key of a secret, by HKDF with SHA-256.
 *
 * @param salt - what is random and no secret, or no bytes
 * @param secret - what is as hard to guess as a key
 */
export const hkdfExtract: BytesOperation<[salt: Data, secret: Data]> = /* @__PURE__ */ defineBytes({
  name: "hkdf_extract",
  module: kernels,
  kernel(frame, salt, secret) {
    const saltPtr = frame.bytes(salt), saltLen = frame.length;
    const secretPtr = frame.bytes(secret), secretLen = frame.length;
    const dstPtr = frame.room(32);
    frame.exports.hkdf_extract(saltPtr, saltLen, secretPtr, secretLen, dstPtr);
    return frame.read(dstPtr, 32);
  },
});

/**
 * Bytes of a pseudorandom key for a use, by HKDF with SHA-256.
 *
 * @param key - the pseudorandom key, 32 bytes or more
 * @param info - what the bytes are for
 * @param len - how many, 8160 at most
 */
export const hkdfExpand: BytesOperation<[key: Data, info: Data, len: number]> = /* @__PURE__ */ defineBytes({
  name: "hkdf_expand",
  module: kernels,
  refusals: hkdfExpandRefusals,
  kernel(frame, key, info, len) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const infoPtr = frame.bytes(info), infoLen = frame.length;
    const dstPtr = frame.room(len);
    frame.check(frame.exports.hkdf_expand(keyPtr, keyLen, infoPtr, infoLen, dstPtr, len, frame.fault));
    return frame.read(dstPtr, len);
  },
});

/**
 * A key of a password, by PBKDF2 with HMAC-SHA-256.
 *
 * @param password - what can be guessed
 * @param salt - what is random and no secret, 16 bytes or more
 * @param iterations - how long it takes, 10000000 at most
 * @param len - how many bytes
 */
export const pbkdf2Sha256: BytesOperation<[password: Data, salt: Data, iterations: number, len: number]> = /* @__PURE__ */ defineBytes({
  name: "pbkdf2_sha256",
  module: kernels,
  refusals: pbkdf2Sha256Refusals,
  kernel(frame, password, salt, iterations, len) {
    const passwordPtr = frame.bytes(password), passwordLen = frame.length;
    const saltPtr = frame.bytes(salt), saltLen = frame.length;
    const dstPtr = frame.room(len);
    frame.check(frame.exports.pbkdf2_sha256(passwordPtr, passwordLen, saltPtr, saltLen, iterations, dstPtr, len, frame.fault));
    return frame.read(dstPtr, len);
  },
});
