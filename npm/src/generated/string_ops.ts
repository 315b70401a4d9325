// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define } from "../operation.js";
import type { Data, Operation, Order } from "../types.js";
import { string_ops as kernels } from "./kernels/string_ops.js";
import { fnv1a32 as fnv1a32Plain } from "../plain/fnv1a.js";
import { fnv1a64 as fnv1a64Plain } from "../plain/fnv1a.js";
import { fnv1a32Update as fnv1a32UpdatePlain } from "../plain/fnv1a.js";
import { fnv1a64Update as fnv1a64UpdatePlain } from "../plain/fnv1a.js";
import { fnv1a32Batch as fnv1a32BatchPlain } from "../plain/fnv1a.js";
import { fnv1a64Batch as fnv1a64BatchPlain } from "../plain/fnv1a.js";
import { compare as comparePlain } from "../plain/compare.js";
import { search as searchPlain } from "../plain/compare.js";

/**
 * FNV-1a hash of a byte string, 32 bits.
 *
 * @param bytes - what to hash
 */
export const fnv1a32: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "fnv1a32",
  module: kernels,
  plain: fnv1a32Plain,
  kernel(frame, bytes) {
    if (frame.isLong(bytes)) {
      let sum = frame.exports.fnv1a32(0, 0);
      frame.pieces(bytes, (ptr, len) => {
        sum = frame.exports.fnv1a32_update(sum, ptr, len);
      });
      return sum >>> 0;
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.fnv1a32(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * FNV-1a hash of a byte string, 64 bits.
 *
 * @param bytes - what to hash
 */
export const fnv1a64: Operation<bigint, [bytes: Data]> = /* @__PURE__ */ define({
  name: "fnv1a64",
  module: kernels,
  plain: fnv1a64Plain,
  kernel(frame, bytes) {
    if (frame.isLong(bytes)) {
      let sum = frame.exports.fnv1a64(0, 0);
      frame.pieces(bytes, (ptr, len) => {
        sum = frame.exports.fnv1a64_update(sum, ptr, len);
      });
      return BigInt.asUintN(64, sum);
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return BigInt.asUintN(64, frame.exports.fnv1a64(bytesPtr, bytesLen));
  },
});

/**
 * FNV-1a hash after more bytes, 32 bits.
 *
 * @param hash - the hash of what comes before
 * @param bytes - what follows
 */
export const fnv1a32Update: Operation<number, [hash: number, bytes: Data]> = /* @__PURE__ */ define({
  name: "fnv1a32_update",
  module: kernels,
  plain: fnv1a32UpdatePlain,
  kernel(frame, hash, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.fnv1a32_update(hash, bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * FNV-1a hash after more bytes, 64 bits.
 *
 * @param hash - the hash of what comes before
 * @param bytes - what follows
 */
export const fnv1a64Update: Operation<bigint, [hash: number | bigint, bytes: Data]> = /* @__PURE__ */ define({
  name: "fnv1a64_update",
  module: kernels,
  plain: fnv1a64UpdatePlain,
  kernel(frame, hash, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return BigInt.asUintN(64, frame.exports.fnv1a64_update(BigInt.asUintN(64, BigInt(hash)), bytesPtr, bytesLen));
  },
});

/**
 * FNV-1a hashes of many byte strings, 32 bits.
 *
 * @param strings - what to hash
 */
export const fnv1a32Batch: Operation<Uint32Array, [strings: readonly Data[]]> = /* @__PURE__ */ define({
  name: "fnv1a32_batch",
  module: kernels,
  plain: fnv1a32BatchPlain,
  kernel(frame, strings) {
    const spansPtr = frame.list(strings);
    const dstPtr = frame.room(4 * strings.length);
    frame.exports.fnv1a32_batch(spansPtr, strings.length, dstPtr);
    return frame.integers(dstPtr, 4 * strings.length);
  },
});

/**
 * FNV-1a hashes of many byte strings, 64 bits.
 *
 * @param strings - what to hash
 */
export const fnv1a64Batch: Operation<BigUint64Array, [strings: readonly Data[]]> = /* @__PURE__ */ define({
  name: "fnv1a64_batch",
  module: kernels,
  plain: fnv1a64BatchPlain,
  kernel(frame, strings) {
    const spansPtr = frame.list(strings);
    const dstPtr = frame.room(8 * strings.length);
    frame.exports.fnv1a64_batch(spansPtr, strings.length, dstPtr);
    return frame.wideIntegers(dstPtr, 8 * strings.length);
  },
});

/**
 * Lexicographic order of two byte strings.
 *
 * @param a - the left one
 * @param b - the right one
 */
export const compare: Operation<Order, [a: Data, b: Data]> = /* @__PURE__ */ define({
  name: "compare",
  module: kernels,
  plain: comparePlain,
  kernel(frame, a, b) {
    const aPtr = frame.bytes(a), aLen = frame.length;
    const bPtr = frame.bytes(b), bLen = frame.length;
    return frame.order(frame.exports.compare(aPtr, aLen, bPtr, bLen));
  },
});

/**
 * First occurrence of a byte string in another.
 *
 * @param haystack - where to look
 * @param needle - what to look for
 */
export const search: Operation<number | undefined, [haystack: Data, needle: Data]> = /* @__PURE__ */ define({
  name: "search",
  module: kernels,
  plain: searchPlain,
  kernel(frame, haystack, needle) {
    const haystackPtr = frame.bytes(haystack), haystackLen = frame.length;
    const needlePtr = frame.bytes(needle), needleLen = frame.length;
    return frame.found(frame.exports.search(haystackPtr, haystackLen, needlePtr, needleLen));
  },
});
