// Holds operations to `tests/data/vectors.json`. It runs in Node and in browsers alike.
import { actual, argument, expected } from "./values.mjs";

/** What differs between a vector and what the operation answers; nothing where they are the same. */
export function difference(operations, vector) {
  const { operation, arguments: given } = vector;
  let answer;
  try {
    answer = { value: actual(operations[operation](...given.map(argument))) };
  } catch (error) {
    if (error.name !== "KilowatError") throw error;
    answer = { status: error.status, offset: error.offset ?? null, code: error.code, words: error.message };
  }
  const { value, refusal } = vector;
  if (refusal === undefined) {
    const wanted = JSON.stringify(expected(value));
    if (JSON.stringify(answer.value) === wanted) return undefined;
    return `expected ${wanted.slice(0, 300)}, and it is ${JSON.stringify(answer).slice(0, 300)}`;
  }
  if (["status", "offset", "words"].every((key) => answer[key] === refusal[key])) return undefined;
  return `expected ${JSON.stringify(refusal)}, and it is ${JSON.stringify(answer).slice(0, 300)}`;
}

/** All differences, those of each operation apart. */
export function differences(operations, vectors) {
  const all = {};
  for (const [index, vector] of vectors.entries()) {
    const found = difference(operations, vector);
    if (found !== undefined) (all[vector.operation] ??= []).push(`vector ${index}: ${found}`);
  }
  return all;
}
