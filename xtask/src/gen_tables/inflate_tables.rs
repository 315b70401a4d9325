//! What the symbols of DEFLATE mean (RFC 1951, 3.2.5 to 3.2.7), and how matches repeat themselves.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "inflate_tables",
    about: &[
        "What an entry of a decoding table has of its symbol, before the length of the code is added: see",
        "`entry`. Then the order of the code lengths' code lengths, for each distance d from 0 to 15 the",
        "lanes in which a match repeats, lane mod d, and how many bytes a step may go on, and the code",
        "lengths of the fixed codes: those of the symbols, and those of the distances.",
    ],
    fields,
};

/// A literal.
const LITERAL: u32 = 0x80;
/// Neither a literal nor a base.
const EXCEPTION: u32 = 0x8000;
/// The end of the block.
const END: u32 = 0x2000;
/// No symbol.
const INVALID: u32 = 0x1000;

/// Lanes of a vector.
const LANES: u8 = 16;

fn fields() -> String {
    let fixed: Vec<u8> = (0..288u32)
        .map(|symbol| match symbol {
            144..=255 => 9,
            256..=279 => 7,
            _ => 8,
        })
        .chain([5; 32])
        .collect();
    let masks: Vec<u8> = (0..LANES)
        .flat_map(|distance| (0..LANES).map(move |lane| lane.checked_rem(distance).unwrap_or(0)))
        .collect();
    let steps: Vec<u8> = (0..LANES)
        .map(|distance| LANES - LANES.checked_rem(distance).unwrap_or(LANES))
        .collect();
    let order = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ];
    [
        data(24896, "symbol_entries", &bytes(&symbols())),
        data(26048, "distance_entries", &bytes(&distances())),
        data(26176, "length_entries", &bytes(&lengths())),
        data(26256, "order", &order),
        data(26288, "repeat_mask", &masks),
        data(26544, "repeat_step", &steps),
        data(26560, "fixed_lengths", &fixed),
    ]
    .concat()
}

fn bytes(entries: &[u32]) -> Vec<u8> {
    entries
        .iter()
        .flat_map(|entry| entry.to_le_bytes())
        .collect()
}

/// A base, behind which so many bits are added to it.
fn base(base: u32, extra: u32) -> u32 {
    base << 16 | extra
}

/// Literals, the end, lengths, and the two symbols that no block has.
fn symbols() -> Vec<u32> {
    let mut entries: Vec<u32> = (0..256).map(|byte| byte << 16 | LITERAL).collect();
    entries.push(EXCEPTION | END);
    let mut length = 3;
    for symbol in 257..285u32 {
        let extra = (symbol - 257).saturating_sub(4) / 4;
        entries.push(base(length, extra));
        length += 1 << extra;
    }
    // The greatest length has a symbol of its own.
    entries.push(base(258, 0));
    entries.extend([EXCEPTION | INVALID; 2]);
    entries
}

/// Distances, and the two symbols that no block has.
fn distances() -> Vec<u32> {
    let mut entries = Vec::new();
    let mut distance = 1;
    for symbol in 0..30u32 {
        let extra = symbol.saturating_sub(2) / 2;
        entries.push(base(distance, extra));
        distance += 1 << extra;
    }
    entries.extend([EXCEPTION | INVALID; 2]);
    entries
}

/// The code lengths, and how they repeat: the numbers of the symbols.
fn lengths() -> Vec<u32> {
    (0..19).map(|symbol| base(symbol, 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of the tables in RFC 1951.
    #[test]
    fn bases_are_those_of_the_specification() {
        let symbols = symbols();
        assert_eq!(symbols.len(), 288);
        assert_eq!(
            symbols[257..266],
            [3, 4, 5, 6, 7, 8, 9, 10, 11 << 16 | 1].map(|entry| if entry < 11 {
                entry << 16
            } else {
                entry
            })
        );
        assert_eq!(symbols[284], base(227, 5));
        assert_eq!(symbols[285], base(258, 0));
        let distances = distances();
        assert_eq!(distances.len(), 32);
        assert_eq!(
            distances[..6],
            [
                base(1, 0),
                base(2, 0),
                base(3, 0),
                base(4, 0),
                base(5, 1),
                base(7, 1)
            ]
        );
        assert_eq!(distances[29], base(24577, 13));
    }
}
