export * from "./generated/families/crypto.js";
