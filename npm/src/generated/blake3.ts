// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { blake3 as kernels } from "./kernels/blake3.js";
import { blake3 as blake3Plain } from "../plain/blake3.js";
import { blake3Keyed as blake3KeyedPlain } from "../plain/blake3.js";
import { blake3Keyed as blake3KeyedRefusals } from "./refusals.js";

/**
 * BLAKE3 digest of a message, of any length.
 *
 * @param message - what to digest
 * @param len - how many bytes the digest has, usually 32
 */
export const blake3: BytesOperation<[message: Data, len?: number]> = /* @__PURE__ */ defineBytes({
  name: "blake3",
  module: kernels,
  plain: blake3Plain,
  kernel(frame, message, len = 32) {
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(len);
    frame.exports.blake3(messagePtr, messageLen, dstPtr, len);
    return frame.read(dstPtr, len);
  },
});

/**
 * BLAKE3 digest of a message with a key, of any length.
 *
 * @param key - the key, 32 bytes
 * @param message - what to digest
 * @param len - how many bytes the digest has, usually 32
 */
export const blake3Keyed: BytesOperation<[key: Data, message: Data, len?: number]> = /* @__PURE__ */ defineBytes({
  name: "blake3_keyed",
  module: kernels,
  refusals: blake3KeyedRefusals,
  plain: blake3KeyedPlain,
  kernel(frame, key, message, len = 32) {
    const keyPtr = frame.bytes(key), keyLen = frame.length;
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(len);
    frame.check(frame.exports.blake3_keyed(keyPtr, keyLen, messagePtr, messageLen, dstPtr, len, frame.fault));
    return frame.read(dstPtr, len);
  },
});

/**
 * State of BLAKE3 after one more piece of the message.
 *
 * @param state - the state before, or no bytes at the beginning, without a key
 * @param bytes - the piece
 */
export const blake3Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "blake3_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 2832, (ptr) => frame.exports.blake3_init(ptr));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.blake3_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 2832);
  },
});

/**
 * BLAKE3 digest of a message in pieces, from the state after the last, of any length.
 *
 * @param state - the state after the last piece, or no bytes for an empty message without a key
 * @param len - how many bytes the digest has, usually 32
 */
export const blake3Finish: BytesOperation<[state: Data, len?: number]> = /* @__PURE__ */ defineBytes({
  name: "blake3_finish",
  module: kernels,
  kernel(frame, state, len = 32) {
    const statePtr = frame.state(state, 2832, (ptr) => frame.exports.blake3_init(ptr));
    const dstPtr = frame.room(len);
    frame.exports.blake3_finish(statePtr, dstPtr, len);
    return frame.read(dstPtr, len);
  },
});
