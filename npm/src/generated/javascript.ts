// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";
import { javascript as kernels } from "./kernels/javascript.js";
import { javascriptParse as javascriptParseRefusals } from "./refusals.js";

/**
 * The syntax tree of a text of JavaScript, as 32-bit words.
 *
 * @param text - what to parse
 * @param goal - 0 for a script, 1 for a module, 2 for CommonJS; with JSX 4 more
 * @param capacity - room for the tree and the work on it, in bytes
 */
export const javascriptParse: BytesOperation<[text: Data, goal: number, capacity?: number]> = /* @__PURE__ */ defineBytes({
  name: "javascript_parse",
  module: kernels,
  refusals: javascriptParseRefusals,
  kernel(frame, text, goal, capacity) {
    const textPtr = frame.bytes(text), textLen = frame.length;
    return frame.write(capacity, 10 * textLen + 65536, (dstPtr, dstCap) =>
      frame.exports.javascript_parse(textPtr, textLen, goal, dstPtr, dstCap, frame.fault));
  },
});
