//! What all lexers share: where they are, what they have found, and the brackets that are open.

use memchr::{memchr, memchr2, memchr3, memmem, memrchr};

use super::{Fault, Kind, Reading, Region, Regions, Related};

/// How deeply brackets may be nested.
const DEPTH: usize = 1 << 16;

/// How far back the beginning of a line is looked for.
const LINE: usize = 256;

/// A text that is read from its start to its end. Offsets are those in the file, also where a part of it is read as another
/// language: then the text ends where that part ends.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    regions: Regions,
    fault: Option<Fault>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let has_mark = text.starts_with('\u{feff}');
        Self {
            text: text.as_bytes(),
            at: if has_mark { 3 } else { 0 },
            regions: Regions::default(),
            fault: None,
        }
    }

    /// What was found.
    pub(super) fn finish(self) -> Reading {
        Reading {
            regions: self.regions,
            faults: self.fault.into_iter().collect(),
        }
    }

    /// Reads the bytes from here up to `end` as another language.
    pub(super) fn nested(&mut self, end: usize, read: impl FnOnce(&mut Self)) {
        let outer = self.text;
        self.text = &outer[..end];
        read(self);
        self.text = outer;
        self.at = end;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The byte at hand; 0 behind the end.
    pub(super) fn byte(&self) -> u8 {
        self.ahead(0)
    }

    /// The byte so many further on; 0 behind the end.
    pub(super) fn ahead(&self, count: usize) -> u8 {
        self.text.get(self.at + count).copied().unwrap_or(0)
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn starts_with(&self, what: &[u8]) -> bool {
        self.rest().starts_with(what)
    }

    /// Goes on by so many bytes, to the end at most.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.text.len());
    }

    pub(super) fn skip_while(&mut self, mut wanted: impl FnMut(u8) -> bool) {
        let rest = self.rest();
        let count = rest.iter().position(|byte| !wanted(*byte));
        self.at += count.unwrap_or(rest.len());
    }

    /// Goes to the line feed, or the end.
    pub(super) fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    pub(super) fn skip_to_end(&mut self) {
        self.at = self.text.len();
    }

    /// Goes behind the escaped character: the backslash is at hand.
    pub(super) fn skip_escape(&mut self) {
        self.skip(1);
        self.skip(self.width());
    }

    /// How many bytes the character at hand has.
    pub(super) fn width(&self) -> usize {
        let rest = self.rest();
        let more = rest.iter().skip(1).take_while(|byte| **byte & 0xc0 == 0x80);
        if rest.is_empty() {
            0
        } else {
            1 + more.count().min(3)
        }
    }

    /// The bytes from `start` up to here are of a kind.
    pub(super) fn region(&mut self, start: usize, kind: Kind) {
        self.regions.push(Region {
            start,
            end: self.at,
            kind,
        });
    }

    /// A comment up to the end of the line begins here.
    pub(super) fn line_comment(&mut self) {
        let start = self.at;
        self.skip_line();
        self.region(start, Kind::Comment);
    }

    /// A comment begins here that ends with `end`; `begin` bytes of it open it.
    pub(super) fn block_comment(&mut self, begin: usize, end: &[u8]) {
        let start = self.at;
        self.skip(begin);
        if let Some(count) = memmem::find(self.rest(), end) {
            self.at += count + end.len();
        } else {
            self.skip_to_end();
            self.fault(start, begin, "this comment is never closed");
        }
        self.region(start, Kind::Comment);
    }

    /// A string between quotes begins with the quote `open` bytes further on. A backslash escapes the next character.
    /// Where lines end it, it has to be closed before.
    pub(super) fn quoted(&mut self, open: usize, is_one_line: bool) {
        let start = self.at;
        let quote = self.ahead(open);
        self.skip(open + 1);
        loop {
            let rest = self.rest();
            let found = if is_one_line {
                memchr3(quote, b'\\', b'\n', rest)
            } else {
                memchr2(quote, b'\\', rest)
            };
            self.at += found.unwrap_or(rest.len());
            match self.byte() {
                b'\\' => self.skip_escape(),
                byte if byte == quote && found.is_some() => {
                    self.skip(1);
                    break;
                }
                _ => {
                    self.unclosed_string(start, open + 1, is_one_line);
                    break;
                }
            }
        }
        self.region(start, Kind::String);
    }

    /// The string that begins there is not closed.
    pub(super) fn unclosed_string(&mut self, start: usize, len: usize, is_one_line: bool) {
        self.fault(
            start,
            len,
            if is_one_line {
                "this string is not closed before the end of its line"
            } else {
                "this string is never closed"
            },
        );
    }

    /// Something is wrong. Only the first counts: others are often its consequence.
    pub(super) fn fault(&mut self, offset: usize, len: usize, message: impl Into<String>) {
        self.fault_at(offset, len, message, None);
    }

    /// Something is wrong, and has to do with another place.
    pub(super) fn fault_with(
        &mut self,
        offset: usize,
        len: usize,
        message: impl Into<String>,
        related: (usize, impl Into<String>),
    ) {
        let (offset_of_it, words) = related;
        let related = Related {
            offset: offset_of_it,
            message: words.into(),
        };
        self.fault_at(offset, len, message, Some(related));
    }

    fn fault_at(
        &mut self,
        offset: usize,
        len: usize,
        message: impl Into<String>,
        related: Option<Related>,
    ) {
        if self.fault.is_none() {
            self.fault = Some(Fault {
                offset,
                len,
                message: message.into(),
                related,
            });
        }
    }

    /// What was wrong does not count.
    pub(super) fn forget_fault(&mut self) {
        self.fault = None;
    }

    pub(super) fn has_fault(&self) -> bool {
        self.fault.is_some()
    }
}

/// An open bracket: where it is, which one, and what a language wants to know of it.
#[derive(Clone, Copy)]
pub(super) struct Open<T> {
    pub(super) offset: usize,
    pub(super) byte: u8,
    pub(super) tag: T,
}

/// The brackets that are open.
pub(super) struct Brackets<T> {
    open: Vec<Open<T>>,
    /// The first pair whose lines are indented differently: the bracket and the one that closes it.
    misindented: Option<(usize, usize)>,
}

impl<T: Copy> Brackets<T> {
    pub(super) fn new() -> Self {
        Self {
            open: Vec::new(),
            misindented: None,
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn last(&self) -> Option<&Open<T>> {
        self.open.last()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Open<T>> {
        self.open.iter()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Open<T>> {
        self.open.last_mut()
    }

    /// Takes away what was opened last.
    pub(super) fn pop(&mut self) -> Option<Open<T>> {
        self.open.pop()
    }

    /// Opens the bracket at hand, without going on.
    pub(super) fn open(&mut self, lexer: &mut Lexer, tag: T) {
        self.open_at(lexer, lexer.at, lexer.byte(), tag);
    }

    /// Opens a bracket.
    pub(super) fn open_at(&mut self, lexer: &mut Lexer, offset: usize, byte: u8, tag: T) {
        if self.open.len() == DEPTH {
            lexer.fault(
                offset,
                1,
                format!("more than {DEPTH} brackets are open here"),
            );
            lexer.skip_to_end();
            return;
        }
        self.open.push(Open { offset, byte, tag });
    }

    /// Closes with the bracket at hand, without going on: what was opened, if it is the one.
    pub(super) fn close(&mut self, lexer: &mut Lexer) -> Option<T> {
        let wanted = opening(lexer.byte());
        match self.open.last() {
            Some(last) if last.byte == wanted => {
                let last = *last;
                self.open.pop();
                self.compare_indents(lexer, last.offset);
                Some(last.tag)
            }
            _ => {
                self.mismatch(lexer, wanted);
                None
            }
        }
    }

    fn mismatch(&mut self, lexer: &mut Lexer, wanted: u8) {
        if lexer.has_fault() {
            self.open.pop();
            return;
        }
        let (at, byte) = (lexer.at, lexer.byte() as char);
        match self.open.last().copied() {
            None => lexer.fault(at, 1, format!("this `{byte}` closes nothing")),
            Some(last) if self.open.iter().any(|open| open.byte == wanted) => {
                let name = name(last.byte);
                let message = format!("this {name} is not closed before `{byte}`");
                lexer.fault_with(last.offset, 1, message, (at, format!("`{byte}` is here")));
            }
            Some(last) => {
                let name = name(last.byte);
                let message = format!("this `{byte}` closes nothing: {name} is open");
                lexer.fault_with(
                    at,
                    1,
                    message,
                    (last.offset, format!("{name} is opened here")),
                );
            }
        }
        self.open.pop();
    }

    fn compare_indents(&mut self, lexer: &Lexer, offset: usize) {
        if self.misindented.is_some() || lexer.byte() != b'}' {
            return;
        }
        let (Some(closing), Some(opening)) =
            (indent(lexer.text, lexer.at), indent(lexer.text, offset))
        else {
            return;
        };
        let is_first = closing.1 == lexer.at;
        let is_less = closing.1 - closing.0 < opening.1 - opening.0;
        if is_first && is_less {
            self.misindented = Some((offset, lexer.at));
        }
    }

    /// The text has ended: what is still open is not closed.
    pub(super) fn end(&self, lexer: &mut Lexer) {
        let Some(last) = self.open.last() else {
            return;
        };
        let message = format!("this {} is never closed", name(last.byte));
        match self.misindented {
            Some((opened, closed)) if last.byte == b'{' => {
                let related = "what closes here is indented less than what opens it";
                if opened > last.offset {
                    lexer.fault_with(
                        opened,
                        1,
                        "this `{` is probably not closed",
                        (closed, related),
                    );
                } else {
                    lexer.fault_with(last.offset, 1, message, (closed, related));
                }
            }
            _ => lexer.fault(last.offset, 1, message),
        }
    }
}

/// The bracket that a closing one belongs to.
fn opening(closing: u8) -> u8 {
    match closing {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

fn name(byte: u8) -> &'static str {
    match byte {
        b'(' => "`(`",
        b'[' => "`[`",
        b'{' => "`{`",
        b'`' => "template",
        b'"' | b'\'' => "string",
        _ => "element",
    }
}

/// Where the line of an offset begins, and its first character that is no space.
fn indent(text: &[u8], offset: usize) -> Option<(usize, usize)> {
    let from = offset.saturating_sub(LINE);
    let start = match memrchr(b'\n', &text[from..offset]) {
        Some(feed) => from + feed + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let spaces = text[start..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'));
    Some((start, start + spaces.count()))
}

/// Whether a byte is part of a word: a letter, a digit, an underscore, or beyond ASCII.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
