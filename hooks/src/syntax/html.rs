//! HTML: comments, tags, and the languages of scripts and styles.
//!
//! Browsers take everything; faults are what the standard calls parse errors and what changes the page: what is never
//! closed, and elements that end in another order than they began. Elements whose end may be left out are not looked at.
//! A text with marks of a template language is none of HTML alone: nothing in it is called wrong.

use memchr::{memchr, memchr3, memmem};

use super::lexer::{Brackets, Lexer};
use super::script::{self, Dialect};
use super::{Kind, css, json};

/// Elements that have no end.
const VOID: [&[u8]; 16] = [
    b"area", b"base", b"br", b"col", b"embed", b"frame", b"hr", b"img", b"input", b"keygen",
    b"link", b"meta", b"param", b"source", b"track", b"wbr",
];

/// Elements whose end may be left out.
const OPTIONAL: [&[u8]; 23] = [
    b"body",
    b"caption",
    b"colgroup",
    b"dd",
    b"dt",
    b"head",
    b"html",
    b"li",
    b"optgroup",
    b"option",
    b"p",
    b"rb",
    b"rp",
    b"rt",
    b"rtc",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"basefont",
    b"bgsound",
];

/// Elements in which there are no others.
const RAW: [&[u8]; 8] = [
    b"iframe",
    b"noembed",
    b"noframes",
    b"script",
    b"style",
    b"textarea",
    b"title",
    b"xmp",
];

/// What template languages begin with.
const TEMPLATES: [&[u8]; 5] = [b"{{", b"{%", b"<%", b"<?php", b"<?="];

struct Reader {
    brackets: Brackets<Name>,
    is_template: bool,
}

/// Where the name of an element is.
#[derive(Clone, Copy)]
struct Name {
    start: usize,
    end: usize,
}

/// What the beginning of an element says of what is in it.
#[derive(Default)]
struct Attributes {
    is_closed: bool,
    /// The value of `type`.
    kind: Option<(usize, usize)>,
}

/// Reads a page.
pub(super) fn read(lexer: &mut Lexer) {
    let is_template = TEMPLATES
        .iter()
        .any(|mark| memmem::find(lexer.text, mark).is_some());
    let mut reader = Reader {
        brackets: Brackets::new(),
        is_template,
    };
    while !lexer.has_ended() {
        reader.step(lexer);
    }
    if let Some(open) = reader.brackets.last() {
        let name = lowercase(lexer, open.tag);
        let len = open.tag.end - open.offset;
        reader.fault(
            lexer,
            open.offset,
            len,
            format!("this element is never closed: `</{name}>` is missing"),
            None,
        );
    }
    if is_template {
        lexer.forget_fault();
    }
}

impl Reader {
    fn step(&mut self, lexer: &mut Lexer) {
        let start = lexer.at;
        let rest = lexer.rest();
        lexer.skip(memchr(b'<', rest).unwrap_or(rest.len()));
        while !lexer.has_ended() && !begins_markup(lexer) {
            lexer.skip(1);
            let rest = lexer.rest();
            lexer.skip(memchr(b'<', rest).unwrap_or(rest.len()));
        }
        lexer.region(start, Kind::Text);
        if lexer.has_ended() {
            return;
        }
        match lexer.ahead(1) {
            b'!' if lexer.starts_with(b"<!--") => comment(lexer),
            b'!' if lexer.starts_with(b"<![CDATA[") => data(lexer),
            b'!' | b'?' => {
                let rest = lexer.rest();
                lexer.skip(memchr(b'>', rest).map_or(rest.len(), |count| count + 1));
            }
            b'/' => self.end_tag(lexer),
            _ => self.start_tag(lexer),
        }
    }

    fn fault(
        &self,
        lexer: &mut Lexer,
        offset: usize,
        len: usize,
        message: String,
        related: Option<(usize, &str)>,
    ) {
        if self.is_template {
            return;
        }
        match related {
            Some(related) => lexer.fault_with(offset, len, message, related),
            None => lexer.fault(offset, len, message),
        }
    }

    fn start_tag(&mut self, lexer: &mut Lexer) {
        let offset = lexer.at;
        lexer.skip(1);
        let name = name(lexer);
        let attributes = self.attributes(lexer, offset);
        let word = &lexer.text[name.start..name.end];
        if is_one_of(word, &RAW) {
            self.raw(lexer, offset, name, &attributes);
        } else if !attributes.is_closed && !is_one_of(word, &VOID) && !is_one_of(word, &OPTIONAL) {
            self.brackets.open_at(lexer, offset, b'<', name);
        }
    }

    fn attributes(&self, lexer: &mut Lexer, offset: usize) -> Attributes {
        let mut found = Attributes::default();
        loop {
            lexer.skip_while(|byte| byte.is_ascii_whitespace());
            match lexer.byte() {
                b'>' => {
                    lexer.skip(1);
                    return found;
                }
                b'/' => {
                    lexer.skip(1);
                    found.is_closed = lexer.byte() == b'>';
                    continue;
                }
                _ if lexer.has_ended() => {
                    self.fault(
                        lexer,
                        offset,
                        1,
                        "this tag is never closed: `>` is missing".into(),
                        None,
                    );
                    return found;
                }
                _ => {}
            }
            let start = lexer.at;
            lexer.skip(1);
            lexer.skip_while(|byte| {
                !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'=')
            });
            let name = &lexer.text[start..lexer.at];
            if let Some(place) = memchr3(b'"', b'\'', b'<', name) {
                let message = "this does not belong into a tag: is a quote missing before?";
                self.fault(
                    lexer,
                    start + place,
                    1,
                    message.into(),
                    Some((offset, "the tag begins here")),
                );
            }
            let is_kind = name.eq_ignore_ascii_case(b"type");
            lexer.skip_while(|byte| byte.is_ascii_whitespace());
            if lexer.byte() == b'=' {
                lexer.skip(1);
                let value = self.value(lexer);
                if is_kind {
                    found.kind = Some(value);
                }
            }
        }
    }

    /// The value of an attribute: where it is, without its quotes.
    fn value(&self, lexer: &mut Lexer) -> (usize, usize) {
        lexer.skip_while(|byte| byte.is_ascii_whitespace());
        let start = lexer.at;
        let quote = lexer.byte();
        let value = if matches!(quote, b'"' | b'\'') {
            lexer.skip(1);
            let rest = lexer.rest();
            let len = memchr(quote, rest);
            lexer.skip(len.map_or(rest.len(), |len| len + 1));
            if len.is_none() {
                self.fault(lexer, start, 1, "this string is never closed".into(), None);
            }
            (start + 1, start + 1 + len.unwrap_or(rest.len()))
        } else {
            lexer.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>');
            (start, lexer.at)
        };
        lexer.region(start, Kind::String);
        value
    }

    fn end_tag(&mut self, lexer: &mut Lexer) {
        let offset = lexer.at;
        lexer.skip(2);
        let name = name(lexer);
        let rest = lexer.rest();
        lexer.skip(memchr(b'>', rest).map_or(rest.len(), |count| count + 1));
        let word = &lexer.text[name.start..name.end];
        if is_one_of(word, &VOID) || is_one_of(word, &OPTIONAL) {
            return;
        }
        let open = self.brackets.pop();
        let matches = |open: Name| lexer.text[open.start..open.end].eq_ignore_ascii_case(word);
        if open.is_some_and(|open| matches(open.tag)) || lexer.has_fault() {
            return;
        }
        let len = lexer.at - offset;
        let is_below = self.brackets.iter().any(|open| matches(open.tag));
        match open {
            Some(open) if is_below => {
                let wanted = lowercase(lexer, open.tag);
                let message = format!("this element is not closed: `</{wanted}>` is missing");
                let len = open.tag.end - open.offset;
                self.fault(
                    lexer,
                    open.offset,
                    len,
                    message,
                    Some((offset, "an element around it ends here")),
                );
            }
            Some(open) => {
                let message = "this closes an element that is not open";
                self.fault(
                    lexer,
                    offset,
                    len,
                    message.into(),
                    Some((open.offset, "this one is open")),
                );
            }
            None => self.fault(
                lexer,
                offset,
                len,
                "this closes an element that is not open".into(),
                None,
            ),
        }
    }

    /// What is in an element that has no others in it.
    fn raw(&self, lexer: &mut Lexer, offset: usize, name: Name, attributes: &Attributes) {
        let word = &lexer.text[name.start..name.end];
        let Some(end) = end_of_raw(lexer, word) else {
            let start = lexer.at;
            lexer.skip_to_end();
            lexer.region(start, Kind::Text);
            let word = lowercase(lexer, name);
            self.fault(
                lexer,
                offset,
                name.end - offset,
                format!("this element is never closed: `</{word}>` is missing"),
                None,
            );
            return;
        };
        let kind = attributes
            .kind
            .map(|(start, end)| lexer.text[start..end].to_ascii_lowercase());
        if word.eq_ignore_ascii_case(b"style") {
            lexer.nested(end, css::read);
        } else if word.eq_ignore_ascii_case(b"script") {
            script(lexer, end, kind.as_deref());
        } else {
            let start = lexer.at;
            lexer.at = end;
            lexer.region(start, Kind::Text);
        }
        let rest = lexer.rest();
        lexer.skip(memchr(b'>', rest).map_or(rest.len(), |count| count + 1));
    }
}

/// A script, in the language that its type names.
fn script(lexer: &mut Lexer, end: usize, kind: Option<&[u8]>) {
    let kind = kind.unwrap_or(b"").trim_ascii();
    if kind.is_empty()
        || kind == b"module"
        || kind.ends_with(b"/javascript")
        || kind.ends_with(b"/ecmascript")
    {
        lexer.nested(end, |lexer| {
            script::read(lexer, Dialect::SCRIPT);
        });
    } else if kind == b"text/babel" || kind == b"text/jsx" {
        lexer.nested(end, |lexer| {
            script::read(lexer, Dialect::JAVASCRIPT);
        });
    } else if kind.ends_with(b"json") || kind == b"importmap" || kind == b"speculationrules" {
        lexer.nested(end, json::strings);
    } else {
        let start = lexer.at;
        lexer.at = end;
        lexer.region(start, Kind::Text);
    }
}

/// Whether the `<` at hand begins a tag, a comment or the like.
fn begins_markup(lexer: &Lexer) -> bool {
    match lexer.ahead(1) {
        b'!' | b'?' => true,
        b'/' => lexer.ahead(2).is_ascii_alphabetic(),
        byte => byte.is_ascii_alphabetic(),
    }
}

fn name(lexer: &mut Lexer) -> Name {
    let start = lexer.at;
    lexer.skip_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>'));
    Name {
        start,
        end: lexer.at,
    }
}

fn lowercase(lexer: &Lexer, name: Name) -> String {
    String::from_utf8_lossy(&lexer.text[name.start..name.end]).to_ascii_lowercase()
}

fn is_one_of(word: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// Where the end of that element begins.
fn end_of_raw(lexer: &Lexer, word: &[u8]) -> Option<usize> {
    memmem::find_iter(lexer.rest(), b"</").find_map(|found| {
        let behind = &lexer.rest()[found + 2..];
        let is_name = behind.get(..word.len())?.eq_ignore_ascii_case(word);
        let is_whole = behind
            .get(word.len())
            .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        (is_name && is_whole).then_some(lexer.at + found)
    })
}

fn comment(lexer: &mut Lexer) {
    let start = lexer.at;
    if let Some(len) = [&b"<!-->"[..], b"<!--->"]
        .iter()
        .find(|whole| lexer.starts_with(whole))
        .map(|whole| whole.len())
    {
        lexer.skip(len);
        lexer.region(start, Kind::Comment);
    } else {
        lexer.block_comment(4, b"-->");
    }
}

/// Characters that are no markup.
fn data(lexer: &mut Lexer) {
    let start = lexer.at;
    match memmem::find(lexer.rest(), b"]]>") {
        Some(count) => lexer.skip(count + 3),
        None => lexer.skip_to_end(),
    }
    lexer.region(start, Kind::Text);
}
