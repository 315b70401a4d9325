/// <reference types="node" />
import type { A } from './a';
const division = (1 + 2) / 3 / division2, b = list[0] / 2, c = x++ / y, d = `${a}` / 2, e = value! / 2;
const regular = /[/"'`(]\/[\]/]/gi.test("/") ? /=a/ : /\//u;
if (a) /}/.exec(text);
while (/\(/.test(a)) { /{/.test(b) }
const cast = <T>(value: unknown) => <T>value;
const template = `a ${`b ${{ c: `}` }.c} \` \${ ${/}`/.source}`} "'`;
function f<T extends { a: string }>(this: Window, ...rest: Array<Map<string, T>>): asserts rest is never[] {
  return void 0, typeof /a/;
}
const object = { if: 1, return: /a/, 'quoted"': "it's", [`k${1}`]: 1, get: 2, async *gen() { yield /}/; } };
const half = object.return / 2 + object.if / 4;
class B extends (class {}) { #private = 1; static { this.#x = /}/; } get [Symbol.iterator]() { return 1 } }
const f2 = function () { return 1 } / 2;
type F = <T>(value: T) => `${string}-${number}`;
const shifted = 1 << 2 >> (3 >>> 1), less = a < b && c > /d/;
label: for (const x of /a b/.source) { continue label }
let dec = 1_000.5e+3 / 0x1F / .5 / 1..toFixed().length;
const line = 'a\
b';
const arrow = () => {}
/regex/.test('after an arrow function');
@decorate({ a: '}' }) class C { declare x: number; y!: string; z?: /* c */ number }
// a comment without end of line `
