import d, { a as b, default as c, "s t" as e } from "m" with { type: "json", "k": "v", };
import * as ns from 'n'
import f1, * as f2 from "o"; import {} from "p"; import "q"
export { b as default, c as "u v", d, e, }; export {} ; export * from "r"; export * as x from "s"; export * as "y z" from "t"
export { default as w1, "a" as "b" } from "m" with {}
export const [g, { h = 1, ...i }] = [], j = await k, l = import.meta.url
export let m; export var n, o = 1
export async function* p1() { yield; for await (x1 of y1) { } }
export class Q { static async = async => 1; static { class R { static #s } } #a; b() { delete this.b, this.#a = #a in this } }
var k, x1, y1
for await (const { a = await 1 } of [await 2]) { let a1; { let a1 } }
await (async () => { await import("x", { with: {} }) })(), typeof await 1, (-await 2) ** 3
if (k) { function s1() { "use strict"; return new.target } }
const t1 = () => this, u1 = async function v1() {}, { length } = "\u2028 ", w = `${k}${`\u{10ffff}`}`
do { switch (k) { case 1: let a; break; default: continue } } while (k) k
z: { break z }
label: for (;;) { if (k) continue label; else break }
try { } catch { } finally { }
try { } catch ({ message: [q1 = 1] }) { let r1 }
var { a: { b: [, s2] = [] } = {}, ...t2 } = k ?? {}, \u{75}2 = a2 => ({ a2 }).a2, a2 = class A2 { static m() { return super.x } }
k?.[l]?.(...m)?.n.p; k = { get [l]() { return 1 }, set "m"(v) { }, *1() { }, async 2n() { }, async *if() { }, in: 1, get: 2 }
