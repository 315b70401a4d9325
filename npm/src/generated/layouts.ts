// Made by `cargo xtask gen-js`; see xtask/src/gen_js.

export const aeadChachaState = {
  size: 64,
  /** "expand 32-byte k" */
  sigma: 0,
  /** the key */
  key: 16,
  /** u32: the number of the next block; behind it the nonce */
  lastRow: 48,
} as const;

export const aeadPoly1305State = {
  size: 112,
  /** five u64: the limbs of the sum so far */
  sum: 0,
  /** four u64: the limbs of r */
  r: 40,
  /** three u64: 5/4 of its upper three */
  r5: 72,
  /** what is added to the sum at the end */
  pad: 96,
} as const;

export const blake3Blake3State = {
  size: 2832,
  /** u64: how many bytes the message has so far */
  length: 0,
  /** u64: 0 where there is no key */
  keyed: 8,
  /** the key, if there is one */
  key: 16,
  /** the last chunk so far, of 1 to 1024 bytes if there is any */
  buffer: 48,
  /** 55 chaining values: at level k, of 2^k chunks, where that bit is set in the number of chunks before the last */
  stack: 1072,
} as const;

export const brotliDecodeState = {
  size: 124,
  /** u32, of the enumeration `phase` */
  phase: 0,
  /** u32: the longest distance that is no word's */
  window: 4,
  /** u32: how much of the content there is to reach back to */
  history: 8,
  /** u32: whether the metablock is the last one */
  last: 12,
  /** u32: how many bytes of the metablock are still to come */
  left: 16,
  /** u32: how many literals of it are; how much of a word was written */
  literals: 20,
  /** u32: the length of its copy, as far as that is still to come */
  copyLen: 24,
  /** u32: that of its distance */
  context: 28,
  /** u32: whether its distance is the last one */
  implicit: 32,
  /** u32: its distance; of a word, its number */
  distance: 36,
  /** four u32: the last ones, the very last first */
  distances: 40,
  /** three u32: what is left of a block: literals, commands, distances */
  lefts: 56,
  /** three u32: the types of these blocks */
  types: 68,
  /** three u32: the types of those before them */
  before: 80,
  /** u32: how many bits of the next byte were taken */
  bit: 92,
  /** u32: how many whole bytes of the source were */
  consumed: 96,
  /** u32: how many bytes of content were written */
  produced: 100,
  /** u32, of the enumeration `wrong`, or 0 */
  wrong: 104,
  /** u32: where in the piece the metablock begins, if header_len is not 0 */
  headerAt: 108,
  /** u32: how many bits of the first byte of the header are none of it */
  headerBit: 112,
  /** u32: in how many bytes it is, if it is in the piece, or 0 */
  headerLen: 116,
  /** u32, of the enumeration `verdict`: why a step went no further */
  stopped: 120,
} as const;

export const deflateInflateState = {
  size: 384,
  /** u32, of the enumeration `phase` */
  phase: 0,
  /** u32: how much of the content before matches may reach */
  history: 4,
  /** u64: the length of the content so far */
  position: 8,
  /** u32: how many bytes of the source were taken */
  consumed: 16,
  /** u32: how many bytes of content were written */
  produced: 20,
  /** u32: how many bits of the next byte were taken besides */
  bits: 24,
  /** u32: whether the block is the last one */
  lastBlock: 28,
  /** u32: how many bytes of the element are still to come */
  left: 32,
  /** u32: how many bytes of a match are still to be written */
  matchLeft: 36,
  /** u32: its distance */
  distance: 40,
  /** u32: of the content so far */
  checksum: 44,
  /** u32: of the header so far */
  headerChecksum: 48,
  /** u32: which fields the header has */
  headerFlags: 52,
  /** i32, of the enumeration `outcome`: what the step ended at */
  stopped: 56,
  /** 0 */
  unused: 60,
  /** u8: the code lengths of a dynamic block's symbols */
  symbolLengths: 64,
  /** u8: and of its distances */
  distanceLengths: 352,
} as const;

export const kdfHmacState = {
  size: 136,
  /** u64: how many bytes these are */
  soFar: 0,
  /** their last so_far mod 64 */
  pending: 8,
  /** chaining words over the blocks before them */
  inner: 72,
  /** chaining words over the key for the other digest */
  outer: 104,
} as const;

export const lz4Xxh32State = {
  size: 40,
  /** u64: how many bytes there were so far */
  length: 0,
  /** the last length mod 16 of them */
  buffer: 8,
  /** four u32: the hash of the others; states of frames have theirs there too */
  lanes: 24,
} as const;

export const lz4EncodeState = {
  size: 16428,
  /** u32, of the enumeration `encode_phase` */
  phase: 0,
  /** u32, of the enumeration `flag` */
  flags: 4,
  /** u64, where the flags say that the frame has it */
  contentSize: 8,
  /** u64: the length of the content so far */
  position: 16,
  /** four u32: its hash, but for the last position mod 16 bytes */
  lanes: 24,
  /** u32: how many bytes of the piece were taken */
  consumed: 40,
  /** the table, with positions mod 2^16 in place of addresses */
  places: 44,
} as const;

export const lz4DecodeState = {
  size: 68,
  /** u32, of the enumeration `phase` */
  phase: 0,
  /** u32, of the enumeration `flag` */
  flags: 4,
  /** u64, where the flags say that the frame has it */
  contentSize: 8,
  /** u64: the length of the content so far */
  position: 16,
  /** four u32: its hash, but for the last position mod 16 bytes */
  lanes: 24,
  /** u32: how many bytes of the source were taken */
  consumed: 40,
  /** u32: how many bytes of content were written */
  produced: 44,
  /** u32: how much content a block may have */
  blockSize: 48,
  /** u32: how much of a skippable frame is still to come */
  toSkip: 52,
  /** u32: how many bytes the next element has at least, or 0 */
  sourceNeeded: 56,
  /** u32: how much room the next block may take, or 0 */
  roomNeeded: 60,
  /** u32, of the enumeration `wrong`, or 0 */
  wrong: 64,
} as const;

export const memoryOpsSummary = {
  size: 80,
  /** f64 */
  count: 0,
  /** f64 */
  sum: 8,
  /** f64 */
  mean: 16,
  /** f64 */
  min: 24,
  /** f64 */
  max: 32,
  /** f64: of a sample */
  variance: 40,
  /** f64: the standard deviation */
  deviation: 48,
  /** f64: percentiles */
  p50: 56,
  /** f64 */
  p95: 64,
  /** f64 */
  p99: 72,
} as const;

export const memoryOpsUpdateState = {
  size: 56,
  /** two f64: of the even and of the odd values */
  total: 0,
  /** two f64: what rounding took from them */
  lost: 16,
  /** f64 */
  least: 32,
  /** f64 */
  greatest: 40,
  /** u64: how many values there were */
  seen: 48,
} as const;

export const memoryOpsDeviationsState = {
  size: 80,
  /** f64: what values are multiplied by */
  scale: 0,
  /** f64: what is then taken from them */
  mean: 8,
  /** two f64: their total, of the even and of the odd values */
  deviations: 16,
  /** two f64: what rounding took from them */
  lost: 32,
  /** two f64: the total of their squares */
  squares: 48,
  /** two f64: what rounding took from them */
  lostOfSquares: 64,
} as const;

export const sha512Sha512State = {
  size: 200,
  /** u64: how many bytes the message has so far */
  length: 0,
  /** its last length mod 128 bytes */
  buffer: 8,
  /** chaining words over the blocks before them */
  chain: 136,
} as const;

export const xxhashXxh64State = {
  size: 72,
  /** u64: how many bytes there were so far */
  length: 0,
  /** the last length mod 32 of them */
  buffer: 8,
  /** four u64: the hash of the others */
  lanes: 40,
} as const;

export const xxhashXxh3_64State = {
  size: 336,
  /** u64: how many bytes there were so far */
  length: 0,
  /** u64 */
  seed: 8,
  /** eight u64: the hash of all multiples of 256 bytes behind which there is another byte */
  accumulators: 16,
  /** the last 256 bytes, each at its place mod 256 */
  buffer: 80,
} as const;
