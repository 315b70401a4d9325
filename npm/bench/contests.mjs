// What is measured: our operations, and packages that answer the same. It runs in Node and in browsers; a host adds what
// it alone has.
import * as acorn from "acorn";
import * as fflate from "fflate";
import * as hashWasm from "hash-wasm";
import * as meriyah from "meriyah";
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
import { javascriptParse, parse } from "kilowat/javascript";
import { lz4Compress, lz4Decompress } from "kilowat/lz4";

const xxhash = await xxhashWasm();
const hashers = Object.fromEntries(
  await Promise.all(
    ["SHA256", "SHA512", "MD5", "CRC32", "BLAKE3"].map(async (name) => [name, await hashWasm[`create${name}`]()]),
  ),
);
const inPieces = (name) => (bytes) => hashers[name].init().update(bytes).digest("binary");
const key = new Uint8Array(32).fill(7), nonce = new Uint8Array(12).fill(9);

/** CRC-32 as hash-wasm gives it, big-endian, as a number. */
function crcOf(bytes) {
  const sum = hashers.CRC32.init().update(bytes).digest("binary");
  return new DataView(sum.buffer, sum.byteOffset).getUint32(0);
}

/** Statements of a program that follow each other, as many as are no longer than this: about as long, from its first on. */
function programOf(text, length) {
  const { body } = parse(text);
  for (const { start } of body) {
    const end = body.filter((statement) => statement.end <= start + length).at(-1)?.end ?? 0;
    if (end - start > 0.8 * length) return text.slice(start, end);
  }
  throw new Error(`no statements of the program have about ${length} bytes`);
}

/**
 * Contests over one input each. `decodes` says how the answers of encoders are compared: by what they stand for; `facts`
 * how trees are: by what is counted in them.
 *
 * @param source - text that is longer than `length`
 * @param packed - the input, which is so much of it, as gzip and Brotli have it
 * @param host - packages that are loaded in a way of the host's own, and what it has itself, by contest
 */
export function contests(length, source, packed, { lz4, brotli, program: whole, own = {} }) {
  const text = source.subarray(0, length);
  if (text.length < length) throw new Error(`there are no ${length} bytes of JavaScript to work on`);
  const block = lz4Compress(text);
  const withSize = new Uint8Array(4 + block.length);
  new DataView(withSize.buffer).setUint32(0, text.length, true);
  withSize.set(block, 4);
  const program = programOf(whole, length);
  const acornParse = () => acorn.parse(program, { ecmaVersion: 16, sourceType: "module" });
  const statements = ({ body }) => body.length;
  const inflated = (bytes) => fflate.gunzipSync(bytes);
  const all = [
    { name: "sha256", ours: () => hash.sha256(text), peers: {
      "hash-wasm": () => inPieces("SHA256")(text), "@noble/hashes": () => nobleSha256(text) } },
    { name: "sha512", ours: () => hash.sha512(text), peers: { "hash-wasm": () => inPieces("SHA512")(text) } },
    { name: "md5", ours: () => hash.md5(text), peers: { "hash-wasm": () => inPieces("MD5")(text) } },
    { name: "blake3", ours: () => hash.blake3(text), peers: {
      "hash-wasm": () => inPieces("BLAKE3")(text), "@noble/hashes": () => nobleBlake3(text) } },
    { name: "crc32", ours: () => hash.crc32(text), peers: { "hash-wasm": () => crcOf(text) } },
    { name: "xxh32", ours: () => hash.xxh32(text), peers: { "xxhash-wasm": () => xxhash.h32Raw(text) } },
    { name: "xxh64", ours: () => hash.xxh64(text), peers: { "xxhash-wasm": () => xxhash.h64Raw(text) } },
    { name: "gunzip", ours: () => gunzip(packed.gzip), peers: {
      fflate: () => fflate.gunzipSync(packed.gzip), pako: () => pako.ungzip(packed.gzip) } },
    { name: "gzip, level 6", ours: () => gzip(text), decodes: inflated, peers: {
      fflate: () => fflate.gzipSync(text, { level: 6 }), pako: () => pako.gzip(text, { level: 6 }) } },
    { name: "brotli decompress", ours: () => brotliDecompress(packed.brotli), peers: {
      "brotli-wasm": () => brotli.decompress(packed.brotli) } },
    { name: "brotli compress, quality 5", ours: () => brotliCompress(text), decodes: (bytes) => brotli.decompress(bytes), peers: {
      "brotli-wasm": () => brotli.compress(text, { quality: 5 }) } },
    { name: "lz4 decompress", ours: () => lz4Decompress(block), peers: { "lz4-wasm": () => lz4.decompress(withSize) } },
    { name: "lz4 compress", ours: () => lz4Compress(text), peers: { "lz4-wasm": () => lz4.compress(text) },
      decodes: (bytes, peer) => lz4Decompress(peer === undefined ? bytes : bytes.subarray(4)) },
    { name: "AES-256-GCM seal", ours: () => aesGcmSeal(key, nonce, "", text), peers: {
      "@noble/ciphers": () => gcm(key, nonce).encrypt(text) } },
    { name: "ChaCha20-Poly1305 seal", ours: () => chacha20Poly1305Seal(key, nonce, "", text), peers: {
      "@noble/ciphers": () => chacha20poly1305(key, nonce).encrypt(text) } },
    // What is compared of a tree that is no objects is how many statements the program has.
    { name: "JavaScript, checked and its tree in words", ours: () => javascriptParse(program, 1),
      facts: (tree) => statements(tree.body === undefined ? parse(program) : tree), length: program.length, peers: {
        meriyah: () => meriyah.parseModule(program), acorn: acornParse } },
    { name: "JavaScript, ESTree", ours: () => parse(program), facts: statements, length: program.length, peers: {
      meriyah: () => meriyah.parseModule(program, { ranges: true }), acorn: acornParse } },
  ];
  for (const contest of all) Object.assign(contest.peers, own[contest.name]?.(text, packed, { key, nonce }));
  return all;
}
