// Every operation has an export, a type and vectors, and answers them as the kernels do under wasmtime.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { operations } from "kilowat/all";
import { configure, report, resetReport, status } from "kilowat";
import { differences, difference } from "./vectors.mjs";

const data = (name) => JSON.parse(readFileSync(new URL(`../../tests/data/${name}.json`, import.meta.url), "utf8"));
const described = data("operations");
const vectors = data("vectors");
const families = ["hash", "lz4", "deflate", "brotli", "crypto", "javascript", "json", "text", "search", "memory"];

test("every operation is exported by a family, with a type", async () => {
  const exported = new Map();
  for (const family of families) {
    for (const value of Object.values(await import(`kilowat/${family}`))) {
      if (typeof value === "function" && value.operation) exported.set(value.operation, family);
    }
  }
  assert.deepEqual([...exported.keys()].sort(), described.map(({ name }) => name).sort());
  const types = readFileSync(new URL("../dist/generated/operations.d.ts", import.meta.url), "utf8");
  for (const { name } of described) assert.match(types, new RegExp(`readonly ${name}: `));
});

test("every operation has vectors, and answers them", () => {
  const covered = new Set(vectors.map(({ operation }) => operation));
  for (const { name } of described) assert.ok(covered.has(name), `${name} has no vectors`);
  resetReport();
  assert.deepEqual(differences(operations, vectors), {});
  const { calls, wasm, failures } = report();
  assert.deepEqual({ calls, wasm, failures }, { calls: vectors.length, wasm: vectors.length, failures: 0 });
  assert.ok(Object.values(status()).every(({ state }) => state === "wasm"));
});

test("without WebAssembly plain JavaScript gives the same answers, or the error names a package", () => {
  configure({ wasm: false });
  try {
    const answered = new Set();
    for (const vector of vectors) {
      const operation = operations[vector.operation];
      if (operation.hasPlain) {
        assert.equal(difference(operations, vector), undefined, vector.operation);
        answered.add(vector.operation);
      } else {
        assert.match(difference(operations, vector) ?? "", /"code":"unavailable"/, vector.operation);
      }
    }
    for (const name of ["sha256", "sha512", "md5", "xxh32", "xxh64", "fnv1a32", "fnv1a64", "crc32", "crc32c", "blake3", "xxh3_64"]) {
      assert.ok(answered.has(name), name);
    }
    for (const name of ["compare", "equal", "mismatch", "memory_compare", "search", "search_all", "search_many"]) {
      assert.ok(answered.has(name), name);
    }
    assert.throws(() => operations.gzip_decompress(""), { code: "unavailable", message: /install fflate/ });
    assert.throws(() => operations.aes_gcm_seal("", "", "", ""), { message: /install @noble\/ciphers/ });
    assert.ok(Object.values(status()).every(({ state }) => state === "off"));
  } finally {
    configure({ wasm: true });
  }
});

test("a test of the tests: a wrong answer is a difference", () => {
  const vector = vectors.find(({ operation }) => operation === "sha256");
  const broken = { sha256: () => new Uint8Array(32) };
  assert.match(difference(broken, vector), /expected/);
  assert.match(difference(operations, { ...vector, value: undefined, refusal: { status: -3, offset: 0, words: "" } }), /-3/);
});
