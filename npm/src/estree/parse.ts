import { javascriptParse } from "../generated/javascript.js";
import type { Data } from "../types.js";
import { Tree, type Program } from "./tree.js";

export type { Comment, Node, Program } from "./tree.js";

/** What a text is parsed as. */
export interface ParseOptions {
  /** A module where nothing is said. */
  sourceType?: "script" | "module" | "commonjs";
  /** Whether it may have elements of JSX. */
  jsx?: boolean;
}

const GOALS = { script: 0, module: 1, commonjs: 2 };
const JSX = 4;

/**
 * The syntax tree of a text of JavaScript as objects of ESTree, those that acorn makes, and acorn-jsx of JSX. Where only some nodes are looked
 * at, the words of `javascriptParse` are read many times as fast.
 */
export function parse(text: Data, options?: ParseOptions): Program {
  const goal = GOALS[options?.sourceType ?? "module"];
  const words = javascriptParse(text, options?.jsx === true ? goal | JSX : goal);
  return new Tree(words, text).program();
}
