//! Markdown: fenced code, by its language, and comments. All else is text.

use memchr::{memchr, memmem};

use super::lexer::{Lexer, is_word};
use super::script::{self, Dialect};
use super::{Kind, css, go, html, json, python, rust, shell, toml};

/// Elements whose text is not Markdown, up to the line where they end.
const RAW: [&[u8]; 4] = [b"pre", b"script", b"style", b"textarea"];

/// Elements whose text is not Markdown, up to an empty line.
const BLOCKS: [&[u8]; 62] = [
    b"address",
    b"article",
    b"aside",
    b"base",
    b"basefont",
    b"blockquote",
    b"body",
    b"caption",
    b"center",
    b"col",
    b"colgroup",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"frame",
    b"frameset",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"header",
    b"hr",
    b"html",
    b"iframe",
    b"legend",
    b"li",
    b"link",
    b"main",
    b"menu",
    b"menuitem",
    b"nav",
    b"noframes",
    b"ol",
    b"optgroup",
    b"option",
    b"p",
    b"param",
    b"search",
    b"section",
    b"summary",
    b"table",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"title",
    b"tr",
    b"track",
    b"ul",
];

/// A fence that is open.
#[derive(Clone, Copy)]
struct Fence {
    offset: usize,
    byte: u8,
    len: usize,
    /// How far what it stands in, an item of a list, is indented.
    container: usize,
    /// How many `>` stand before it.
    quotes: usize,
}

/// Where the text of a line begins, behind the marks of quotes: there the lexer is.
#[derive(Clone, Copy)]
struct Line {
    quotes: usize,
    indent: usize,
}

struct Reader {
    /// How far the text of the items of lists is indented that are open.
    items: Vec<usize>,
    /// Where the text begins that is no region yet.
    text: usize,
    is_behind_empty_line: bool,
}

/// Reads a text of Markdown.
pub(super) fn read(lexer: &mut Lexer) {
    front_matter(lexer);
    let mut reader = Reader {
        items: Vec::new(),
        text: lexer.at,
        is_behind_empty_line: true,
    };
    while !lexer.has_ended() {
        let line = line(lexer, usize::MAX);
        let is_empty = matches!(lexer.byte(), b'\n' | b'\r') || lexer.has_ended();
        if is_empty {
            next_line(lexer);
        } else {
            reader.line(lexer, line);
        }
        reader.is_behind_empty_line = is_empty;
    }
    reader.text_ends(lexer);
}

impl Reader {
    fn line(&mut self, lexer: &mut Lexer, line: Line) {
        let mut indent = line.indent;
        while self.items.last().is_some_and(|item| *item > indent) {
            self.items.pop();
        }
        loop {
            let container = self.items.last().copied().unwrap_or(0);
            if indent >= container + 4 {
                next_line(lexer);
                return;
            }
            let Some(mark) = item(lexer.rest()) else {
                break;
            };
            lexer.skip(mark);
            let spaces = spaces(lexer);
            let is_alone = matches!(lexer.byte(), b'\n' | b'\r') || lexer.has_ended();
            // More than four spaces are one, and code that is indented.
            let width = if is_alone || spaces > 4 { 1 } else { spaces };
            self.items.push(indent + mark + width);
            indent += mark + spaces;
            if is_alone {
                next_line(lexer);
                return;
            }
        }
        self.block(lexer, line);
    }

    /// What begins behind the marks of lists.
    fn block(&mut self, lexer: &mut Lexer, line: Line) {
        let container = self.items.last().copied().unwrap_or(0);
        if let Some((byte, len)) = marks(lexer.rest()) {
            self.text_ends(lexer);
            let fence = Fence {
                offset: lexer.at,
                byte,
                len,
                container,
                quotes: line.quotes,
            };
            fenced(lexer, fence);
            self.text = lexer.at;
        } else if lexer.starts_with(b"<!--") {
            self.text_ends(lexer);
            lexer.block_comment(4, b"-->");
            lexer.forget_fault();
            self.text = lexer.at;
            next_line(lexer);
        } else if lexer.byte() == b'<' {
            self.element(lexer);
        } else {
            next_line(lexer);
        }
    }

    /// A line that begins with an element of HTML.
    fn element(&mut self, lexer: &mut Lexer) {
        let rest = &lexer.rest()[1..];
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        let len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
            .count();
        let name = &rest[..len];
        let is_whole = matches!(
            rest.get(len),
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/')
        );
        let is_one_of =
            |names: &[&[u8]]| is_whole && names.iter().any(|one| name.eq_ignore_ascii_case(one));
        let here = lexer.rest();
        let here = &here[..memchr(b'\n', here).unwrap_or(here.len())];
        if is_one_of(&RAW) && lexer.ahead(1) != b'/' {
            let end = [b"</", name, b">"].concat();
            let rest = lexer.rest();
            lexer.skip(memmem::find(rest, &end).unwrap_or(rest.len()));
            next_line(lexer);
        } else if is_one_of(&BLOCKS) || len > 0 && self.is_behind_empty_line && is_one_tag(here) {
            to_empty_line(lexer);
        } else {
            next_line(lexer);
        }
    }

    /// The text before what is at hand is a region.
    fn text_ends(&mut self, lexer: &mut Lexer) {
        lexer.region(self.text, Kind::Text);
        self.text = lexer.at;
    }
}

/// A block between `---`, in which the page is described.
fn front_matter(lexer: &mut Lexer) {
    let rest = lexer.rest();
    if !(rest.starts_with(b"---\n") || rest.starts_with(b"---\r\n")) {
        return;
    }
    if let Some(count) = memmem::find(&rest[3..], b"\n---") {
        lexer.skip(3 + count + 1);
        next_line(lexer);
    }
}

/// Goes behind the marks of quotes and the spaces that a line begins with.
fn line(lexer: &mut Lexer, quotes: usize) -> Line {
    let mut line = Line {
        quotes: 0,
        indent: spaces(lexer),
    };
    while lexer.byte() == b'>' && line.quotes < quotes && line.indent < 4 {
        lexer.skip(1);
        line.quotes += 1;
        // One space belongs to the mark.
        let more = usize::from(lexer.byte() == b' ');
        lexer.skip(more);
        line.indent = spaces(lexer);
    }
    line
}

/// Goes behind spaces and tabs: how many columns they have.
fn spaces(lexer: &mut Lexer) -> usize {
    let mut columns = 0;
    loop {
        match lexer.byte() {
            b' ' => columns += 1,
            b'\t' => columns = (columns / 4 + 1) * 4,
            _ => return columns,
        }
        lexer.skip(1);
    }
}

fn next_line(lexer: &mut Lexer) {
    lexer.skip_line();
    lexer.skip(1);
}

/// How long the mark of an item of a list is that a text begins with.
fn item(text: &[u8]) -> Option<usize> {
    let digits = text
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let mark = match text.get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if digits > 0 => digits + 1,
        _ => return None,
    };
    matches!(text.get(mark), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then_some(mark)
}

/// The marks of a fence that a text begins with: which, and how many.
fn marks(text: &[u8]) -> Option<(u8, usize)> {
    let byte = *text.first()?;
    if !matches!(byte, b'`' | b'~') {
        return None;
    }
    let len = text.iter().take_while(|other| **other == byte).count();
    let line = &text[len..len + memchr(b'\n', &text[len..]).unwrap_or(text.len() - len)];
    let is_fence = len >= 3 && (byte == b'~' || memchr(b'`', line).is_none());
    is_fence.then_some((byte, len))
}

/// Fenced code, from its fence at hand on.
fn fenced(lexer: &mut Lexer, fence: Fence) {
    lexer.skip(fence.len);
    let from = lexer.at;
    lexer.skip_line();
    let info = lexer.text[from..lexer.at].trim_ascii();
    lexer.skip(1);
    let start = lexer.at;
    let (end, behind) = loop {
        let from = lexer.at;
        if lexer.has_ended() {
            break (from, None);
        }
        let line = line(lexer, fence.quotes);
        let is_empty = matches!(lexer.byte(), b'\n' | b'\r') || lexer.has_ended();
        let has_left = line.quotes < fence.quotes || (!is_empty && line.indent < fence.container);
        if has_left {
            break (from, Some(from));
        }
        let is_end = line.indent < fence.container + 4 && is_closing(lexer.rest(), fence);
        next_line(lexer);
        if is_end {
            break (from, Some(lexer.at));
        }
    };
    lexer.at = start;
    if fence.quotes == 0 {
        nested(lexer, end, info);
    }
    lexer.at = behind.unwrap_or(end);
    lexer.forget_fault();
    if behind.is_none() {
        lexer.fault(
            fence.offset,
            fence.len,
            "this fence is never closed: all that follows is code",
        );
    }
}

fn is_closing(text: &[u8], fence: Fence) -> bool {
    let len = text.iter().take_while(|byte| **byte == fence.byte).count();
    let line = &text[len..len + memchr(b'\n', &text[len..]).unwrap_or(text.len() - len)];
    len >= fence.len && line.trim_ascii().is_empty()
}

/// Reads fenced code in its language, if that is known. It is often only a part of something: it is not said what is
/// wrong with it.
fn nested(lexer: &mut Lexer, end: usize, info: &[u8]) {
    let len = info.iter().take_while(|byte| is_word(**byte)).count();
    let dialect = match &info[..len] {
        b"css" => return lexer.nested(end, css::read),
        b"go" | b"golang" => return lexer.nested(end, go::read),
        b"html" => return lexer.nested(end, html::read),
        b"json" | b"jsonc" => return lexer.nested(end, json::strings),
        b"py" | b"python" | b"python3" => return lexer.nested(end, python::read),
        b"rs" | b"rust" => return lexer.nested(end, rust::read),
        b"bash" | b"sh" | b"shell" => return lexer.nested(end, shell::read),
        b"toml" => return lexer.nested(end, toml::strings),
        b"cjs" | b"javascript" | b"js" | b"jsx" | b"mjs" => Dialect::JAVASCRIPT,
        b"ts" | b"typescript" => Dialect::TYPESCRIPT,
        b"tsx" => Dialect::TSX,
        _ => return,
    };
    lexer.nested(end, |lexer| {
        script::read(lexer, dialect);
    });
}

/// Whether a line is a single tag.
fn is_one_tag(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.last() == Some(&b'>') && memchr(b'>', line) == Some(line.len() - 1)
}

fn to_empty_line(lexer: &mut Lexer) {
    while !lexer.has_ended() {
        let start = lexer.at;
        lexer.skip_line();
        let is_empty = lexer.text[start..lexer.at].trim_ascii().is_empty();
        lexer.skip(1);
        if is_empty {
            return;
        }
    }
}
