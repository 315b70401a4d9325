// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { sha512 as kernels } from "./kernels/sha512.js";
import { sha512 as sha512Plain } from "../plain/sha512.js";

/**
 * SHA-512 digest of a message.
 *
 * @param message - what to digest
 */
export const sha512: BytesOperation<[message: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha512",
  module: kernels,
  plain: sha512Plain,
  kernel(frame, message) {
    if (frame.isLong(message)) {
      const state = frame.room(200);
      frame.exports.sha512_init(state);
      frame.pieces(message, (ptr, len) => frame.exports.sha512_update(state, ptr, len));
      const dstPtr = frame.room(64);
      frame.exports.sha512_finish(state, dstPtr);
      return frame.read(dstPtr, 64);
    }
    const messagePtr = frame.bytes(message), messageLen = frame.length;
    const dstPtr = frame.room(64);
    frame.exports.sha512(messagePtr, messageLen, dstPtr);
    return frame.read(dstPtr, 64);
  },
});

/**
 * State of SHA-512 after one more piece of the message.
 *
 * @param state - the state before, or no bytes at the beginning
 * @param bytes - the piece
 */
export const sha512Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha512_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 200, (ptr) => frame.exports.sha512_init(ptr));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.sha512_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 200);
  },
});

/**
 * SHA-512 digest of a message in pieces, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for an empty message
 */
export const sha512Finish: BytesOperation<[state: Data]> = /* @__PURE__ */ defineBytes({
  name: "sha512_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 200, (ptr) => frame.exports.sha512_init(ptr));
    const dstPtr = frame.room(64);
    frame.exports.sha512_finish(statePtr, dstPtr);
    return frame.read(dstPtr, 64);
  },
});
