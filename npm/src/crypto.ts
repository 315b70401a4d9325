export * from "./generated/families/crypto.js";
export { generateKey, open, seal } from "./seal.js";
