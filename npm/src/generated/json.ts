// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { define, defineBytes } from "../operation.js";
import type { BytesOperation, Data, Operation } from "../types.js";
import { json as kernels } from "./kernels/json.js";
import { jsonValidate as jsonValidateRefusals, jsonParse as jsonParseRefusals, jsonEscape as jsonEscapeRefusals, jsonUnescape as jsonUnescapeRefusals, jsonMinify as jsonMinifyRefusals, jsonGet as jsonGetRefusals } from "./refusals.js";

/**
 * Whether a text is valid JSON, and where it is not.
 *
 * @param text - what to check
 * @param depth - how many levels of arrays and objects it may have
 */
export const jsonValidate: Operation<void, [text: Data, depth?: number]> = /* @__PURE__ */ define({
  name: "json_validate",
  module: kernels,
  refusals: jsonValidateRefusals,
  kernel(frame, text, depth = 128) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    frame.check(frame.exports.json_validate(textPtr, textLen, depth, frame.fault));
  },
});

/**
 * The values of a JSON text, as a tape of 64-bit words.
 *
 * @param text - what to parse
 * @param depth - how many levels of arrays and objects it may have
 * @param capacity - how long the tape may be, in bytes
 */
export const jsonParse: BytesOperation<[text: Data, depth?: number, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "json_parse",
  module: kernels,
  refusals: jsonParseRefusals,
  kernel(frame, text, depth = 128, capacity) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.json_parse(textPtr, textLen, depth, dstPtr, dstCap, frame.fault));
  },
});

/**
 * A text as it stands in a JSON string.
 *
 * @param text - what to escape, in UTF-8
 * @param capacity - how many bytes there may be
 */
export const jsonEscape: BytesOperation<[text: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "json_escape",
  module: kernels,
  refusals: jsonEscapeRefusals,
  kernel(frame, text, capacity) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.json_escape(textPtr, textLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * The text that stands in a JSON string.
 *
 * @param content - what stands between the quotes
 * @param capacity - how many bytes there may be
 */
export const jsonUnescape: BytesOperation<[content: Data, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "json_unescape",
  module: kernels,
  refusals: jsonUnescapeRefusals,
  kernel(frame, content, capacity) {
    const contentPtr = frame.bytes(content), contentLen = frame.length;
    return frame.write(capacity, 2 * contentLen + 64, (dstPtr, dstCap) =>
      frame.exports.json_unescape(contentPtr, contentLen, dstPtr, dstCap, frame.fault));
  },
});

/**
 * A JSON text without white space.
 *
 * @param text - what to leave white space out of
 * @param depth - how many levels of arrays and objects it may have
 * @param capacity - how many bytes there may be
 */
export const jsonMinify: BytesOperation<[text: Data, depth?: number, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "json_minify",
  module: kernels,
  refusals: jsonMinifyRefusals,
  kernel(frame, text, depth = 128, capacity) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 2 * textLen + 64, (dstPtr, dstCap) =>
      frame.exports.json_minify(textPtr, textLen, depth, dstPtr, dstCap, frame.fault));
  },
});

/**
 * Where on a tape the value is that a JSON pointer names.
 *
 * @param tape - where to look
 * @param pointer - which value, such as `/name/0`
 */
export const jsonGet: Operation<number | undefined, [tape: Data, pointer: Data]> = /* @__PURE__ */ define({
  name: "json_get",
  module: kernels,
  refusals: jsonGetRefusals,
  kernel(frame, tape, pointer) {
    const tapePtr = frame.bytes(tape), tapeLen = frame.length;
    const pointerPtr = frame.bytes(pointer), pointerLen = frame.length;
    return frame.found(frame.exports.json_get(tapePtr, tapeLen, pointerPtr, pointerLen));
  },
});
