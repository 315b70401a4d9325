// Loading, inputs, memory, errors, streams.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import zlib from "node:zlib";
import { KilowatError, configure, init, report, resetReport, status } from "kilowat";
import * as hash from "kilowat/hash";
import * as deflate from "kilowat/deflate";
import { aesGcmOpen, aesGcmSeal } from "kilowat/crypto";
import { search } from "kilowat/search";
import { utf8Count } from "kilowat/text";

const noise = (length) => Uint8Array.from({ length }, (_, at) => (at * 2654435761) >>> (at % 24));

test("strings, buffers and views are taken, and digests have texts", () => {
  const text = "Kilowatt — 1 kW, ☃, 𝄞";
  const expected = createHash("sha256").update(text).digest();
  const bytes = new TextEncoder().encode(text);
  const within = new Uint8Array(bytes.length + 9);
  within.set(bytes, 5);
  for (const data of [text, bytes, bytes.buffer, new DataView(within.buffer, 5, bytes.length)]) {
    assert.deepEqual(Buffer.from(hash.sha256(data)), expected);
  }
  assert.equal(hash.sha256.hex(text), expected.toString("hex"));
  assert.equal(hash.sha256.base64(text), expected.toString("base64"));
  for (const wrong of [undefined, null, 7, {}, [1]]) {
    assert.throws(() => hash.sha256(wrong), (error) => error instanceof KilowatError && error.code === "argument");
  }
  // Half of a pair of surrogates becomes U+FFFD, as everywhere on the web.
  assert.equal(utf8Count("a\ud800"), 2);
});

test("modules are loaded from a URL, and others than the package's own are refused", async () => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const file = request.url.endsWith("md5.wasm") ? "sha512" : "xxhash";
    response.setHeader("content-type", "application/wasm");
    response.end(readFileSync(new URL(`../wasm/${file}.wasm`, import.meta.url)));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const from = `http://127.0.0.1:${server.address().port}/wasm`;
    await init([hash.xxh64, hash.xxh3_64], from);
    assert.deepEqual(asked, ["/wasm/xxhash.wasm"]);
    assert.equal(hash.xxh64(""), 0xef46db3751d8e999n);
    await init([hash.md5], from);
    assert.equal(status().md5.state, "failed");
    assert.match(status().md5.reason, /not that of md5/);
    // Plain JavaScript answers until the right one is there.
    assert.equal(hash.md5.hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    await init([hash.md5]);
    assert.equal(hash.md5.hex("a"), "0cc175b9c0f1b6a831c399e269772661");
    assert.equal(status().md5.state, "wasm");
  } finally {
    server.close();
  }
});

test("memory over the limit is given back, and what grows keeps its answers", () => {
  configure({ memoryLimit: 1 << 20 });
  try {
    const long = noise(5_000_000);
    const pieces = hash.createBLAKE3();
    for (let at = 0; at < long.length; at += 99_999) pieces.update(long.subarray(at, at + 99_999));
    const expected = pieces.hex();
    assert.equal(hash.blake3.hex(long), expected);
    assert.equal(status().blake3.memory, 0);
    hash.blake3.hex("");
    assert.ok(status().blake3.memory > 0 && status().blake3.memory <= 1 << 20);
  } finally {
    configure({ memoryLimit: 64 << 20 });
  }
});

test("long inputs of hashes take little memory, and have the same hashes", () => {
  const long = noise(3_000_001);
  const makers = [[hash.sha256, hash.createSHA256], [hash.sha512, hash.createSHA512], [hash.md5, hash.createMD5], [hash.xxh32, hash.createXXH32], [hash.xxh64, hash.createXXH64], [hash.xxh3_64, hash.createXXH3]];
  for (const length of [65_535, 65_536, 65_537, 131_073, long.length]) {
    const bytes = long.subarray(0, length);
    assert.equal(hash.sha256.hex(bytes), createHash("sha256").update(bytes).digest("hex"));
    assert.equal(hash.sha512.hex(bytes), createHash("sha512").update(bytes).digest("hex"));
    assert.equal(hash.md5.hex(bytes), createHash("md5").update(bytes).digest("hex"));
    for (const [whole, make] of makers) assert.deepEqual(whole(bytes), make().update(bytes.subarray(0, 1000)).update(bytes.subarray(1000)).digest());
    for (const [whole, update, start] of [[hash.crc32, hash.crc32Update, 0], [hash.crc32c, hash.crc32cUpdate, 0], [hash.adler32, hash.adler32Update, 1], [hash.fnv1a32, hash.fnv1a32Update, 2166136261]]) {
      assert.equal(whole(bytes), update(update(start, bytes.subarray(0, 999)), bytes.subarray(999)), whole.operation);
    }
    assert.equal(hash.fnv1a64(bytes), hash.fnv1a64Update(hash.fnv1a64(bytes.subarray(0, 999)), bytes.subarray(999)));
  }
  // Strings are not cut.
  const ascii = long.subarray(0, 70_000).map((byte) => byte & 0x7f);
  for (const whole of [hash.xxh32, hash.xxh64, hash.xxh3_64]) {
    assert.equal(whole(ascii, 7), whole(Buffer.from(ascii).toString("latin1"), 7));
    assert.notEqual(whole(ascii, 7), whole(ascii));
  }
  for (const [whole] of makers) assert.ok(status()[whole.module.name].memory < 1 << 20, whole.operation);
});

test("keys and texts are gone from memory after the call", () => {
  const key = noise(32), nonce = noise(12), text = "what nobody else may read, ".repeat(20);
  const sealed = aesGcmSeal(key, nonce, "", text);
  assert.equal(Buffer.from(aesGcmOpen(key, nonce, "", sealed)).toString(), text);
  const memory = aesGcmSeal.module.frame(undefined).view;
  assert.equal(Buffer.from(memory).indexOf(Buffer.from("nobody else")), -1);
  assert.equal(Buffer.from(memory).indexOf(Buffer.from(key.subarray(0, 16))), -1);
  sealed[3] ^= 1;
  assert.throws(() => aesGcmOpen(key, nonce, "", sealed), { code: "unauthentic", operation: "aes_gcm_open" });
});

test("a kernel that traps costs one call, and the answer is right", () => {
  resetReport();
  const { exports } = hash.crc32.module.frame(undefined);
  const frame = hash.crc32.module.frame(undefined);
  const broken = new Proxy(exports, {
    get: (all, name) => (name === "crc32" ? () => { throw new WebAssembly.RuntimeError("unreachable"); } : all[name]),
  });
  Object.defineProperty(frame, "exports", { value: broken });
  assert.equal(hash.crc32("123456789"), 0xcbf43926);
  assert.equal(hash.crc32("123456789"), 0xcbf43926);
  const { calls, wasm, fallbacks, failures } = report().operations.crc32;
  assert.deepEqual({ calls, wasm, fallbacks, failures }, { calls: 2, wasm: 1, fallbacks: 1, failures: 1 });
});

test("the environment turns kernels off", () => {
  const script =
    'import { status, report } from "kilowat"; import { sha256 } from "kilowat/hash";' +
    "console.log(sha256.hex('abc').slice(0, 8), report().fallbacks);";
  const env = { ...process.env, KILOWAT_WASM: "off" };
  const cwd = new URL("..", import.meta.url);
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { env, cwd });
  assert.equal(output.toString().trim(), "ba7816bf 1");
});

test("stand-ins answer where kernels do not", () => {
  configure({ wasm: false, standIns: { gzip_decompress: (file) => new Uint8Array(zlib.gunzipSync(file)) } });
  try {
    assert.deepEqual(Buffer.from(deflate.gunzip(zlib.gzipSync("kilowatt"))).toString(), "kilowatt");
  } finally {
    configure({ wasm: true });
  }
});

for (const wasm of [true, false]) {
  test(`hashes come in pieces, ${wasm ? "by kernels" : "in plain JavaScript"}`, () => {
    configure({ wasm });
    try {
      const text = noise(1000);
      const makers = [hash.createSHA256, hash.createSHA512, hash.createMD5, hash.createBLAKE3, hash.createXXH32, hash.createXXH64, hash.createXXH3];
      const wholes = [hash.sha256, hash.sha512, hash.md5, hash.blake3, hash.xxh32, hash.xxh64, hash.xxh3_64];
      for (const [index, make] of makers.entries()) {
        const hasher = make();
        for (let at = 0; at < text.length; at += 77) hasher.update(text.subarray(at, at + 77));
        assert.deepEqual(hasher.digest(), wholes[index](text));
        assert.deepEqual(hasher.reset().digest(), wholes[index](""));
      }
    } finally {
      configure({ wasm: true });
    }
  });
}

test("whole streams are those that zlib reads and writes", () => {
  const text = Buffer.from("the kilowatt hour is 3.6 megajoules; ".repeat(3000));
  assert.ok(zlib.gunzipSync(deflate.gzip(text)).equals(text));
  assert.ok(zlib.inflateSync(deflate.zlib(text, { level: 9 })).equals(text));
  assert.ok(Buffer.from(deflate.gunzip(zlib.gzipSync(text))).equals(text));
  assert.ok(Buffer.from(deflate.unzlib(zlib.deflateSync(text))).equals(text));
});

test("what is wrong has a place and words", () => {
  const file = zlib.gzipSync("kilowatt hour kilowatt hour");
  file[file.length - 8] ^= 1;
  assert.throws(() => deflate.gunzip(file), (error) => {
    assert.ok(error instanceof KilowatError);
    assert.deepEqual([error.code, error.status, error.operation], ["checksum", -4, "gzip_decompress"]);
    assert.match(error.message, /^at byte \d+: the checksum of the content, which ends here, does not match$/);
    return true;
  });
  assert.equal(search("haystack", "needle"), undefined);
});
