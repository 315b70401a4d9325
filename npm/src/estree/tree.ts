import { toBytes } from "../data.js";
import * as generated from "../generated/estree.js";
import type { Data } from "../types.js";
import { wtf8 } from "./wtf8.js";

/** A node as ESTree has it: what else it has depends on its type. */
export interface Node {
  type: string;
  /** Where it begins in the source, in units of UTF-16. */
  start: number;
  /** Where it has ended. */
  end: number;
  [field: string]: unknown;
}

/** A comment, which is no node. */
export interface Comment {
  type: "Line" | "Block";
  value: string;
  start: number;
  end: number;
}

/** A program. */
export interface Program extends Node {
  type: "Program";
  body: Node[];
  sourceType: "module" | "script";
  /** All comments, in their order. */
  comments: Comment[];
}

/** Words of the header. */
const VERSION = 1;
const WORDS = 2;
const ROOT = 4;
const NON_ASCII = 9;
const HEADER = 16;
/** Words of a record before its fields: what it is, from where to where, and the next of its list. */
const HEAD = 4;
const NEXT = 3;
const MODULE = 1;
/** The bits of the goal that say this; another one stands for JSX. */
const GOAL = 3;

/** The bases of numbers, by what the kernel says of how they are written. */
const LEGACY_OCTAL = 5;

/** How many words a record of each kind has besides its head. */
const FIELDS: readonly number[] = generated.fields;

/** The tree that a kernel has written, in words, and the text that it is of. */
export class Tree {
  readonly #words: Uint32Array;
  readonly #source: string;
  /** The offset in UTF-16 of each byte, where they are not the same. */
  readonly #units: Uint32Array | undefined;
  /** What has been made of each record, at the place of its first word. */
  readonly #made: (Node | null | undefined)[];
  readonly #comments: Comment[] = [];

  constructor(bytes: Uint8Array, text: Data) {
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const source = typeof text === "string" ? text : new TextDecoder("utf-8", { ignoreBOM: true }).decode(toBytes(text));
    this.#source = source;
    const ascii = this.#words[NON_ASCII]!;
    this.#units = ascii < this.#words[VERSION + 2]! ? units(source, this.#words[VERSION + 2]!) : undefined;
    this.#made = new Array<Node | null | undefined>(this.#words.length);
  }

  /** All of it: records stand behind those that are below them. */
  program(): Program {
    const words = this.#words, made = this.#made, units = this.#units;
    const length = words[WORDS]!;
    for (let at = HEADER; at < length; ) {
      const word = words[at]!;
      let start = words[at + 1]!, end = words[at + 2]!;
      if (units !== undefined) {
        start = units[start]!;
        end = units[end]!;
      }
      made[at] = generated.node(this, at, word, start, end) ?? this.#special(at, word, start, end);
      at += HEAD + FIELDS[word & 0xff]!;
      if ((word & generated.COOKED) !== 0 && (word & 0xff) !== generated.COMMENT) at += 1 + ((words[at]! + 3) >> 2);
    }
    return made[words[ROOT]!] as Program;
  }

  /** The node that a field has, whose word is there. */
  one(at: number): Node | null {
    const place = this.#words[at]!;
    return place === 0 ? null : this.#made[place]!;
  }

  /** The nodes of a list, to whose first one the word there leads. */
  list(at: number): (Node | null)[] {
    const words = this.#words, made = this.#made;
    const nodes: (Node | null)[] = [];
    for (let place = words[at]!; place !== 0; place = words[place + NEXT]!) nodes.push(made[place]!);
    return nodes;
  }

  /** What a name or a string is where it is not what the text has. */
  #cooked(at: number, word: number): string | undefined {
    if ((word & generated.COOKED) === 0) return undefined;
    const words = this.#words;
    const place = at + HEAD + FIELDS[word & 0xff]!;
    return wtf8(new Uint8Array(words.buffer, words.byteOffset + 4 * (place + 1), words[place]!));
  }

  #special(at: number, word: number, start: number, end: number): Node | null {
    const text = this.#source.slice(start, end);
    switch (word & 0xff) {
      case generated.HOLE:
        return null;
      case generated.COMMENT:
        this.#comments.push(comment(word, text, start, end));
        return null;
      case generated.IDENTIFIER:
        return { type: "Identifier", start, end, name: this.#cooked(at, word) ?? text };
      case generated.PRIVATE_IDENTIFIER:
        return { type: "PrivateIdentifier", start, end, name: this.#cooked(at, word) ?? text.slice(1) };
      case generated.JSX_IDENTIFIER:
        return { type: "JSXIdentifier", start, end, name: this.#cooked(at, word) ?? text };
      case generated.JSX_TEXT:
        return { type: "JSXText", start, end, value: this.#cooked(at, word) ?? text, raw: text };
      case generated.STRING_LITERAL:
        return { type: "Literal", start, end, value: this.#cooked(at, word) ?? text.slice(1, -1), raw: text };
      case generated.NUMERIC_LITERAL:
        return { type: "Literal", start, end, value: number(word >>> 16, text), raw: text };
      case generated.BIG_INT_LITERAL: {
        const value = BigInt(text.slice(0, -1).replaceAll("_", ""));
        return { type: "Literal", start, end, value, raw: text, bigint: String(value) };
      }
      case generated.REG_EXP_LITERAL: {
        const slash = text.lastIndexOf("/");
        const [pattern, flags] = [text.slice(1, slash), text.slice(slash + 1)];
        return { type: "Literal", start, end, value: expression(pattern, flags), raw: text, regex: { pattern, flags } };
      }
      case generated.BOOLEAN_LITERAL:
        return { type: "Literal", start, end, value: (word & generated.TRUE) !== 0, raw: text };
      case generated.NULL_LITERAL:
        return { type: "Literal", start, end, value: null, raw: text };
      case generated.TEMPLATE_ELEMENT: {
        // Where a line ends, a template has a line feed.
        const raw = text.replace(/\r\n?/g, "\n");
        const cooked = (word & generated.NO_VALUE) !== 0 ? null : (this.#cooked(at, word) ?? text);
        return { type: "TemplateElement", start, end, value: { raw, cooked }, tail: (word & generated.TAIL) !== 0 };
      }
      case generated.META_PROPERTY: {
        const [meta, property] = word >>> 16 === 0 ? ["import", "meta"] : ["new", "target"];
        return {
          type: "MetaProperty", start, end,
          meta: { type: "Identifier", start, end: start + meta!.length, name: meta },
          property: { type: "Identifier", start: end - property!.length, end, name: property },
        };
      }
      case generated.EXPRESSION_STATEMENT: {
        const inner = this.one(at + HEAD)!;
        const statement: Node = { type: "ExpressionStatement", start, end, expression: inner };
        if ((word & generated.DIRECTIVE) !== 0) statement["directive"] = (inner["raw"] as string).slice(1, -1);
        return statement;
      }
      default: {
        // What is left is the program.
        const sourceType = ((this.#words[VERSION]! >>> 16) & GOAL) === MODULE ? "module" : "script";
        return { type: "Program", start, end, body: this.list(at + HEAD), sourceType, comments: this.#comments };
      }
    }
  }
}

function comment(word: number, text: string, start: number, end: number): Comment {
  if ((word & generated.BLOCK) !== 0) return { type: "Block", value: text.slice(2, -2), start, end };
  const mark = (word & generated.HTML_OPEN) !== 0 ? 4 : (word & generated.HTML_CLOSE) !== 0 ? 3 : 2;
  return { type: "Line", value: text.slice(mark), start, end };
}

function number(written: number, text: string): number {
  if (written === LEGACY_OCTAL) return parseInt(text, 8);
  return Number(text.includes("_") ? text.replaceAll("_", "") : text);
}

/** Engines know other versions of the language: what one does not take has no value. */
function expression(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}

/** For each byte of a text as UTF-8, how many units of UTF-16 are before it. */
function units(source: string, length: number): Uint32Array {
  const units = new Uint32Array(length + 1);
  let at = 0;
  for (let unit = 0; unit < source.length; unit++) {
    const point = source.codePointAt(unit)!;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    units.fill(unit, at, at + bytes);
    at += bytes;
    if (point > 0xffff) unit++;
  }
  units[at] = source.length;
  return units;
}
