// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { xxhash as kernels } from "./kernels/xxhash.js";
import { xxh64 as xxh64Plain } from "../plain/xxhash.js";
import { xxh3_64 as xxh3_64Plain } from "../plain/xxh3.js";

/**
 * XxHash of a byte string, 64 bits.
 *
 * @param bytes - what to hash
 * @param seed - where the hash begins, of 64 bits
 */
export const xxh64: Operation<bigint, [bytes: Data, seed?: number | bigint]> = /* @__PURE__ */ define({
  name: "xxh64",
  module: kernels,
  plain: xxh64Plain,
  kernel(frame, bytes, seed = 0n) {
    if (frame.isLong(bytes)) {
      const state = frame.room(72);
      frame.exports.xxh64_init(state, BigInt.asUintN(64, BigInt(seed)));
      frame.pieces(bytes, (ptr, len) => frame.exports.xxh64_update(state, ptr, len));
      return BigInt.asUintN(64, frame.exports.xxh64_finish(state));
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return BigInt.asUintN(64, frame.exports.xxh64(bytesPtr, bytesLen, BigInt.asUintN(64, BigInt(seed))));
  },
});

/**
 * State of xxHash after one more piece, 64 bits.
 *
 * @param state - the state before, or no bytes at the beginning, with seed 0
 * @param bytes - the piece
 */
export const xxh64Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "xxh64_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 72, (ptr) => frame.exports.xxh64_init(ptr, 0n));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.xxh64_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 72);
  },
});

/**
 * XxHash of a byte string in pieces, 64 bits, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for no piece, with seed 0
 */
export const xxh64Finish: Operation<bigint, [state: Data]> = /* @__PURE__ */ define({
  name: "xxh64_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 72, (ptr) => frame.exports.xxh64_init(ptr, 0n));
    return BigInt.asUintN(64, frame.exports.xxh64_finish(statePtr));
  },
});

/**
 * XXH3 of a byte string, 64 bits.
 *
 * @param bytes - what to hash
 * @param seed - where the hash begins, of 64 bits
 */
export const xxh3_64: Operation<bigint, [bytes: Data, seed?: number | bigint]> = /* @__PURE__ */ define({
  name: "xxh3_64",
  module: kernels,
  plain: xxh3_64Plain,
  kernel(frame, bytes, seed = 0n) {
    if (frame.isLong(bytes)) {
      const state = frame.room(336);
      frame.exports.xxh3_64_init(state, BigInt.asUintN(64, BigInt(seed)));
      frame.pieces(bytes, (ptr, len) => frame.exports.xxh3_64_update(state, ptr, len));
      return BigInt.asUintN(64, frame.exports.xxh3_64_finish(state));
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return BigInt.asUintN(64, frame.exports.xxh3_64(bytesPtr, bytesLen, BigInt.asUintN(64, BigInt(seed))));
  },
});

/**
 * State of XXH3 after one more piece, 64 bits.
 *
 * @param state - the state before, or no bytes at the beginning, with seed 0
 * @param bytes - the piece
 */
export const xxh3_64Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "xxh3_64_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 336, (ptr) => frame.exports.xxh3_64_init(ptr, 0n));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.xxh3_64_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 336);
  },
});

/**
 * XXH3 of a byte string in pieces, 64 bits, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for no piece, with seed 0
 */
export const xxh3_64Finish: Operation<bigint, [state: Data]> = /* @__PURE__ */ define({
  name: "xxh3_64_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 336, (ptr) => frame.exports.xxh3_64_init(ptr, 0n));
    return BigInt.asUintN(64, frame.exports.xxh3_64_finish(statePtr));
  },
});
