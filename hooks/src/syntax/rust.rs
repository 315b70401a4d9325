//! Rust: raw strings, characters and lifetimes, nested comments.

use memchr::{memchr, memchr2, memmem};

use super::Kind;
use super::lexer::{Brackets, Lexer, is_word};

/// Reads a text of Rust.
pub(super) fn read(lexer: &mut Lexer) {
    let mut brackets = Brackets::new();
    first_lines(lexer);
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
            b'"' => lexer.quoted(0, false),
            b'\'' => tick(lexer),
            b'/' if lexer.ahead(1) == b'/' => lexer.line_comment(),
            b'/' if lexer.ahead(1) == b'*' => nested_comment(lexer),
            byte if is_word(byte) => word(lexer),
            _ => lexer.skip(1),
        }
    }
    brackets.end(lexer);
}

/// The line that names an interpreter, unless it is an attribute; and the front matter of a script.
fn first_lines(lexer: &mut Lexer) {
    if lexer.starts_with(b"#!") {
        let behind = lexer.rest()[2..].trim_ascii_start();
        if behind.first() != Some(&b'[') {
            lexer.line_comment();
        }
    }
    let behind = lexer.rest().trim_ascii_start();
    if !behind.starts_with(b"---") {
        return;
    }
    let start = lexer.text.len() - behind.len();
    lexer.at = start;
    lexer.skip_line();
    if let Some(count) = memmem::find(lexer.rest(), b"\n---") {
        lexer.skip(count + 1);
        lexer.skip_line();
    } else {
        lexer.skip_to_end();
        lexer.fault(start, 3, "this front matter is never closed");
    }
    lexer.region(start, Kind::Comment);
}

/// A word, which may be the prefix of a string.
fn word(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip_while(is_word);
    let prefix = &lexer.text[start..lexer.at];
    match (prefix, lexer.byte()) {
        (b"b" | b"c", b'"') => {
            lexer.at = start;
            lexer.quoted(1, false);
        }
        (b"b", b'\'') => character(lexer, start),
        (b"r" | b"br" | b"cr", b'"' | b'#') => raw_string(lexer, start),
        _ => {}
    }
}

/// A raw string whose marks are at hand; or a raw name.
fn raw_string(lexer: &mut Lexer, start: usize) {
    let rest = lexer.rest();
    let marks = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(marks) != Some(&b'"') {
        lexer.skip(marks);
        return;
    }
    let opening = lexer.at + marks + 1 - start;
    lexer.skip(marks + 1);
    loop {
        let rest = lexer.rest();
        let Some(quote) = memchr(b'"', rest) else {
            lexer.skip_to_end();
            lexer.fault(
                start,
                opening,
                format!(
                    "this string is never closed: it ends with `\"{}`",
                    "#".repeat(marks.min(255))
                ),
            );
            break;
        };
        let behind = &rest[quote + 1..];
        let closing = behind
            .iter()
            .take(marks)
            .take_while(|byte| **byte == b'#')
            .count();
        lexer.skip(quote + 1 + closing);
        if closing == marks {
            break;
        }
    }
    lexer.region(start, Kind::String);
}

/// A character, or a lifetime.
fn tick(lexer: &mut Lexer) {
    let start = lexer.at;
    let first = lexer.ahead(1);
    let width = lexer.text[start + 1..]
        .iter()
        .skip(1)
        .take_while(|byte| **byte & 0xc0 == 0x80)
        .count()
        + 1;
    let is_name = first != 0 && is_word(first) && !first.is_ascii_digit();
    if !is_name || lexer.ahead(1 + width) == b'\'' {
        character(lexer, start);
        return;
    }
    lexer.skip(1);
    lexer.skip_while(is_word);
    if lexer.byte() == b'#' && is_word(lexer.ahead(1)) {
        lexer.skip(1);
        lexer.skip_while(is_word);
    }
    if lexer.byte() == b'\'' {
        lexer.skip(1);
        lexer.fault(
            start,
            lexer.at - start,
            "there is more than one character between these quotes: a string has `\"`",
        );
        lexer.region(start, Kind::String);
    }
}

/// A character: its first quote is at hand.
fn character(lexer: &mut Lexer, start: usize) {
    let opening = lexer.at + 1 - start;
    lexer.skip(1);
    match lexer.byte() {
        b'\\' => {
            lexer.skip_escape();
            lexer.skip_while(|byte| !matches!(byte, b'\'' | b'\n'));
        }
        b'\'' | b'\n' => {}
        _ => lexer.skip(lexer.width()),
    }
    if lexer.byte() == b'\'' && lexer.at > start + opening {
        lexer.skip(1);
    } else {
        lexer.fault(
            start,
            opening,
            "a character is not closed here: `'`, one character, `'`",
        );
    }
    lexer.region(start, Kind::String);
}

/// A comment, in which there may be others.
fn nested_comment(lexer: &mut Lexer) {
    let start = lexer.at;
    let mut depth = 1_usize;
    lexer.skip(2);
    while depth > 0 {
        let rest = lexer.rest();
        let Some(found) = memchr2(b'*', b'/', rest) else {
            lexer.skip_to_end();
            lexer.fault(start, 2, "this comment is never closed");
            break;
        };
        lexer.skip(found);
        match (lexer.byte(), lexer.ahead(1)) {
            (b'*', b'/') => {
                depth -= 1;
                lexer.skip(2);
            }
            (b'/', b'*') => {
                depth += 1;
                lexer.skip(2);
            }
            _ => lexer.skip(1),
        }
    }
    lexer.region(start, Kind::Comment);
}
