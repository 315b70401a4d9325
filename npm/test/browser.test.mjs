// The same vectors in headless Chromium: on the main thread, in a worker, under a policy that forbids WebAssembly, and
// offline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { executablePath, missing, options } from "./browser/chromium.mjs";
import { serve } from "./browser/server.mjs";

let browser, server;

before(async () => {
  if (missing) return;
  server = await serve();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function page(path) {
  const page = await browser.newPage();
  await page.goto(server.address + path);
  return page;
}

const onMainThread = () => import("/test/browser/vectors-in-host.mjs").then(({ run }) => run());

const inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker("/test/browser/vectors-in-host.mjs", { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker does not start"));
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.result) : reject(new Error(data.error)));
  });

function heldByKernels({ vectors, wrong, unavailable, wasm, fallbacks, failures, states }) {
  assert.deepEqual({ wrong, unavailable, fallbacks, failures }, { wrong: [], unavailable: 0, fallbacks: 0, failures: 0 });
  assert.ok(vectors > 1000);
  assert.equal(wasm, vectors);
  assert.deepEqual(states, ["wasm"]);
}

test("on the main thread", options, async () => {
  heldByKernels(await (await page("/open")).evaluate(onMainThread));
});

test("in a worker", options, async () => {
  heldByKernels(await (await page("/open")).evaluate(inWorker));
});

for (const [where, run] of [["on the main thread", onMainThread], ["in a worker", inWorker]]) {
  test(`without WebAssembly, which the policy forbids, ${where}`, options, async () => {
    const { vectors, wrong, unavailable, wasm, fallbacks, states } = await (await page("/strict")).evaluate(run);
    assert.deepEqual({ wrong, wasm, states }, { wrong: [], wasm: 0, states: ["failed"] });
    assert.ok(fallbacks > 500);
    assert.equal(fallbacks + unavailable, vectors);
  });
}

test("compiled while it comes, and then offline", options, async () => {
  const open = await page("/open");
  const asked = [];
  open.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open.evaluate(async () => {
    const { init } = await import("/dist/index.js");
    globalThis.hash = await import("/dist/hash.js");
    await init([globalThis.hash.sha256], "/wasm/");
  });
  assert.deepEqual(asked.filter((path) => path.endsWith(".wasm")), ["/wasm/sha256.wasm"]);
  await open.context().setOffline(true);
  const digests = await open.evaluate(() => [hash.sha256.hex("abc").slice(0, 8), hash.md5.hex("").slice(0, 8)]);
  assert.deepEqual(digests, ["ba7816bf", "d41d8cd9"]);
});
