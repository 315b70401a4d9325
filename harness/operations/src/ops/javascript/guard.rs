//! How deeply a text can be nested at most, without parsing it.
//!
//! oxc descends by recursion, and a thread that has no stack left takes its process along. So text that is long enough
//! for that is first read as tokens: what is open is counted, brackets and what is open without one, such as the right
//! side of an assignment or the branch of an `if`. Where a `/` or a `}` could be read in two ways, both are gone after,
//! side by side, until they are at one place with the same brackets open, or one of them cannot go on.
//! What is counted may be too much, never too little, up to the first place at which the text cannot be a program: there
//! oxc stops as well. Where there is JSX, an element is such a bracket, too, and text between its tags has none.

use super::goal::{Dialect, Goal};

/// How many levels oxc has room for, given [`STACK`](super::native::STACK).
pub(super) const MOST: u32 = 131_072;
/// A level takes a byte of text at least, so that shorter text needs no guard.
pub(super) const HARMLESS: usize = MOST as usize;
/// How many readings of one text are gone after at once.
const READINGS: usize = 64;
/// How many tokens and bytes may be read, and levels of brackets copied and compared, for there being several readings:
/// a second's work. A text that asks for more was made for that.
const WORK: usize = 1 << 27;

/// Whether a text may be nested more deeply than [`MOST`].
pub(super) fn is_too_deep(text: &[u8], dialect: Dialect) -> bool {
    text.len() > HARMLESS && deepest(text, dialect) > MOST
}

/// A bound of how many levels are open at the deepest place of a text.
pub(super) fn deepest(text: &[u8], dialect: Dialect) -> u32 {
    let mut readings = vec![Reading::new(dialect)];
    let (mut deepest, mut work) = (0, 0);
    // The one that is behind goes on, so that they meet.
    while let Some(behind) = (0..readings.len()).min_by_key(|index| readings[*index].at) {
        match readings[behind].read(text, &mut work) {
            Read::On => {}
            Read::Parted(other) => readings.push(*other),
            Read::Ended => {
                deepest = deepest.max(readings.swap_remove(behind).deepest);
                continue;
            }
        }
        work += readings.len() - 1;
        if readings.len() > 1 {
            meet(&mut readings, behind, &mut work);
        }
        if readings.len() > READINGS || work > WORK {
            return u32::MAX;
        }
    }
    deepest
}

/// Makes one of two readings that go on alike from here.
fn meet(readings: &mut Vec<Reading>, index: usize, work: &mut usize) {
    let reading = &readings[index];
    let others = readings.iter().enumerate();
    let same = others
        .filter(|(other, _)| *other != index)
        .find(|(_, other)| other.goes_on_as(reading, work));
    if let Some((other, _)) = same {
        let reading = readings[index].clone();
        *work += reading.levels.len();
        readings[other].widen(&reading);
        readings.swap_remove(index);
    }
}

/// What a bracket was opened for, which tells what may follow where it is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// The head of `if`, `for`, `while` or `with`: a statement follows.
    Head,
    /// Anything else in parentheses.
    Group,
    /// Square brackets.
    Square,
    /// A block or the body of a declaration: a statement follows.
    Block,
    /// An object, or the body of an expression.
    Value,
    /// Braces that could be either.
    Either,
    /// `${` of a template.
    Substitution,
    /// An element, in its opening tag.
    Tag,
    /// An element, behind its opening tag.
    Children,
}

/// What is open at a level of brackets without a bracket.
#[derive(Clone, Copy)]
struct Level {
    bracket: Bracket,
    /// Right sides of expressions, prefixes, arrows, branches of conditionals.
    expressions: u32,
    /// Statements whose body has begun.
    statements: u32,
}

impl Bracket {
    /// What closes it; a tag closes elements.
    fn closing(self) -> u8 {
        match self {
            Self::Head | Self::Group => b')',
            Self::Square => b']',
            Self::Block | Self::Value | Self::Either | Self::Substitution => b'}',
            Self::Tag | Self::Children => b'>',
        }
    }
}

impl Level {
    fn new(bracket: Bracket) -> Self {
        Self {
            bracket,
            expressions: 0,
            statements: 0,
        }
    }
}

/// The token before, as far as it tells how to read the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, or what a statement may follow.
    Start,
    /// What an operand must follow: an operator, an opening bracket, a keyword.
    Operator,
    /// What ends an operand.
    Operand,
    /// A word that is an operand or a keyword, as its place has it.
    Word,
    /// A dot: a name follows, whatever it looks like.
    Dot,
    /// `)` of a head, or a keyword that a statement follows.
    Head,
    /// `=>`.
    Arrow,
    /// `}` that could have ended either.
    Either,
}

/// What comes of reading a token.
enum Read {
    /// There is more.
    On,
    /// The token can be read in another way as well.
    Parted(Box<Reading>),
    /// The text ends here, or cannot be a program that is read like this.
    Ended,
}

/// One way to read a text.
#[derive(Clone)]
struct Reading {
    at: usize,
    levels: Vec<Level>,
    /// How much is open in all levels.
    open: u32,
    deepest: u32,
    before: Before,
    /// Whether the next parenthesis is a head.
    head: bool,
    /// Whether the next brace that follows a parenthesis or a name is the body of an expression.
    body: Option<Bracket>,
    /// Whether a line ends before the token at hand.
    has_newline: bool,
    dialect: Dialect,
}

impl Reading {
    fn new(dialect: Dialect) -> Self {
        Self {
            at: 0,
            levels: vec![Level::new(Bracket::Block)],
            open: 0,
            deepest: 0,
            before: Before::Start,
            head: false,
            body: None,
            has_newline: false,
            dialect,
        }
    }

    /// Modules have no comments of HTML.
    fn is_module(&self) -> bool {
        self.dialect.goal == Goal::Module
    }

    fn level(&mut self) -> &mut Level {
        // The lowest level is never taken off.
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn open_expression(&mut self) {
        self.level().expressions += 1;
        self.grow();
    }

    fn open_statement(&mut self) {
        self.level().statements += 1;
        self.grow();
    }

    fn grow(&mut self) {
        self.open += 1;
        self.deepest = self.deepest.max(self.open);
    }

    fn end_expressions(&mut self) {
        let level = self.level();
        let ended = std::mem::take(&mut level.expressions);
        self.open -= ended;
    }

    /// Ends a statement, and those that it is the body of, unless the next word goes on with one of them.
    fn end_statement(&mut self, text: &[u8]) {
        self.end_expressions();
        let rest = skip_trivia(text, self.at, self.is_module()).0;
        let goes_on = [&b"else"[..], b"while"]
            .iter()
            .any(|word| text[rest..].starts_with(word));
        if !goes_on {
            let level = self.level();
            let ended = std::mem::take(&mut level.statements);
            self.open -= ended;
        }
        self.before = Before::Start;
        self.body = None;
    }

    fn push(&mut self, bracket: Bracket) {
        self.levels.push(Level::new(bracket));
        self.grow();
    }

    /// The bracket that this byte closes.
    fn pop(&mut self, closing: u8) -> Option<Bracket> {
        let bracket = self.level().bracket;
        if self.levels.len() == 1 || bracket.closing() != closing {
            return None;
        }
        let level = self.levels.pop()?;
        self.open -= 1 + level.expressions + level.statements;
        Some(bracket)
    }

    /// Whether it goes on as another one does, whatever is open in their levels without a bracket.
    fn goes_on_as(&self, other: &Self, work: &mut usize) -> bool {
        let state = |it: &Self| (it.at, it.levels.len(), it.before, it.head, it.body);
        if state(self) != state(other) {
            return false;
        }
        // Those that were opened last are what differs, if any do.
        let levels = self.levels.iter().rev().zip(other.levels.iter().rev());
        let alike = levels.take_while(|(one, other)| one.bracket == other.bracket);
        let alike = alike.count();
        *work += alike;
        alike == self.levels.len()
    }

    /// Lets as much be open as in either of two that go on alike.
    fn widen(&mut self, other: &Self) {
        self.open = 0;
        for (level, other) in self.levels.iter_mut().zip(&other.levels) {
            level.expressions = level.expressions.max(other.expressions);
            level.statements = level.statements.max(other.statements);
            self.open += 1 + level.expressions + level.statements;
        }
        // The lowest level is no bracket.
        self.open -= 1;
        self.deepest = self.deepest.max(other.deepest).max(self.open);
    }

    /// Reads a token.
    fn read(&mut self, text: &[u8], work: &mut usize) -> Read {
        let (at, has_newline) = skip_trivia(text, self.at, self.is_module());
        self.at = at;
        self.has_newline = has_newline;
        let Some(byte) = text.get(at).copied() else {
            return Read::Ended;
        };
        self.at += 1;
        match byte {
            b'(' => {
                let bracket = if std::mem::take(&mut self.head) {
                    Bracket::Head
                } else {
                    Bracket::Group
                };
                self.push(bracket);
                self.before = Before::Operator;
            }
            b'[' => {
                self.push(Bracket::Square);
                self.before = Before::Operator;
            }
            b'{' => self.open_brace(),
            b')' | b']' => match self.pop(byte) {
                Some(Bracket::Head) => {
                    self.open_statement();
                    self.before = Before::Head;
                }
                Some(_) => self.before = Before::Operand,
                None => return Read::Ended,
            },
            b'}' => match self.pop(byte) {
                Some(Bracket::Substitution) => self.template(text),
                Some(_) if matches!(self.level().bracket, Bracket::Tag | Bracket::Children) => {
                    self.element(text);
                }
                Some(Bracket::Value) => self.before = Before::Operand,
                // Whether a statement ended does not matter for what comes next, but for what stays open.
                Some(Bracket::Either) => self.before = Before::Either,
                Some(_) => self.end_statement(text),
                None => return Read::Ended,
            },
            b';' => self.end_statement(text),
            b',' => {
                self.end_expressions();
                self.before = Before::Operator;
            }
            b'"' | b'\'' => {
                self.end_line_at(text, at);
                self.at = skip_string(text, self.at, byte);
                self.before = Before::Operand;
            }
            b'`' => self.template(text),
            b'/' => return self.slash(text, work),
            b'<' if self.dialect.jsx && self.before != Before::Operand => {
                return self.less(text, work);
            }
            b'0'..=b'9' => {
                self.end_line_at(text, at);
                self.at = skip_name(text, self.at);
                self.before = Before::Operand;
            }
            b'.' if text[self.at..].starts_with(b"..") => {
                self.at += 2;
                self.before = Before::Operator;
            }
            b'.' => self.before = Before::Dot,
            b'+' | b'-' if text.get(self.at) == Some(&byte) => {
                self.at += 1;
                self.end_line_at(text, at);
                // Behind an operand it is a suffix, and else a prefix.
                if !matches!(self.before, Before::Operand | Before::Word | Before::Either) {
                    self.open_expression();
                    self.before = Before::Operator;
                }
            }
            b'=' if text.get(self.at) == Some(&b'>') => {
                self.at += 1;
                self.open_expression();
                self.before = Before::Arrow;
            }
            b':' => {
                // A label, a branch, a property, a case.
                self.open_expression();
                self.before = Before::Operator;
            }
            b'!' | b'~' | b'+' | b'-' | b'*' | b'%' | b'<' | b'>' | b'=' | b'&' | b'|' | b'^'
            | b'?' => {
                self.open_expression();
                self.before = Before::Operator;
            }
            _ => self.word(text, at),
        }
        Read::On
    }

    /// Reads an element, or an operator where that is possible as well.
    fn less(&mut self, text: &[u8], work: &mut usize) -> Read {
        let is_sure = !matches!(self.before, Before::Word | Before::Either);
        let other = (!is_sure).then(|| self.clone());
        let start = self.at;
        self.push(Bracket::Tag);
        self.element(text);
        let Some(mut other) = other else {
            return Read::On;
        };
        *work += self.levels.len() + self.at - start;
        other.open_expression();
        other.before = Before::Operator;
        Read::Parted(Box::new(other))
    }

    fn slash(&mut self, text: &[u8], work: &mut usize) -> Read {
        match self.before {
            Before::Operand | Before::Dot => {
                self.before = Before::Operator;
                Read::On
            }
            Before::Start | Before::Operator | Before::Head | Before::Arrow => {
                if self.regular_expression(text) {
                    Read::On
                } else {
                    Read::Ended
                }
            }
            Before::Word | Before::Either => {
                let mut other = self.clone();
                self.before = Before::Operator;
                let is_one = other.regular_expression(text);
                *work += other.levels.len() + other.at - self.at;
                if is_one {
                    Read::Parted(Box::new(other))
                } else {
                    Read::On
                }
            }
        }
    }

    fn open_brace(&mut self) {
        let bracket = match (self.body.take(), self.before) {
            (Some(body), Before::Operand | Before::Word) => body,
            (_, Before::Start | Before::Head) => Bracket::Block,
            (_, Before::Operator) => Bracket::Value,
            _ => Bracket::Either,
        };
        // Behind `:` it may be a block as well.
        let bracket = match bracket {
            Bracket::Value if self.level().bracket == Bracket::Block => Bracket::Either,
            bracket => bracket,
        };
        self.push(bracket);
        self.before = Before::Start;
    }

    /// A line that ends behind an operand, where the next token cannot go on with it, ends the statement.
    fn end_line_at(&mut self, text: &[u8], token: usize) {
        if self.has_newline && matches!(self.before, Before::Operand | Before::Either) {
            let at = std::mem::replace(&mut self.at, token);
            self.end_statement(text);
            self.at = at;
        }
    }

    fn word(&mut self, text: &[u8], start: usize) {
        self.at = skip_name(text, self.at);
        let word = &text[start..self.at];
        if self.before == Before::Dot {
            self.before = Before::Operand;
            return;
        }
        let is_infix = matches!(word, b"in" | b"instanceof" | b"of" | b"as");
        if !is_infix {
            self.end_line_at(text, start);
        }
        let is_start = matches!(self.before, Before::Start | Before::Head);
        self.before = match word {
            b"if" | b"for" | b"while" | b"with" => {
                self.head = true;
                Before::Operator
            }
            b"else" | b"do" | b"try" | b"finally" => {
                self.open_statement();
                Before::Head
            }
            b"function" | b"class" => {
                // Of a declaration or of an expression.
                self.body = Some(if is_start {
                    Bracket::Block
                } else {
                    Bracket::Either
                });
                Before::Word
            }
            b"catch" => {
                self.body = Some(Bracket::Block);
                Before::Word
            }
            b"typeof" | b"void" | b"delete" | b"new" | b"in" | b"instanceof" | b"return"
            | b"throw" | b"case" | b"extends" => {
                self.open_expression();
                Before::Operator
            }
            b"await" | b"yield" => {
                self.open_expression();
                Before::Word
            }
            b"export" | b"default" => Before::Start,
            b"of" | b"let" | b"static" | b"async" | b"get" | b"set" | b"var" | b"const" => {
                Before::Word
            }
            _ => Before::Operand,
        };
    }

    /// Reads on in an element, and in those within it, to an expression in braces, or to its end.
    fn element(&mut self, text: &[u8]) {
        loop {
            let in_tag = match self.level().bracket {
                Bracket::Tag => true,
                Bracket::Children => false,
                _ => break,
            };
            if in_tag {
                self.at = skip_trivia(text, self.at, self.is_module()).0;
            } else {
                let end = memchr::memchr2(b'<', b'{', &text[self.at..]);
                self.at = end.map_or(text.len(), |end| self.at + end);
            }
            let Some(byte) = text.get(self.at) else {
                return;
            };
            self.at += 1;
            match byte {
                b'{' => {
                    self.push(Bracket::Value);
                    self.before = Before::Operator;
                    return;
                }
                b'<' if in_tag => self.push(Bracket::Tag),
                b'<' => {
                    self.at = skip_trivia(text, self.at, self.is_module()).0;
                    if text.get(self.at) == Some(&b'/') {
                        let end = memchr::memchr(b'>', &text[self.at..]);
                        self.at = end.map_or(text.len(), |end| self.at + end + 1);
                        self.pop(b'>');
                    } else {
                        self.push(Bracket::Tag);
                    }
                }
                b'>' => self.level().bracket = Bracket::Children,
                b'/' => {
                    let end = memchr::memchr(b'>', &text[self.at..]);
                    self.at = end.map_or(text.len(), |end| self.at + end + 1);
                    self.pop(b'>');
                }
                b'"' | b'\'' => {
                    let end = memchr::memchr(*byte, &text[self.at..]);
                    self.at = end.map_or(text.len(), |end| self.at + end + 1);
                }
                _ => {}
            }
        }
        self.before = Before::Operand;
    }

    fn template(&mut self, text: &[u8]) {
        while let Some(byte) = text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if text.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    self.push(Bracket::Substitution);
                    self.before = Before::Operator;
                    return;
                }
                _ => {}
            }
        }
        self.before = Before::Operand;
    }

    /// Whether there is one on this line.
    fn regular_expression(&mut self, text: &[u8]) -> bool {
        let mut is_in_class = false;
        let mut is_escaped = false;
        loop {
            let Some(byte) = text.get(self.at) else {
                return false;
            };
            self.at += 1;
            match byte {
                b'\n' | b'\r' => return false,
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                b'/' if !is_in_class => break,
                _ => {}
            }
        }
        self.at = skip_name(text, self.at);
        self.before = Before::Operand;
        true
    }
}

/// The offset behind white space and comments, and whether a line ended there.
fn skip_trivia(text: &[u8], mut at: usize, is_module: bool) -> (usize, bool) {
    let mut has_newline = at == 0;
    loop {
        match text.get(at) {
            Some(b'<') if text[at..].starts_with(b"<!--") && (has_newline || !is_module) => {
                at = line_end(text, at);
            }
            Some(b'-') if text[at..].starts_with(b"-->") && has_newline && !is_module => {
                at = line_end(text, at);
            }
            Some(b'#') if at == 0 && text.starts_with(b"#!") => at = line_end(text, at),
            Some(b'\n' | b'\r') => {
                has_newline = true;
                at += 1;
            }
            Some(b' ' | b'\t' | 0x0b | 0x0c) => at += 1,
            Some(b'/') if text.get(at + 1) == Some(&b'/') => {
                at = line_end(text, at);
            }
            Some(b'/') if text.get(at + 1) == Some(&b'*') => {
                let end = memchr::memmem::find(&text[at + 2..], b"*/");
                let end = end.map_or(text.len(), |end| at + 2 + end + 2);
                has_newline |= memchr::memchr2(b'\n', b'\r', &text[at..end]).is_some();
                at = end;
            }
            _ => return (at.min(text.len()), has_newline),
        }
    }
}

/// The offset of the end of the line.
fn line_end(text: &[u8], at: usize) -> usize {
    let end = memchr::memchr2(b'\n', b'\r', &text[at..]);
    end.map_or(text.len(), |end| at + end)
}

/// The offset behind a string that ends with this quote, or behind its line.
fn skip_string(text: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                // A line end of two bytes goes with it.
                at += if text[at..].starts_with(b"\r\n") {
                    2
                } else {
                    1
                };
            }
            b'\n' | b'\r' => break,
            byte if *byte == quote => break,
            _ => {}
        }
    }
    at.min(text.len())
}

/// The offset behind letters, digits, and all that is not ASCII.
fn skip_name(text: &[u8], mut at: usize) -> usize {
    let is_of_name = |byte: &u8| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'$' | b'\\')
    };
    while text.get(at).is_some_and(is_of_name) {
        at += 1;
    }
    at.min(text.len())
}
