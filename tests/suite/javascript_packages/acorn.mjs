// Compares trees with those of acorn. On standard input stand for each program a line of JSON with its `file`, its `goal`
// and the `length` of what follows: its tree as ESTree, or nothing where it was refused. For each is answered with a line
// of JSON: null where acorn agrees, or what is different.
import { readFileSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

const acorn = createRequire(`${process.argv[2]}/`)("acorn");

let input = Buffer.alloc(1 << 20), start = 0, end = 0;

/** Reads until so many bytes are there. False at the end of the input. */
function fill(length) {
  if (start + length > input.length) {
    const larger = length > input.length ? Buffer.alloc(length + (1 << 20)) : input;
    input.copy(larger, 0, start, end);
    [input, start, end] = [larger, 0, end - start];
  }
  while (end - start < length) {
    const read = readSync(0, input, end, input.length - end);
    if (read === 0) return false;
    end += read;
  }
  return true;
}

function line() {
  for (let length = 1; fill(length); length++) {
    if (input[start + length - 1] !== 0x0a) continue;
    const text = input.toString("utf8", start, start + length);
    start += length;
    return text;
  }
  return undefined;
}

/** What JSON makes of a value. */
function plain(value) {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return null;
  return value instanceof RegExp ? {} : value;
}

/** The first difference of two trees. */
function difference(ours, theirs) {
  const open = [["", ours, theirs]];
  while (open.length > 0) {
    const [path, one, wild] = open.pop();
    const other = plain(wild);
    if (one === other) continue;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
      return `${path}: ${JSON.stringify(one)} instead of ${JSON.stringify(other)}`;
    }
    const keys = Object.keys(other).filter((key) => other[key] !== undefined);
    const more = Object.keys(one).filter((key) => !(key in other));
    if (more.length > 0) return `${path}: ${more} more`;
    for (const key of keys) {
      if (!(key in one)) return `${path}: no ${key}`;
      open.push([`${path}.${key}`, one[key], other[key]]);
    }
  }
  return null;
}

function compare({ file, goal, length }) {
  fill(length);
  const json = input.toString("utf8", start, start + length);
  start += length;
  let theirs;
  try {
    theirs = acorn.parse(readFileSync(file, "utf8"), { ecmaVersion: 2025, sourceType: goal, allowHashBang: true });
  } catch (error) {
    return length === 0 ? null : `acorn refuses it: ${error.message}`;
  }
  return length === 0 ? "acorn takes it" : difference(JSON.parse(json), theirs);
}

for (let head = line(); head !== undefined; head = line()) {
  writeSync(1, `${JSON.stringify(compare(JSON.parse(head)))}\n`);
}
