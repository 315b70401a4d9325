// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { deflate as kernels } from "./kernels/deflate.js";
import { deflate as deflateRefusals } from "./refusals.js";

/**
 * Deflate compression, whole or in pieces.
 *
 * @param bytes - what to compress, behind its history
 * @param history - how many of them are what came before, which is not compressed again; the last 32 KiB count
 * @param level - 0 (stored) to 12 (smallest)
 * @param flush - no to end the stream, yes to end at a byte, where it can go on
 * @param capacity - how many bytes may be written
 */
export const deflate: BytesOperation<[bytes: Data, history?: number, level?: number, flush?: boolean, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "deflate",
  module: kernels,
  refusals: deflateRefusals,
  kernel(frame, bytes, history = 0, level = 6, flush = false, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    const workCap = frame.size(frame.exports.deflate_work_size(bytesLen, level));
    const workPtr = frame.room(workCap);
    return frame.write(capacity, frame.size(frame.exports.deflate_bound(bytesLen)), (dstPtr, dstCap) =>
      frame.exports.deflate(bytesPtr, bytesLen, history, level, flush ? 1 : 0, workPtr, workCap, dstPtr, dstCap));
  },
});
