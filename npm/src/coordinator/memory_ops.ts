import { aggregate, type Summary } from "../by_hand/aggregate.js";
import { toBytes } from "../data.js";
import { memoryCompare } from "../generated/memory_ops.js";
import { lz4FrameCompress, lz4FrameDecompress } from "../generated/lz4.js";
import { compare } from "../generated/string_ops.js";
import type { Data, Order } from "../types.js";
import { by, host } from "./functions.js";

/** The first bytes of data, so many; all of them where nothing is said. */
function first(data: Data, length: number | undefined): Uint8Array {
  const bytes = toBytes(data);
  return length === undefined ? bytes : bytes.subarray(0, length);
}

/** The order of two byte strings: the first byte that differs decides, and then their lengths. */
function fastCompare(a: Data, b: Data, length?: number): Order {
  const [one, other] = [first(a, length), first(b, length)];
  return one.length === other.length ? memoryCompare(one, other) : compare(one, other);
}

export const functions = {
  /** Copies bytes from the start of one buffer to that of another. */
  fastCopy: host((src: ArrayBuffer | Uint8Array, dest: ArrayBuffer | Uint8Array, length?: number): void => {
    toBytes(dest).set(first(src, length));
  }),
  fastCompare: by([memoryCompare, compare], fastCompare),
  /** A value as JSON. */
  fastSerialize: host((value: unknown): string => JSON.stringify(value)),
  /** The value of a JSON text. */
  fastDeserialize: host((text: string): unknown => JSON.parse(text)),
  /** An LZ4 frame. */
  compress: by([lz4FrameCompress], (data: Data): Uint8Array => lz4FrameCompress(data)),
  /** The content of an LZ4 frame. */
  decompress: by([lz4FrameDecompress], (data: Data): Uint8Array => lz4FrameDecompress(data)),
  /** Count, sum, mean, extent, spread and percentiles. */
  aggregateMetrics: by([aggregate], (metrics: ArrayLike<number>): Summary | undefined => aggregate(metrics)),
};
