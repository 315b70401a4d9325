import { indexOf } from "../by_hand/search.js";
import { toBytes } from "../data.js";
import { argument } from "../errors.js";
import type { Data, Order } from "../types.js";

/** Where two byte strings differ first, up to the end of the shorter one. */
function difference(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at++;
  return at;
}

export function compare(a: Data, b: Data): Order {
  const one = toBytes(a), other = toBytes(b);
  const at = difference(one, other);
  const sign = at < one.length && at < other.length ? one[at]! - other[at]! : one.length - other.length;
  return Math.sign(sign) as Order;
}

/** Two byte strings, which have to be of one length. */
function pair(a: Data, b: Data): [Uint8Array, Uint8Array] {
  const one = toBytes(a), other = toBytes(b);
  if (one.length !== other.length) {
    throw argument(`the second argument has a length of ${other.length} bytes: expected ${one.length}`);
  }
  return [one, other];
}

export function memoryCompare(a: Data, b: Data): Order {
  return compare(...pair(a, b));
}

export function mismatch(a: Data, b: Data): number | undefined {
  const [one, other] = pair(a, b);
  const at = difference(one, other);
  return at === one.length ? undefined : at;
}

export function equal(a: Data, b: Data): boolean {
  return mismatch(a, b) === undefined;
}

export function search(haystack: Data, needle: Data): number | undefined {
  const at = indexOf(toBytes(haystack), toBytes(needle), 0);
  return at < 0 ? undefined : at;
}
