export * from "./generated/families/javascript.js";
export { parse, type Comment, type Node, type ParseOptions, type Program } from "./estree/parse.js";
