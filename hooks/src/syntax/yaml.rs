//! YAML, read whole, several documents one after the other.

use memchr::memmem;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::lexer::Lexer;
use super::{Kind, Reading};

/// How deeply collections may be nested.
const DEPTH: usize = 1000;

/// How many collections in brackets may be indented as only some readers take it.
const FLATTENED: usize = 8;

/// Reads a text of YAML. One with the marks of a template language is YAML only once it is filled in: nothing in it is
/// called wrong.
pub(super) fn read(text: &str) -> Reading {
    let mut lexer = Lexer::new(text);
    let mut strings = Vec::new();
    let end = parse(text, &mut strings);
    for (start, end) in strings {
        comments(&mut lexer, start);
        string(&mut lexer, start, end);
    }
    comments(&mut lexer, text.len());
    if let Err(wrong) = end
        && !is_template(text)
    {
        report(&mut lexer, text, wrong);
    }
    lexer.finish()
}

/// A string that the parser has found: in quotes, where its end is told too late, or a block.
fn string(lexer: &mut Lexer, start: usize, end: usize) {
    if lexer.at > start {
        return;
    }
    if matches!(lexer.byte(), b'"' | b'\'') {
        lexer.at = end_of_string(lexer.text, start);
    } else {
        lexer.at = end;
    }
    lexer.region(start, Kind::String);
}

/// Why parsing stopped.
enum Wrong {
    Scan(ScanError),
    /// Collections are nested too deeply: where, in characters.
    Depth(usize),
}

impl Wrong {
    fn chars(&self) -> usize {
        match self {
            Self::Scan(error) => error.marker().index(),
            Self::Depth(chars) => *chars,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Scan(error) => error.info().to_owned(),
            Self::Depth(_) => format!("collections are nested more than {DEPTH} deep"),
        }
    }
}

/// Parses a text, and tells where its strings are.
fn parse(text: &str, strings: &mut Vec<(usize, usize)>) -> Result<(), Wrong> {
    let mut places = Places {
        text,
        chars: 0,
        bytes: 0,
    };
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(Wrong::Scan)?;
        match event {
            Event::Scalar(_, style, ..) if style != ScalarStyle::Plain => {
                let start = places.bytes_of(span.start.index());
                strings.push((start, places.bytes_of(span.end.index())));
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(Wrong::Depth(span.start.index()));
                }
            }
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Says what is wrong, unless it is only that what stands in brackets is indented less than the standard has it: that is
/// taken by libyaml and others. Then the rest is read as if it stood on one line.
fn report(lexer: &mut Lexer, text: &str, wrong: Wrong) {
    let mut flat = None;
    let mut wrong = wrong;
    for _ in 0..FLATTENED {
        let offset = bytes_of(text, wrong.chars());
        let given = flat.as_deref().unwrap_or(text);
        let opened = flow_around(given, bytes_of(given, wrong.chars()));
        let closed = opened.and_then(|opened| end_of_flow(given.as_bytes(), opened));
        if let (Some(opened), None) = (opened, closed) {
            let opened = bytes_of(text, given[..opened].chars().count());
            let message = format!("this `{}` is never closed", text.as_bytes()[opened] as char);
            lexer.fault_with(opened, 1, message, (offset, "this cannot stand in it"));
            return;
        }
        let message = wrong.message();
        let is_indentation =
            message.starts_with("invalid indentation") && !message.ends_with("anchor");
        let (Some(opened), Some(closed), true) = (opened, closed, is_indentation) else {
            lexer.fault(offset, width(text, offset), message);
            return;
        };
        let flattened = flatten(given, opened, closed);
        match parse(&flattened, &mut Vec::new()) {
            Ok(()) => return,
            Err(next) => wrong = next,
        }
        flat = Some(flattened);
    }
}

/// Where the outermost collection in brackets begins that is open at an offset.
fn flow_around(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < end {
        match bytes[at] {
            b'[' | b'{' if begins_token(bytes, at) => match end_of_flow(bytes, at) {
                Some(closed) if closed < end => at = closed,
                _ => return Some(at),
            },
            _ => at = next(bytes, at),
        }
    }
    None
}

/// Where the collection that begins there ends: behind its last bracket.
fn end_of_flow(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    while at < text.len() {
        match text[at] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at = next(text, at);
    }
    None
}

/// Whether a token may begin there, or something goes on.
fn begins_token(text: &[u8], at: usize) -> bool {
    at == 0
        || text[at - 1].is_ascii_whitespace()
        || matches!(text[at - 1], b'[' | b'{' | b',' | b':')
}

/// Goes on by a byte, a string or a comment.
fn next(text: &[u8], at: usize) -> usize {
    let Some(&byte) = text.get(at) else {
        return at;
    };
    let len = match byte {
        b'"' | b'\'' if begins_token(text, at) => return end_of_string(text, at),
        b'#' if at == 0 || text[at - 1].is_ascii_whitespace() => comment_len(&text[at..]),
        _ => {
            text[at + 1..]
                .iter()
                .take_while(|byte| **byte & 0xc0 == 0x80)
                .count()
                + 1
        }
    };
    (at + len).min(text.len())
}

/// Where the string in quotes ends that begins there. In single quotes a quote is written twice.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let quote = text[start];
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        at += match *byte {
            b'\\' if quote == b'"' => 2,
            byte if byte != quote => 1,
            _ if quote == b'\'' && text.get(at + 1) == Some(&quote) => 2,
            _ => return at + 1,
        };
    }
    text.len()
}

fn comment_len(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

/// The same text, with the lines of a collection as one, character by character.
fn flatten(text: &str, start: usize, end: usize) -> String {
    let mut flat = text[..start].to_owned();
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        let behind = next(bytes, at);
        let part = &text[at..behind];
        if part.starts_with('#') && part.len() > 1 {
            flat.extend(part.chars().map(|_| ' '));
        } else {
            flat.extend(part.chars().map(|char| {
                if matches!(char, '\n' | '\r') {
                    ' '
                } else {
                    char
                }
            }));
        }
        at = behind;
    }
    flat.push_str(&text[end..]);
    flat
}

/// The comments from here up to an offset, where there are no strings.
fn comments(lexer: &mut Lexer, end: usize) {
    while let Some(found) = memchr::memchr(b'#', lexer.text.get(lexer.at..end).unwrap_or(&[])) {
        lexer.at += found;
        let before = lexer.text[..lexer.at].last();
        if before.is_none_or(u8::is_ascii_whitespace) {
            lexer.line_comment();
        } else {
            lexer.skip(1);
        }
    }
    lexer.at = lexer.at.max(end);
}

fn is_template(text: &str) -> bool {
    let text = text.as_bytes();
    // `${{` is an expression of GitHub, which stands in strings.
    let mut braces = memmem::find_iter(text, b"{{");
    braces.any(|at| at == 0 || text[at - 1] != b'$')
        || memmem::find(text, b"{%").is_some()
        || memmem::find(text, b"<%").is_some()
}

fn width(text: &str, offset: usize) -> usize {
    text[offset..].chars().next().map_or(0, char::len_utf8)
}

fn bytes_of(text: &str, chars: usize) -> usize {
    Places {
        text,
        chars: 0,
        bytes: 0,
    }
    .bytes_of(chars)
}

/// Offsets in bytes of those in characters, which grow.
struct Places<'t> {
    text: &'t str,
    chars: usize,
    bytes: usize,
}

impl Places<'_> {
    fn bytes_of(&mut self, chars: usize) -> usize {
        let count = chars.saturating_sub(self.chars);
        let passed = self.text[self.bytes..].chars().take(count);
        self.bytes += passed.map(char::len_utf8).sum::<usize>();
        self.chars += count;
        self.bytes
    }
}
