//! Statements of SQL that are put together with values.

use std::ops::Range;

use super::place::{Place, REACH, is_word};
use crate::language::Language;

/// How a string is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    pub(super) quote: u8,
    /// How many of them open it and close it: 1 or 3.
    pub(super) count: usize,
    /// Where its letters begin: `f"`, `br"`.
    pub(super) start: usize,
    /// Where what it holds begins.
    pub(super) content: usize,
    /// Whether values stand in it between braces: `f"…{x}"`, or with a dollar, `` `…${x}` ``.
    pub(super) takes_values: bool,
}

/// The string that the region at an offset begins with.
pub(super) fn quotes_at(place: &Place<'_>, at: usize) -> Option<Quotes> {
    let region = place.source.regions.at(at)?;
    let bytes = place.bytes();
    let letters = bytes[region.start..region.end]
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_alphabetic());
    let opening = region.start + letters.count();
    let quote = place.byte(opening);
    if !b"\"'`".contains(&quote) {
        return None;
    }
    let language = place.source.language;
    // The reader may count its letters to the string or not; where there are none, the name of a template stands there.
    let most = if matches!(language, Some(Language::Python | Language::Rust)) {
        3
    } else {
        0
    };
    let before = bytes[..opening]
        .iter()
        .rev()
        .take(most)
        .take_while(|byte| byte.is_ascii_alphabetic());
    let start = opening - before.count();
    let letters = &bytes[start..opening];
    let is_prefix = !is_word(place.byte_before(start));
    let is_python = language == Some(Language::Python);
    let count = if is_python && bytes[opening..].starts_with(&[quote; 3]) {
        3
    } else {
        1
    };
    let takes_values = match language {
        Some(Language::Python) => is_prefix && letters.iter().any(|byte| b"fF".contains(byte)),
        Some(Language::JavaScript | Language::TypeScript) => quote == b'`',
        _ => false,
    };
    Some(Quotes {
        quote,
        count,
        start,
        content: opening + count,
        takes_values,
    })
}

/// Whether the text before a value ends where a value stands: in quotes, or behind a comparison.
fn is_value_place(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    if before.ends_with(b"=>") {
        return false;
    }
    let quoted = before.strip_suffix(b"%").unwrap_or(before);
    let word = before.len()
        - before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
    quoted.ends_with(b"'")
        || before.ends_with(b"=")
        || before.ends_with(b"<")
        || before.ends_with(b">")
        || before[word..].eq_ignore_ascii_case(b"like")
}

/// Whether a name is that of a constant: `TABLE`, `Self::TABLE`, `config.MAX_ROWS`.
fn is_constant(expression: &[u8]) -> bool {
    let name = expression
        .rsplit(|byte| b".:".contains(byte))
        .next()
        .unwrap_or(expression);
    !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

/// Whether a statement is one indeed, and no sentence that begins with its verb.
fn is_statement(verb: &[u8], rest: &[u8]) -> bool {
    let has = |word: &[u8]| {
        rest.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    match verb[0].to_ascii_lowercase() {
        b's' => has(b" from ") || has(b"\nfrom ") || has(b"from\n"),
        b'u' => has(b" set ") || has(b"\nset "),
        _ => true,
    }
}

/// `"SELECT … WHERE name = '" + name + "'"`, `` `… = ${name}` ``, `f"… = {name}"`, `format!("… = {name}")`.
pub(super) fn concatenated(place: &mut Place<'_>) -> Option<Range<usize>> {
    if place.start < *place.read {
        return None;
    }
    let quotes = quotes_at(place, place.start)?;
    let bytes = place.bytes();
    if quotes.content > place.start || !bytes[quotes.content..place.start].trim_ascii().is_empty() {
        return None;
    }
    let (called, _) = place.last_before(quotes.start);
    let before = &bytes[..=called];
    let is_tagged = quotes.quote == b'`' && {
        let last = place.byte_before(quotes.start);
        is_word(last) || b")>]".contains(&last)
    };
    if is_tagged {
        return None;
    }
    let is_format = match place.source.language {
        Some(Language::Rust) => before.ends_with(b"format!("),
        Some(Language::Go) => before.ends_with(b"Sprintf("),
        _ => false,
    };
    let limit = (place.start + 4 * REACH).min(bytes.len());
    let mut at = place.end;
    let mut found = false;
    while at < limit {
        let byte = bytes[at];
        if byte == quotes.quote && bytes[at..].starts_with(&[quotes.quote; 3][..quotes.count]) {
            break;
        }
        let text = || &bytes[quotes.content..at];
        let opens = match place.source.language {
            Some(Language::JavaScript | Language::TypeScript) => {
                byte == b'$' && place.byte(at + 1) == b'{'
            }
            Some(Language::Go) => byte == b'%' && b"sv".contains(&place.byte(at + 1)),
            _ => byte == b'{',
        };
        if byte == b'\\' {
            at += 2;
            continue;
        }
        if byte == b'{' && place.byte(at + 1) == b'{' {
            at += 2;
            continue;
        }
        if opens && (quotes.takes_values || is_format) {
            let from = at + 1 + usize::from(byte == b'$');
            let inner = &bytes[from..limit];
            let end = inner
                .iter()
                .position(|byte| *byte == b'}')
                .unwrap_or(inner.len());
            let name = if byte == b'%' {
                &b"v"[..]
            } else {
                &inner[..end]
            };
            if is_value_place(text()) && !is_constant(name.trim_ascii()) {
                found = true;
                break;
            }
        }
        at += 1;
    }
    *place.read = at;
    if !is_statement(&bytes[place.start..place.end], &bytes[place.end..at]) && !found {
        return None;
    }
    if found && !is_statement(&bytes[place.start..place.end], &bytes[place.end - 1..limit]) {
        return None;
    }
    if !found {
        let close = at + quotes.count;
        if at >= limit || quotes.takes_values || is_format {
            return None;
        }
        let next = place.skip_space(close);
        let text = &bytes[quotes.content..at];
        let is_python = place.source.language == Some(Language::Python);
        let joined = match place.byte(next) {
            b'+' if place.byte(next + 1) != b'+' => {
                let value = place.skip_space(next + 1);
                let name = bytes[value..limit.max(value)]
                    .iter()
                    .take_while(|byte| is_word(**byte) || b".:".contains(*byte));
                let name = &bytes[value..value + name.count()];
                is_value_place(text) && !b"\"'`".contains(&place.byte(value)) && !is_constant(name)
            }
            b'%' if is_python => has_value(text, b"%s"),
            b'.' if is_python && place.is_at(next, ".format(") => has_value(text, b"{"),
            _ => false,
        };
        if !joined {
            return None;
        }
        at = close;
    }
    Some(quotes.start..at)
}

/// Whether a mark stands where a value does.
fn has_value(text: &[u8], mark: &[u8]) -> bool {
    let mut places = text
        .windows(mark.len())
        .enumerate()
        .filter(|(_, part)| *part == mark);
    places.any(|(place, _)| is_value_place(&text[..place]))
}
