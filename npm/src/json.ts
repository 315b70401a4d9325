export * from "./generated/families/json.js";
