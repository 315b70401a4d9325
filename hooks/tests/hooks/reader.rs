//! Which bytes of an example are comments and strings.

use kilowat_hooks::Language;
use kilowat_hooks::syntax::{Kind, Region, Regions};

/// Reads an example: comments, strings and templates as the languages have them, as far as examples go.
pub(crate) fn regions(language: Language, text: &str) -> Regions {
    let (line, block, quotes): (&str, bool, &str) = match language {
        Language::Rust => ("//", true, "\""),
        Language::Go => ("//", true, "\"`'"),
        Language::JavaScript | Language::TypeScript => ("//", true, "\"'`"),
        Language::Css => ("/*", true, "\"'"),
        _ => ("#", false, "\"'"),
    };
    let bytes = text.as_bytes();
    let mut regions = Regions::default();
    let mut at = 0;
    let mut push = |start, end, kind| regions.push(Region { start, end, kind });
    // Of templates: how deep in braces their values are.
    let mut values: Vec<usize> = Vec::new();
    while at < bytes.len() {
        let rest = &text[at..];
        let start = at;
        if rest.starts_with(line) {
            at += rest.find('\n').unwrap_or(rest.len());
            push(start, at, Kind::Comment);
        } else if block && rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            push(start, at, Kind::Comment);
        } else if quotes.contains(char::from(bytes[at])) || (bytes[at] == b'}' && values.last() == Some(&0)) {
            let quote = if bytes[at] == b'}' { b'`' } else { bytes[at] };
            let is_template = quote == b'`' && language != Language::Go;
            if bytes[at] == b'}' {
                values.pop();
                // The brace belongs to the value.
                at += 1;
            }
            let start = at;
            at += usize::from(bytes.get(at) == Some(&quote) && bytes[start.saturating_sub(1)] != b'}');
            while at < bytes.len() && bytes[at] != quote && !(is_template && bytes[at..].starts_with(b"${")) {
                at += 1 + usize::from(bytes[at] == b'\\');
            }
            at = at.min(bytes.len());
            if is_template && bytes[at..].starts_with(b"${") {
                push(start, at, Kind::String);
                values.push(0);
                at += 2;
            } else {
                at = (at + 1).min(bytes.len());
                push(start, at, Kind::String);
            }
        } else {
            if let Some(depth) = values.last_mut() {
                match bytes[at] {
                    b'{' => *depth += 1,
                    b'}' => *depth -= 1,
                    _ => {}
                }
            }
            at += 1;
        }
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    regions
}
