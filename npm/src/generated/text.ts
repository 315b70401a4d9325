// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { text as kernels } from "./kernels/text.js";
import { utf8Count as utf8CountPlain } from "../plain/utf8.js";
import { utf16Len as utf16LenPlain } from "../plain/utf8.js";
import { crc32 as crc32Plain } from "../plain/checksum.js";
import { crc32Update as crc32UpdatePlain } from "../plain/checksum.js";
import { crc32c as crc32cPlain } from "../plain/checksum.js";
import { crc32cUpdate as crc32cUpdatePlain } from "../plain/checksum.js";
import { adler32 as adler32Plain } from "../plain/checksum.js";
import { adler32Update as adler32UpdatePlain } from "../plain/checksum.js";
import { utf8Validate as utf8ValidateRefusals, hexEncode as hexEncodeRefusals, hexDecode as hexDecodeRefusals } from "./refusals.js";

/**
 * Whether a byte string is UTF-8, and where it is none.
 *
 * @param bytes - what may be UTF-8
 */
export const utf8Validate: Operation<void, [bytes: Data]> = /* @__PURE__ */ define({
  name: "utf8_validate",
  module: kernels,
  refusals: utf8ValidateRefusals,
  kernel(frame, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    frame.check(frame.exports.utf8_validate(bytesPtr, bytesLen, frame.fault));
  },
});

/**
 * How many characters UTF-8 has.
 *
 * @param bytes - what is UTF-8
 */
export const utf8Count: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "utf8_count",
  module: kernels,
  plain: utf8CountPlain,
  kernel(frame, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.utf8_count(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * How many units UTF-8 has as UTF-16.
 *
 * @param bytes - what is UTF-8
 */
export const utf16Len: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "utf16_len",
  module: kernels,
  plain: utf16LenPlain,
  kernel(frame, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.utf16_len(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * CRC-32 of a byte string.
 *
 * @param bytes - what to sum up
 */
export const crc32: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "crc32",
  module: kernels,
  plain: crc32Plain,
  kernel(frame, bytes) {
    if (frame.isLong(bytes)) {
      let sum = frame.exports.crc32(0, 0);
      frame.pieces(bytes, (ptr, len) => {
        sum = frame.exports.crc32_update(sum, ptr, len);
      });
      return sum >>> 0;
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.crc32(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * CRC-32 after more bytes.
 *
 * @param sum - that of what comes before
 * @param bytes - what follows
 */
export const crc32Update: Operation<number, [sum: number, bytes: Data]> = /* @__PURE__ */ define({
  name: "crc32_update",
  module: kernels,
  plain: crc32UpdatePlain,
  kernel(frame, sum, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.crc32_update(sum, bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * CRC-32C of a byte string.
 *
 * @param bytes - what to sum up
 */
export const crc32c: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "crc32c",
  module: kernels,
  plain: crc32cPlain,
  kernel(frame, bytes) {
    if (frame.isLong(bytes)) {
      let sum = frame.exports.crc32c(0, 0);
      frame.pieces(bytes, (ptr, len) => {
        sum = frame.exports.crc32c_update(sum, ptr, len);
      });
      return sum >>> 0;
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.crc32c(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * CRC-32C after more bytes.
 *
 * @param sum - that of what comes before
 * @param bytes - what follows
 */
export const crc32cUpdate: Operation<number, [sum: number, bytes: Data]> = /* @__PURE__ */ define({
  name: "crc32c_update",
  module: kernels,
  plain: crc32cUpdatePlain,
  kernel(frame, sum, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.crc32c_update(sum, bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * Adler-32 of a byte string.
 *
 * @param bytes - what to sum up
 */
export const adler32: Operation<number, [bytes: Data]> = /* @__PURE__ */ define({
  name: "adler32",
  module: kernels,
  plain: adler32Plain,
  kernel(frame, bytes) {
    if (frame.isLong(bytes)) {
      let sum = frame.exports.adler32(0, 0);
      frame.pieces(bytes, (ptr, len) => {
        sum = frame.exports.adler32_update(sum, ptr, len);
      });
      return sum >>> 0;
    }
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.adler32(bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * Adler-32 after more bytes.
 *
 * @param sum - that of what comes before
 * @param bytes - what follows
 */
export const adler32Update: Operation<number, [sum: number, bytes: Data]> = /* @__PURE__ */ define({
  name: "adler32_update",
  module: kernels,
  plain: adler32UpdatePlain,
  kernel(frame, sum, bytes) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.exports.adler32_update(sum, bytesPtr, bytesLen) >>> 0;
  },
});

/**
 * Hexadecimal digits of a byte string.
 *
 * @param bytes - what to encode
 * @param upper - whether the letters are capital
 * @param capacity - how long the text may be
 */
export const hexEncode: BytesOperation<[bytes: Data, upper?: boolean, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "hex_encode",
  module: kernels,
  refusals: hexEncodeRefusals,
  kernel(frame, bytes, upper = false, capacity) {
    const bytesPtr = frame.bytes(bytes), bytesLen = frame.length;
    return frame.write(capacity, 2 * bytesLen + 64, (dstPtr, dstCap) =>
      frame.exports.hex_encode(bytesPtr, bytesLen, upper ? 1 : 0, dstPtr, dstCap));
  },
});

/**
 * The byte string that hexadecimal digits stand for.
 *
 * @param text - digits, of small or capital letters
 * @param capacity - how many bytes there may be
 */
export const hexDecode: BytesOperation<[text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "hex_decode",
  module: kernels,
  refusals: hexDecodeRefusals,
  kernel(frame, text, capacity) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.hex_decode(textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});
