/** What takes in pieces what an operation takes at once. */
const WAYS: Record<string, string> = {
  sha256: "createSHA256",
  sha512: "createSHA512",
  md5: "createMD5",
  blake3: "createBLAKE3",
  xxh32: "createXXH32",
  xxh64: "createXXH64",
  xxh3_64: "createXXH3",
  deflate: "DeflateStream, ZlibStream or GzipStream",
  inflate: "InflateStream",
  zlib_decompress: "UnzlibStream",
  gzip_decompress: "GunzipStream",
  brotli_compress: "BrotliStream",
  brotli_decompress: "UnbrotliStream",
  lz4_compress: "Lz4Stream",
  lz4_compress_hc: "Lz4Stream",
  lz4_frame_compress: "Lz4Stream",
  lz4_frame_decompress: "Unlz4Stream",
  crc32: "crc32Update",
  crc32c: "crc32cUpdate",
  adler32: "adler32Update",
  fnv1a32: "fnv1a32Update",
  fnv1a64: "fnv1a64Update",
  aggregate: "aggregateUpdate",
};

/** The name of what does, if there is any. */
export function inPieces(operation: string): string | undefined {
  return WAYS[operation];
}
