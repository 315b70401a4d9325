#!/usr/bin/env node
"use\x20nothing"; // sloppy code, with what strict code forbids
var a = 017, b = 08.5, yield = a, await = b, async, of, get, static, \u0061b = 1;
with (a) delete b
if (a) function f(a, a) { return arguments } else function g() {}
label: function h() {}
outer: for (var i = 0 in {}) { inner: do continue outer; while (0) break outer }
for (var k in
{}) ; for (let i = 0, j; i < 1; i++) debugger
for (async of => {}; false;) {} for (var [x, ...[y]] of [[]]) for (x.y of []) {}
try { throw a } catch (e) { var e } finally { ; }
switch (a) { case 1: { function k() {} function k() {} } default: case "\8\012": }
<!-- a comment
--> another
a = b
/c/g
++a
var o = { a, b, get, set: 1, get a() { return 1 }, set a(v) {}, async *[a]() { yield* await a },
  async: 1, "s": 2, 3: 4, .5e-1: 5, 0n: 6, __proto__: null, "__proto__"() {}, ...a, new() { return new.target } };
({ a, b: [c = 1, , ...d], ["e"]: o.f, g = 2, ...h } = o), [o.a, [o["b"]], (a), { c }] = [];
var t = `a${`b${{}}`}\
c`, u = t`\unicode ${a}\u{41}`, r = /[/\]](?<n>\k<n>)|\1(?=a)*[^]{,2}\p{2}]/giy, s = /(?:[\w-]|a{2,3}?)$/mu, v = /[[a-z]&&\p{L}]/v;
x => y => ({}), async x => await x, async (a, { b } = {}, ...[c]) => {}, (a = (b, c)) => a, async (a), async
(a)
function* gen() { yield
yield* yield /re/; var { a = yield, ...b } = yield a, c }
async function f2() { for await (const a of b) await (await a)?.b?.[c]?.(d); x.y(z)`e`; return async function* () { yield await 1 } }
class A extends (B, C) { static #p = 1; #q; static { this.#p ??= #q in this, A?.#p } constructor() { super(...a); super.b }
  get #g() {} set #g(v) {} static async *m() {} 'x' = () => super.y; static; get; async
  ['z']() {} static static() {} accessor = args => 1 }
new new A(...a).b()(c), new A, new (f())(), import("m", {}), a ? b ? c : d : e, a ** (-b) ** c, (a ?? b) || c && d | e ^ f & g
a = -b + +c - --d + ++e ** 2 / !f % ~g * typeof h << void 0 >> 1 >>> 2, a &&= b ||= c >>>= d **= 1_000.5_5e1_0
i = 0b1n + 0O7 + 0XaF + 1. + .1 + a instanceof b in c, a !== b != c == d === e <= f >= g < h > '\u{1F600}\
\x41\u0041\0'
