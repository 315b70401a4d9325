/** What takes in pieces what an operation takes at once. */
const WAYS: Record<string, string> = {
  blake3: "createBLAKE3",
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
  aggregate: "aggregateUpdate",
};

/** The name of what does, if there is any. */
export function inPieces(operation: string): string | undefined {
  return WAYS[operation];
}
