//! Go: raw strings and runes.

use memchr::memchr;

use super::Kind;
use super::lexer::{Brackets, Lexer, is_word};

/// Reads a text of Go.
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
            b'"' => lexer.quoted(0, true),
            b'`' => raw_string(lexer),
            b'\'' => rune(lexer),
            b'/' if lexer.ahead(1) == b'/' => lexer.line_comment(),
            b'/' if lexer.ahead(1) == b'*' => lexer.block_comment(2, b"*/"),
            byte if is_word(byte) => lexer.skip_while(is_word),
            _ => lexer.skip(1),
        }
    }
    brackets.end(lexer);
}

fn raw_string(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    if let Some(count) = memchr(b'`', lexer.rest()) {
        lexer.skip(count + 1);
    } else {
        lexer.skip_to_end();
        lexer.unclosed_string(start, 1, false);
    }
    lexer.region(start, Kind::String);
}

fn rune(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    match lexer.byte() {
        b'\\' => {
            lexer.skip_escape();
            lexer.skip_while(|byte| byte.is_ascii_alphanumeric());
        }
        b'\'' | b'\n' => {}
        _ => lexer.skip(lexer.width()),
    }
    if lexer.byte() == b'\'' && lexer.at > start + 1 {
        lexer.skip(1);
    } else {
        lexer.fault(
            start,
            1,
            "a rune is not closed here: `'`, one character, `'`",
        );
    }
    lexer.region(start, Kind::String);
}
