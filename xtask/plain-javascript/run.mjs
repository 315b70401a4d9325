// `node run.mjs FOLDER`: how long the fastest packages of plain JavaScript take for the targets of the plan, on the
// files that `kilowat verify --inputs FOLDER` has written. A line of JSON for each target: the fastest package, and the
// median in nanoseconds. Every answer is checked first.
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import zlib from "node:zlib";
import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { md5 as nobleMd5 } from "@noble/hashes/legacy.js";
import compressBrotli from "brotli/compress.js";
import decompressBrotli from "brotli/decompress.js";
import * as fflate from "fflate";
import fnv from "fnv-plus";
import { md5 as jsMd5 } from "js-md5";
import * as lz4 from "lz4js";
import { parseModule } from "meriyah";
import * as pako from "pako";
import * as statistics from "simple-statistics";
import SparkMd5 from "spark-md5";
import StreamSearch from "streamsearch";
import { areUint8ArraysEqual, compareUint8Arrays } from "uint8array-extras";

const require = createRequire(import.meta.url);
const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node run.mjs FOLDER, with the files of `kilowat verify --inputs FOLDER`");
  process.exit(2);
}
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const [kibibyte, same, tenKibibytes, mebibyte] = ["1KiB.log", "1KiB.log", "10KiB.log", "1MiB.log"].map(read);
const sameMebibyte = read("1MiB.log");
const source = readFileSync(join(folder, "1000-lines.js"), "utf8");
const agent = JSON.parse(readFileSync(join(folder, "agent.json"), "utf8"));
const numbers = Float64Array.from({ length: 1000 }, (_, number) => number * 0.5);
const list = Array.from(numbers);

const digest = (name) => createHash(name).update(kibibyte).digest("hex");
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytesOf = (bytes) => Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength ?? bytes.length);
const latin1 = Buffer.from(kibibyte).toString("latin1");

const [key, nonce] = [new Uint8Array(32).fill(7), new Uint8Array(12).fill(9)];
const sealed = gcm(key, nonce).encrypt(kibibyte);
{
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const wanted = Buffer.concat([cipher.update(kibibyte), cipher.final(), cipher.getAuthTag()]);
  assert.equal(hex(sealed), wanted.toString("hex"));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(wanted.subarray(-16));
  assert.equal(decipher.update(wanted.subarray(0, -16)).equals(kibibyte), true);
}

const needle = Buffer.from("the needle");
function find() {
  let at = -1;
  let behind = 0;
  const search = new StreamSearch(needle, (isMatch, data, start, end) => {
    if (data !== undefined) behind += end - start;
    if (isMatch && at < 0) at = behind;
  });
  search.push(Buffer.from(kibibyte.buffer));
  search.destroy();
  return at;
}

const lz4Block = () => {
  const room = new Uint8Array(lz4.compressBound(tenKibibytes.length));
  const table = new Uint32Array(1 << 16);
  return room.subarray(0, lz4.compressBlock(tenKibibytes, room, 0, tenKibibytes.length, table));
};
const lz4Short = lz4Block();
const lz4Long = () => {
  const room = new Uint8Array(tenKibibytes.length);
  lz4.decompressBlock(lz4Short, room, 0, lz4Short.length, 0);
  return room;
};
const gzipFile = new Uint8Array(zlib.gzipSync(tenKibibytes));
const brotliStream = new Uint8Array(
  zlib.brotliCompressSync(tenKibibytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
);

/** Of each target the packages, and what their answer must be. */
const targets = [
  ["fastHash", { "fnv-plus": () => fnv.fast1a32(latin1) }, (hash) => hash === fnv1a32(kibibyte)],
  ["fastCompare", { "uint8array-extras": () => compareUint8Arrays(kibibyte, same) }, (order) => order === 0],
  ["fastSearch", { streamsearch: find }, (at) => at === kibibyte.length - needle.length],
  ["fastMemCompare", { "uint8array-extras": () => areUint8ArraysEqual(mebibyte, sameMebibyte) }, (equal) => equal],
  [
    "aggregateMetrics",
    {
      "simple-statistics": () => [
        statistics.sum(list),
        statistics.mean(list),
        statistics.min(list),
        statistics.max(list),
        statistics.sampleVariance(list),
        statistics.quantile(list, [0.5, 0.95, 0.99]),
      ],
    },
    ([sum]) => sum === 249_750,
  ],
  ["parseJavaScript", { meriyah: () => parseModule(source, { next: true }) }, (tree) => tree.body.length === 80],
  [
    "hashSHA256",
    { "@noble/hashes": () => sha256(kibibyte) },
    (hash) => hex(hash) === digest("sha256"),
  ],
  [
    "hashMD5",
    {
      "@noble/hashes": () => hex(nobleMd5(kibibyte)),
      "js-md5": () => jsMd5(kibibyte),
      "spark-md5": () => SparkMd5.ArrayBuffer.hash(kibibyte.buffer),
    },
    (hash) => hash === digest("md5"),
  ],
  ["encrypt", { "@noble/ciphers": () => gcm(key, nonce).encrypt(kibibyte) }, (bytes) => hex(bytes) === hex(sealed)],
  ["decrypt", { "@noble/ciphers": () => gcm(key, nonce).decrypt(sealed) }, (bytes) => hex(bytes) === hex(kibibyte)],
  ["fastCompress", { lz4js: lz4Block }, () => bytesOf(lz4Long()).equals(tenKibibytes)],
  ["fastDecompress", { lz4js: lz4Long }, (bytes) => bytesOf(bytes).equals(tenKibibytes)],
  [
    "gzip",
    { fflate: () => fflate.gzipSync(tenKibibytes, { level: 6 }), pako: () => pako.gzip(tenKibibytes, { level: 6 }) },
    (file) => zlib.gunzipSync(file).equals(tenKibibytes),
  ],
  [
    "gunzip",
    { fflate: () => fflate.gunzipSync(gzipFile), pako: () => pako.ungzip(gzipFile) },
    (bytes) => bytesOf(bytes).equals(tenKibibytes),
  ],
  [
    "brotli",
    { brotli: () => compressBrotli(tenKibibytes, { quality: 5 }) },
    (stream) => zlib.brotliDecompressSync(stream).equals(tenKibibytes),
  ],
  ["unbrotli", { brotli: () => decompressBrotli(brotliStream) }, (bytes) => bytesOf(bytes).equals(tenKibibytes)],
  // What is built in is no JavaScript; but no package is as fast, and it is what the plan would have replaced.
  ["jsonSerialize", { "JSON.stringify": () => JSON.stringify(agent) }, (text) => text.length > 900],
  ["fastCopy", { "Uint8Array.slice": () => mebibyte.slice() }, (bytes) => bytes.length === mebibyte.length],
];

function fnv1a32(bytes) {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x0100_0193) >>> 0, 0x811c_9dc5);
}

/** The last answer: what nobody takes need not be computed. */
let answer;

/** The median of calls, in nanoseconds: short ones are timed several at once. */
function median(call) {
  const warm = process.hrtime.bigint();
  let calls = 0;
  while (process.hrtime.bigint() - warm < 300_000_000n) {
    answer = call();
    calls += 1;
  }
  const batch = Math.max(1, Math.ceil((5_000 * calls) / 300_000_000));
  const times = [];
  const began = process.hrtime.bigint();
  while (process.hrtime.bigint() - began < 300_000_000n || times.length < 20) {
    const begun = process.hrtime.bigint();
    for (let index = 0; index < batch; index += 1) answer = call();
    times.push(Number(process.hrtime.bigint() - begun) / batch);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const version = (name) => {
  try {
    return require(`./node_modules/${name}/package.json`).version;
  } catch {
    return process.version;
  }
};

for (const [target, packages, isRight] of targets) {
  const measured = Object.entries(packages).map(([name, call]) => {
    assert.ok(isRight(call()), `${target}: ${name} answers something else`);
    return { target, peer: `${name} ${version(name)}`, median_ns: Math.round(median(call)) };
  });
  measured.sort((a, b) => a.median_ns - b.median_ns);
  assert.notEqual(answer, undefined);
  console.log(JSON.stringify(measured[0]));
}
