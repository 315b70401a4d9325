// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export { aggregate, aggregateUpdate, aggregateDeviations, aggregateRanges, aggregateBetween } from "../../by_hand/aggregate.js";
export { copy, fill } from "../../by_hand/memory.js";
export { equal, mismatch, memoryCompare } from "../memory_ops.js";
