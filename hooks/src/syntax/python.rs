//! Python: strings with prefixes, formatted strings with expressions in them, indentation.

use std::cmp::Ordering;

use memchr::memchr2;

use super::Kind;
use super::lexer::{Brackets, Lexer, is_word};

/// What a bracket belongs to.
#[derive(Clone, Copy)]
enum Tag {
    /// The language.
    Bracket,
    /// A formatted string, of which this is the beginning.
    Formatted(Quotes),
    /// An expression in a formatted string.
    Field,
}

/// How a formatted string is quoted, and where it stands.
#[derive(Clone, Copy)]
struct Quotes {
    quote: u8,
    is_triple: bool,
    is_raw: bool,
    /// Whether what is read is how a value is formatted.
    is_format: bool,
}

impl Quotes {
    fn len(self) -> usize {
        if self.is_triple { 3 } else { 1 }
    }
}

struct Reader {
    brackets: Brackets<Tag>,
    indents: Vec<Indent>,
    /// Where a colon is the last character of the line so far.
    colon: Option<usize>,
}

/// How far a line is indented: with tabs up to the next multiple of eight, and with tabs as one.
#[derive(Clone, Copy, PartialEq)]
struct Indent {
    wide: usize,
    narrow: usize,
}

/// Reads a text of Python.
pub(super) fn read(lexer: &mut Lexer) {
    let mut reader = Reader {
        brackets: Brackets::new(),
        indents: vec![Indent { wide: 0, narrow: 0 }],
        colon: None,
    };
    reader.indentation(lexer);
    while !lexer.has_ended() {
        reader.step(lexer);
    }
    reader.end(lexer);
}

impl Reader {
    fn step(&mut self, lexer: &mut Lexer) {
        let byte = lexer.byte();
        match byte {
            b'\n' => {
                lexer.skip(1);
                if self.brackets.depth() == 0 {
                    self.indentation(lexer);
                }
                return;
            }
            b' ' | b'\t' | b'\r' | b'\x0c' => {
                lexer.skip(1);
                return;
            }
            b'#' => {
                lexer.line_comment();
                return;
            }
            _ => {}
        }
        self.colon = None;
        match byte {
            b'(' | b'[' | b'{' => {
                self.brackets.open(lexer, Tag::Bracket);
                lexer.skip(1);
            }
            b')' | b']' => {
                self.brackets.close(lexer);
                lexer.skip(1);
            }
            b'}' => self.brace(lexer),
            b'"' | b'\'' => self.string(lexer, lexer.at),
            b'\\' => continuation(lexer),
            b':' => self.colon(lexer),
            b'!' if self.is_in_field() && lexer.ahead(1) != b'=' => lexer.skip(1),
            _ if is_word(byte) => self.word(lexer),
            _ => lexer.skip(1),
        }
    }

    fn is_in_field(&self) -> bool {
        matches!(self.brackets.last(), Some(open) if matches!(open.tag, Tag::Field))
    }

    fn colon(&mut self, lexer: &mut Lexer) {
        if self.brackets.depth() == 0 {
            self.colon = Some(lexer.at);
        }
        if self.is_in_field()
            && let Some(field) = self.brackets.pop()
        {
            // The braces stay open, and what is in them is now the format of a value.
            if let Some(Tag::Formatted(quotes)) = self.brackets.last().map(|open| open.tag) {
                let inner = Quotes {
                    is_format: true,
                    ..quotes
                };
                self.brackets
                    .open_at(lexer, field.offset, b'{', Tag::Formatted(inner));
            }
            lexer.skip(1);
            self.formatted(lexer, lexer.at);
            return;
        }
        lexer.skip(1);
    }

    fn brace(&mut self, lexer: &mut Lexer) {
        let tag = self.brackets.close(lexer);
        lexer.skip(1);
        if matches!(tag, Some(Tag::Field)) {
            self.formatted(lexer, lexer.at);
        }
    }

    /// A word, which may be the prefix of a string.
    fn word(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        lexer.skip_while(is_word);
        let is_prefix = lexer.at - start <= 2 && matches!(lexer.byte(), b'"' | b'\'');
        if is_prefix {
            self.string(lexer, start);
        }
    }

    /// A string, whose prefix is from `start` up to the quote at hand.
    fn string(&mut self, lexer: &mut Lexer, start: usize) {
        let prefix = &lexer.text[start..lexer.at];
        let has = |letter: u8| {
            prefix
                .iter()
                .any(|byte| byte.to_ascii_lowercase() == letter)
        };
        let quote = lexer.byte();
        let quotes = Quotes {
            quote,
            is_triple: lexer.ahead(1) == quote && lexer.ahead(2) == quote,
            is_raw: has(b'r'),
            is_format: false,
        };
        let is_formatted = has(b'f') || has(b't');
        if is_formatted {
            self.brackets
                .open_at(lexer, start, quote, Tag::Formatted(quotes));
            lexer.skip(quotes.len());
            self.formatted(lexer, start);
        } else if quotes.is_triple {
            triple(lexer, start, quote);
        } else {
            let open = lexer.at - start;
            lexer.at = start;
            lexer.quoted(open, true);
        }
    }

    /// The text of a formatted string, up to its end or to the expression that follows. It is a string from `start` on.
    fn formatted(&mut self, lexer: &mut Lexer, start: usize) {
        let mut start = start;
        while let Some(open) = self.brackets.last().copied()
            && let Tag::Formatted(quotes) = open.tag
        {
            lexer.skip_while(|byte| {
                !matches!(byte, b'\\' | b'{' | b'}' | b'\n') && byte != quotes.quote
            });
            match lexer.byte() {
                _ if lexer.has_ended() => {
                    lexer.region(start, Kind::String);
                    return;
                }
                b'\\' => escape(lexer, quotes.is_raw),
                b'{' if lexer.ahead(1) == b'{' && !quotes.is_format => lexer.skip(2),
                b'{' => {
                    lexer.region(start, Kind::String);
                    self.brackets.open(lexer, Tag::Field);
                    lexer.skip(1);
                    return;
                }
                b'}' if quotes.is_format => {
                    lexer.region(start, Kind::String);
                    self.brackets.pop();
                    lexer.skip(1);
                    start = lexer.at;
                }
                b'}' if lexer.ahead(1) == b'}' => lexer.skip(2),
                b'}' => {
                    let message =
                        "this `}` closes nothing: in a formatted string it is written `}}`";
                    lexer.fault_with(
                        lexer.at,
                        1,
                        message,
                        (open.offset, "the string begins here"),
                    );
                    lexer.skip(1);
                }
                b'\n' if !quotes.is_triple => {
                    self.line_in_formatted(lexer, start, quotes);
                    return;
                }
                byte if byte == quotes.quote && is_end(lexer, quotes) => {
                    self.end_formatted(lexer, start, quotes);
                    return;
                }
                _ => lexer.skip(1),
            }
        }
    }

    /// A line ends in a string of one line.
    fn line_in_formatted(&mut self, lexer: &mut Lexer, start: usize, quotes: Quotes) {
        lexer.region(start, Kind::String);
        while let Some(open) = self.brackets.pop() {
            if let Tag::Formatted(Quotes {
                is_format: false, ..
            }) = open.tag
            {
                lexer.unclosed_string(open.offset, quotes.len(), true);
                break;
            }
        }
    }

    fn end_formatted(&mut self, lexer: &mut Lexer, start: usize, quotes: Quotes) {
        if quotes.is_format {
            let opened = self.brackets.pop().map_or(start, |open| open.offset);
            lexer.fault_with(
                opened,
                1,
                "this expression is not closed: `}` is missing",
                (lexer.at, "the string ends here"),
            );
        }
        self.brackets.pop();
        lexer.skip(quotes.len());
        lexer.region(start, Kind::String);
    }

    /// The beginning of a line that is not within brackets.
    fn indentation(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        let mut indent = Indent { wide: 0, narrow: 0 };
        loop {
            match lexer.byte() {
                b' ' => {
                    indent.wide += 1;
                    indent.narrow += 1;
                }
                b'\t' => {
                    indent.wide = (indent.wide / 8 + 1) * 8;
                    indent.narrow += 1;
                }
                b'\x0c' => indent = Indent { wide: 0, narrow: 0 },
                b'\\' if matches!(lexer.ahead(1), b'\n' | b'\r') => {
                    // What an empty line that goes on is indented by counts for the next one.
                    lexer.skip(if lexer.ahead(1) == b'\r' { 3 } else { 2 });
                    lexer.skip_while(|byte| matches!(byte, b' ' | b'\t'));
                    break;
                }
                _ => break,
            }
            lexer.skip(1);
        }
        let is_blank = lexer.has_ended() || matches!(lexer.byte(), b'#' | b'\n' | b'\r');
        if !is_blank {
            self.compare(lexer, start, indent);
            self.colon = None;
        }
    }

    fn compare(&mut self, lexer: &mut Lexer, start: usize, indent: Indent) {
        let len = lexer.at - start;
        let last = self
            .indents
            .last()
            .copied()
            .unwrap_or(Indent { wide: 0, narrow: 0 });
        if let Some(colon) = self.colon
            && indent.wide <= last.wide
        {
            lexer.fault_with(
                lexer.at,
                lexer.width(),
                "an indented block is missing before this line",
                (colon, "the block begins here"),
            );
        }
        match indent.wide.cmp(&last.wide) {
            Ordering::Equal => same(lexer, start, indent, last),
            Ordering::Greater => {
                if self.colon.is_none() {
                    let message =
                        "this line is indented more than the one before, which begins no block";
                    lexer.fault(start, len, message);
                }
                if indent.narrow <= last.narrow {
                    tabs(lexer, start);
                }
                self.indents.push(indent);
            }
            Ordering::Less => self.dedent(lexer, start, indent),
        }
    }

    /// The line at hand is indented less: blocks have ended.
    fn dedent(&mut self, lexer: &mut Lexer, start: usize, indent: Indent) {
        while self
            .indents
            .last()
            .is_some_and(|open| open.wide > indent.wide)
        {
            self.indents.pop();
        }
        match self.indents.last().copied() {
            Some(outer) if outer.wide == indent.wide => same(lexer, start, indent, outer),
            _ => {
                let message = "this line is indented like no block around it";
                lexer.fault(start, lexer.at - start, message);
                self.indents.push(indent);
            }
        }
    }

    fn end(&mut self, lexer: &mut Lexer) {
        if let Some(open) = self.brackets.last()
            && let Tag::Formatted(
                quotes @ Quotes {
                    is_format: false, ..
                },
            ) = open.tag
        {
            lexer.unclosed_string(open.offset, quotes.len(), false);
        }
        self.brackets.end(lexer);
        if let Some(colon) = self.colon {
            lexer.fault(colon, 1, "an indented block is missing behind this line");
        }
    }
}

fn same(lexer: &mut Lexer, start: usize, indent: Indent, other: Indent) {
    if indent.narrow != other.narrow {
        tabs(lexer, start);
    }
}

fn tabs(lexer: &mut Lexer, start: usize) {
    let message = "tabs and spaces are mixed so that the indentation depends on how wide a tab is";
    lexer.fault(start, lexer.at - start, message);
}

fn is_end(lexer: &Lexer, quotes: Quotes) -> bool {
    !quotes.is_triple || (lexer.ahead(1) == quotes.quote && lexer.ahead(2) == quotes.quote)
}

/// A backslash in a formatted string: braces are not escaped by it, but those of a named character are no expression.
fn escape(lexer: &mut Lexer, is_raw: bool) {
    match lexer.ahead(1) {
        b'{' | b'}' => lexer.skip(1),
        b'N' if !is_raw && lexer.ahead(2) == b'{' => {
            lexer.skip(3);
            lexer.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
            if lexer.byte() == b'}' {
                lexer.skip(1);
            }
        }
        b'\r' if lexer.ahead(2) == b'\n' => lexer.skip(3),
        _ => lexer.skip_escape(),
    }
}

/// A string between three quotes.
fn triple(lexer: &mut Lexer, start: usize, quote: u8) {
    let opening = lexer.at + 3 - start;
    lexer.skip(3);
    loop {
        let rest = lexer.rest();
        let found = memchr2(quote, b'\\', rest);
        lexer.skip(found.unwrap_or(rest.len()));
        match lexer.byte() {
            b'\\' => lexer.skip_escape(),
            _ if found.is_none() => {
                lexer.unclosed_string(start, opening, false);
                break;
            }
            _ if lexer.ahead(1) == quote && lexer.ahead(2) == quote => {
                lexer.skip(3);
                break;
            }
            _ => lexer.skip(1),
        }
    }
    lexer.region(start, Kind::String);
}

/// A backslash in code, which joins two lines.
fn continuation(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    if lexer.byte() == b'\r' {
        lexer.skip(1);
    }
    if lexer.byte() == b'\n' {
        lexer.skip(1);
    } else {
        lexer.fault(
            start,
            1,
            "a backslash that joins two lines has to be the last character of its line",
        );
    }
}
