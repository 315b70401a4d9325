// Runs in a page and in a worker: all vectors, and who has answered them.
import { report, status } from "/dist/index.js";
import { operations } from "/dist/all.js";
import { difference } from "/test/vectors.mjs";

export async function run() {
  const vectors = await (await fetch("/data/vectors.json")).json();
  const wrong = [];
  let unavailable = 0;
  for (const vector of vectors) {
    const found = difference(operations, vector);
    if (found?.includes('"unavailable"')) unavailable++;
    else if (found !== undefined) wrong.push(`${vector.operation}: ${found}`);
  }
  const { wasm, fallbacks, failures } = report();
  const states = [...new Set(Object.values(status()).map(({ state }) => state))];
  return { vectors: vectors.length, wrong: wrong.slice(0, 10), unavailable, wasm, fallbacks, failures, states };
}

if (typeof WorkerGlobalScope !== "undefined") {
  run().then(
    (result) => postMessage({ result }),
    (error) => postMessage({ error: String(error) }),
  );
}
