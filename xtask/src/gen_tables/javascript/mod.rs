//! What the kernel `javascript` and the readers of its trees agree on, from `kinds.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use kilowat_assembler::lint::COLUMNS;
use serde::Deserialize;

/// The file, read.
pub(super) static KINDS: LazyLock<Facts> = LazyLock::new(|| {
    // It is part of this program, whose tests read it.
    toml::from_str(include_str!("kinds.toml")).expect("kinds.toml is what `Facts` says")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    /// Records, by their names in `ESTree`.
    pub(super) kinds: BTreeMap<String, Kind>,
    pub(super) flags: BTreeMap<String, u32>,
    pub(super) data: BTreeMap<String, BTreeMap<String, u32>>,
    pub(super) tokens: Tokens,
    pub(super) errors: Errors,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    pub(super) number: u32,
    /// Its fields; `*` marks the first of a list.
    #[serde(default)]
    pub(super) fields: Vec<String>,
    #[serde(default)]
    pub(super) flags: Vec<String>,
    pub(super) data: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Errors {
    /// The name of each and what it means.
    pub(super) list: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tokens {
    /// All, in the order of their numbers.
    pub(super) list: Vec<Token>,
    /// The texts of those that are operators in a tree, with white space between them.
    pub(super) operators: String,
}

/// A token; its number is its place among all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    name: Option<String>,
    /// Its text, where that is always the same.
    pub(super) text: Option<String>,
    about: Option<String>,
    /// How strongly it binds what is left of it; 0 where it is no operator between two operands.
    #[serde(default)]
    pub(super) power: u8,
}

impl Token {
    /// What it is called.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().or(self.word()).unwrap_or_default()
    }

    /// What it is.
    pub(super) fn meaning(&self) -> String {
        let text = self.text.as_ref().map(|text| format!("`{text}`"));
        text.or(self.about.clone()).unwrap_or_default()
    }

    /// Its text, where it is a word.
    pub(super) fn word(&self) -> Option<&str> {
        let text = self.text.as_deref();
        text.filter(|text| text.starts_with(|first: char| first.is_ascii_lowercase()))
    }
}

impl Tokens {
    /// The number of a token by its text.
    pub(super) fn number(&self, text: &str) -> Option<u8> {
        let mut tokens = self.list.iter();
        let number = tokens.position(|token| token.text.as_deref() == Some(text))?;
        u8::try_from(number).ok()
    }

    /// The texts of the operators, from 1 on.
    pub(super) fn operators(&self) -> impl Iterator<Item = (&str, u8)> {
        self.operators.split_whitespace().zip(1..)
    }
}

/// `FunctionDeclaration` as `function_declaration`, and `JSXText` as `jsx_text`.
pub(super) fn snake_case(camel: &str) -> String {
    let mut snake = String::new();
    let letters = camel.as_bytes();
    for (at, letter) in letters.iter().enumerate() {
        // A word begins behind a small letter, and with the last of several capitals.
        let begins_word = letter.is_ascii_uppercase()
            && (letters[..at].last().is_some_and(u8::is_ascii_lowercase)
                || (at > 0 && letters.get(at + 1).is_some_and(u8::is_ascii_lowercase)));
        if begins_word {
            snake.push('_');
        }
        snake.push(char::from(letter.to_ascii_lowercase()));
    }
    snake
}

/// A value of an enumeration: its name, its number and what it means.
pub(super) struct Value {
    pub(super) name: String,
    pub(super) number: u32,
    pub(super) meaning: String,
}

/// An enumeration as the assembler reads it, and its constants, which are called `$PREFIX_NAME`.
pub(super) fn enumeration(name: &str, prefix: &str, values: &[Value]) -> String {
    let width = values.iter().map(|value| value.name.len()).max();
    let width = width.unwrap_or(0).max("name".len());
    // `;;   value  `
    let name_at = 12;
    let meaning_at = name_at + width + 2;
    let mut text = format!(
        ";; Enumeration {name}\n;;   value  {:width$}  meaning\n",
        "name"
    );
    for value in values {
        let mut lines = wrapped(&value.meaning, COLUMNS - meaning_at).into_iter();
        let first = lines.next().unwrap_or_default();
        let row = format!(";;   {:5}  {:width$}  {first}", value.number, value.name);
        let _ = writeln!(text, "{}", row.trim_end());
        for line in lines {
            let _ = writeln!(text, ";;{:1$}{line}", "", meaning_at - 2);
        }
    }
    for value in values {
        let constant = format!("${prefix}_{}", value.name.to_uppercase());
        let _ = writeln!(text, "(global {constant} i32 (i32.const {}))", value.number);
    }
    text.push('\n');
    text
}

/// A text as lines of so many columns.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_once() {
        let kinds = &*KINDS;
        let mut names: Vec<&str> = Vec::new();
        names.extend(kinds.tokens.list.iter().map(Token::name));
        let errors = kinds.errors.list.len();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let mut names: Vec<&String> = kinds.errors.list.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), errors);
    }

    #[test]
    fn what_kinds_name_is_there() {
        let mut numbers = Vec::new();
        for (name, kind) in &KINDS.kinds {
            numbers.push(kind.number);
            let mut bits = KINDS.flags["parenthesized"] | KINDS.flags["cooked"];
            for flag in &kind.flags {
                let bit = KINDS.flags[flag];
                assert_eq!(bits & bit, 0, "{name}: {flag}");
                bits |= bit;
            }
            if let Some(data) = &kind.data {
                assert!(
                    data == "operator" || KINDS.data.contains_key(data),
                    "{name}: {data}"
                );
            }
        }
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
    }

    #[test]
    fn operators_are_tokens() {
        assert_eq!(KINDS.tokens.operators().count(), 48);
        for (text, _) in KINDS.tokens.operators() {
            assert!(KINDS.tokens.number(text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_become_those_of_constants() {
        assert_eq!(snake_case("Super"), "super");
        assert_eq!(snake_case("JSXText"), "jsx_text");
        assert_eq!(snake_case("BigIntLiteral"), "big_int_literal");
        assert_eq!(snake_case("ForInStatement"), "for_in_statement");
    }

    #[test]
    fn long_meanings_go_on_below() {
        let values = [Value {
            name: "a".to_owned(),
            number: 1,
            meaning: format!("{} end", "word ".repeat(20).trim_end()),
        }];
        let text = enumeration("letter", "L", &values);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], ";; Enumeration letter");
        assert!(lines[2].starts_with(";;       1  a     word word"));
        assert_eq!(lines[3], ";;                word word word word end");
        assert_eq!(lines[4], "(global $L_A i32 (i32.const 1))");
    }
}
