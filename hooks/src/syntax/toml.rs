//! TOML, read whole.

use toml_edit::Document;

use super::lexer::Lexer;
use super::{Fault, Kind, Reading};

/// Reads a text of TOML.
pub(super) fn read(text: &str) -> Reading {
    let mut lexer = Lexer::new(text);
    strings(&mut lexer);
    let mut reading = lexer.finish();
    reading.faults = faults(text);
    reading
}

/// Finds the strings and comments of a text of TOML.
pub(super) fn strings(lexer: &mut Lexer) {
    while !lexer.has_ended() {
        match lexer.byte() {
            b'#' => lexer.line_comment(),
            b'"' if lexer.starts_with(b"\"\"\"") => long(lexer, b"\"\"\""),
            b'\'' if lexer.starts_with(b"'''") => long(lexer, b"'''"),
            b'"' => lexer.quoted(0, true),
            b'\'' => literal(lexer),
            _ => lexer.skip_while(|byte| !matches!(byte, b'#' | b'"' | b'\'')),
        }
    }
}

fn faults(text: &str) -> Vec<Fault> {
    let Err(error) = Document::parse(text) else {
        return Vec::new();
    };
    let span = error.span().unwrap_or(text.len()..text.len());
    vec![Fault {
        offset: span.start,
        len: span.len(),
        message: error.message().trim_end().replace('\n', ", "),
        related: None,
    }]
}

/// A string of several lines, between marks.
fn long(lexer: &mut Lexer, mark: &[u8]) {
    let start = lexer.at;
    lexer.skip(3);
    loop {
        lexer.skip_while(|byte| byte != mark[0] && byte != b'\\');
        match lexer.byte() {
            _ if lexer.has_ended() => break,
            b'\\' if mark[0] == b'"' => lexer.skip_escape(),
            _ if lexer.starts_with(mark) => {
                // Up to two quotes may stand before those that end it.
                lexer.skip(3);
                let more = lexer
                    .rest()
                    .iter()
                    .take(2)
                    .take_while(|byte| **byte == mark[0])
                    .count();
                lexer.skip(more);
                break;
            }
            _ => lexer.skip(1),
        }
    }
    lexer.region(start, Kind::String);
}

/// A string in which nothing is escaped.
fn literal(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    lexer.skip_while(|byte| !matches!(byte, b'\'' | b'\n'));
    if lexer.byte() == b'\'' {
        lexer.skip(1);
    }
    lexer.region(start, Kind::String);
}
