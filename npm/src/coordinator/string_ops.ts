import { toBytes } from "../data.js";
import { compare, fnv1a32, search } from "../generated/string_ops.js";
import { searchMany } from "../by_hand/search.js";
import { utf16Len } from "../generated/text.js";
import type { Data, Order } from "../types.js";
import { by, host } from "./functions.js";

/** A message on its way: who sends it, when, and under which name. */
export interface Envelope {
  id: string;
  sender: string;
  timestamp: number;
  message: unknown;
  metadata: unknown;
}

/** Where a needle begins in a text: for strings as `indexOf` counts, for bytes in bytes; -1 where it does not. */
function fastSearch(haystack: Data, needle: Data): number {
  const offset = search(haystack, needle);
  if (offset === undefined) return -1;
  if (typeof haystack !== "string" || offset === 0) return offset;
  return utf16Len(toBytes(haystack).subarray(0, offset));
}

/** A text in which something else stands wherever a pattern stood, which is taken as it is. */
function fastReplace(input: string, pattern: string, replacement: string): string {
  if (pattern === "") return input.replaceAll(pattern, () => replacement);
  const bytes = toBytes(input);
  const { offsets } = searchMany([pattern], bytes);
  const length = toBytes(pattern).length;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "", from = 0;
  for (const offset of offsets) {
    text += decoder.decode(bytes.subarray(from, offset)) + replacement;
    from = offset + length;
  }
  return text + decoder.decode(bytes.subarray(from));
}

export const functions = {
  /** FNV-1a of 32 bits. */
  fastHash: by([fnv1a32], (input: Data): number => fnv1a32(input)),
  /** The order of the bytes of two texts as UTF-8. */
  fastCompare: by([compare], (a: Data, b: Data): Order => compare(a, b)),
  fastSearch: by([search, utf16Len], fastSearch),
  fastReplace: by([searchMany], fastReplace),
  /** What `JSON.stringify` gives. */
  fastJSONStringify: host((value: unknown): string => JSON.stringify(value)),
  createEnvelope: host(
    (message: unknown, metadata: unknown, sender: string): Envelope => ({
      id: globalThis.crypto.randomUUID(),
      sender,
      timestamp: Date.now(),
      message,
      metadata,
    }),
  ),
};
