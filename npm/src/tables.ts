/**
 * Tables that kernels have in their data, and that no packing makes shorter. They are left out of what is packed, and
 * computed again, byte for byte, when it is unpacked: the build holds them to what the kernels have.
 */

/** For each of 16 places behind a byte, and each value that it has, what that does to a CRC. */
function crcTables(polynomial: number): Uint8Array {
  const words = new Uint32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (-(sum & 1) & polynomial) ^ (sum >>> 1);
    words[byte] = sum;
  }
  for (let at = 256; at < words.length; at++) {
    const before = words[at - 256]!;
    words[at] = words[before & 0xff]! ^ (before >>> 8);
  }
  // Kernels are little-endian, whatever the host is.
  const bytes = new DataView(words.buffer);
  words.forEach((word, at) => bytes.setUint32(4 * at, word, true));
  return new Uint8Array(words.buffer);
}

export function crc32Tables(): Uint8Array {
  return crcTables(0xedb88320);
}

export function crc32cTables(): Uint8Array {
  return crcTables(0x82f63b78);
}

const LEAST = -342;
const GREATEST = 323;

/** How many bits five to a power has. */
function bitsOfPower(exponent: number): number {
  return Math.floor(exponent * Math.log2(5)) + 1;
}

/** The upper 128 bits of the powers of five, with the highest bit set: rounded down, and up where they are fractions. */
export function powersOfFive(): Uint8Array {
  const table = new DataView(new ArrayBuffer(16 * (GREATEST - LEAST + 1)));
  const put = (exponent: number, power: bigint): void => {
    const at = 16 * (exponent - LEAST);
    table.setBigUint64(at, BigInt.asUintN(64, power), true);
    table.setBigUint64(at + 8, power >> 64n, true);
  };
  let power = 1n;
  for (let exponent = 0; exponent <= -LEAST; exponent++, power *= 5n) {
    const bits = bitsOfPower(exponent);
    if (exponent <= GREATEST) put(exponent, bits <= 128 ? power << BigInt(128 - bits) : power >> BigInt(bits - 128));
    if (exponent > 0) put(-exponent, (1n << BigInt(bits + 127)) / power + 1n);
  }
  return new Uint8Array(table.buffer);
}
