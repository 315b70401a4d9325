// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define } from "../operation.js";
import type { Data, Operation, Order } from "../types.js";
import { memory_ops as kernels } from "./kernels/memory_ops.js";
import { equal as equalPlain } from "../plain/compare.js";
import { mismatch as mismatchPlain } from "../plain/compare.js";
import { memoryCompare as memoryComparePlain } from "../plain/compare.js";

/**
 * Whether two byte strings of one length are the same.
 *
 * @param a - one of them
 * @param b - the other one, of the same length
 */
export const equal: Operation<boolean, [a: Data, b: Data]> = /* @__PURE__ */ define({
  name: "equal",
  module: kernels,
  plain: equalPlain,
  kernel(frame, a, b) {
    const aPtr = frame.bytes(a), aLen = frame.length;
    const bPtr = frame.bytes(b), bLen = frame.length;
    frame.sameLength(aLen, bLen);
    return frame.exports.equal(aPtr, bPtr, aLen) !== 0;
  },
});

/**
 * First difference of two byte strings of one length.
 *
 * @param a - one of them
 * @param b - the other one, of the same length
 */
export const mismatch: Operation<number | undefined, [a: Data, b: Data]> = /* @__PURE__ */ define({
  name: "mismatch",
  module: kernels,
  plain: mismatchPlain,
  kernel(frame, a, b) {
    const aPtr = frame.bytes(a), aLen = frame.length;
    const bPtr = frame.bytes(b), bLen = frame.length;
    frame.sameLength(aLen, bLen);
    return frame.found(frame.exports.mismatch(aPtr, bPtr, aLen));
  },
});

/**
 * Order of two byte strings of one length.
 *
 * @param a - one of them
 * @param b - the other one, of the same length
 */
export const memoryCompare: Operation<Order, [a: Data, b: Data]> = /* @__PURE__ */ define({
  name: "memory_compare",
  module: kernels,
  plain: memoryComparePlain,
  kernel(frame, a, b) {
    const aPtr = frame.bytes(a), aLen = frame.length;
    const bPtr = frame.bytes(b), bLen = frame.length;
    frame.sameLength(aLen, bLen);
    return frame.order(frame.exports.compare(aPtr, bPtr, aLen));
  },
});
