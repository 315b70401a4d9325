/** A message with the padding of the digests of Merkle and Damgård: a one, zeros, and its length in bits. */
export function padded(bytes: Uint8Array, block: number, littleEndian: boolean): DataView {
  const lengthSize = block / 8;
  const blocks = Math.ceil((bytes.length + 1 + lengthSize) / block);
  const all = new Uint8Array(blocks * block);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  const at = all.length - 8;
  view.setBigUint64(at, BigInt(bytes.length) << 3n, littleEndian);
  return view;
}
