//! What is assigned to a name: `name = "value"`, `"name": "value"`, `NAME=value`.

use std::ops::Range;

use crate::language::Language;
use crate::scan::Source;

/// A name, or what stands between it and its value, has no more bytes than this.
const REACH: usize = 64;

/// No value has more bytes.
const LONGEST: usize = 512;

/// A value, and the whole of the name that it is assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// What is assigned to the name that a part of stands at an offset.
pub(super) fn at(source: &Source<'_>, part: Range<usize>) -> Option<Assigned> {
    let bytes = source.bytes;
    let run = |from: usize, is: fn(u8) -> bool| {
        let run = bytes[from..]
            .iter()
            .take(REACH)
            .take_while(|byte| is(**byte));
        from + run.count()
    };
    let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
    let before = bytes[..part.start]
        .iter()
        .rev()
        .take(REACH)
        .take_while(|byte| is_name(**byte));
    let name = part.start - before.count()..run(part.end, is_name);
    let mut at = name.end;
    let is_quoted = matches!(bytes.get(at), Some(b'"' | b'\''));
    if is_quoted {
        at += 1;
        // `settings["name"] = …`
        at += usize::from(bytes.get(at) == Some(&b']'));
    }
    at = run(at, is_blank);
    match bytes.get(at)? {
        b':' => {
            at += 1;
            if bytes.get(at) == Some(&b'=') {
                at += 1;
            } else if matches!(
                source.language,
                Some(Language::Rust | Language::TypeScript | Language::Python)
            ) {
                // What stands here may be the type: then an equals sign follows.
                let is_type =
                    |byte: u8| byte.is_ascii_alphanumeric() || b"_&'<>[]| .:".contains(&byte);
                let end = run(at, is_type);
                if bytes.get(end) == Some(&b'=') {
                    at = end + 1;
                }
            }
        }
        b'=' => {
            at += 1;
            match bytes.get(at) {
                Some(b'>') => at += 1,
                // It is compared.
                Some(b'=') => return None,
                _ => {}
            }
        }
        // `set("name", "value")`
        b',' if is_quoted => at += 1,
        _ => return None,
    }
    at = run(at, is_blank);
    let letters = run(at, |byte| b"brfu#".contains(&byte));
    if letters - at <= 3 && matches!(bytes.get(letters), Some(b'"' | b'\'' | b'`')) {
        let quote = bytes[letters];
        let start = letters + 1;
        let rest = &bytes[start..bytes.len().min(start + LONGEST + 1)];
        let len = rest
            .iter()
            .position(|byte| *byte == quote || b"\n\\".contains(byte))?;
        return (rest[len] == quote).then_some(Assigned {
            name,
            value: start..start + len,
        });
    }
    // Without quotes, where a language has such.
    if !matches!(
        source.language,
        None | Some(Language::Shell | Language::Yaml)
    ) {
        return None;
    }
    let rest = &bytes[at..bytes.len().min(at + LONGEST + 1)];
    let len = rest
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || b"\"'`;,#&|)}".contains(byte));
    let len = len.unwrap_or(rest.len());
    // It is a list of such.
    let padding = rest[..len]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    if rest[..len - padding].contains(&b'=') {
        return None;
    }
    (0 < len && len <= LONGEST).then_some(Assigned {
        name,
        value: at..at + len,
    })
}

/// Parts of names of what has to do with a secret, and is none.
const NOT_SECRET: &[&str] = &[
    "name",
    "url",
    "uri",
    "path",
    "file",
    "type",
    "field",
    "length",
    "count",
    "regex",
    "pattern",
    "format",
    "header",
    "label",
    "prefix",
    "suffix",
    "algorithm",
    "placeholder",
    "hash",
    "public",
    "publishable",
    "endpoint",
    "message",
    "title",
    "description",
    "error",
    "version",
    "integrity",
    "checksum",
    "sha",
    "csrf_header",
    "selector",
    "column",
    "tokenizer",
    "tokens",
    "next",
    "cursor",
    "page",
    "continuation",
];

/// Whether a name that has `secret`, `token` or the like in it is that of a secret indeed.
pub(super) fn is_of_secret(name: &[u8]) -> bool {
    let mut words = Vec::new();
    let mut start = 0;
    for at in 1..=name.len() {
        let ends = at == name.len()
            || b"_-".contains(&name[at])
            || (name[at].is_ascii_uppercase() && !name[at - 1].is_ascii_uppercase());
        if ends {
            words.push(&name[start..at]);
            start = at + usize::from(at < name.len() && b"_-".contains(&name[at]));
        }
    }
    let is_one_of = |word: &[u8]| {
        NOT_SECRET
            .iter()
            .any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
    };
    !words.iter().any(|word| is_one_of(word))
        && !words
            .last()
            .is_some_and(|word| word.eq_ignore_ascii_case(b"id"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::syntax::Regions;

    #[test]
    fn what_is_assigned_to_a_name() {
        use Language::{Go, JavaScript, Json, Python, Rust, Shell, TypeScript, Yaml};
        let value = |language, text: &str| {
            let source = Source {
                path: Path::new("x"),
                language,
                bytes: text.as_bytes(),
                regions: &Regions::default(),
                is_test: false,
            };
            let start = text.find("key").unwrap();
            at(&source, start..start + 3)
                .map(|found| (text[found.name].to_owned(), text[found.value].to_owned()))
        };
        for (language, text, name) in [
            (
                Some(Rust),
                "const MY_key: &'static str = \"v-1\";",
                "MY_key",
            ),
            (Some(Rust), "let key = r#\"v-1\"#;", "key"),
            (Some(TypeScript), "key: string = 'v-1'", "key"),
            (Some(JavaScript), "{ apikey: `v-1` }", "apikey"),
            (Some(Json), "{\"my-key\": \"v-1\"}", "my-key"),
            (Some(Go), "key := \"v-1\"", "key"),
            (Some(Python), "d['key'] = 'v-1'", "key"),
            (Some(Python), "f('key', b'v-1')", "key"),
            (Some(Shell), "export key=v-1", "key"),
            (Some(Yaml), "a:\n  key: v-1 # so", "key"),
            (None, "key=v-1", "key"),
        ] {
            assert_eq!(
                value(language, text),
                Some((name.to_owned(), "v-1".to_owned())),
                "{text}"
            );
        }
        for (language, text) in [
            (Some(JavaScript), "if (key == 'v-1')"),
            (Some(JavaScript), "key = other"),
            (Some(Rust), "key: String"),
            (Some(JavaScript), "key('v-1')"),
            (Some(JavaScript), "key, 'v-1'"),
            (Some(JavaScript), "key = 'v\\n1'"),
            (Some(JavaScript), "key = 'v-1"),
            (Some(Shell), "key="),
            (None, "key"),
        ] {
            assert_eq!(value(language, text), None, "{text}");
        }
    }

    #[test]
    fn names_of_secrets() {
        for name in [
            "apiToken",
            "DB_PASSWORD",
            "client-secret",
            "secret",
            "SecretKey",
            "githubToken2",
        ] {
            assert!(is_of_secret(name.as_bytes()), "{name}");
        }
        for name in [
            "tokenType",
            "PASSWORD_FILE",
            "secret_name",
            "passwordHash",
            "token-url",
            "api_key_id",
            "nextToken",
            "TOKENS",
        ] {
            assert!(!is_of_secret(name.as_bytes()), "{name}");
        }
    }
}
