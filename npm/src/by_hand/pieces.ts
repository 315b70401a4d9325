import { argument } from "../errors.js";
import type { Frame } from "../frame.js";

/** The last bytes of the content before, as many as a state asks for. */
export function tail(before: Uint8Array, history: number): Uint8Array {
  if (before.length < history) {
    throw argument(`the argument \`before\` has a length of ${before.length} bytes: expected ${history} at least`);
  }
  return before.subarray(before.length - history);
}

/** What a kernel writes behind content that its matches may reach back to, as `Frame.write` has it. */
export function behindHistory(
  frame: Frame,
  before: Uint8Array,
  capacity: number | undefined,
  guess: number,
  call: (start: number, capacity: number) => number,
): Uint8Array {
  const whole = (room: number): number => before.length + room;
  if (before.length === 0) return frame.write(capacity, guess, call);
  const answer = frame.write(
    capacity === undefined ? undefined : whole(capacity),
    whole(guess),
    (start, room) => {
      frame.view.set(before, start);
      const length = call(start, room);
      return length < 0 ? length : whole(length);
    },
  );
  return answer.subarray(before.length);
}
