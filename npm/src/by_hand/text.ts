import { toBytes } from "../data.js";
import { text as kernels } from "../generated/kernels/text.js";
import * as words from "../generated/refusals.js";
import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { withRoom, type Matches } from "./search.js";

const URL_SAFE = 1;
const UNPADDED = 2;

function variant(urlSafe: boolean, unpadded: boolean): number {
  return (urlSafe ? URL_SAFE : 0) | (unpadded ? UNPADDED : 0);
}

/**
 * The base64 of a byte string.
 *
 * @param bytes - what to encode
 * @param urlSafe - whether the last symbols are `-` and `_`, not `+` and `/`
 * @param unpadded - whether `=` is left out at the end
 * @param capacity - how long the text may be
 */
export const base64Encode: BytesOperation<
  [bytes: Data, urlSafe?: boolean, unpadded?: boolean, capacity?: number]
> = /* @__PURE__ */ defineBytes({
  name: "base64_encode",
  module: kernels,
  refusals: words.base64Encode,
  kernel(frame, bytes, urlSafe = false, unpadded = false, capacity) {
    const start = frame.bytes(bytes), length = frame.length;
    return frame.write(capacity, 4 * Math.ceil(length / 3), (to, room) =>
      frame.exports.base64_encode(start, length, variant(urlSafe, unpadded), to, room),
    );
  },
});

/**
 * The byte string whose base64 a text is.
 *
 * @param text - what to decode
 * @param urlSafe - whether the last symbols are `-` and `_`, not `+` and `/`
 * @param unpadded - whether `=` is left out at the end
 * @param capacity - how many bytes there may be
 */
export const base64Decode: BytesOperation<
  [text: Data, urlSafe?: boolean, unpadded?: boolean, capacity?: number]
> = /* @__PURE__ */ defineBytes({
  name: "base64_decode",
  module: kernels,
  refusals: words.base64Decode,
  kernel(frame, text, urlSafe = false, unpadded = false, capacity) {
    const start = frame.bytes(text), length = frame.length;
    return frame.write(capacity, length, (to, room) =>
      frame.exports.base64_decode(start, length, variant(urlSafe, unpadded), to, room, frame.fault),
    );
  },
});

/**
 * Where the lines of a text begin: at 0, and behind each line feed.
 *
 * @param text - what has lines
 * @param separators - whether U+2028 and U+2029 end a line too
 * @param capacity - how many offsets there is room for; all where it is left out
 */
export const lines: Operation<Matches, [text: Data, separators?: boolean, capacity?: number]> =
  /* @__PURE__ */ define({
    name: "lines",
    module: kernels,
    kernel(frame, text, separators = false, capacity) {
      const start = frame.bytes(text), length = frame.length;
      const { count, items } = withRoom(frame, 4, capacity, (to, room) =>
        frame.exports.lines(start, length, separators ? 1 : 0, to, 4 * room),
      );
      return { count, offsets: items };
    },
    plain(text, separators = false, capacity = Infinity) {
      const bytes = toBytes(text);
      const offsets: number[] = [];
      let count = 0;
      const add = (offset: number): void => {
        if (count++ < capacity) offsets.push(offset);
      };
      add(0);
      bytes.forEach((byte, at) => {
        const isSeparator =
          separators && (byte === 0xa8 || byte === 0xa9) && bytes[at - 1] === 0x80 && bytes[at - 2] === 0xe2;
        if (byte === 10 || isSeparator) add(at + 1);
      });
      return { count, offsets: Uint32Array.from(offsets) };
    },
  });
