import { toBytes } from "../data.js";
import { argument } from "../errors.js";
import { memory_ops as kernels } from "../generated/kernels/memory_ops.js";
import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";

/**
 * A copy of bytes within a buffer, also onto themselves; gives the buffer as it is then.
 *
 * @param buffer - what holds both places
 * @param from - offset of what is copied
 * @param to - offset of where it is copied to
 * @param len - how many bytes are copied
 */
export const copy: BytesOperation<[buffer: Data, from: number, to: number, len: number]> =
  /* @__PURE__ */ defineBytes({
    name: "copy",
    module: kernels,
    kernel(frame, buffer, from, to, len) {
      const start = frame.copy(toBytes(buffer)), length = frame.length;
      for (const offset of [from, to]) {
        if (!(offset >= 0 && len >= 0 && offset + len <= length)) {
          throw argument(`${len} bytes from ${offset} on are not within the ${length} of the buffer`);
        }
      }
      frame.exports.copy(start + to, start + from, len);
      return frame.read(start, length);
    },
    plain(buffer, from, to, len) {
      const bytes = toBytes(buffer).slice();
      return bytes.copyWithin(to, from, from + len);
    },
  });

/**
 * A byte string of one byte again and again.
 *
 * @param byte - which byte, 0 to 255
 * @param len - how many of it
 */
export const fill: BytesOperation<[byte: number, len: number]> = /* @__PURE__ */ defineBytes({
  name: "fill",
  module: kernels,
  kernel(frame, byte, len) {
    const start = frame.room(len);
    frame.exports.fill(start, byte, len);
    return frame.read(start, len);
  },
  plain: (byte, len) => new Uint8Array(len).fill(byte),
});
