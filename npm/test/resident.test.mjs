// Buffers that stay in a kernel's memory, and inputs that do not fit into one.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { KilowatError, Resident, configure, report, resetReport, status, upload } from "kilowat";
import { GzipStream, gunzip, gzip } from "kilowat/deflate";
import { blake3, createSHA256, crc32, fnv1a32, md5, sha256, sha512, xxh64 } from "kilowat/hash";
import { lz4Compress } from "kilowat/lz4";
import { copy, equal } from "kilowat/memory";
import { compare, search, searchAll } from "kilowat/search";

const text = "a needle in a haystack of needles ☃";
const bytes = new TextEncoder().encode(text);

test("calls of its module find it, and others copy it", () => {
  const resident = upload(text, search);
  assert.ok(resident instanceof Resident);
  assert.equal(resident.length, bytes.length);
  for (let round = 0; round < 3; round++) {
    assert.equal(search(resident, "hay"), 14);
    assert.equal(search(resident, resident), 0);
    assert.equal(searchAll(resident, "needle").count, 2);
    assert.equal(fnv1a32(resident), fnv1a32(text));
    assert.equal(compare(resident, `${text}a`), -1);
    assert.equal(sha256.hex(resident), sha256.hex(text));
    assert.equal(createSHA256().update(resident).hex(), sha256.hex(text));
  }
  assert.deepEqual(resident.toBytes(), bytes);
  resident.free();
  resident.free();
  for (const use of [() => search(resident, "a"), () => md5(resident), () => resident.toBytes()]) {
    assert.throws(use, { code: "argument", message: "the resident buffer was freed" });
  }
});

test("it is freed at the end of its block", () => {
  const resident = upload("abc", md5);
  resident[Symbol.dispose]();
  assert.throws(() => md5(resident), KilowatError);
});

test("many of them have places of their own, also when memory grows and places are given back", () => {
  const contents = Array.from({ length: 40 }, (_, at) => new Uint8Array(1000 * (at % 7) + at).fill(at));
  const all = contents.map((content) => upload(content, sha256));
  const hold = () => {
    all.forEach((resident, at) => {
      if (resident !== undefined) assert.deepEqual(sha256(resident), sha256(contents[at]), `${at}`);
    });
  };
  hold();
  const long = new Uint8Array(3_000_000).fill(7);
  assert.equal(sha256.hex(long), createHash("sha256").update(long).digest("hex"));
  hold();
  for (const at of [3, 4, 9, 20, 39, 0]) {
    all[at].free();
    all[at] = undefined;
  }
  hold();
  for (const at of [4, 0, 39]) all[at] = upload(contents[at], sha256);
  hold();
  const { memory } = status().sha256;
  for (let round = 0; round < 100; round++) upload(long, sha256).free();
  assert.ok(status().sha256.memory <= memory + 2 * long.length, "what is freed is used again");
  hold();
  for (const resident of all) resident?.free();
});

test("a kernel writes to a copy", () => {
  const resident = upload("abcdef", copy);
  assert.equal(Buffer.from(copy(resident, 0, 3, 3)).toString(), "abcabc");
  assert.equal(Buffer.from(resident.toBytes()).toString(), "abcdef");
  assert.ok(equal(resident, "abcdef"));
  resident.free();
});

test("secrets are zeroed when they are freed, and calls leave them", () => {
  const resident = upload("what nobody else may read", sha512);
  assert.equal(sha512.hex(resident), sha512.hex("what nobody else may read"));
  assert.equal(sha512.hex(resident), createHash("sha512").update("what nobody else may read").digest("hex"));
  const memory = () => Buffer.from(sha512.module.frame(undefined).view);
  assert.notEqual(memory().indexOf("nobody else"), -1);
  resident.free();
  assert.equal(memory().indexOf("nobody else"), -1);
});

test("it outlives an instance that trapped, and kernels that are turned off", () => {
  const resident = upload(text, crc32);
  const frame = crc32.module.frame(undefined);
  const broken = new Proxy(frame.exports, {
    get: (all, name) => (name === "crc32" ? () => { throw new WebAssembly.RuntimeError("unreachable"); } : all[name]),
  });
  Object.defineProperty(frame, "exports", { value: broken });
  resetReport();
  const expected = crc32(bytes);
  assert.equal(crc32(resident), expected);
  assert.equal(crc32(resident), expected);
  assert.equal(report().operations.crc32.failures, 1);
  configure({ wasm: false });
  try {
    assert.equal(crc32(resident), expected);
    const made = upload("made here", xxh64);
    const hash = xxh64(made);
    configure({ wasm: true });
    assert.equal(xxh64(made), hash);
    made.free();
  } finally {
    configure({ wasm: true });
  }
  resident.free();
});

test("memory over the limit is kept for what stays in it", () => {
  configure({ memoryLimit: 1 << 20 });
  try {
    const resident = upload(new Uint8Array(2_000_000), md5);
    const digest = md5.hex(new Uint8Array(2_000_000));
    assert.equal(md5.hex(resident), digest);
    assert.ok(status().md5.memory > 2_000_000);
    resident.free();
    assert.equal(md5.hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    assert.equal(status().md5.memory, 0);
  } finally {
    configure({ memoryLimit: 64 << 20 });
  }
});

test("what is too long for a call is refused by a name for what takes it", () => {
  // Nothing is written to it, so that it takes no memory.
  const long = new Uint8Array(2 ** 31);
  const ways = [[gunzip, "GunzipStream"], [gzip, "DeflateStream, ZlibStream or GzipStream"], [lz4Compress, "Lz4Stream"], [blake3, "createBLAKE3"]];
  for (const [call, way] of ways) {
    assert.throws(() => call(long), (error) => {
      assert.deepEqual([error.name, error.code, error.status], ["KilowatError", "too_large", -6]);
      assert.ok(error.message.endsWith(`take pieces, by ${way}`), error.message);
      return true;
    });
  }
  assert.throws(() => upload(long, sha256), { code: "too_large" });
  assert.throws(() => search(long, "a"), { code: "too_large", operation: "search" });
});

test("long pieces are cut", async () => {
  const long = Buffer.alloc(20_000_000, "the kilowatt hour is 3.6 megajoules; ");
  assert.deepEqual(Buffer.from(createSHA256().update(long).digest()), createHash("sha256").update(long).digest());
  const parts = [];
  for await (const part of new Blob([long]).stream().pipeThrough(new GzipStream({ level: 1 }))) parts.push(part);
  assert.ok(Buffer.from(gunzip(Buffer.concat(parts))).equals(long));
  assert.ok(status().deflate.memory < 100_000_000);
});
