//! The symbols that stand for the lengths of matches.

use super::{Table, data};

pub(super) const TABLE: Table = Table {
    name: "deflate_lengths",
    about: &[
        "For each length of a match from 3 to 258 the symbol that stands for it, less 257 (RFC 1951,",
        "3.2.5).",
    ],
    fields,
};

/// The last symbol, of the longest match alone.
const LAST: u8 = 28;

fn fields() -> String {
    let mut symbols = Vec::new();
    for symbol in 0..LAST {
        // Four symbols for each number of extra bits, but eight for none.
        let extra = (symbol / 4).saturating_sub(1);
        symbols.extend(vec![symbol; 1 << extra]);
    }
    // The last of the lengths that would have been the symbol's before.
    symbols[255] = LAST;
    data(116_240, "length_symbols", &symbols)
}
