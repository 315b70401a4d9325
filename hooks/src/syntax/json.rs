//! JSON, read whole by the kernel; and with comments.

use kilowat::Runtime;
use kilowat::json::Error;

use super::lexer::Lexer;
use super::{Fault, Reading};

/// How many levels of arrays and objects there may be: the most that the kernel reads.
const DEPTH: u32 = 8192;

/// Reads a text of JSON.
pub(super) fn read(text: &str, runtime: &Runtime) -> Reading {
    let mut lexer = Lexer::new(text);
    strings(&mut lexer);
    lexer.forget_fault();
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let faults = validate(text, &text.as_bytes()[mark..], mark, runtime);
    Reading {
        faults,
        ..lexer.finish()
    }
}

/// Finds the strings of a text of JSON.
pub(super) fn strings(lexer: &mut Lexer) {
    while !lexer.has_ended() {
        lexer.skip_while(|byte| byte != b'"');
        if !lexer.has_ended() {
            lexer.quoted(0, true);
        }
    }
}

/// Reads a text of JSON with comments, and commas behind the last value: of TypeScript, Visual Studio Code and others.
pub(super) fn read_with_comments(text: &str, runtime: &Runtime) -> Reading {
    let mut lexer = Lexer::new(text);
    // What the kernel reads: spaces stand for what only this dialect has, so that offsets stay.
    let mut plain = text.as_bytes().to_vec();
    plain[..lexer.at].fill(b' ');
    let mut comma = None;
    while !lexer.has_ended() {
        let start = lexer.at;
        match lexer.byte() {
            b'"' => lexer.quoted(0, true),
            b'/' if lexer.ahead(1) == b'/' => lexer.line_comment(),
            b'/' if lexer.ahead(1) == b'*' => lexer.block_comment(2, b"*/"),
            b'}' | b']' => {
                if let Some(comma) = comma {
                    plain[comma] = b' ';
                }
                lexer.skip(1);
            }
            _ => lexer.skip(1),
        }
        match text.as_bytes()[start] {
            b'/' => plain[start..lexer.at].fill(b' '),
            b',' => comma = Some(start),
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
    let is_open = lexer.has_fault() && plain.trim_ascii().is_empty();
    let mut reading = lexer.finish();
    if !is_open && !plain.trim_ascii().is_empty() {
        reading.faults = validate(text, &plain, 0, runtime);
    }
    reading
}

/// What the kernel says of a part of a text, which begins that far from its start.
fn validate(text: &str, part: &[u8], start: usize, runtime: &Runtime) -> Vec<Fault> {
    match runtime.json_validate(part, DEPTH) {
        Err(Error::Text(error)) => {
            // The kernel counts bytes: of a character, all are wrong.
            let offset = text.floor_char_boundary(start + error.error.start as usize);
            let end = text.ceil_char_boundary(start + error.error.end as usize);
            let words = error.error.words().to_string();
            let message = if words.is_empty() {
                // Native code does not always know.
                "this is not valid JSON".to_owned()
            } else {
                words
            };
            vec![Fault {
                offset,
                len: end.saturating_sub(offset),
                message,
                related: None,
            }]
        }
        // Where no tier can answer, nothing is known.
        _ => Vec::new(),
    }
}
