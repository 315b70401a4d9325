/**
 * The checksums that streams of DEFLATE end with, by the module that writes their blocks: nobody has to fetch another one
 * for them. They are counted as the operations of `kilowat/hash` that they are.
 */
import { deflate as kernels } from "../generated/kernels/deflate.js";
import { define } from "../operation.js";
import { adler32Update as adler32Plain, crc32Update as crc32Plain } from "../plain/checksum.js";
import type { Frame } from "../frame.js";
import type { Data, Operation } from "../types.js";

type Checksum = Operation<number, [sum: number, bytes: Data]>;

function taken(frame: Frame, bytes: Data, take: (start: number, length: number) => void): void {
  if (frame.isLong(bytes)) frame.pieces(bytes, take);
  else take(frame.bytes(bytes), frame.length);
}

export const crc32Update: Checksum = /* @__PURE__ */ define({
  name: "crc32_update",
  module: kernels,
  plain: crc32Plain,
  kernel(frame, sum, bytes) {
    taken(frame, bytes, (start, length) => (sum = frame.exports.deflate_crc32(sum, start, length)));
    return sum >>> 0;
  },
});

export const adler32Update: Checksum = /* @__PURE__ */ define({
  name: "adler32_update",
  module: kernels,
  plain: adler32Plain,
  kernel(frame, sum, bytes) {
    taken(frame, bytes, (start, length) => (sum = frame.exports.deflate_adler32(sum, start, length)));
    return sum >>> 0;
  },
});
