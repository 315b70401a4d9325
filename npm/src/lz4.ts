export * from "./generated/families/lz4.js";
export type { Lz4Decoded, Lz4Encoded } from "./by_hand/lz4.js";
export * from "./stream/lz4_streams.js";
