// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { aead as kernels } from "./kernels/aead.js";
import { aesGcmSeal as aesGcmSealRefusals, aesGcmOpen as aesGcmOpenRefusals, xaes256GcmSeal as xaes256GcmSealRefusals, xaes256GcmOpen as xaes256GcmOpenRefusals, chacha20Poly1305Seal as chacha20Poly1305SealRefusals, chacha20Poly1305Open as chacha20Poly1305OpenRefusals, xchacha20Poly1305Seal as xchacha20Poly1305SealRefusals, xchacha20Poly1305Open as xchacha20Poly1305OpenRefusals } from "./refusals.js";

/**
 * A message encrypted and authenticated with AES-GCM.
 *
 * @param key - the key, 16 or 32 bytes
 * @param nonce - at least one byte, at best 12, never twice with one key
 * @param aad - what is authenticated with the message, and not in it
 * @param text - the message
 * @param capacity - how long the result may be, which is 16 bytes longer
 */
export const aesGcmSeal: BytesOperation<[key: Data, nonce: Data, aad: Data, text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "aes_gcm_seal",
  module: kernels,
  refusals: aesGcmSealRefusals,
  kernel(frame, key, nonce, aad, text, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.aes_gcm_seal(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * The message that was encrypted and authenticated with AES-GCM.
 *
 * @param key - the key, 16 or 32 bytes
 * @param nonce - at least one byte, at best 12, never twice with one key
 * @param aad - what was authenticated with the message
 * @param sealed - the message as it was sealed
 * @param capacity - how long the message may be, which is 16 bytes shorter
 */
export const aesGcmOpen: BytesOperation<[key: Data, nonce: Data, aad: Data, sealed: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "aes_gcm_open",
  module: kernels,
  refusals: aesGcmOpenRefusals,
  kernel(frame, key, nonce, aad, sealed, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const sealedPtr = frame.bytes(sealed), sealedLen = frame.length;
    return frame.write(capacity, 2 * sealedLen + 64, (dstPtr, dstCap) =>
      frame.exports.aes_gcm_open(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, sealedPtr, sealedLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * A message encrypted and authenticated with XAES-256-GCM.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 24 bytes, never twice with one key
 * @param aad - what is authenticated with the message, and not in it
 * @param text - the message
 * @param capacity - how long the result may be, which is 16 bytes longer
 */
export const xaes256GcmSeal: BytesOperation<[key: Data, nonce: Data, aad: Data, text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "xaes_256_gcm_seal",
  module: kernels,
  refusals: xaes256GcmSealRefusals,
  kernel(frame, key, nonce, aad, text, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.xaes_256_gcm_seal(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * The message that was encrypted and authenticated with XAES-256-GCM.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 24 bytes, never twice with one key
 * @param aad - what was authenticated with the message
 * @param sealed - the message as it was sealed
 * @param capacity - how long the message may be, which is 16 bytes shorter
 */
export const xaes256GcmOpen: BytesOperation<[key: Data, nonce: Data, aad: Data, sealed: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "xaes_256_gcm_open",
  module: kernels,
  refusals: xaes256GcmOpenRefusals,
  kernel(frame, key, nonce, aad, sealed, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const sealedPtr = frame.bytes(sealed), sealedLen = frame.length;
    return frame.write(capacity, 2 * sealedLen + 64, (dstPtr, dstCap) =>
      frame.exports.xaes_256_gcm_open(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, sealedPtr, sealedLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * A message encrypted and authenticated with ChaCha20-Poly1305.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 12 bytes, never twice with one key
 * @param aad - what is authenticated with the message, and not in it
 * @param text - the message
 * @param capacity - how long the result may be, which is 16 bytes longer
 */
export const chacha20Poly1305Seal: BytesOperation<[key: Data, nonce: Data, aad: Data, text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "chacha20_poly1305_seal",
  module: kernels,
  refusals: chacha20Poly1305SealRefusals,
  kernel(frame, key, nonce, aad, text, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.chacha20_poly1305_seal(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * The message that was encrypted and authenticated with ChaCha20-Poly1305.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 12 bytes, never twice with one key
 * @param aad - what was authenticated with the message
 * @param sealed - the message as it was sealed
 * @param capacity - how long the message may be, which is 16 bytes shorter
 */
export const chacha20Poly1305Open: BytesOperation<[key: Data, nonce: Data, aad: Data, sealed: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "chacha20_poly1305_open",
  module: kernels,
  refusals: chacha20Poly1305OpenRefusals,
  kernel(frame, key, nonce, aad, sealed, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const sealedPtr = frame.bytes(sealed), sealedLen = frame.length;
    return frame.write(capacity, 2 * sealedLen + 64, (dstPtr, dstCap) =>
      frame.exports.chacha20_poly1305_open(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, sealedPtr, sealedLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * A message encrypted and authenticated with XChaCha20-Poly1305.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 24 bytes, never twice with one key
 * @param aad - what is authenticated with the message, and not in it
 * @param text - the message
 * @param capacity - how long the result may be, which is 16 bytes longer
 */
export const xchacha20Poly1305Seal: BytesOperation<[key: Data, nonce: Data, aad: Data, text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "xchacha20_poly1305_seal",
  module: kernels,
  refusals: xchacha20Poly1305SealRefusals,
  kernel(frame, key, nonce, aad, text, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.xchacha20_poly1305_seal(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * The message that was encrypted and authenticated with XChaCha20-Poly1305.
 *
 * @param key - the key, 32 bytes
 * @param nonce - 24 bytes, never twice with one key
 * @param aad - what was authenticated with the message
 * @param sealed - the message as it was sealed
 * @param capacity - how long the message may be, which is 16 bytes shorter
 */
export const xchacha20Poly1305Open: BytesOperation<[key: Data, nonce: Data, aad: Data, sealed: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "xchacha20_poly1305_open",
  module: kernels,
  refusals: xchacha20Poly1305OpenRefusals,
  kernel(frame, key, nonce, aad, sealed, capacity) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const noncePtr = frame.bytes(nonce), nonceLen = frame.length;
    const aadPtr = frame.bytes(aad), aadLen = frame.length;
    const sealedPtr = frame.bytes(sealed), sealedLen = frame.length;
    return frame.write(capacity, 2 * sealedLen + 64, (dstPtr, dstCap) =>
      frame.exports.xchacha20_poly1305_open(keyPtr, keyLen, noncePtr, nonceLen, aadPtr, aadLen, sealedPtr, sealedLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * Whether two secrets of one length are the same, in constant time.
 *
 * @param a - one of them
 * @param b - the other one, of the same length
 */
export const ctEqual: Operation<boolean, [a: Data, b: Data]> = /* @__PURE__ */ define({
  name: "ct_equal",
  module: kernels,
  kernel(frame, a, b) {
    const aPtr = frame.bytes(a), aLen = frame.length;
    const bPtr = frame.bytes(b), bLen = frame.length;
    frame.sameLength(aLen, bLen);
    return frame.exports.ct_equal(aPtr, bPtr, aLen) !== 0;
  },
});
