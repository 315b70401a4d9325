export * from "./generated/families/brotli.js";
