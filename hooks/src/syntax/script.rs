//! JavaScript and TypeScript: templates, regular expressions, JSX.
//!
//! Whether a `/` divides or begins a regular expression, and whether a `<` compares or begins an element, is told by what
//! stands before it. That is exact but for what only a parser knows: a `/` behind the `}` of a function or class that is
//! an operand of an operator, and in `.tsx` a type such as `<T>(value: T) => T` where `</T` follows somewhere in the file.

use std::collections::HashMap;

use kilowat::Runtime;
use kilowat::javascript::{Error, SyntaxError};
use memchr::{memchr, memmem};

use super::lexer::{Brackets, Lexer, Open};
use super::{Fault, Kind, Reading, Related};

/// How many names of elements are looked for to tell elements from types.
const NAMES: usize = 64;

/// What a text may have in it.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// Elements of JSX.
    pub(super) has_elements: bool,
    /// Types, and with them `<T>`.
    pub(super) has_types: bool,
}

impl Dialect {
    /// JavaScript in files, where elements of JSX may be.
    pub(super) const JAVASCRIPT: Self = Self {
        has_elements: true,
        has_types: false,
    };
    /// JavaScript with types of Flow.
    const FLOW: Self = Self {
        has_elements: true,
        has_types: true,
    };
    /// JavaScript of pages.
    pub(super) const SCRIPT: Self = Self {
        has_elements: false,
        has_types: false,
    };
    pub(super) const TYPESCRIPT: Self = Self {
        has_elements: false,
        has_types: true,
    };
    pub(super) const TSX: Self = Self {
        has_elements: true,
        has_types: true,
    };
}

/// How far from the start of a file its mark of Flow is looked for.
const PRAGMA: usize = 4096;

/// What an open bracket belongs to.
#[derive(Clone, Copy)]
enum Tag {
    /// Parentheses; whether a statement's head is in them: `if (…)`.
    Parentheses {
        is_head: bool,
    },
    Bracket,
    /// Braces; whether what follows them may be divided: an object, the body of a function in an expression.
    Braces {
        is_operand: bool,
    },
    /// An expression in a template.
    Substitution,
    /// A template, of which this is the beginning.
    Template,
    /// An expression in an element.
    Container,
    /// The beginning of an element, up to its `>`.
    Start(Name),
    /// An element, between its beginning and its end.
    Content(Name),
}

/// The name of an element: where it is. An empty one is a fragment.
#[derive(Clone, Copy)]
struct Name {
    start: usize,
    end: usize,
}

/// What stands before the token at hand.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// The start, a `;`, the braces around a block: a statement may begin.
    Statement,
    /// The end of an operand.
    Operand,
    /// A name behind a dot.
    Member,
    /// A word before which a statement's head stands in parentheses.
    Head,
    /// `else`, `do`, `try`, `finally`, or `=>`: a block may follow.
    Block,
    /// The `)` of a statement's head.
    HeadEnd,
    /// `.` or `?.`
    Dot,
    /// Whatever an operand follows.
    Operator,
}

struct Reader {
    dialect: Dialect,
    brackets: Brackets<Tag>,
    last: Last,
    /// Whether a line has ended since the last token.
    is_new_line: bool,
    /// How many brackets were open where functions and classes began that are operands.
    bodies: Vec<usize>,
    /// Where elements of a name are last closed.
    closings: HashMap<Vec<u8>, Option<usize>>,
}

/// What was seen besides regions and faults.
pub(super) struct Seen {
    /// Whether there are elements.
    pub(super) elements: bool,
}

/// Reads a text of JavaScript: what is wrong with it is told by the parser, unless the text has what that does not read:
/// elements of JSX, or types of Flow.
pub(super) fn read_javascript(text: &str, runtime: &Runtime) -> Reading {
    let begin = &text.as_bytes()[..text.len().min(PRAGMA)];
    let is_flow = memmem::find(begin, b"@flow").is_some();
    let mut lexer = Lexer::new(text);
    let seen = read(
        &mut lexer,
        if is_flow {
            Dialect::FLOW
        } else {
            Dialect::JAVASCRIPT
        },
    );
    let mut reading = lexer.finish();
    if is_flow {
        return reading;
    }
    match runtime.javascript_parse_any(text.as_bytes()) {
        Ok(_) => reading.faults.clear(),
        Err(Error::Syntax(error)) if !seen.elements && !error.is_too_large() => {
            reading.faults = vec![fault(text, &error)];
        }
        Err(_) => {}
    }
    reading
}

fn fault(text: &str, error: &SyntaxError) -> Fault {
    let offset = text.floor_char_boundary(error.error.start as usize);
    let end = text.ceil_char_boundary(error.error.end as usize);
    let related = error.related.as_ref().zip(error.error.related);
    Fault {
        offset,
        len: end.saturating_sub(offset),
        // Native code ends some of its sentences.
        message: error.message().trim_end_matches('.').to_owned(),
        related: related.map(|(related, offset)| Related {
            offset: offset as usize,
            message: related.words.to_owned(),
        }),
    }
}

/// Reads a text of JavaScript or TypeScript.
pub(super) fn read(lexer: &mut Lexer, dialect: Dialect) -> Seen {
    let mut reader = Reader {
        dialect,
        brackets: Brackets::new(),
        last: Last::Statement,
        is_new_line: false,
        bodies: Vec::new(),
        closings: HashMap::new(),
    };
    let mut seen = Seen { elements: false };
    if lexer.starts_with(b"#!") {
        lexer.line_comment();
    }
    while !lexer.has_ended() {
        match reader.brackets.last().map(|open| open.tag) {
            Some(Tag::Start(name)) => {
                seen.elements = true;
                reader.start(lexer, name);
            }
            Some(Tag::Content(name)) => reader.content(lexer, name),
            _ => reader.code(lexer),
        }
    }
    reader.end(lexer);
    seen
}

impl Reader {
    fn may_divide(&self) -> bool {
        matches!(self.last, Last::Operand | Last::Member)
    }

    fn code(&mut self, lexer: &mut Lexer) {
        let byte = lexer.byte();
        match byte {
            b'\n' => {
                self.is_new_line = true;
                lexer.skip(1);
                return;
            }
            b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => {
                lexer.skip(1);
                return;
            }
            b'/' if lexer.ahead(1) == b'/' => {
                lexer.line_comment();
                return;
            }
            b'/' if lexer.ahead(1) == b'*' => {
                lexer.block_comment(2, b"*/");
                return;
            }
            _ => {}
        }
        match byte {
            b'"' | b'\'' => {
                lexer.quoted(0, true);
                self.last = Last::Operand;
            }
            b'`' => {
                self.brackets.open(lexer, Tag::Template);
                let start = lexer.at;
                lexer.skip(1);
                self.template(lexer, start);
            }
            b'(' | b'[' | b'{' => self.open(lexer),
            b')' | b']' | b'}' => self.close(lexer),
            b'/' => self.slash(lexer),
            b'<' => self.less(lexer),
            b'0'..=b'9' => self.number(lexer),
            byte if is_name(byte) => self.word(lexer),
            _ => self.operator(lexer),
        }
        self.is_new_line = false;
    }

    fn open(&mut self, lexer: &mut Lexer) {
        let (tag, last) = match lexer.byte() {
            b'(' => {
                let is_head = self.last == Last::Head;
                (Tag::Parentheses { is_head }, Last::Operator)
            }
            b'[' => (Tag::Bracket, Last::Operator),
            _ => {
                let is_body = self.bodies.last() == Some(&self.brackets.depth());
                if is_body {
                    self.bodies.pop();
                }
                let is_operand =
                    is_body || matches!(self.last, Last::Operator | Last::Dot | Last::Head);
                let last = if is_operand && !is_body {
                    Last::Operator
                } else {
                    Last::Statement
                };
                (Tag::Braces { is_operand }, last)
            }
        };
        self.brackets.open(lexer, tag);
        self.last = last;
        lexer.skip(1);
    }

    fn close(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        let tag = self.brackets.close(lexer);
        let depth = self.brackets.depth();
        while self.bodies.last().is_some_and(|body| *body > depth) {
            self.bodies.pop();
        }
        lexer.skip(1);
        match tag {
            Some(Tag::Parentheses { is_head: true }) => self.last = Last::HeadEnd,
            Some(Tag::Braces { is_operand: false }) => self.last = Last::Statement,
            Some(Tag::Substitution) => self.template(lexer, start + 1),
            _ => self.last = Last::Operand,
        }
    }

    /// A `/` that begins no comment.
    fn slash(&mut self, lexer: &mut Lexer) {
        if self.may_divide() {
            lexer.skip(1);
            self.last = Last::Operator;
        } else {
            regular_expression(lexer);
            self.last = Last::Operand;
        }
    }

    fn less(&mut self, lexer: &mut Lexer) {
        if lexer.starts_with(b"<!--") && !self.dialect.has_types && !self.may_divide() {
            lexer.line_comment();
            return;
        }
        let is_element = self.dialect.has_elements && !self.may_divide() && self.is_element(lexer);
        if is_element {
            self.element(lexer);
        } else {
            // All of them at once: `<<` is an operator.
            lexer.skip_while(|byte| byte == b'<');
            self.last = Last::Operator;
        }
    }

    fn number(&mut self, lexer: &mut Lexer) {
        lexer.skip_while(is_name);
        if lexer.byte() == b'.' && lexer.ahead(1) != b'.' {
            lexer.skip(1);
            lexer.skip_while(is_name);
        }
        self.last = Last::Operand;
    }

    fn word(&mut self, lexer: &mut Lexer) {
        if let Some(len) = space(lexer.rest()) {
            lexer.skip(len);
            return;
        }
        let start = lexer.at;
        lexer.skip_while(is_name);
        if self.last == Last::Dot {
            self.last = Last::Member;
            return;
        }
        let word = &lexer.text[start..lexer.at];
        self.last = match word {
            b"if" | b"while" | b"for" | b"with" => Last::Head,
            b"await" if self.last == Last::Head => Last::Head,
            b"else" | b"do" | b"try" | b"finally" => Last::Block,
            b"return" | b"typeof" | b"case" | b"in" | b"instanceof" | b"new" | b"void"
            | b"delete" | b"throw" | b"await" | b"yield" | b"extends" | b"default" => {
                Last::Operator
            }
            b"of" if self.may_divide() => Last::Operator,
            b"function" | b"class" => {
                if matches!(self.last, Last::Operator) {
                    self.bodies.push(self.brackets.depth());
                }
                Last::Operand
            }
            _ => Last::Operand,
        };
    }

    fn operator(&mut self, lexer: &mut Lexer) {
        let (byte, next) = (lexer.byte(), lexer.ahead(1));
        lexer.skip(1);
        match (byte, next) {
            (b'+', b'+') | (b'-', b'-') => {
                lexer.skip(1);
                if self.is_new_line || !self.may_divide() {
                    self.last = Last::Operator;
                }
            }
            // Of TypeScript: what is there is not null.
            (b'!', _) if next != b'=' && self.may_divide() && !self.is_new_line => {}
            (b'=', b'>') => {
                lexer.skip(1);
                self.last = Last::Block;
            }
            (b';', _) => {
                self.last = Last::Statement;
                let depth = self.brackets.depth();
                while self.bodies.last().is_some_and(|body| *body >= depth) {
                    self.bodies.pop();
                }
            }
            (b'.', b'.') => {
                lexer.skip_while(|byte| byte == b'.');
                self.last = Last::Operator;
            }
            (b'.', _) => {
                self.last = if next.is_ascii_digit() {
                    Last::Operator
                } else {
                    Last::Dot
                }
            }
            _ => self.last = Last::Operator,
        }
    }

    /// The text of a template, up to its end or to the expression that follows. It is a string from `start` on.
    fn template(&mut self, lexer: &mut Lexer, start: usize) {
        loop {
            lexer.skip_while(|byte| !matches!(byte, b'`' | b'\\' | b'$'));
            match lexer.byte() {
                b'\\' => lexer.skip_escape(),
                b'`' => {
                    lexer.skip(1);
                    lexer.region(start, Kind::String);
                    self.brackets.pop();
                    self.last = Last::Operand;
                    return;
                }
                b'$' if lexer.ahead(1) == b'{' => {
                    lexer.region(start, Kind::String);
                    lexer.skip(1);
                    self.brackets.open(lexer, Tag::Substitution);
                    lexer.skip(1);
                    self.last = Last::Operator;
                    return;
                }
                _ if lexer.has_ended() => {
                    lexer.region(start, Kind::String);
                    return;
                }
                _ => lexer.skip(1),
            }
        }
    }

    /// Whether the `<` at hand, where an operand is expected, begins an element.
    fn is_element(&mut self, lexer: &Lexer) -> bool {
        let rest = &lexer.rest()[1..];
        let name = rest.trim_ascii_start();
        let len = name
            .iter()
            .take_while(|byte| is_element_name(**byte))
            .count();
        let Some(behind) = name.get(len..).map(<[u8]>::trim_ascii_start) else {
            return false;
        };
        if len == 0 {
            return name.first() == Some(&b'>');
        }
        if !self.dialect.has_types {
            return true;
        }
        let name = &name[..len];
        if let Some(bound) = behind.strip_prefix(b"extends") {
            // An attribute of that name, or a bound.
            return matches!(bound.trim_ascii_start().first(), Some(b'=' | b'>' | b'/'));
        }
        let is_parameter = name == b"const" || matches!(behind.first(), Some(b',' | b'='));
        let is_called = behind.strip_prefix(b">").map(<[u8]>::trim_ascii_start);
        let is_called = is_called.is_some_and(|behind| behind.first() == Some(&b'('));
        !is_parameter && (!is_called || self.is_closed(lexer, name))
    }

    /// Whether an element of that name is closed somewhere further on.
    fn is_closed(&mut self, lexer: &Lexer, name: &[u8]) -> bool {
        if let Some(last) = self.closings.get(name) {
            return last.is_some_and(|last| last > lexer.at);
        }
        if self.closings.len() == NAMES {
            return true;
        }
        let last = memmem::rfind(lexer.text, &[b"</", name].concat());
        self.closings.insert(name.to_vec(), last);
        last.is_some_and(|last| last > lexer.at)
    }

    /// An element begins at the `<` at hand.
    fn element(&mut self, lexer: &mut Lexer) {
        let offset = lexer.at;
        lexer.skip(1);
        lexer.skip_while(|byte| byte.is_ascii_whitespace());
        let start = lexer.at;
        lexer.skip_while(is_element_name);
        let name = Name {
            start,
            end: lexer.at,
        };
        lexer.skip_while(|byte| byte.is_ascii_whitespace());
        if lexer.byte() == b'<' && self.dialect.has_types {
            type_arguments(lexer);
        }
        self.brackets.open_at(lexer, offset, b'<', Tag::Start(name));
    }

    /// The attributes of an element.
    fn start(&mut self, lexer: &mut Lexer, name: Name) {
        match lexer.byte() {
            b'/' if lexer.ahead(1) == b'/' => lexer.line_comment(),
            b'/' if lexer.ahead(1) == b'*' => lexer.block_comment(2, b"*/"),
            b'/' => {
                lexer.skip(1);
                lexer.skip_while(|byte| byte.is_ascii_whitespace());
                if lexer.byte() == b'>' {
                    lexer.skip(1);
                } else {
                    lexer.fault(lexer.at, lexer.width(), "`>` is missing here behind `/`");
                }
                self.brackets.pop();
                self.last = Last::Operand;
            }
            b'>' => {
                lexer.skip(1);
                if let Some(open) = self.brackets.last_mut() {
                    open.tag = Tag::Content(name);
                }
            }
            b'{' => {
                self.brackets.open(lexer, Tag::Container);
                lexer.skip(1);
                self.last = Last::Operator;
            }
            b'"' | b'\'' => attribute(lexer),
            b'<' => self.element(lexer),
            byte if byte.is_ascii_whitespace() => {
                lexer.skip_while(|byte| byte.is_ascii_whitespace());
            }
            byte if is_element_name(byte) || byte == b'=' => {
                lexer.skip_while(|byte| is_element_name(byte) || byte == b'=');
            }
            _ => {
                let opened = self.brackets.last().map_or(0, |open| open.offset);
                let message = "this does not belong into the beginning of an element";
                lexer.fault_with(
                    lexer.at,
                    lexer.width(),
                    message,
                    (opened, "the element begins here"),
                );
                self.brackets.pop();
                self.last = Last::Operator;
            }
        }
    }

    /// What is between the beginning and the end of an element.
    fn content(&mut self, lexer: &mut Lexer, name: Name) {
        let start = lexer.at;
        lexer.skip_while(|byte| !matches!(byte, b'<' | b'{' | b'}'));
        lexer.region(start, Kind::Text);
        let opened = self.brackets.last().map_or(0, |open| open.offset);
        match lexer.byte() {
            b'{' => {
                self.brackets.open(lexer, Tag::Container);
                lexer.skip(1);
                self.last = Last::Operator;
            }
            b'}' => {
                let message = "this `}` closes nothing: as text it is written `{'}'}`";
                lexer.fault_with(lexer.at, 1, message, (opened, "the element begins here"));
                lexer.skip(1);
            }
            b'<' => {
                let behind = lexer.rest()[1..].trim_ascii_start();
                if behind.first() == Some(&b'/') {
                    self.end_tag(lexer, name, opened);
                } else {
                    self.element(lexer);
                }
            }
            _ => {}
        }
    }

    fn end_tag(&mut self, lexer: &mut Lexer, name: Name, opened: usize) {
        let start = lexer.at;
        lexer.skip_while(|byte| byte != b'/');
        lexer.skip(1);
        lexer.skip_while(|byte| byte.is_ascii_whitespace());
        let from = lexer.at;
        lexer.skip_while(is_element_name);
        let (wanted, given) = (
            &lexer.text[name.start..name.end],
            &lexer.text[from..lexer.at],
        );
        if wanted != given {
            let wanted = String::from_utf8_lossy(wanted);
            let message = format!("`</{wanted}>` is missing: another element ends here");
            lexer.fault_with(
                start,
                lexer.at - start,
                message,
                (opened, "the element begins here"),
            );
        }
        lexer.skip_while(|byte| byte.is_ascii_whitespace());
        if lexer.byte() == b'>' {
            lexer.skip(1);
        } else {
            lexer.fault(start, 1, "this end of an element has no `>`");
        }
        self.brackets.pop();
        self.last = Last::Operand;
    }

    fn end(&self, lexer: &mut Lexer) {
        match self.brackets.last() {
            Some(Open {
                offset,
                tag: Tag::Template,
                ..
            }) => {
                lexer.fault(*offset, 1, "this template is never closed");
            }
            Some(Open {
                offset,
                tag: Tag::Start(name) | Tag::Content(name),
                ..
            }) => {
                let name = String::from_utf8_lossy(&lexer.text[name.start..name.end]);
                lexer.fault(
                    *offset,
                    1,
                    format!("this element is never closed: `</{name}>` is missing"),
                );
            }
            _ => self.brackets.end(lexer),
        }
    }
}

/// A string in the beginning of an element: nothing is escaped in it.
fn attribute(lexer: &mut Lexer) {
    let start = lexer.at;
    let quote = lexer.byte();
    lexer.skip(1);
    if let Some(count) = memchr(quote, lexer.rest()) {
        lexer.skip(count + 1);
    } else {
        lexer.skip_to_end();
        lexer.unclosed_string(start, 1, false);
    }
    lexer.region(start, Kind::String);
}

/// The types behind the name of an element: the `<` is at hand.
fn type_arguments(lexer: &mut Lexer) {
    let start = lexer.at;
    let mut depth = 0_usize;
    loop {
        match lexer.byte() {
            b'<' => depth += 1,
            b'=' if lexer.ahead(1) == b'>' => lexer.skip(1),
            b'>' => {
                depth -= 1;
                if depth == 0 {
                    lexer.skip(1);
                    return;
                }
            }
            b'"' | b'\'' => {
                lexer.quoted(0, true);
                continue;
            }
            _ if lexer.has_ended() => {
                lexer.fault(start, 1, "these types are never closed: `>` is missing");
                return;
            }
            _ => {}
        }
        lexer.skip(1);
    }
}

/// A regular expression: its first `/` is at hand.
fn regular_expression(lexer: &mut Lexer) {
    let start = lexer.at;
    let mut is_in_class = false;
    lexer.skip(1);
    loop {
        match lexer.byte() {
            b'\\' if lexer.ahead(1) != b'\n' => {
                lexer.skip_escape();
                continue;
            }
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'/' if !is_in_class => {
                lexer.skip(1);
                lexer.skip_while(|byte| byte.is_ascii_alphanumeric());
                break;
            }
            b'\n' | b'\r' | b'\\' | 0 if lexer.byte() != 0 || lexer.has_ended() => {
                lexer.fault(
                    start,
                    1,
                    "this regular expression is not closed before the end of its line",
                );
                break;
            }
            _ => {}
        }
        lexer.skip(1);
    }
    lexer.region(start, Kind::String);
}

/// Whether a byte is part of a name, or of a number.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'$' | b'#' | b'@' | b'\\')
        || byte >= 0x80
}

const fn is_element_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.' | b':') || byte >= 0x80
}

/// How many bytes the space beyond ASCII has that a text begins with.
fn space(text: &[u8]) -> Option<usize> {
    const SPACES: [&str; 6] = [
        "\u{a0}", "\u{feff}", "\u{2028}", "\u{2029}", "\u{3000}", "\u{202f}",
    ];
    if text.first()?.is_ascii() {
        return None;
    }
    let found = SPACES
        .iter()
        .find(|space| text.starts_with(space.as_bytes()))?;
    Some(found.len())
}
