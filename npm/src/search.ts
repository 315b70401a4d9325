export * from "./generated/families/search.js";
export type { Matches, Occurrences } from "./by_hand/search.js";
