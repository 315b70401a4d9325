export * from "./generated/families/javascript.js";
