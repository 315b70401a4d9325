//! Shell, of POSIX and bash: quotes in quotes, substitutions, here-documents, compound commands and the patterns of
//! `case`. What an alias makes of a word cannot be seen here.

use std::mem;

use memchr::{memchr, memchr2, memmem};

use super::Kind;
use super::lexer::{Brackets, Lexer};

/// How far is looked ahead for the end of arithmetic in all, in lengths of the text.
const LOOKS: usize = 4;

/// How far the operator of a parameter is looked for behind a subscript.
const SUBSCRIPT: usize = 256;

/// What is open.
#[derive(Clone, Copy, PartialEq)]
enum Tag {
    /// `(` that is a command.
    Subshell,
    /// `$(`, `<(` or `>(`, a part of a word.
    Substitution,
    /// `((`, the first of two parentheses, and whether it is a command: else it is `$((`.
    Arithmetic { is_command: bool },
    /// `(` within arithmetic.
    Group,
    /// `$[`, and `[` in it.
    Index,
    /// `=(`, the values of an array.
    Values,
    /// `@(`: patterns. Also what is grouped in a test.
    Patterns,
    /// `${`, and whether a single quote begins a string in it.
    Parameter { has_quotes: bool },
    /// A string in double quotes.
    Quotes,
    /// `{`
    Block,
    /// `if`
    If,
    /// `while`, `until`, `for` or `select`, before `do`. Of the latter two: a name follows, not commands.
    Loop { has_name: bool },
    /// `do`
    Do,
    /// `case`, before its word.
    Case,
    /// `case`, before `in`.
    CaseIn,
    /// `case`, where a pattern is next.
    Pattern,
    /// `case`, in the commands behind a pattern.
    Branch,
    /// `[[`
    Test,
}

impl Tag {
    /// What is missing where that is not closed; nothing where it is a bracket or a string.
    fn end(self) -> Option<&'static str> {
        Some(match self {
            Self::Block => "}",
            Self::If => "fi",
            Self::Loop { .. } => "do",
            Self::Do => "done",
            Self::Case | Self::CaseIn | Self::Pattern | Self::Branch => "esac",
            Self::Test => "]]",
            _ => return None,
        })
    }
}

/// What the next word is.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    /// The first word of a command, where reserved words count.
    Command,
    /// Another word of a command.
    Word,
    /// A name, behind `function`, `for` or `coproc`. Then reserved words count.
    Name,
}

/// A here-document, which begins on the next line.
struct Here {
    offset: usize,
    end: Vec<u8>,
    has_tabs: bool,
}

/// Whether the commands one after the other are run.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Runs,
    /// What comes next is run only as the last command ends.
    Joined,
    /// The shell ends with this line, unless it goes on: what follows is not read, and may be another language.
    Leaves,
}

struct Reader {
    brackets: Brackets<Tag>,
    next: Next,
    flow: Flow,
    /// Whether the first line names bash, which finds strings in single quotes in more places.
    is_bash: bool,
    /// Where the word at hand begins.
    word: Option<usize>,
    /// Whether nothing in that word is quoted or substituted.
    is_plain: bool,
    heres: Vec<Here>,
    /// How far may still be looked ahead.
    looks: usize,
}

/// Reads a shell script.
pub(super) fn read(lexer: &mut Lexer) {
    let mut reader = Reader {
        brackets: Brackets::new(),
        next: Next::Command,
        is_bash: is_bash(lexer),
        flow: Flow::Runs,
        word: None,
        is_plain: true,
        heres: Vec::new(),
        looks: LOOKS * lexer.text.len(),
    };
    while !lexer.has_ended() {
        match reader.tag() {
            Some(Tag::Quotes) => reader.quotes(lexer, lexer.at),
            Some(Tag::Parameter { has_quotes }) => reader.parameter(lexer, has_quotes),
            Some(Tag::Arithmetic { .. } | Tag::Group | Tag::Index) => reader.arithmetic(lexer),
            _ => reader.command(lexer),
        }
    }
    reader.end(lexer);
}

impl Reader {
    fn tag(&self) -> Option<Tag> {
        self.brackets.last().map(|open| open.tag)
    }

    fn set_tag(&mut self, tag: Tag) {
        if let Some(open) = self.brackets.last_mut() {
            open.tag = tag;
        }
    }

    /// A bracket that the next `skip` bytes open.
    fn open(&mut self, lexer: &mut Lexer, byte: u8, tag: Tag, skip: usize) {
        self.brackets.open_at(lexer, lexer.at, byte, tag);
        lexer.skip(skip);
        self.word = None;
        self.next = if matches!(tag, Tag::Subshell | Tag::Substitution) {
            Next::Command
        } else {
            Next::Word
        };
    }

    /// Something among commands.
    fn command(&mut self, lexer: &mut Lexer) {
        match lexer.byte() {
            b' ' | b'\t' | b'\r' => {
                self.end_word(lexer);
                lexer.skip(1);
            }
            b'\n' => {
                self.end_word(lexer);
                lexer.skip(1);
                self.end_line(lexer);
            }
            b'\\' if lexer.ahead(1) == b'\n' => lexer.skip(2),
            b'#' if self.word.is_none() && self.tag() != Some(Tag::Patterns) => {
                lexer.line_comment();
            }
            b';' | b'&' | b'|' => {
                self.end_word(lexer);
                self.separator(lexer);
            }
            b'(' => self.parenthesis(lexer),
            b')' => {
                self.end_word(lexer);
                self.close(lexer);
            }
            b'<' | b'>' => {
                self.end_word(lexer);
                self.redirection(lexer);
            }
            _ => self.part(lexer),
        }
    }

    /// A line of commands has ended: here-documents begin, then the next command.
    fn end_line(&mut self, lexer: &mut Lexer) {
        for here in mem::take(&mut self.heres) {
            if lexer.has_ended() && lexer.has_fault() {
                break;
            }
            here_document(lexer, &here);
        }
        if self.flow == Flow::Leaves && self.brackets.depth() == 0 {
            lexer.skip_to_end();
        }
        if !matches!(self.tag(), Some(Tag::Values | Tag::Test | Tag::Patterns)) {
            if self.next != Next::Command {
                self.flow = Flow::Runs;
            }
            self.next = Next::Command;
        }
    }

    fn separator(&mut self, lexer: &mut Lexer) {
        if lexer.starts_with(b"&>") {
            lexer.skip(1);
            self.redirection(lexer);
            return;
        }
        let byte = lexer.byte();
        if lexer.starts_with(b";;") || lexer.starts_with(b";&") {
            self.unfinished(lexer, |tag| tag == Tag::Branch);
            lexer.skip(2);
            lexer.skip(usize::from(lexer.byte() == b'&'));
            self.set_tag_if(Tag::Branch, Tag::Pattern);
        } else {
            lexer.skip(1);
        }
        match self.tag() {
            Some(Tag::Values | Tag::Test | Tag::Patterns) => {}
            // Behind the first pattern, `esac` is a pattern.
            Some(Tag::Pattern) if byte == b'|' => self.next = Next::Word,
            _ => {
                if byte == b'|' || lexer.text[..lexer.at].ends_with(b"&&") {
                    self.flow = Flow::Joined;
                } else if byte == b'&' || self.flow == Flow::Joined {
                    self.flow = Flow::Runs;
                }
                self.next = Next::Command;
            }
        }
    }

    fn set_tag_if(&mut self, from: Tag, to: Tag) {
        if self.tag() == Some(from) {
            self.set_tag(to);
        }
    }

    fn parenthesis(&mut self, lexer: &mut Lexer) {
        let before = lexer.text[..lexer.at].last().copied().unwrap_or(0);
        let tag = self.tag();
        if let Some(start) = self.word {
            let is_negated = before == b'!' && start + 1 == lexer.at && self.next == Next::Command;
            if before == b'=' {
                self.open(lexer, b'(', Tag::Values, 1);
                return;
            }
            if matches!(before, b'?' | b'*' | b'+' | b'@' | b'!') && !is_negated {
                self.open(lexer, b'(', Tag::Patterns, 1);
                return;
            }
        }
        if matches!(tag, Some(Tag::Test | Tag::Patterns | Tag::Values)) {
            self.open(lexer, b'(', Tag::Patterns, 1);
            return;
        }
        if tag == Some(Tag::Pattern) && self.word.is_none() && self.next == Next::Command {
            lexer.skip(1);
            self.next = Next::Word;
            return;
        }
        let is_name = self.next == Next::Name;
        self.end_word(lexer);
        let spaces = lexer.rest()[1..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if lexer.ahead(1 + spaces) == b')' {
            // A function.
            lexer.skip(2 + spaces);
            self.next = Next::Command;
        } else if lexer.ahead(1) == b'('
            && (is_name || self.next == Next::Command)
            && self.is_arithmetic(lexer, lexer.at)
        {
            self.open(lexer, b'(', Tag::Arithmetic { is_command: true }, 2);
        } else {
            self.open(lexer, b'(', Tag::Subshell, 1);
        }
    }

    /// Whether the two parentheses there are closed by two side by side.
    fn is_arithmetic(&mut self, lexer: &Lexer, start: usize) -> bool {
        let text = &lexer.text[start..];
        let near = &text[..text.len().min(self.looks)];
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(byte) = near.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\'' | b'"' => at += memchr(*byte, &near[at + 1..]).map_or(0, |count| count + 1),
                b'(' => depth += 1,
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth <= 1 {
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.looks = self.looks.saturating_sub(at);
        at >= near.len() || text.get(at + 1) == Some(&b')')
    }

    /// The `)` at hand.
    fn close(&mut self, lexer: &mut Lexer) {
        if self.tag() == Some(Tag::Pattern) {
            self.set_tag(Tag::Branch);
            lexer.skip(1);
            self.next = Next::Command;
            return;
        }
        self.unfinished(lexer, |tag| tag.end().is_none());
        let tag = self.brackets.close(lexer);
        lexer.skip(1);
        if matches!(tag, Some(Tag::Subshell) | None) {
            self.next = Next::Command;
        } else {
            self.resume(lexer);
        }
    }

    /// The word goes on behind what was a part of it.
    fn resume(&mut self, lexer: &Lexer) {
        self.word = Some(lexer.at);
        self.is_plain = false;
    }

    /// What is open here has to be of another kind: else it is not finished.
    fn unfinished(&self, lexer: &mut Lexer, is_expected: impl Fn(Tag) -> bool) {
        if let Some(open) = self.brackets.last()
            && !is_expected(open.tag)
        {
            let len = word_len(lexer, open.offset);
            let opened =
                String::from_utf8_lossy(&lexer.text[open.offset..open.offset + len]).into_owned();
            let message = match open.tag.end() {
                Some(end) => format!("this `{opened}` is not finished: `{end}` is missing"),
                None => format!("this `{opened}` is not closed"),
            };
            lexer.fault_with(
                open.offset,
                len,
                message,
                (lexer.at, "it has to come before this"),
            );
        }
    }

    fn redirection(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        if matches!(self.tag(), Some(Tag::Test | Tag::Patterns)) {
            lexer.skip(1);
            return;
        }
        if lexer.ahead(1) == b'(' {
            lexer.skip(1);
            self.open(lexer, b'(', Tag::Substitution, 1);
            return;
        }
        if lexer.starts_with(b"<<<") {
            lexer.skip(3);
        } else if lexer.starts_with(b"<<") {
            lexer.skip(2);
            self.here(lexer, start);
        } else {
            lexer.skip(1);
            lexer.skip_while(|byte| matches!(byte, b'>' | b'&' | b'|'));
        }
        self.next = Next::Word;
    }

    /// The word that ends a here-document.
    fn here(&mut self, lexer: &mut Lexer, offset: usize) {
        let has_tabs = lexer.byte() == b'-';
        lexer.skip(usize::from(has_tabs));
        lexer.skip_while(|byte| matches!(byte, b' ' | b'\t'));
        let start = lexer.at;
        let mut end = Vec::new();
        while !lexer.has_ended() {
            match lexer.byte() {
                quote @ (b'\'' | b'"') => {
                    let rest = &lexer.rest()[1..];
                    let Some(len) = memchr(quote, rest) else {
                        break;
                    };
                    end.extend_from_slice(&rest[..len]);
                    lexer.skip(len + 2);
                }
                b'\\' if lexer.ahead(1) == b'\n' => lexer.skip(2),
                b'\\' => {
                    lexer.skip(1);
                    end.extend(lexer.rest().first());
                    lexer.skip(1);
                }
                byte if is_meta(byte) => break,
                byte => {
                    end.push(byte);
                    lexer.skip(1);
                }
            }
        }
        if lexer.at > start {
            self.heres.push(Here {
                offset,
                end,
                has_tabs,
            });
        }
    }

    /// A part of a word.
    fn part(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        if self.word.is_none() {
            self.word = Some(start);
            self.is_plain = true;
        }
        if is_quoting(lexer.byte()) {
            self.is_plain = false;
            self.quoted(lexer, false);
        } else {
            lexer.skip_while(|byte| !is_meta(byte) && !is_quoting(byte));
        }
    }

    /// What is quoted or substituted.
    fn quoted(&mut self, lexer: &mut Lexer, is_in_string: bool) {
        let start = lexer.at;
        match lexer.byte() {
            b'\'' => single(lexer),
            b'"' => {
                self.open(lexer, b'"', Tag::Quotes, 1);
                self.quotes(lexer, start);
            }
            b'`' => backquotes(lexer),
            b'$' => self.dollar(lexer, is_in_string),
            _ => lexer.skip_escape(),
        }
    }

    fn dollar(&mut self, lexer: &mut Lexer, is_in_string: bool) {
        match lexer.ahead(1) {
            b'(' => {
                lexer.skip(1);
                if lexer.ahead(1) == b'(' && self.is_arithmetic(lexer, lexer.at) {
                    self.open(lexer, b'(', Tag::Arithmetic { is_command: false }, 2);
                } else {
                    self.open(lexer, b'(', Tag::Substitution, 1);
                }
            }
            b'{' => {
                let has_quotes = !is_in_string || self.is_bash || has_pattern(&lexer.rest()[2..]);
                lexer.skip(1);
                self.open(lexer, b'{', Tag::Parameter { has_quotes }, 1);
                // `#` may be the parameter itself.
                lexer.skip_while(|byte| byte == b'#');
            }
            b'[' => {
                lexer.skip(1);
                self.open(lexer, b'[', Tag::Index, 1);
            }
            b'\'' if !is_in_string => lexer.quoted(1, false),
            b'#' | b'$' | b'?' | b'!' | b'-' | b'*' | b'@' => lexer.skip(2),
            _ => lexer.skip(1),
        }
    }

    /// What is in `${…}`.
    fn parameter(&mut self, lexer: &mut Lexer, has_quotes: bool) {
        match lexer.byte() {
            b'}' => {
                self.brackets.close(lexer);
                lexer.skip(1);
                self.resume(lexer);
            }
            b'\'' if !has_quotes => lexer.skip(1),
            byte if is_quoting(byte) => self.quoted(lexer, !has_quotes),
            _ => lexer.skip_while(|byte| byte != b'}' && !is_quoting(byte)),
        }
    }

    /// What is in arithmetic.
    fn arithmetic(&mut self, lexer: &mut Lexer) {
        let is_index = self.tag() == Some(Tag::Index);
        match lexer.byte() {
            b'(' if !is_index => self.open(lexer, b'(', Tag::Group, 1),
            b'[' if is_index => self.open(lexer, b'[', Tag::Index, 1),
            b']' if is_index => {
                self.brackets.close(lexer);
                lexer.skip(1);
                self.resume(lexer);
            }
            b')' if !is_index => self.end_arithmetic(lexer),
            byte if is_quoting(byte) => self.quoted(lexer, false),
            _ => lexer.skip(1),
        }
    }

    fn end_arithmetic(&mut self, lexer: &mut Lexer) {
        let offset = self.brackets.last().map_or(0, |open| open.offset);
        let tag = self.brackets.close(lexer);
        lexer.skip(1);
        let Some(Tag::Arithmetic { is_command }) = tag else {
            return;
        };
        if lexer.byte() == b')' {
            lexer.skip(1);
        } else {
            lexer.fault_with(
                lexer.at - 1,
                1,
                "arithmetic ends with `))`",
                (offset, "it begins here"),
            );
        }
        if is_command {
            self.next = Next::Command;
        } else {
            self.resume(lexer);
        }
    }

    /// The text of a string in double quotes. It is a string from `start` on.
    fn quotes(&mut self, lexer: &mut Lexer, start: usize) {
        while !lexer.has_ended() {
            lexer.skip_while(|byte| !matches!(byte, b'"' | b'\\' | b'$' | b'`'));
            match lexer.byte() {
                b'"' => {
                    lexer.skip(1);
                    self.brackets.pop();
                    self.resume(lexer);
                    break;
                }
                b'\\' => lexer.skip_escape(),
                b'$' if matches!(lexer.ahead(1), b'(' | b'{' | b'[') => {
                    lexer.region(start, Kind::String);
                    self.dollar(lexer, true);
                    return;
                }
                b'`' => {
                    lexer.region(start, Kind::String);
                    backquotes(lexer);
                    return;
                }
                _ => lexer.skip(1),
            }
        }
        lexer.region(start, Kind::String);
    }

    /// The word at hand has ended.
    fn end_word(&mut self, lexer: &mut Lexer) {
        let Some(start) = self.word.take() else {
            return;
        };
        // What is quoted is no reserved word.
        let word = if self.is_plain {
            &lexer.text[start..lexer.at]
        } else {
            b""
        };
        match self.tag() {
            Some(Tag::Case) => self.set_tag(Tag::CaseIn),
            Some(Tag::CaseIn) if word == b"in" => {
                self.set_tag(Tag::Pattern);
                self.next = Next::Command;
            }
            Some(Tag::Pattern) if word == b"esac" && self.next == Next::Command => {
                self.brackets.pop();
            }
            Some(Tag::Test) if word == b"]]" => {
                self.brackets.pop();
                self.next = Next::Command;
            }
            Some(Tag::CaseIn | Tag::Pattern | Tag::Values | Tag::Patterns | Tag::Test) => {
                self.next = Next::Word;
            }
            _ => match self.next {
                Next::Command => self.first_word(lexer, start, word),
                Next::Name => {
                    self.next = Next::Command;
                    // Behind `coproc` the name may be missing.
                    if word == b"{" {
                        self.first_word(lexer, start, word);
                    }
                }
                Next::Word => {}
            },
        }
    }

    /// The first word of a command, which may be a reserved one.
    fn first_word(&mut self, lexer: &mut Lexer, start: usize, word: &[u8]) {
        let mut begin =
            |reader: &mut Self, byte, tag| reader.brackets.open_at(lexer, start, byte, tag);
        match word {
            b"if" => begin(self, b'i', Tag::If),
            b"while" | b"until" => begin(self, b'l', Tag::Loop { has_name: false }),
            b"for" | b"select" => {
                begin(self, b'l', Tag::Loop { has_name: true });
                self.next = Next::Name;
            }
            b"case" => {
                begin(self, b'c', Tag::Case);
                self.next = Next::Word;
            }
            b"[[" => {
                begin(self, b't', Tag::Test);
                self.next = Next::Word;
            }
            b"{" => {
                // Of bash: a loop's commands may stand in braces.
                if self.tag() == Some(Tag::Loop { has_name: true }) {
                    self.brackets.pop();
                }
                begin(self, b'{', Tag::Block);
            }
            b"then" | b"elif" | b"else" => self.goes_on(lexer, start, word, Tag::If),
            b"do" => match self.tag() {
                Some(Tag::Loop { .. }) => self.set_tag(Tag::Do),
                _ => self.goes_on(lexer, start, word, Tag::Loop { has_name: false }),
            },
            b"fi" => self.ends(lexer, start, word, Tag::If),
            b"done" => self.ends(lexer, start, word, Tag::Do),
            b"esac" => self.ends(lexer, start, word, Tag::Branch),
            b"}" => self.ends(lexer, start, word, Tag::Block),
            b"function" | b"coproc" => self.next = Next::Name,
            b"!" | b"time" => {}
            b"exec" | b"exit" => {
                let is_redirection = matches!(
                    lexer.rest().trim_ascii_start().first(),
                    None | Some(b'0'..=b'9' | b'<' | b'>' | b'{')
                );
                let is_last = word == b"exit" || !is_redirection;
                if is_last && self.brackets.depth() == 0 && self.flow == Flow::Runs {
                    self.flow = Flow::Leaves;
                }
                self.next = Next::Word;
            }
            _ => self.next = Next::Word,
        }
    }

    /// A reserved word that is only right within a compound command of that kind.
    fn goes_on(&self, lexer: &mut Lexer, start: usize, word: &[u8], wanted: Tag) {
        let word = String::from_utf8_lossy(word);
        match self.brackets.last() {
            Some(open) if open.tag == wanted => {}
            Some(open) if open.tag.end().is_some() => {
                let len = word_len(lexer, open.offset);
                let opened = String::from_utf8_lossy(&lexer.text[open.offset..open.offset + len])
                    .into_owned();
                let end = open.tag.end().unwrap_or_default();
                let message =
                    format!("this `{opened}` is not finished before `{word}`: `{end}` is missing");
                lexer.fault_with(
                    open.offset,
                    len,
                    message,
                    (start, format!("`{word}` is here")),
                );
            }
            _ => lexer.fault(
                start,
                word.len(),
                format!("this `{word}` belongs to nothing that is open"),
            ),
        }
    }

    fn ends(&mut self, lexer: &mut Lexer, start: usize, word: &[u8], wanted: Tag) {
        self.goes_on(lexer, start, word, wanted);
        if self.tag() == Some(wanted) {
            self.brackets.pop();
        }
    }

    fn end(&mut self, lexer: &mut Lexer) {
        self.end_word(lexer);
        if let Some(here) = self.heres.first() {
            unfinished_here(lexer, here);
        }
        let Some(open) = self.brackets.last() else {
            return;
        };
        if let Some(end) = open.tag.end() {
            let len = word_len(lexer, open.offset);
            lexer.fault(
                open.offset,
                len,
                format!("this is never finished: `{end}` is missing"),
            );
        }
        self.brackets.end(lexer);
    }
}

fn is_bash(lexer: &Lexer) -> bool {
    let rest = lexer.rest();
    let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
    line.starts_with(b"#!") && memmem::find(line, b"bash").is_some()
}

/// How many bytes the reserved word there has.
fn word_len(lexer: &Lexer, offset: usize) -> usize {
    let word = lexer.text[offset..]
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase());
    word.count().max(1)
}

/// Whether a byte ends a word.
const fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>'
    )
}

/// Whether a byte begins what is quoted or substituted.
const fn is_quoting(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'`' | b'$' | b'\\')
}

/// Whether the parameter whose name begins a text is changed by a pattern: then single quotes begin a string also in
/// double quotes.
fn has_pattern(text: &[u8]) -> bool {
    let name = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'!'));
    let len = match name.count() {
        0 => 1,
        len => len,
    };
    let mut behind = text.get(len..).unwrap_or(&[]);
    if behind.first() == Some(&b'[') {
        let near = &behind[..behind.len().min(SUBSCRIPT)];
        behind = memchr(b']', near).map_or(&[], |end| &behind[end + 1..]);
    }
    matches!(behind.first(), Some(b'#' | b'%' | b'/' | b'^' | b','))
}

/// A string in single quotes, in which nothing is escaped.
fn single(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    if let Some(count) = memchr(b'\'', lexer.rest()) {
        lexer.skip(count + 1);
    } else {
        lexer.skip_to_end();
        lexer.unclosed_string(start, 1, false);
    }
    lexer.region(start, Kind::String);
}

/// A substitution in backquotes. What is quoted in it does not hide a backquote.
fn backquotes(lexer: &mut Lexer) {
    let start = lexer.at;
    lexer.skip(1);
    loop {
        let rest = lexer.rest();
        let found = memchr2(b'`', b'\\', rest);
        lexer.skip(found.unwrap_or(rest.len()));
        match lexer.byte() {
            b'\\' => lexer.skip_escape(),
            _ if found.is_none() => {
                lexer.fault(
                    start,
                    1,
                    "this substitution is never closed: a backquote is missing",
                );
                return;
            }
            _ => {
                lexer.skip(1);
                return;
            }
        }
    }
}

/// The lines of a here-document, up to the one that ends it.
fn here_document(lexer: &mut Lexer, here: &Here) {
    let start = lexer.at;
    loop {
        if lexer.has_ended() {
            unfinished_here(lexer, here);
            break;
        }
        let from = lexer.at;
        lexer.skip_line();
        let mut line = &lexer.text[from..lexer.at];
        lexer.skip(1);
        if here.has_tabs {
            let tabs = line.iter().take_while(|byte| **byte == b'\t').count();
            line = &line[tabs..];
        }
        if line.strip_suffix(b"\r").unwrap_or(line) == here.end {
            break;
        }
    }
    lexer.region(start, Kind::String);
}

fn unfinished_here(lexer: &mut Lexer, here: &Here) {
    let end = String::from_utf8_lossy(&here.end);
    lexer.fault(
        here.offset,
        2,
        format!("this here-document is never ended by a line `{end}`"),
    );
}
