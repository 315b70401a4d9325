//! The static dictionary of Brotli.

use std::fmt::Write as _;

use super::Table;
use brotli_decompressor::dictionary::kBrotliDictionary;

pub(super) const TABLE: Table = Table {
    name: "brotli_dictionary",
    about: &[
        "The static dictionary of Brotli (RFC 7932, appendix A): its words of 4 bytes, then those of 5,",
        "and so on up to 24, without anything between them. From the crate brotli-decompressor.",
    ],
    fields,
};

/// Where it stands.
const OFFSET: u32 = 40_960;

/// How many columns of a line are for its bytes.
const WIDTH: usize = 92;

fn fields() -> String {
    let mut text = format!("(data (i32.const {OFFSET} (;DICTIONARY;))");
    let mut line = String::new();
    let mut flush = |line: &mut String| {
        let _ = write!(text, "\n  \"{line}\"");
        line.clear();
    };
    for &byte in &kBrotliDictionary {
        let shown = match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\{byte:02x}"),
        };
        if line.len() + shown.len() > WIDTH {
            flush(&mut line);
        }
        line.push_str(&shown);
    }
    flush(&mut line);
    text.push_str(")\n");
    text
}
