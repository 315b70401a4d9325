/**
 * Raw DEFLATE, of what this package itself has packed: the kernels, which cannot unpack themselves. It is short, not
 * fast, and what is not valid is not found out.
 */

/** The first length or distance of each code, and how many bits are behind it. */
function ladder(extra: readonly number[], first: number): { base: number[]; extra: readonly number[] } {
  let next = first;
  return {
    extra,
    base: extra.map((bits) => {
      const base = next;
      next += 1 << bits;
      return base;
    }),
  };
}

const LENGTHS = /* @__PURE__ */ ladder(
  [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
  3,
);
const DISTANCES = /* @__PURE__ */ ladder(
  [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
  1,
);
/** The last code for a length stands for 258, and not for what comes next. */
const LONGEST = 285;
/** In this order the lengths of the codes for lengths of codes are. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** How many codes there are of each length, and their symbols in order. */
interface Code {
  counts: Uint16Array;
  symbols: Uint16Array;
}

function code(lengths: ArrayLike<number>): Code {
  const counts = new Uint16Array(16);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]!++;
  counts[0] = 0;
  const starts = new Uint16Array(16);
  for (let length = 1; length < 15; length++) starts[length + 1] = starts[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > 0) symbols[starts[length]!++] = symbol;
  }
  return { counts, symbols };
}

/** The content of a raw stream, which has this length. */
export function unpack(stream: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  let end = 0, at = 0, held = 0, holds = 0;

  const bits = (count: number): number => {
    while (holds < count) {
      held |= stream[at++]! << holds;
      holds += 8;
    }
    const value = held & ((1 << count) - 1);
    held >>>= count;
    holds -= count;
    return value;
  };

  const symbol = ({ counts, symbols }: Code): number => {
    let value = 0, first = 0, index = 0;
    for (let length = 1; length < 16; length++) {
      value |= bits(1);
      const count = counts[length]!;
      if (value - count < first) return symbols[index + value - first]!;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw new Error("a packed kernel is damaged");
  };

  const dynamic = (): [Code, Code] => {
    const literals = bits(5) + 257, distances = bits(5) + 1, given = bits(4) + 4;
    const lengths = new Uint8Array(19);
    for (let index = 0; index < given; index++) lengths[ORDER[index]!] = bits(3);
    const ofLengths = code(lengths);
    const all = new Uint8Array(literals + distances);
    for (let index = 0; index < all.length; ) {
      const what = symbol(ofLengths);
      if (what < 16) {
        all[index++] = what;
        continue;
      }
      const value = what === 16 ? all[index - 1]! : 0;
      const times = what === 16 ? 3 + bits(2) : what === 17 ? 3 + bits(3) : 11 + bits(7);
      all.fill(value, index, index + times);
      index += times;
    }
    return [code(all.subarray(0, literals)), code(all.subarray(literals))];
  };

  const fixed = (): [Code, Code] => [
    code(Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
    code(new Uint8Array(30).fill(5)),
  ];

  for (let last = false; !last; ) {
    last = bits(1) === 1;
    const type = bits(2);
    if (type === 0) {
      held = holds = 0;
      const count = stream[at]! | (stream[at + 1]! << 8);
      content.set(stream.subarray(at + 4, at + 4 + count), end);
      at += 4 + count;
      end += count;
      continue;
    }
    const [literals, distances] = type === 1 ? fixed() : dynamic();
    for (let what = symbol(literals); what !== 256; what = symbol(literals)) {
      if (what < 256) {
        content[end++] = what;
        continue;
      }
      const index = what - 257;
      const count = what === LONGEST ? 258 : LENGTHS.base[index]! + bits(LENGTHS.extra[index]!);
      const step = symbol(distances);
      const distance = DISTANCES.base[step]! + bits(DISTANCES.extra[step]!);
      for (let copied = 0; copied < count; copied++, end++) content[end] = content[end - distance]!;
    }
  }
  return content;
}
