// What is measured: our operation, and packages that answer the same.
import { createCipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import zlib from "node:zlib";
import * as fflate from "fflate";
import * as hashWasm from "hash-wasm";
import * as lz4Wasm from "lz4-wasm-nodejs";
import * as pako from "pako";
import xxhashWasm from "xxhash-wasm";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { gcm } from "@noble/ciphers/aes.js";
import { blake3 as nobleBlake3 } from "@noble/hashes/blake3.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { brotliCompress, brotliDecompress } from "kilowat/brotli";
import { aesGcmSeal, chacha20Poly1305Seal } from "kilowat/crypto";
import { gunzip, gzip } from "kilowat/deflate";
import * as hash from "kilowat/hash";
import { lz4Compress, lz4Decompress } from "kilowat/lz4";

/** JavaScript of a bundler, which package-lock.json pins. */
const source = readFileSync(new URL("../node_modules/rollup/dist/es/shared/node-entry.js", import.meta.url));
const more = readFileSync(new URL("../node_modules/rollup/dist/es/shared/watch.js", import.meta.url));

function sourceText(length) {
  const text = Buffer.concat([source, more]).subarray(0, length);
  if (text.length < length) throw new Error(`there are no ${length} bytes of JavaScript to work on`);
  return text;
}

// Its module for bundlers fetches a file, which Node does not.
const brotliWasm = createRequire(import.meta.url)("brotli-wasm");
const xxhash = await xxhashWasm();
const hashers = Object.fromEntries(
  await Promise.all(
    ["SHA256", "SHA512", "MD5", "CRC32", "BLAKE3"].map(async (name) => [name, await hashWasm[`create${name}`]()]),
  ),
);
const inPieces = (name) => (bytes) => hashers[name].init().update(bytes).digest("binary");
const node = (name) => (bytes) => createHash(name).update(bytes).digest();
const key = new Uint8Array(32).fill(7), nonce = new Uint8Array(12).fill(9);

function nodeSeal(cipher) {
  return (bytes) => {
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: 16 });
    return Buffer.concat([sealing.update(bytes), sealing.final(), sealing.getAuthTag()]);
  };
}

/** CRC-32 as hash-wasm gives it, big-endian, as a number. */
const crcOf = (bytes) => Buffer.from(hashers.CRC32.init().update(bytes).digest("binary")).readUInt32BE();

/** Contests over one input each. `decodes` says how the answers of encoders are compared: by what they stand for. */
export function contests(length) {
  const text = sourceText(length);
  const gzipped = new Uint8Array(zlib.gzipSync(text, { level: 6 }));
  const brotlied = new Uint8Array(
    zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
  );
  const block = lz4Compress(text);
  const withSize = Buffer.concat([Buffer.alloc(4), block]);
  withSize.writeUInt32LE(text.length);
  const all = (bytes) => Buffer.from(bytes);
  return [
    { name: "sha256", ours: () => hash.sha256(text), peers: {
      "hash-wasm": () => inPieces("SHA256")(text), "@noble/hashes": () => nobleSha256(text), "node:crypto": () => node("sha256")(text) } },
    { name: "sha512", ours: () => hash.sha512(text), peers: { "hash-wasm": () => inPieces("SHA512")(text), "node:crypto": () => node("sha512")(text) } },
    { name: "md5", ours: () => hash.md5(text), peers: { "hash-wasm": () => inPieces("MD5")(text), "node:crypto": () => node("md5")(text) } },
    { name: "blake3", ours: () => hash.blake3(text), peers: { "hash-wasm": () => inPieces("BLAKE3")(text), "@noble/hashes": () => nobleBlake3(text) } },
    { name: "crc32", ours: () => hash.crc32(text), peers: { "hash-wasm": () => crcOf(text) } },
    { name: "xxh32", ours: () => hash.xxh32(text), peers: { "xxhash-wasm": () => xxhash.h32Raw(text) } },
    { name: "xxh64", ours: () => hash.xxh64(text), peers: { "xxhash-wasm": () => xxhash.h64Raw(text) } },
    { name: "gunzip", ours: () => gunzip(gzipped), peers: {
      fflate: () => fflate.gunzipSync(gzipped), pako: () => pako.ungzip(gzipped), "node:zlib": () => zlib.gunzipSync(gzipped) } },
    { name: "gzip, level 6", ours: () => gzip(text), decodes: zlib.gunzipSync, peers: {
      fflate: () => fflate.gzipSync(text, { level: 6 }), pako: () => pako.gzip(text, { level: 6 }), "node:zlib": () => zlib.gzipSync(text, { level: 6 }) } },
    { name: "brotli decompress", ours: () => brotliDecompress(brotlied), peers: {
      "brotli-wasm": () => brotliWasm.decompress(brotlied), "node:zlib": () => zlib.brotliDecompressSync(brotlied) } },
    { name: "brotli compress, quality 5", ours: () => brotliCompress(text), decodes: zlib.brotliDecompressSync, peers: {
      "brotli-wasm": () => brotliWasm.compress(text, { quality: 5 }) } },
    { name: "lz4 decompress", ours: () => lz4Decompress(block), peers: { "lz4-wasm": () => lz4Wasm.decompress(withSize) } },
    { name: "lz4 compress", ours: () => lz4Compress(text), peers: { "lz4-wasm": () => lz4Wasm.compress(text) },
      decodes: (bytes, peer) => all(lz4Decompress(peer === undefined ? bytes : bytes.subarray(4))) },
    { name: "AES-256-GCM seal", ours: () => aesGcmSeal(key, nonce, "", text), peers: {
      "@noble/ciphers": () => gcm(key, nonce).encrypt(text), "node:crypto": () => nodeSeal("aes-256-gcm")(text) } },
    { name: "ChaCha20-Poly1305 seal", ours: () => chacha20Poly1305Seal(key, nonce, "", text), peers: {
      "@noble/ciphers": () => chacha20poly1305(key, nonce).encrypt(text), "node:crypto": () => nodeSeal("chacha20-poly1305")(text) } },
  ];
}
