import { toBytes } from "../data.js";
import type { Frame } from "../frame.js";
import { string_ops as kernels } from "../generated/kernels/string_ops.js";
import { define } from "../operation.js";
import type { Data, Operation } from "../types.js";

/** Where something was found. */
export interface Matches {
  /** How many there are. */
  count: number;
  /** The offsets of the first ones, as many as there was room for. */
  offsets: Uint32Array;
}

/** Where some of many things were found. */
export interface Occurrences extends Matches {
  /** For each offset, which of them is there: its place in the list. */
  needles: Uint32Array;
}

/** Room for as many as that, where no capacity is given; if there are more, the search is made again. */
const FIRST_ROOM = 1024;

/**
 * Calls with room for so many items of `size` bytes, or for as many as there are. Gives how many there are and
 * the room.
 */
export function withRoom(
  frame: Frame,
  size: number,
  capacity: number | undefined,
  call: (start: number, capacity: number) => number,
): { count: number; items: Uint32Array } {
  for (let room = capacity ?? FIRST_ROOM; ; ) {
    const start = frame.room(size * room);
    const count = call(start, room) >>> 0;
    if (capacity !== undefined || count <= room) {
      return { count, items: frame.integers(start, size * Math.min(count, room)) };
    }
    room = count;
  }
}

/**
 * Occurrences of a byte string in another, not overlapping.
 *
 * @param haystack - where to look
 * @param needle - what to look for
 * @param capacity - how many offsets there is room for; all where it is left out
 */
export const searchAll: Operation<Matches, [haystack: Data, needle: Data, capacity?: number]> =
  /* @__PURE__ */ define({
    name: "search_all",
    module: kernels,
    kernel(frame, haystack, needle, capacity) {
      const hay = frame.bytes(haystack), hayLen = frame.length;
      const what = frame.bytes(needle), whatLen = frame.length;
      const { count, items } = withRoom(frame, 4, capacity, (start, room) =>
        frame.exports.search_all(hay, hayLen, what, whatLen, start, room),
      );
      return { count, offsets: items };
    },
    plain(haystack, needle, capacity = Infinity) {
      const hay = toBytes(haystack), what = toBytes(needle);
      const offsets: number[] = [];
      let count = 0;
      for (let at = indexOf(hay, what, 0); at >= 0; at = indexOf(hay, what, at + (what.length || 1))) {
        if (count++ < capacity) offsets.push(at);
      }
      return { count, offsets: Uint32Array.from(offsets) };
    },
  });

/** Where bytes stand in others, from an offset on, or -1. */
export function indexOf(haystack: Uint8Array, needle: Uint8Array, from: number): number {
  const last = haystack.length - needle.length;
  if (needle.length === 0) return from <= haystack.length ? from : -1;
  for (let at = haystack.indexOf(needle[0]!, from); at >= 0 && at <= last; at = haystack.indexOf(needle[0]!, at + 1)) {
    let same = 1;
    while (same < needle.length && haystack[at + same] === needle[same]) same++;
    if (same === needle.length) return at;
  }
  return -1;
}

/**
 * Occurrences of many byte strings in another, not overlapping: of those that begin first, the longest.
 *
 * @param needles - what to look for
 * @param haystack - where to look
 * @param capacity - how many occurrences there is room for; all where it is left out
 */
export const searchMany: Operation<Occurrences, [needles: readonly Data[], haystack: Data, capacity?: number]> =
  /* @__PURE__ */ define({
    name: "search_many",
    module: kernels,
    kernel(frame, needles, haystack, capacity) {
      const list = frame.list(needles);
      const spans = frame.words(list, 2 * needles.length);
      const total = spans.reduce((sum, value, at) => sum + (at % 2) * value, 0);
      const { exports } = frame;
      const bound = frame.size(exports.search_many_bound(needles.length, total));
      const compiled = frame.room(bound);
      const compiledLen = frame.check(exports.search_many_compile(list, needles.length, compiled, bound));
      const hay = frame.bytes(haystack), hayLen = frame.length;
      const workLen = frame.size(exports.search_many_work_size(total));
      const work = frame.room(workLen);
      const { count, items } = withRoom(frame, 8, capacity, (start, room) =>
        frame.check(
          exports.search_many(compiled, compiledLen, hay, hayLen, start, room, work, workLen, frame.fault),
        ),
      );
      return {
        count,
        offsets: items.filter((_, at) => at % 2 === 0),
        needles: items.filter((_, at) => at % 2 === 1),
      };
    },
    plain(needles, haystack, capacity = Infinity) {
      const all = needles.map(toBytes), hay = toBytes(haystack);
      const offsets: number[] = [], numbers: number[] = [];
      let count = 0;
      for (let at = 0; at < hay.length; ) {
        let best = -1;
        all.forEach((needle, number) => {
          if (needle.length === 0 || needle.length <= (all[best]?.length ?? 0)) return;
          if (needle.every((byte, offset) => hay[at + offset] === byte)) best = number;
        });
        if (best < 0) {
          at++;
          continue;
        }
        if (count++ < capacity) {
          offsets.push(at);
          numbers.push(best);
        }
        at += all[best]!.length;
      }
      return { count, offsets: Uint32Array.from(offsets), needles: Uint32Array.from(numbers) };
    },
  });
