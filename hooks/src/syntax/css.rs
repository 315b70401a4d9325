//! Style sheets: comments, strings, unquoted addresses.

use super::Kind;
use super::lexer::{Brackets, Lexer, is_word};

/// Reads a style sheet.
pub(super) fn read(lexer: &mut Lexer) {
    let mut brackets = Brackets::new();
    while !lexer.has_ended() {
        match lexer.byte() {
            b'(' | b'[' | b'{' => {
                brackets.open(lexer, ());
                lexer.skip(1);
            }
            b')' | b']' | b'}' => {
                brackets.close(lexer);
                lexer.skip(1);
            }
            b'"' | b'\'' => lexer.quoted(0, true),
            b'/' if lexer.ahead(1) == b'*' => lexer.block_comment(2, b"*/"),
            b'\\' => lexer.skip_escape(),
            byte if is_name(byte) => word(lexer),
            _ => lexer.skip(1),
        }
    }
    brackets.end(lexer);
}

fn is_name(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

/// A word, which may begin an address without quotes.
fn word(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip_while(is_name);
    let word = &lexer.text[start..lexer.at];
    if lexer.byte() != b'(' || !word.eq_ignore_ascii_case(b"url") {
        return;
    }
    let inside = lexer.rest()[1..].trim_ascii_start();
    if matches!(inside.first(), Some(b'"' | b'\'')) {
        return;
    }
    let address = lexer.text.len() - inside.len();
    lexer.at = address;
    loop {
        lexer.skip_while(|byte| !matches!(byte, b')' | b'\\'));
        if lexer.byte() != b'\\' {
            break;
        }
        lexer.skip_escape();
    }
    lexer.region(address, Kind::String);
    if lexer.has_ended() {
        lexer.fault(start, 4, "this address is never closed");
    }
    lexer.skip(1);
}
