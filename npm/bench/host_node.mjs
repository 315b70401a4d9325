// What Node has: its zlib and crypto, and packages that read their binaries from files.
import { createCipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import zlib from "node:zlib";

/** JavaScript of a bundler, which package-lock.json pins, and behind it more where that is not enough. */
const [first, more] = ["rollup/dist/es/shared/node-entry.js", "acorn/dist/acorn.mjs"].map((name) =>
  readFileSync(new URL(`../node_modules/${name}`, import.meta.url)),
);
export const source = new Uint8Array(Buffer.concat([first, more]));

/** The first of them, which is a program. */
export const program = first.toString();

/** So much of it, as gzip and Brotli have it. */
export function packed(length) {
  const text = source.subarray(0, length);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 };
  return {
    gzip: new Uint8Array(zlib.gzipSync(text, { level: 6 })),
    brotli: new Uint8Array(zlib.brotliCompressSync(text, { params })),
  };
}

const digest = (name) => (bytes) => ({ "node:crypto": () => createHash(name).update(bytes).digest() });

function seal(cipher) {
  return (bytes, _, { key, nonce }) => ({
    "node:crypto": () => {
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: 16 });
      return Buffer.concat([sealing.update(bytes), sealing.final(), sealing.getAuthTag()]);
    },
  });
}

const require = createRequire(import.meta.url);

export const host = {
  program,
  // Their modules for bundlers fetch files, which Node does not.
  brotli: require("brotli-wasm"),
  lz4: require("lz4-wasm-nodejs"),
  own: {
    sha256: digest("sha256"),
    sha512: digest("sha512"),
    md5: digest("md5"),
    gunzip: (_, packed) => ({ "node:zlib": () => zlib.gunzipSync(packed.gzip) }),
    "gzip, level 6": (text) => ({ "node:zlib": () => zlib.gzipSync(text, { level: 6 }) }),
    "brotli decompress": (_, packed) => ({ "node:zlib": () => zlib.brotliDecompressSync(packed.brotli) }),
    "AES-256-GCM seal": seal("aes-256-gcm"),
    "ChaCha20-Poly1305 seal": seal("chacha20-poly1305"),
  },
};
