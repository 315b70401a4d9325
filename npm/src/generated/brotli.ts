// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { brotli as kernels } from "./kernels/brotli.js";
import { brotliDecompress as brotliDecompressRefusals, brotliCompress as brotliCompressRefusals } from "./refusals.js";

/**
 * Brotli decompression of a stream.
 *
 * @param stream - what to decompress
 * @param capacity - how long its content may be
 */
export const brotliDecompress: BytesOperation<[stream: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "brotli_decompress",
  module: kernels,
  refusals: brotliDecompressRefusals,
  kernel(frame, stream, capacity) {
    const streamPtr = frame.bytes(stream), streamLen = frame.length;
    const workCap = frame.size(frame.exports.brotli_decompress_work_size(streamLen));
    const workPtr = frame.room(workCap);
    return frame.write(capacity, 8 * streamLen + 65536, (dstPtr, dstCap) =>
      frame.exports.brotli_decompress(streamPtr, streamLen, workPtr, workCap, dstPtr, dstCap, frame.fault));
  },
});

/**
 * Brotli compression, whole or in pieces.
 *
 * @param bytes - what to compress, behind its history
 * @param history - how many of them are what came before, which is not compressed again: all of it, or a window at least
 * @param quality - 0 (fastest) to 11 (smallest)
 * @param window - how far copies reach back, 10 to 24: 2^window - 16 bytes
 * @param mode - what the bytes are: 0 (anything), 1 (text) or 2 (a font)
 * @param flush - no to end the stream, yes to end at a byte, where it can go on
 * @param capacity - how many bytes may be written
 */
export const brotliCompress: BytesOperation<[bytes: Data, history?: number, quality?: number, window?: number, mode?: number, flush?: boolean, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "brotli_compress",
  module: kernels,
  refusals: brotliCompressRefusals,
  kernel(frame, bytes, history = 0, quality = 5, window = 22, mode = 0, flush = false, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    const workCap = frame.size(frame.exports.brotli_compress_work_size(bytesLen, quality));
    const workPtr = frame.room(workCap);
    return frame.write(capacity, frame.size(frame.exports.brotli_compress_bound(bytesLen)), (dstPtr, dstCap) =>
      frame.exports.brotli_compress(bytesPtr, bytesLen, history, quality, window, mode, flush ? 1 : 0, workPtr, workCap, dstPtr, dstCap));
  },
});
