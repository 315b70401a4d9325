//! What the symbols of Brotli mean, but for its dictionary.

use super::{Table, data};
use brotli_decompressor::dictionary::{
    kBrotliDictionaryOffsetsByLength, kBrotliDictionarySizeBitsByLength,
};
use brotli_decompressor::transform::{TransformDictionaryWord, kNumTransforms, kTransforms};

pub(super) const TABLE: Table = Table {
    name: "brotli_tables",
    about: &[
        "What the symbols of Brotli mean (RFC 7932). First, for each of the modes LSB6, MSB6, UTF8 and",
        "Signed, four times the part of a literal's context that the byte before it is (256), and the",
        "part that the one before that is (section 7.1). For each symbol of a command eight bytes",
        "(section 5): the least length of its literals and that of its copy (u16 each), how many bits",
        "more these have (a byte each), the context of its distance, and whether that is the last one.",
        "For each transform eight bytes (appendix B): what it does, then offset and length among the",
        "affixes of what it puts before the word, and of what it puts behind it. The affixes. For each",
        "symbol of a block's length four bytes (section 6): the least length and how many bits more it",
        "has (u16 each). For each length of a word, where those in the dictionary begin, and << 24 log2",
        "of how many there are.",
    ],
    fields,
};

fn fields() -> String {
    let (transforms, affixes) = transforms();
    data(512, "contexts", &contexts())
        + &data(2560, "commands", &commands())
        + &data(8192, "transforms", &transforms)
        + &data(9216, "affixes", &affixes)
        + &data(9472, "block_lengths", &block_lengths())
        + &data(9600, "words", &words())
}

/// What ASCII characters are to a literal behind them: the context of UTF8, divided by four.
const CLASSES: &str = "\
    0 0 0 0 0 0 0 0 0 1 1 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 \
    2 3 4 3 3 5 3 4 6 7 3 3 8 3 9 3 11 11 11 11 11 11 11 11 11 11 8 8 6 10 7 3 \
    3 12 13 13 13 12 13 13 13 12 13 13 13 13 13 12 13 13 13 13 13 12 13 13 13 13 13 6 3 7 3 3 \
    3 14 15 15 15 14 15 15 15 14 15 15 15 15 15 14 15 15 15 15 15 14 15 15 15 15 15 6 3 7 3 0";

fn contexts() -> Vec<u8> {
    let classes: Vec<u8> = CLASSES
        .split(' ')
        .map(|class| class.parse().unwrap_or_default())
        .collect();
    let utf8_last = |byte: u8| match byte {
        0..=0x7f => classes[usize::from(byte)] << 2,
        0x80..=0xbf => byte & 1,
        _ => 2 | byte & 1,
    };
    let utf8_before = |byte: u8| match byte {
        b'a'..=b'z' => 3,
        b'0'..=b'9' | b'A'..=b'Z' | 0xe0.. => 2,
        b'!'..=b'~' => 1,
        _ => 0,
    };
    let signed = |byte: u8| match byte {
        0 => 0,
        1..=15 => 1,
        16..=63 => 2,
        64..=127 => 3,
        128..=191 => 4,
        192..=239 => 5,
        240..=254 => 6,
        255 => 7,
    };
    let mut all = Vec::new();
    let bytes = || 0..=u8::MAX;
    all.extend(bytes().map(|byte| (byte & 0x3f) << 2));
    all.extend(bytes().map(|_| 0));
    all.extend(bytes().map(|byte| (byte >> 2) << 2));
    all.extend(bytes().map(|_| 0));
    all.extend(bytes().map(|byte| utf8_last(byte) << 2));
    all.extend(bytes().map(|byte| utf8_before(byte) << 2));
    all.extend(bytes().map(|byte| signed(byte) << 5));
    all.extend(bytes().map(|byte| signed(byte) << 2));
    all
}

/// How many bits more the lengths of literals have, and those of copies.
const LITERAL_BITS: [u8; 24] = [
    0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24,
];
const COPY_BITS: [u8; 24] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24,
];

/// The codes of the first literal's and the first copy's length, for each 64 symbols of a command.
const CELLS: [(usize, usize); 11] = [
    (0, 0),
    (0, 8),
    (0, 0),
    (0, 8),
    (8, 0),
    (8, 8),
    (0, 16),
    (16, 0),
    (8, 16),
    (16, 8),
    (16, 16),
];

/// The least length of each code, where the shortest is `first`.
fn least(first: u16, bits: &[u8]) -> Vec<u16> {
    bits.iter()
        .scan(first, |next, bits| {
            let least = *next;
            *next = next.wrapping_add(((1_u32 << bits) & 0xffff) as u16);
            Some(least)
        })
        .collect()
}

fn commands() -> Vec<u8> {
    let literals = least(0, &LITERAL_BITS);
    let copies = least(2, &COPY_BITS);
    let mut all = Vec::new();
    for symbol in 0..64 * CELLS.len() {
        let (first_literal, first_copy) = CELLS[symbol / 64];
        let literal = first_literal + (symbol >> 3 & 7);
        let copy = first_copy + (symbol & 7);
        all.extend(literals[literal].to_le_bytes());
        all.extend(copies[copy].to_le_bytes());
        // The copy codes 0 to 2 are of the lengths 2 to 4.
        let context = copy.min(3) as u8;
        all.extend([LITERAL_BITS[literal], COPY_BITS[copy], context]);
        all.push(u8::from(symbol < 128));
    }
    all
}

fn transforms() -> (Vec<u8>, Vec<u8>) {
    /// In no affix, and the same in upper case.
    const LETTER: u8 = b'X';
    let mut affixes: Vec<u8> = Vec::new();
    let mut place = |affix: &[u8]| {
        let found = (0..affixes.len()).find(|start| affixes[*start..].starts_with(affix));
        let start = found.unwrap_or(affixes.len());
        if found.is_none() {
            affixes.extend(affix);
        }
        [start as u8, affix.len() as u8]
    };
    let mut all = Vec::new();
    for number in 0..kNumTransforms {
        let mut word = [0; 64];
        let len = TransformDictionaryWord(&mut word, &[LETTER; 24], 24, number) as usize;
        let word = &word[..len];
        let start = word.iter().take_while(|byte| **byte != LETTER).count();
        let end = len
            - word
                .iter()
                .rev()
                .take_while(|byte| **byte != LETTER)
                .count();
        all.push(kTransforms[number as usize].transform);
        all.extend(place(&word[..start]));
        all.extend(place(&word[end..]));
        all.extend([0; 3]);
    }
    (all, affixes)
}

fn block_lengths() -> Vec<u8> {
    const BITS: [u8; 26] = [
        2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 24,
    ];
    let least = least(1, &BITS);
    let pairs = least.iter().zip(BITS);
    pairs
        .flat_map(|(least, bits)| [least.to_le_bytes(), u16::from(bits).to_le_bytes()].concat())
        .collect()
}

fn words() -> Vec<u8> {
    let lengths = kBrotliDictionaryOffsetsByLength.iter();
    lengths
        .zip(kBrotliDictionarySizeBitsByLength)
        .flat_map(|(offset, bits)| (offset | u32::from(bits) << 24).to_le_bytes())
        .collect()
}
