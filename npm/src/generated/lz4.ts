// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { lz4 as kernels } from "./kernels/lz4.js";
import { xxh32 as xxh32Plain } from "../plain/xxhash.js";
import { lz4Compress as lz4CompressRefusals, lz4CompressHc as lz4CompressHcRefusals, lz4Decompress as lz4DecompressRefusals, lz4FrameCompress as lz4FrameCompressRefusals, lz4FrameDecompress as lz4FrameDecompressRefusals } from "./refusals.js";

/**
 * LZ4 compression of a block.
 *
 * @param bytes - what to compress
 * @param capacity - how long the block may be
 */
export const lz4Compress: BytesOperation<[bytes: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "lz4_compress",
  module: kernels,
  refusals: lz4CompressRefusals,
  kernel(frame, bytes, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.write(capacity, frame.size(frame.exports.lz4_bound(bytesLen)), (dstPtr, dstCap) =>
      frame.exports.lz4_compress(bytesPtr, bytesLen, dstPtr, dstCap));
  },
});

/**
 * LZ4 compression of a block, slower and tighter by levels.
 *
 * @param bytes - what to compress
 * @param level - 3 to 12, from the fastest to the tightest
 * @param capacity - how long the block may be
 */
export const lz4CompressHc: BytesOperation<[bytes: Data, level?: number, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "lz4_compress_hc",
  module: kernels,
  refusals: lz4CompressHcRefusals,
  kernel(frame, bytes, level = 9, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    const workCap = frame.size(frame.exports.lz4_compress_hc_work_size(bytesLen));
    const workPtr = frame.room(workCap);
    return frame.write(capacity, frame.size(frame.exports.lz4_bound(bytesLen)), (dstPtr, dstCap) =>
      frame.exports.lz4_compress_hc(bytesPtr, bytesLen, level, workPtr, workCap, dstPtr, dstCap));
  },
});

/**
 * LZ4 decompression of a block.
 *
 * @param block - what to decompress
 * @param capacity - how long its content may be
 */
export const lz4Decompress: BytesOperation<[block: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "lz4_decompress",
  module: kernels,
  refusals: lz4DecompressRefusals,
  kernel(frame, block, capacity) {
    const blockPtr = frame.bytes(block), blockLen = frame.length;
    return frame.write(capacity, 8 * blockLen + 65536, (dstPtr, dstCap) =>
      frame.exports.lz4_decompress(blockPtr, blockLen, dstPtr, dstCap));
  },
});

/**
 * LZ4 compression to a frame.
 *
 * @param bytes - what to compress
 * @param flags - how: the first two bytes of the frame's descriptor and above them the level, FLG + 256 BD + 65536 LEVEL, or 0 for linked blocks of 256 KiB and a checksum of the content
 * @param capacity - how long the frame may be
 */
export const lz4FrameCompress: BytesOperation<[bytes: Data, flags?: number, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "lz4_frame_compress",
  module: kernels,
  refusals: lz4FrameCompressRefusals,
  kernel(frame, bytes, flags = 0x5044, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    const workCap = frame.size(frame.exports.lz4_frame_work_size(flags));
    const workPtr = frame.room(workCap);
    return frame.write(capacity, frame.size(frame.exports.lz4_frame_bound(bytesLen)), (dstPtr, dstCap) =>
      frame.exports.lz4_frame_compress(bytesPtr, bytesLen, flags, workPtr, workCap, dstPtr, dstCap));
  },
});

/**
 * LZ4 decompression of frames.
 *
 * @param frames - one behind the other
 * @param capacity - how long their content may be
 */
export const lz4FrameDecompress: BytesOperation<[frames: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "lz4_frame_decompress",
  module: kernels,
  refusals: lz4FrameDecompressRefusals,
  kernel(frame, frames, capacity) {
    const framesPtr = frame.bytes(frames), framesLen = frame.length;
    return frame.write(capacity, 8 * framesLen + 65536, (dstPtr, dstCap) =>
      frame.exports.lz4_frame_decompress(framesPtr, framesLen, dstPtr, dstCap));
  },
});

/**
 * The length of LZ4 frames' content, as their headers say.
 *
 * @param frames - one behind the other
 */
export const lz4FrameContentSize: Operation<bigint | undefined, [frames: Data]> = /* @__PURE__ */ define({
  name: "lz4_frame_content_size",
  module: kernels,
  kernel(frame, frames) {
    const framesPtr = frame.bytes(frames), framesLen = frame.length;
    return frame.foundWide(frame.exports.lz4_frame_content_size(framesPtr, framesLen));
  },
});

/**
 * XxHash of a byte string, 32 bits.
 *
 * @param bytes - what to hash
 * @param seed - where the hash begins, of 32 bits
 */
export const xxh32: Operation<number, [bytes: Data, seed?: number]> = /* @__PURE__ */ define({
  name: "xxh32",
  module: kernels,
  plain: xxh32Plain,
  kernel(frame, bytes, seed = 0) {
    if (frame.isLong(bytes)) {
      const state = frame.room(40);
      frame.exports.xxh32_init(state, seed);
      frame.pieces(bytes, (ptr, len) => frame.exports.xxh32_update(state, ptr, len));
      return frame.exports.xxh32_finish(state) >>> 0;
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.xxh32(bytesPtr, bytesLen, seed) >>> 0;
  },
});

/**
 * State of xxHash after one more piece, 32 bits.
 *
 * @param state - the state before, or no bytes at the beginning, with seed 0
 * @param bytes - the piece
 */
export const xxh32Update: BytesOperation<[state: Data, bytes: Data]> = /* @__PURE__ */ defineBytes({
  name: "xxh32_update",
  module: kernels,
  kernel(frame, state, bytes) {
    const statePtr = frame.state(state, 40, (ptr) => frame.exports.xxh32_init(ptr, 0));
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.exports.xxh32_update(statePtr, bytesPtr, bytesLen);
    return frame.read(statePtr, 40);
  },
});

/**
 * XxHash of a byte string in pieces, from the state after the last.
 *
 * @param state - the state after the last piece, or no bytes for no piece, with seed 0
 */
export const xxh32Finish: Operation<number, [state: Data]> = /* @__PURE__ */ define({
  name: "xxh32_finish",
  module: kernels,
  kernel(frame, state) {
    const statePtr = frame.state(state, 40, (ptr) => frame.exports.xxh32_init(ptr, 0));
    return frame.exports.xxh32_finish(statePtr) >>> 0;
  },
});
