// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { md5 as kernels } from "./kernels/md5.js";
import { md5 as md5Plain } from "../plain/md5.js";
import { md5Batch as md5BatchPlain } from "../plain/md5.js";

/**
 * MD5 digest of a message.
 *
 * @param message - what to digest
 */
export const md5: BytesOperation<[message: Data]> = /* @__PURE__ */ defineBytes({
  name: "md5",
  module: kernels,
  plain: md5Plain,
  kernel(frame, message) {
    if (frame.isLong(message)) {
      const state = frame.room(88);
      frame.exports.md5_init(state);
      frame.pieces(message, (ptr, len) => frame.exports.md5_update(state, ptr, len));
      const dstPtr = frame.room(16);
      frame.exports.md5_finish(state, dstPtr);
      return frame.read(dstPtr, 16);
    }
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(16);
    frame.exports.md5(messagePtr, messageLen, dstPtr);
    return frame.read(dstPtr, 16);
  },
});

/**
 * State of MD5 after one more piece of the message.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param bytes - the piece
 */
export const md5Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "md5_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 88, (ptr) => frame.exports.md5_init(ptr));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.md5_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 88);
  },
});

/**
 * MD5 digest of a message in pieces, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for an empty message
 */
export const md5Finish: BytesOperation<[state: Data]> = /* @__PURE__ */ defineBytes({
  name: "md5_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 88, (ptr) => frame.exports.md5_init(ptr));
    const dstPtr = frame.room(16);
    frame.exports.md5_finish(statePtr, dstPtr);
    return frame.read(dstPtr, 16);
  },
});

/**
 * MD5 digests of many messages.
 *
 * @param messages - what to digest
 */
export const md5Batch: Operation<Uint8Array[], [messages: readonly Data[]]> = /* @__PURE__ */ define({
  name: "md5_batch",
  module: kernels,
  plain: md5BatchPlain,
  kernel(frame, messages) {
    const spansPtr = frame.list(messages);
    const dstPtr = frame.room(16 * messages.length);
    frame.exports.md5_batch(spansPtr, messages.length, dstPtr);
    return frame.each(dstPtr, 16 * messages.length, 16);
  },
});
