//! Texts and contents of strings to try operations on.

use super::{samples, text_native};
use crate::generator::Generator;

/// Pieces of texts: what stays as it is, and what is escaped.
const PLAIN: &[&str] = &[
    "a",
    "key",
    "a text of which nothing is to be escaped, and that is longer than a step of sixty-four bytes is",
    "0123456789abcde",
    "0123456789abcdef",
    "0123456789abcdefg",
    "é",
    "漢字",
    "😀",
    "\u{7f}",
    "\u{80}",
    "\u{2028}",
    "\u{10ffff}",
    "/",
    "\"",
    "\\",
    "\n",
    "\t\r",
    "\u{8}\u{c}",
    "\0",
    "\u{1}\u{b}\u{e}\u{1f}",
    "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
    "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}",
];

/// Pieces of what stands in strings.
const ESCAPED: &[&str] = &[
    "a",
    "key",
    "a text of which nothing is escaped, and that is longer than a step of sixty-four bytes is long",
    "0123456789abcde",
    "0123456789abcdef",
    "é",
    "漢字",
    "😀",
    "/",
    "\\/",
    "\\\"",
    "\\\\",
    "\\n",
    "\\b\\f\\n\\r\\t",
    "\\u0000",
    "\\u007f\\u0080",
    "\\u07FF\\u0800",
    "\\ud7ff\\uE000",
    "\\uffff",
    "\\ud800\\udc00",
    "\\uDBFF\\uDFFF",
    "\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00",
    "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\",
];

/// What has no place in a string, or in a text, or only with something else behind it.
const WRONG: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"\\x",
    b"\\U0041",
    b"\\u12g4",
    b"\\u123",
    b"\\u",
    b"\\ud800",
    b"\\udbff\\n",
    b"\\ud800\\u0041",
    b"\\ud800\\ud800",
    b"\\ud800\\u12",
    b"\\ud800\\",
    b"\\ud800/udc00",
    b"\\udc00",
    b"\\udfff\\ud800",
    b"\x01",
    b"\x1f",
    b"\x80",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xe6\xbc",
    b"\xf0\x9f\x98",
    b"\xff",
];

/// A text of `len` bytes.
pub(super) fn plain(generator: &mut Generator, len: usize) -> Vec<u8> {
    of_pieces(generator, PLAIN, len)
}

/// What could stand in a string, of `len` bytes.
pub(super) fn content(generator: &mut Generator, len: usize) -> Vec<u8> {
    of_pieces(generator, ESCAPED, len)
}

fn of_pieces(generator: &mut Generator, pieces: &[&str], len: usize) -> Vec<u8> {
    // A few of them only, so that there are texts with nothing to escape, and runs of escapes.
    let few: Vec<&str> = (0..generator.number(1..=5))
        .map(|_| *generator.choose(pieces))
        .collect();
    let mut text = Vec::with_capacity(len);
    loop {
        let piece = *generator.choose(&few);
        if text.len() + piece.len() > len {
            text.resize(len, b'x');
            return text;
        }
        text.extend(piece.bytes());
    }
}

/// Damages a text, once in three times.
pub(super) fn damage_some(generator: &mut Generator, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let place = generator.number(0..=text.len() - 1);
    match generator.number(0..=8) {
        0 => text.truncate(place),
        1 => text[place] = *generator.choose(b"\"\\\n\xff"),
        2 => text[place] ^= 1 << generator.number(0..=7),
        3 => {
            // At the end as often as elsewhere.
            let place = if generator.one_in(2) {
                text.len()
            } else {
                place
            };
            let wrong = *generator.choose(WRONG);
            text.splice(place..place, wrong.iter().copied());
        }
        _ => {}
    }
}

/// Room for what has `needed` bytes, mostly.
pub(super) fn capacity(generator: &mut Generator, needed: usize) -> usize {
    match generator.number(0..=9) {
        0 => generator.number(0..=needed),
        1 => needed.saturating_sub(1),
        2 => needed.saturating_sub(generator.number(0..=200)),
        3 | 4 => needed + generator.number(0..=200),
        _ => needed,
    }
}

/// Source text as it stands in a string, of `len` bytes.
pub(super) fn escaped_source(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut content = Vec::with_capacity(len);
    for byte in generator.source_text(len) {
        let escaped = text_native::escape(&[byte]).unwrap_or_default();
        if content.len() + escaped.len() <= len {
            content.extend(escaped);
        }
    }
    content.resize(len, b'x');
    content
}

/// An array of records, indented, of `len` bytes, with white space at its end; one byte at least, as each text has.
pub(super) fn indented(generator: &mut Generator, len: usize) -> Vec<u8> {
    let len = len.max(1);
    let mut compact_len = len;
    loop {
        let mut text = indented_of(samples::records(&mut generator.clone(), compact_len));
        if text.len() <= len {
            text.resize(len, b' ');
            return text;
        }
        compact_len -= (compact_len / 16).max(1);
    }
}

fn indented_of(text: Vec<u8>) -> Vec<u8> {
    let value = serde_json::from_slice::<serde_json::Value>(&text);
    let indented = value.and_then(|value| serde_json::to_vec_pretty(&value));
    indented.unwrap_or(text)
}
