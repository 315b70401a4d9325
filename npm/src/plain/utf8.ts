import { toBytes } from "../data.js";
import type { Data } from "../types.js";

export function utf8Count(bytes: Data): number {
  return toBytes(bytes).reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
}

/** Units of UTF-16: two for what takes four bytes. */
export function utf16Len(bytes: Data): number {
  return toBytes(bytes).reduce(
    (count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : byte >= 0xf0 ? 2 : 1),
    0,
  );
}
