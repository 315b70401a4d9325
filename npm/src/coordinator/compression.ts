import { gunzip, gzip, type DeflateOptions } from "../deflate.js";
import { gzipDecompress, inflate } from "../by_hand/inflate.js";
import { brotliCompress, brotliDecompress } from "../generated/brotli.js";
import { deflate } from "../generated/deflate.js";
import { crc32 } from "../generated/text.js";
import { toBytes } from "../data.js";
import { compressed } from "../stream/deflater.js";
import { LEVEL } from "../stream/options.js";
import type { Data } from "../types.js";
import { by } from "./functions.js";

export const functions = {
  gzip: by([deflate, crc32], (data: Data, options?: DeflateOptions): Uint8Array => gzip(data, options)),
  gunzip: by([gzipDecompress], (data: Data): Uint8Array => gunzip(data)),
  /** A raw DEFLATE stream. */
  deflate: by(
    [deflate],
    (data: Data, options?: DeflateOptions): Uint8Array => compressed(toBytes(data), "raw", options?.level ?? LEVEL),
  ),
  inflate: by([inflate], (data: Data): Uint8Array => inflate(data)),
  brotli: by([brotliCompress], (data: Data): Uint8Array => brotliCompress(data)),
  unbrotli: by([brotliDecompress], (data: Data): Uint8Array => brotliDecompress(data)),
};
