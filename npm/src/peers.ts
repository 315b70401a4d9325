/** The packages that can stand in for a module of kernels. */
const PEERS: Record<string, string> = {
  aead: "@noble/ciphers",
  kdf: "@noble/hashes",
  deflate: "fflate",
  brotli: "brotli-wasm",
  lz4: "lz4js",
};

/** A package that answers what a module of kernels does, or words for it. */
export function peerOf(module: string): string {
  return PEERS[module] ?? "a package that answers it";
}
