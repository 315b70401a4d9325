// The coordinator: modules and functions by name, who answers them, and what is counted.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import zlib from "node:zlib";
import * as acorn from "acorn";
import { KilowatError, configure } from "kilowat";
import { xaes256GcmOpen } from "kilowat/crypto";
import { FallbackStrategyManager, WASMPerformanceMonitor, WASMRuntimeCoordinator } from "kilowat/coordinator";

const coordinator = new WASMRuntimeCoordinator();
const text = "the kilowatt hour is 3.6 megajoules; ".repeat(300);
const bytes = new TextEncoder().encode(text);

test("programs that were written for it run as they are", async () => {
  assert.equal(await coordinator.initialize(), true);
  assert.equal(coordinator.initialized, true);
  const { result: hash, accelerated, method, duration } = await coordinator.execute("stringOps", "fastHash", "hello");
  assert.deepEqual([hash, accelerated, method], [0x4f9f2cab, true, "wasm"]);
  assert.ok(duration >= 0 && duration < 1000);
  assert.equal((await coordinator.execute("stringOps", "fastHash", "")).result, 2166136261);
  const { result: ast } = await coordinator.execute("astParser", "parseJavaScript", "export const a = 1;");
  assert.equal(ast.body[0].declaration.declarations[0].id.name, "a");
  const stringOps = await coordinator.getModule("stringOps");
  assert.equal(stringOps.fastCompare("hello", "world"), -1);
  assert.equal(await stringOps.execute("fastSearch", "a needle", "needle"), 2);
  assert.equal(await coordinator.loadModule("stringOps"), stringOps);
});

/** What each function answers, and whether kernels do. */
const ANSWERS = {
  stringOps: {
    fastHash: [["hello"], 0x4f9f2cab, true],
    fastCompare: [["b", "a"], 1, true],
    fastSearch: [["ä ☃ needle", "needle"], 4, true],
    fastReplace: [["a.b.ä.c", ".", "$&"], "a$&b$&ä$&c", true],
    fastJSONStringify: [[{ a: [1] }], '{"a":[1]}', false],
    createEnvelope: [["message", { a: 1 }, "sender"], undefined, false],
  },
  astParser: { parseJavaScript: [["f()"], undefined, true], parseJSON: [["[1]"], [1], false] },
  memoryOps: {
    fastCopy: [[new Uint8Array([1, 2, 3]).buffer, new Uint8Array(3).buffer, 2], undefined, false],
    fastCompare: [[new Uint8Array([1, 2, 3]).buffer, new Uint8Array([1, 2, 4]).buffer, 2], 0, true],
    fastSerialize: [[{ a: 1 }], '{"a":1}', false],
    fastDeserialize: [['{"a":1}'], { a: 1 }, false],
    compress: [[bytes], undefined, true],
    decompress: [[], undefined, true],
    aggregateMetrics: [[Float64Array.of(1, 2, 3)], undefined, true],
  },
  crypto: {
    hashSHA256: [[bytes], new Uint8Array(createHash("sha256").update(bytes).digest()), true],
    hashMD5: [[bytes], new Uint8Array(createHash("md5").update(bytes).digest()), true],
    encrypt: [[], undefined, true],
    decrypt: [[], undefined, true],
  },
  compression: {
    gzip: [[bytes], undefined, true],
    gunzip: [[zlib.gzipSync(bytes)], bytes, true],
    deflate: [[bytes], undefined, true],
    inflate: [[zlib.deflateRawSync(bytes)], bytes, true],
    brotli: [[bytes], undefined, true],
    unbrotli: [[zlib.brotliCompressSync(bytes)], bytes, true],
  },
  validation: {
    validateJSON: [['{"a":1}'], true, true],
    validateJavaScript: [["let a; let a;"], undefined, true],
    validateRegex: [["["], false, false],
  },
};

const call = async (module, name, ...args) => (await coordinator.execute(module, name, ...args)).result;

test("every function answers, and says who has", async () => {
  const key = randomBytes(32);
  ANSWERS.crypto.encrypt[0] = [bytes, key];
  ANSWERS.crypto.decrypt = [[await call("crypto", "encrypt", bytes, key), key], bytes, true];
  ANSWERS.memoryOps.decompress = [[await call("memoryOps", "compress", bytes)], bytes, true];
  for (const [name, functions] of Object.entries(ANSWERS)) {
    const { execute, ...methods } = await coordinator.getModule(name);
    assert.deepEqual(Object.keys(methods).sort(), Object.keys(functions).sort());
    for (const [operation, [args, expected, accelerated]] of Object.entries(functions)) {
      const outcome = await coordinator.execute(name, operation, ...args);
      assert.equal(outcome.accelerated, accelerated, operation);
      if (expected !== undefined) assert.deepEqual(outcome.result, expected, operation);
    }
  }
});

test("what is made here is read elsewhere", async () => {
  assert.equal(zlib.gunzipSync(await call("compression", "gzip", bytes)).toString(), text);
  assert.equal(zlib.inflateRawSync(await call("compression", "deflate", bytes)).toString(), text);
  assert.equal(zlib.brotliDecompressSync(await call("compression", "brotli", bytes)).toString(), text);
  const key = randomBytes(32);
  const sealed = await call("crypto", "encrypt", bytes, key);
  assert.equal(sealed.length, bytes.length + 40);
  assert.deepEqual(xaes256GcmOpen(key, sealed.subarray(0, 24), "", sealed.subarray(24)), bytes);
  assert.notDeepEqual(await call("crypto", "encrypt", bytes, key), sealed);
  sealed[40] ^= 1;
  await assert.rejects(call("crypto", "decrypt", sealed, key), { code: "unauthentic" });
  await assert.rejects(call("crypto", "decrypt", new Uint8Array(3), key), { code: "unauthentic" });

  const dest = new Uint8Array(4);
  await call("memoryOps", "fastCopy", Uint8Array.of(1, 2, 3), dest, 2);
  assert.deepEqual(dest, Uint8Array.of(1, 2, 0, 0));
  const envelope = await call("stringOps", "createEnvelope", { task: 1 }, undefined, "agent-1");
  assert.deepEqual([envelope.sender, envelope.message], ["agent-1", { task: 1 }]);
  assert.match(envelope.id, /^[0-9a-f-]{36}$/);
  const { mean, p50 } = await call("memoryOps", "aggregateMetrics", [1, 2, 6]);
  assert.deepEqual([mean, p50], [3, 2]);
  const { valid, errors } = await call("validation", "validateJavaScript", "let a; let a;");
  assert.deepEqual([valid, errors.length, errors[0].offset], [false, 1, 11]);
  assert.deepEqual(await call("validation", "validateJavaScript", "let a;"), { valid: true, errors: [] });
  assert.equal(await call("validation", "validateJSON", "[1,]"), false);
  for (const [haystack, needle] of [["☃", ""], ["abc", "d"], ["☃𝄞x", "x"], ["aXbX", "X"]]) {
    assert.equal(await call("stringOps", "fastSearch", haystack, needle), haystack.indexOf(needle));
    assert.equal(await call("stringOps", "fastReplace", haystack, needle, "-"), haystack.replaceAll(needle, "-"));
  }
});

test("without kernels the same is answered in JavaScript, or by what is registered", async () => {
  const plain = new WASMRuntimeCoordinator({ enabled: false });
  assert.equal(await plain.initialize(), false);
  for (const [name, functions] of Object.entries(ANSWERS)) {
    for (const [operation, [args, expected]] of Object.entries(functions)) {
      if (!plain.fallbackStrategies.has(name, operation)) {
        await assert.rejects(plain.execute(name, operation, ...args), /^Error: No fallback for /);
        continue;
      }
      const outcome = await plain.execute(name, operation, ...args);
      assert.deepEqual([outcome.accelerated, outcome.method], [false, "javascript"]);
      if (expected !== undefined) assert.deepEqual(outcome.result, expected, operation);
    }
  }
  assert.equal((await coordinator.execute("stringOps", "fastHash", "hello")).method, "wasm");

  configure({ wasm: false });
  try {
    const off = new WASMRuntimeCoordinator();
    assert.equal(await off.initialize(), false);
    assert.equal((await off.execute("crypto", "hashMD5", "")).method, "javascript");
    await assert.rejects(off.execute("astParser", "parseJavaScript", "a"), { code: "unavailable" });
    off.fallbackStrategies.register("astParser", "parseJavaScript", async (code) => acorn.parse(code, { ecmaVersion: 16 }));
    const { result, accelerated } = await off.execute("astParser", "parseJavaScript", "a");
    assert.deepEqual([result.type, accelerated], ["Program", false]);
    // What has a form in JavaScript is answered so where kernels would have been asked.
    const modules = Object.keys(ANSWERS);
    for (const name of modules) {
      for (const [operation, [args]] of Object.entries(ANSWERS[name])) {
        const answered = await off.execute(name, operation, ...args).then(() => true, (error) => error.code !== "unavailable");
        assert.equal(answered, off.fallbackStrategies.has(name, operation), operation);
      }
    }
  } finally {
    configure({ wasm: true });
  }
});

test("names that there are not are errors, and what is registered under a new one answers", async () => {
  await assert.rejects(coordinator.getModule("stringops"), { code: "argument", message: /there are stringOps, astParser/ });
  await assert.rejects(coordinator.execute("astParser", "parseTypeScript", ""), { message: /it has parseJavaScript, parseJSON/ });
  await assert.rejects(coordinator.execute("stringOps", "toString"), KilowatError);
  coordinator.fallbackStrategies.register("astParser", "parseTypeScript", (code) => code.length);
  assert.deepEqual((await coordinator.execute("astParser", "parseTypeScript", "abc")).result, 3);
  const manager = new FallbackStrategyManager();
  assert.equal(await manager.get("stringOps", "fastHash")("hello"), 0x4f9f2cab);
  assert.throws(() => manager.get("a", "b"), /No fallback for a\.b/);
});

test("errors of the input are errors, with the words of the kernel", async () => {
  const damaged = zlib.gzipSync("a");
  damaged[damaged.length - 8] ^= 1;
  await assert.rejects(coordinator.execute("compression", "gunzip", damaged), { name: "KilowatError", code: "checksum" });
  await assert.rejects(coordinator.execute("astParser", "parseJSON", "[1,"), { message: "at byte 3: the text ends: expected a value" });
});

test("calls are counted by who has answered", () => {
  const monitor = new WASMPerformanceMonitor();
  const record = (method, time) => monitor.record({ module: "a", operation: "b", time, method });
  record("wasm", 1);
  record("wasm", 3);
  record("javascript", 10);
  const { summary, operations } = monitor.getReport();
  assert.deepEqual([summary.totalCalls, summary.wasmCalls, summary.jsCalls, summary.wasmPercentage], [3, 2, 1, "66.67"]);
  assert.deepEqual(operations, [
    { operation: "a:b", speedup: "5.00x", wasmCalls: 2, jsCalls: 1, avgWasmTime: "2.000ms", avgJsTime: "10.000ms" },
  ]);
  monitor.stop();
  record("wasm", 1);
  monitor.start();
  assert.equal(monitor.getReport().summary.totalCalls, 3);
  monitor.reset();
  assert.equal(monitor.getReport().summary.wasmPercentage, "0.00");
  assert.ok(coordinator.performanceMonitor.getReport().operations.some(({ operation }) => operation === "stringOps:fastHash"));
});

test("it says what the host can run", async () => {
  assert.deepEqual(await coordinator.detectCapabilities(), {
    wasmSupported: true,
    simdSupported: true,
    threadsSupported: true,
    bulkMemorySupported: true,
    version: 1,
  });
});
