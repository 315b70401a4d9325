// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { sha256 as kernels } from "./kernels/sha256.js";
import { sha256 as sha256Plain } from "../plain/sha256.js";
import { sha256Batch as sha256BatchPlain } from "../plain/sha256.js";

/**
 * SHA-256 digest of a message.
 *
 * @param message - what to digest
 */
export const sha256: BytesOperation<[message: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha256",
  module: kernels,
  plain: sha256Plain,
  kernel(frame, message) {
    if (frame.isLong(message)) {
      const state = frame.room(104);
      frame.exports.sha256_init(state);
      frame.pieces(message, (ptr, len) => frame.exports.sha256_update(state, ptr, len));
      const dstPtr = frame.room(32);
      frame.exports.sha256_finish(state, dstPtr);
      return frame.read(dstPtr, 32);
    }
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(32);
    frame.exports.sha256(messagePtr, messageLen, dstPtr);
    return frame.read(dstPtr, 32);
  },
});

/**
 * State of SHA-256 after one more piece of the message.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param bytes - the piece
 */
export const sha256Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha256_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 104, (ptr) => frame.exports.sha256_init(ptr));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.sha256_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 104);
  },
});

/**
 * SHA-256 digest of a message in pieces, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for an empty message
 */
export const sha256Finish: BytesOperation<[state: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha256_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 104, (ptr) => frame.exports.sha256_init(ptr));
    const dstPtr = frame.room(32);
    frame.exports.sha256_finish(statePtr, dstPtr);
    return frame.read(dstPtr, 32);
  },
});

/**
 * SHA-256 digests of many messages.
 *
 * @param messages - what to digest
 */
export const sha256Batch: Operation<Uint8Array[], [messages: readonly Data[]]> = /* @__PURE__ */ define({
  name: "sha256_batch",
  module: kernels,
  plain: sha256BatchPlain,
  kernel(frame, messages) {
    const spansPtr = frame.list(messages);
    const dstPtr = frame.room(32 * messages.length);
    frame.exports.sha256_batch(spansPtr, messages.length, dstPtr);
    return frame.each(dstPtr, 32 * messages.length, 32);
  },
});
