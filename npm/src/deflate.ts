import { toBytes } from "./data.js";
import { gzipDecompress, zlibDecompress } from "./by_hand/inflate.js";
import { compressed } from "./stream/deflater.js";
import { LEVEL, type DeflateOptions } from "./stream/options.js";
import type { Data } from "./types.js";

export * from "./generated/families/deflate.js";
export * from "./stream/deflate_streams.js";
export type { DeflateOptions } from "./stream/options.js";

/** A gzip file of one member. */
export function gzip(data: Data, options?: DeflateOptions): Uint8Array {
  return compressed(toBytes(data), "gzip", options?.level ?? LEVEL);
}

/** A zlib stream. */
export function zlib(data: Data, options?: DeflateOptions): Uint8Array {
  return compressed(toBytes(data), "zlib", options?.level ?? LEVEL);
}

/** The content of a gzip file. */
export function gunzip(file: Data): Uint8Array {
  return gzipDecompress(file);
}

/** The content of a zlib stream. */
export function unzlib(stream: Data): Uint8Array {
  return zlibDecompress(stream);
}
