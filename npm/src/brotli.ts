export * from "./generated/families/brotli.js";
export * from "./stream/brotli_streams.js";
