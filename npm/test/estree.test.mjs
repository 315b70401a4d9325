// The tree of JavaScript as objects: those that acorn makes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import * as acorn from "acorn";
import jsx from "acorn-jsx";
import { parse } from "kilowat/javascript";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What acorn makes, in plain objects, with its comments. */
function theirs(text, sourceType, parser = acorn) {
  const comments = [];
  const onComment = (isBlock, value, start, end) => comments.push({ type: isBlock ? "Block" : "Line", value, start, end });
  const tree = parser.parse(text, { ecmaVersion: 16, sourceType, onComment });
  return plain({ ...tree, comments });
}

/** The same as plain objects. Regular expressions are compared by their text. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof RegExp) return String(value);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
}

/** One text for what is equal: to compare trees field by field takes minutes. */
const asText = (tree) => JSON.stringify(tree, (_, value) => (typeof value === "bigint" ? `${value}n` : value));

function same(ours, expected) {
  if (asText(ours) !== asText(expected)) assert.deepEqual(ours, expected);
}

function hold(text, sourceType = "module") {
  const ours = plain(parse(text, { sourceType }));
  const expected = theirs(text, sourceType);
  same(ours, expected);
  same(plain(parse(new TextEncoder().encode(text), { sourceType })), expected);
}

const SNIPPETS = [
  "",
  "let a = 1_000 + 0x1F + 0b11 + 0o17 + .5e3 + 10n + 0xffn + 1e400;",
  "const {a, b: [c = 1, , ...d], ...e} = f, g = ([x], {y}) => ({x, y, [x]: 1, get z() { return 1 }, set z(v) {}, async *m() {}});",
  "class A extends B { static #p = 1; static { this.#p++ } get x() { return new.target } constructor() { super() } async *[y]() {} 'q' = 2; static z; has(o) { return #p in o } }",
  "export default class {} export * from 'a'; export * as b from 'b'; import c, {d as e, 'f g' as h} from 'c'; import * as i from 'd'; export {e as default2}; import j from 'j' with {type: 'json'};",
  "x?.y?.[z]?.(...w); delete (a?.b).c; a ??= b; c ||= d; e &&= f; g **= 2;",
  "for (const a of b) continue; for (var c in d) break; for (;;) { if (a) break; else continue } do ; while (0); while (1) {} label: for (let x = 0, y; x < 1; x++, --y) continue label;",
  "try { throw 1 } catch { } finally { } try {} catch ({e}) {} switch (a) { case 1: case 2: b; default: c } debugger;",
  "`a${b}c\\n${`d`}\r\ne\\u{1F600}`; tag`\\unicode ${1} \\x`; `\r`; '\\u0041\\x42\\\n'; \"\\ud800\";",
  "/[/\\]]+/giu; /(?<n>a)\\k<n>/v; a / b / c; i\\u0066x; import.meta.url; await import('x'); async () => { for await (const a of b) await a };",
  "/* a */ // b\n/** c\n * d */ f(/* e */); // ☃ 𝄞\n'☃ 𝄞 ä'; ä𝒳 = `☃${1}𝄞`; // end",
  "function* g(a, b = 1, ...c) { const h = function () { 'use strict'; }; 'not \\'this'; const x = yield; yield* a; (1, 2); (a); (b) => 1 }",
  "(function () {}); (() => {})(); new (a())(); new a; a ? b : c; typeof void !~+-a; i++; --j; a in b instanceof c; async (x) => x; async x => x; (async function* () {})",
];

test("trees are those of acorn", () => {
  for (const text of SNIPPETS) hold(text);
  const scripts = ["var a = 017 + 089 + '\\07'; with (a) b; if (a) function f() {} \n<!-- x\n--> y\nyield; let; async; await", "'use strict'; 'b'; var x"];
  for (const text of scripts) hold(text, "script");
});

test("trees with JSX are those of acorn-jsx", () => {
  const parser = acorn.Parser.extend(jsx());
  for (const text of [
    "const a = <b.c d='&amp;e' f={g} {...h} i:j k>l &lt; {m}{/* n */}<></></b.c>;",
    "<p/>; <a-b c='ä ☃'>\n  𝄞 {<q/>}\n</a-b>; x < y > z;",
    "export default () => <>text<b></b></>;",
  ]) {
    same(plain(parse(text, { jsx: true })), theirs(text, "module", parser));
  }
  assert.throws(() => parse("<p/>"), { code: "malformed" });
  assert.equal(parse("<p/>", { jsx: true, sourceType: "script" }).sourceType, "script");
});

test("the sources of other packages have the same trees", () => {
  for (const name of ["fflate/esm/browser.js", "acorn/dist/acorn.mjs", "pako/dist/pako.mjs"]) {
    hold(readFileSync(join(root, "node_modules", name), "utf8"));
  }
});

test("deep and long programs have trees", () => {
  const long = `${"a + ".repeat(50_000)}a`;
  let { expression } = parse(long).body[0];
  let depth = 0;
  for (; expression.type === "BinaryExpression"; depth++) expression = expression.left;
  assert.equal(depth, 50_000);
  assert.throws(() => parse("(".repeat(9_000)), { name: "KilowatError", code: "too_large" });
});

test("what is wrong has a place", () => {
  assert.throws(() => parse("let a;\nlet a;"), { code: "malformed", offset: 11, operation: "javascript_parse", message: /^at byte 11: / });
  assert.throws(() => parse("return 1"), { code: "malformed" });
  assert.equal(parse("return 1", { sourceType: "commonjs" }).sourceType, "script");
});
