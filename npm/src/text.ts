export * from "./generated/families/text.js";
export type { Matches } from "./by_hand/search.js";
