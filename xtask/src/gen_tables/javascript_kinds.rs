//! What records, tokens and errors of JavaScript are called and which number each has.

use std::fmt::Write as _;

use super::Table;
use super::javascript::{Facts, KINDS, Token, Value, enumeration, snake_case};

pub(super) const TABLE: Table = Table {
    name: "javascript_kinds",
    about: &[
        "What the records of a tree, their flags and their data are, and which tokens and errors there",
        "are, as xtask/src/gen_tables/javascript/kinds.toml has them.",
    ],
    fields,
};

fn fields() -> String {
    let kinds = &*KINDS;
    let mut text = enumeration("kind", "K", &records(kinds));
    text.push_str(&enumeration("flag", "F", &flags(kinds)));
    for (name, values) in &kinds.data {
        let prefix = format!("D_{}", name.to_uppercase());
        let values = values.iter().map(|(name, &number)| Value {
            name: name.clone(),
            number,
            meaning: String::new(),
        });
        let mut values: Vec<Value> = values.collect();
        values.sort_by_key(|value| value.number);
        text.push_str(&enumeration(name, &prefix, &values));
    }
    text.push_str(&enumeration("token", "T", &token_values(kinds)));
    let tokens = &kinds.tokens.list;
    let words = tokens.iter().zip(0..);
    let words = words.filter(|(token, _)| token.word().is_some());
    let last = words.map(|(_, number)| number).max().unwrap_or(0);
    let _ = write!(
        text,
        ";; The last token that is a word.\n(global $T_LAST_WORD i32 (i32.const {last}))\n\n"
    );
    text.push_str(&enumeration("operator", "O", &operators(kinds)));
    let errors = kinds.errors.list.iter().zip(1..);
    let errors = errors.map(|((name, meaning), number)| Value {
        name: name.clone(),
        number,
        meaning: meaning.clone(),
    });
    text.push_str(&enumeration("error", "E", &errors.collect::<Vec<_>>()));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn records(kinds: &Facts) -> Vec<Value> {
    let records = kinds.kinds.iter().map(|(name, kind)| {
        let mut meaning = name.clone();
        if !kind.fields.is_empty() {
            meaning = format!("{meaning}({})", kind.fields.join(", "));
        }
        if !kind.flags.is_empty() {
            meaning = format!("{meaning} [{}]", kind.flags.join(", "));
        }
        if let Some(data) = &kind.data {
            meaning = format!("{meaning} {{{data}}}");
        }
        Value {
            name: snake_case(name),
            number: kind.number,
            meaning,
        }
    });
    let mut records: Vec<Value> = records.collect();
    records.sort_by_key(|record| record.number);
    records
}

fn flags(kinds: &Facts) -> Vec<Value> {
    let flags = kinds.flags.iter().map(|(name, &number)| {
        let mut owners: Vec<&str> = Vec::new();
        for (kind, record) in &kinds.kinds {
            if record.flags.contains(name) {
                owners.push(kind);
            }
        }
        Value {
            name: name.clone(),
            number,
            meaning: match name.as_str() {
                "parenthesized" => "it stands in parentheses".to_owned(),
                "cooked" => "its cooked text follows".to_owned(),
                _ => owners.join(", "),
            },
        }
    });
    let mut flags: Vec<Value> = flags.collect();
    flags.sort_by_key(|flag| flag.number);
    flags
}

fn token_values(kinds: &Facts) -> Vec<Value> {
    let tokens = kinds.tokens.list.iter().zip(0..);
    let tokens = tokens.map(|(token, number)| Value {
        name: token.name().to_owned(),
        number,
        meaning: token.meaning(),
    });
    tokens.collect()
}

fn operators(kinds: &Facts) -> Vec<Value> {
    let operators = kinds.tokens.operators().map(|(text, number)| {
        let mut tokens = kinds.tokens.list.iter();
        let token = tokens.find(|token| token.text.as_deref() == Some(text));
        Value {
            name: token.map_or(text, Token::name).to_owned(),
            number: number.into(),
            meaning: format!("`{text}`"),
        }
    });
    operators.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_numbers_of_trees() {
        let text = fields();
        for line in [
            ";;      46  arrow_function_expression   ArrowFunctionExpression(*params, body) [async, expression,",
            "(global $K_PROGRAM i32 (i32.const 1))",
            "(global $K_EXPORT_ALL_DECLARATION i32 (i32.const 83))",
            "(global $F_COOKED i32 (i32.const 2))",
            "(global $D_METHOD_SET i32 (i32.const 3))",
            "(global $T_END i32 (i32.const 0))",
            "(global $E_UTF8 i32 (i32.const 1))",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}");
        }
    }
}
