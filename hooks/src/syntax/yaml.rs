//! YAML, read whole, several documents one after the other.

use memchr::memmem;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::lexer::Lexer;
use super::{Kind, Reading};

/// How deeply collections may be nested.
const DEPTH: usize = 1000;

/// How many collections in brackets and strings in quotes may be indented as only some readers take it.
const FLATTENED: usize = 32;

/// Reads a text of YAML. One with the marks of a template language is YAML only once it is filled in: nothing in it is
/// called wrong.
pub(super) fn read(text: &str) -> Reading {
    let mut lexer = Lexer::new(text);
    let (strings, fault) = parse_leniently(text);
    let mut places = Places::new(text);
    for (start, end) in strings {
        let (start, end) = (places.bytes_of(start), places.bytes_of(end));
        comments(&mut lexer, start);
        string(&mut lexer, start, end);
    }
    comments(&mut lexer, text.len());
    if let Some(fault) = fault
        && !is_template(text)
    {
        fault.tell(&mut lexer, text);
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

/// What is wrong with a text, in its bytes.
struct Fault {
    offset: usize,
    message: String,
    /// The bracket that is never closed.
    opened: Option<usize>,
}

impl Fault {
    fn tell(self, lexer: &mut Lexer<'_>, text: &str) {
        let Self {
            offset,
            message,
            opened,
        } = self;
        match opened {
            Some(opened) => {
                lexer.fault_with(opened, 1, message, (offset, "this cannot stand in it"));
            }
            None => lexer.fault(offset, width(text, offset), message),
        }
    }
}

/// Where strings begin and end, in characters.
type Strings = Vec<(usize, usize)>;

/// Parses a text, and tells where its strings are, up to what is wrong.
fn parse(text: &str) -> (Strings, Option<Wrong>) {
    let mut strings = Vec::new();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return (strings, Some(Wrong::Scan(error))),
        };
        match event {
            Event::Scalar(_, style, ..) if style != ScalarStyle::Plain => {
                strings.push((span.start.index(), span.end.index()));
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                depth += 1;
                if depth > DEPTH {
                    return (strings, Some(Wrong::Depth(span.start.index())));
                }
            }
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (strings, None)
}

/// The same, and what stands in brackets or quotes may be indented less than the standard has it: that is taken by libyaml
/// and others. It is read as if it stood on one line.
fn parse_leniently(text: &str) -> (Strings, Option<Fault>) {
    let mut flat: Option<String> = None;
    for _ in 0..FLATTENED {
        let given = flat.as_deref().unwrap_or(text);
        let (strings, wrong) = parse(given);
        let Some(wrong) = wrong else {
            return (strings, None);
        };
        match indented(given, &wrong) {
            Ok((start, end)) => flat = Some(flatten(given, start, end)),
            Err(opened) => return (strings, Some(fault(text, given, &wrong, opened))),
        }
    }
    let given = flat.as_deref().unwrap_or(text);
    let (strings, wrong) = parse(given);
    (strings, wrong.map(|wrong| fault(text, given, &wrong, None)))
}

/// Where the string or the collection begins and ends of which nothing is wrong but how its lines are indented; or else
/// where a collection begins that is never closed.
fn indented(text: &str, wrong: &Wrong) -> Result<(usize, usize), Option<usize>> {
    let at = bytes_of(text, wrong.chars());
    if let Some(closed) = end_of_indented_string(text, at, wrong) {
        return Ok((at, closed));
    }
    let opened = flow_around(text, at).ok_or(None)?;
    let closed = end_of_flow(text.as_bytes(), opened).ok_or(Some(opened))?;
    let message = wrong.message();
    let is_indentation = message.starts_with("invalid indentation") && !message.ends_with("anchor");
    if is_indentation {
        Ok((opened, closed))
    } else {
        Err(None)
    }
}

/// What is wrong, told of the text itself, of which `given` has some parts on one line.
fn fault(text: &str, given: &str, wrong: &Wrong, opened: Option<usize>) -> Fault {
    let opened = opened.map(|opened| bytes_of(text, given[..opened].chars().count()));
    Fault {
        offset: bytes_of(text, wrong.chars()),
        message: match opened {
            Some(opened) => format!("this `{}` is never closed", text.as_bytes()[opened] as char),
            None => wrong.message(),
        },
        opened,
    }
}

/// Where the string ends that begins there, if nothing is wrong but how its lines are indented.
fn end_of_indented_string(text: &str, start: usize, wrong: &Wrong) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_string = matches!(bytes.get(start), Some(b'"' | b'\'')) && begins_token(bytes, start);
    let is_indentation = wrong.message() == "invalid indentation in quoted scalar";
    (is_string && is_indentation).then(|| end_of_string(bytes, start))
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
    Places::new(text).bytes_of(chars)
}

/// Offsets in bytes of those in characters, which grow.
struct Places<'t> {
    text: &'t str,
    chars: usize,
    bytes: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            chars: 0,
            bytes: 0,
        }
    }

    fn bytes_of(&mut self, chars: usize) -> usize {
        let count = chars.saturating_sub(self.chars);
        let passed = self.text[self.bytes..].chars().take(count);
        self.bytes += passed.map(char::len_utf8).sum::<usize>();
        self.chars += count;
        self.bytes
    }
}
