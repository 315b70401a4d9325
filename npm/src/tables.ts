/**
 * Tables that kernels have in their data, and that no packing makes shorter. They are left out of what is packed, and
 * computed again, byte for byte, when it is unpacked: the build holds them to what the kernels have.
 */

/** For each of 16 places behind a byte, and each value that it has, what that does to a CRC. */
function crcTables(polynomial: number): Uint8Array {
  const words = new Uint32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1 ? polynomial : 0) ^ (sum >>> 1);
    words[byte] = sum;
  }
  for (let at = 256; at < words.length; at++) {
    const before = words[at - 256]!;
    words[at] = words[before & 0xff]! ^ (before >>> 8);
  }
  return littleEndian(words.length, (at) => words[at]!);
}

function littleEndian(count: number, word: (at: number) => number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * count));
  for (let at = 0; at < count; at++) bytes.setUint32(4 * at, word(at), true);
  return new Uint8Array(bytes.buffer);
}

export function crc32Tables(): Uint8Array {
  return crcTables(0xedb88320);
}

export function crc32cTables(): Uint8Array {
  return crcTables(0x82f63b78);
}

const LEAST = -342;
const GREATEST = 323;

/** The upper 128 bits of the powers of five, with the highest bit set: rounded down, and up where they are fractions. */
export function powersOfFive(): Uint8Array {
  const powers: bigint[] = [];
  for (let exponent = LEAST; exponent <= GREATEST; exponent++) {
    const power = 5n ** BigInt(Math.abs(exponent));
    const bits = power.toString(2).length;
    if (exponent >= 0) powers.push(bits <= 128 ? power << BigInt(128 - bits) : power >> BigInt(bits - 128));
    else powers.push((1n << BigInt(bits + 127)) / power + 1n);
  }
  return littleEndian(4 * powers.length, (at) => Number((powers[at >> 2]! >> BigInt(32 * (at & 3))) & 0xffffffffn));
}
