import { json as kernels } from "../generated/kernels/json.js";
import * as words from "../generated/refusals.js";
import { defineBytes } from "../operation.js";
import type { BytesOperation, Data } from "../types.js";

const INDENTED = 1;
const TABS = 2;

/**
 * The JSON text of a tape, as `jsonParse` makes one.
 *
 * @param tape - what to write
 * @param indented - whether each value has a line of its own
 * @param tabs - whether lines begin with tabs, not spaces
 * @param indent - with how many a level, 16 at most
 * @param capacity - how long the text may be
 */
export const jsonSerialize: BytesOperation<
  [tape: Data, indented?: boolean, tabs?: boolean, indent?: number, capacity?: number]
> = /* @__PURE__ */ defineBytes({
  name: "json_serialize",
  module: kernels,
  refusals: words.jsonSerialize,
  kernel(frame, tape, indented = false, tabs = false, indent = 2, capacity) {
    const start = frame.bytes(tape), length = frame.length;
    const layout = (indented ? INDENTED : 0) | (tabs ? TABS : 0);
    return frame.write(capacity, 2 * length + 64, (to, room) => {
      // The kernel counts words of the tape.
      frame.unit = 8;
      return frame.exports.json_serialize(start, length, layout, indent, to, room, frame.fault);
    });
  },
});
