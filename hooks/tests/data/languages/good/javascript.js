#!/usr/bin/env node
'use strict';
const a = 1, b = 2, re = /[/]"'`/, t = `x${a / b / 2}y${`}`}`;
if (a) /'/.test(b);
const o = { a, b() { return a / b }, get c() { return /"/ } };
label: { break label }
// "comment
module.exports = { o, re, t };
