export * from "./generated/families/memory.js";
export type { Summary } from "./by_hand/aggregate.js";
