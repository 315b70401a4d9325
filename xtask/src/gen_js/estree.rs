//! The TypeScript that makes objects of `ESTree` of the kernel's tree of JavaScript.

use std::fmt::Write as _;

use kilowat_assembler::{ManifestEnumeration, ManifestModule};

/// Kinds that are more than their fields and flags: they are written by hand, in `npm/src/estree`.
const BY_HAND: [&str; 16] = [
    "program",
    "comment",
    "hole",
    "expression_statement",
    "identifier",
    "private_identifier",
    "string_literal",
    "numeric_literal",
    "big_int_literal",
    "reg_exp_literal",
    "boolean_literal",
    "null_literal",
    "template_element",
    "meta_property",
    "jsx_identifier",
    "jsx_text",
];

/// Flags that are no properties of their nodes.
const HIDDEN: [&str; 2] = ["strict", "reference"];

/// What nodes have besides, which is always the same.
fn constant(kind: &str) -> &'static str {
    match kind {
        "function_declaration" | "function_expression" => ", expression: false",
        "arrow_function_expression" => ", id: null, generator: false",
        "unary_expression" => ", prefix: true",
        "jsx_opening_fragment" => ", attributes: [], selfClosing: false",
        _ => "",
    }
}

/// A flag as `ESTree` calls it: some have a name of their own where their bit is another one.
fn property(flag: &str) -> &str {
    match flag {
        "call_optional" => "optional",
        "class_computed" => "computed",
        "self_closing" => "selfClosing",
        other => other,
    }
}

/// What is between two brackets.
fn between(text: &str, open: char, close: char) -> impl Iterator<Item = &str> {
    let inner = text
        .split_once(open)
        .and_then(|(_, rest)| rest.split_once(close));
    let inner = inner.map_or("", |(inner, _)| inner);
    inner.split(", ").filter(|item| !item.is_empty())
}

/// The text of `npm/src/generated/estree.ts`, for the module that parses JavaScript.
pub(super) fn estree(module: &ManifestModule) -> Option<String> {
    let enumeration =
        |name: &str| (module.enumerations.iter()).find(|enumeration| enumeration.name == name);
    let (kinds, flags) = (enumeration("kind")?, enumeration("flag")?);
    let mut text = String::from("import type { Node, Tree } from \"../estree/tree.js\";\n\n");
    for name in ["operator", "variable", "property", "method"] {
        let names = names(enumeration(name)?);
        let _ = writeln!(text, "const {name}: readonly string[] = {names};");
    }
    let most = kinds.values.iter().map(|kind| kind.value).max()?;
    let counts = (0..=most).map(|number| {
        let kind = kinds.values.iter().find(|kind| kind.value == number);
        kind.map_or(0, |kind| between(&kind.meaning, '(', ')').count())
            .to_string()
    });
    let counts: Vec<String> = counts.collect();
    let _ = writeln!(
        text,
        "\n/** How many words a record of each kind has behind its head. */\n\
         export const fields: readonly number[] = [{}];",
        counts.join(", ")
    );
    text.push_str("\n/** The numbers of kinds that are more than their fields. */\n");
    for kind in kinds
        .values
        .iter()
        .filter(|kind| BY_HAND.contains(&kind.name.as_str()))
    {
        let _ = writeln!(
            text,
            "export const {} = {};",
            kind.name.to_uppercase(),
            kind.value
        );
    }
    text.push_str("\n/** The bits of their flags. */\n");
    for flag in &flags.values {
        if [
            "cooked",
            "directive",
            "true",
            "tail",
            "no_value",
            "block",
            "html_open",
            "html_close",
        ]
        .contains(&flag.name.as_str())
        {
            let bit = flag.value << 8;
            let _ = writeln!(
                text,
                "export const {} = {bit:#x};",
                flag.name.to_uppercase()
            );
        }
    }
    text.push_str(
        "\n/** A node that is its fields and flags, of the record that begins with this word. */\n\
         export function node(tree: Tree, at: number, word: number, start: number, end: number): Node | undefined {\n  \
         switch (word & 0xff) {\n",
    );
    for kind in kinds
        .values
        .iter()
        .filter(|kind| !BY_HAND.contains(&kind.name.as_str()))
    {
        let meaning = &kind.meaning;
        let name = meaning.split(['(', ' ']).next().unwrap_or(meaning);
        let _ = write!(
            text,
            "    case {}:\n      return {{ type: \"{name}\", start, end",
            kind.value
        );
        for (place, field) in (4..).zip(between(meaning, '(', ')')) {
            let _ = match field.strip_prefix('*') {
                Some(list) => write!(text, ", {list}: tree.list(at + {place})"),
                None => write!(text, ", {field}: tree.one(at + {place})"),
            };
        }
        text.push_str(constant(&kind.name));
        for flag in between(meaning, '[', ']').filter(|flag| !HIDDEN.contains(flag)) {
            let bit = flags.values.iter().find(|known| known.name == flag)?.value << 8;
            let _ = write!(text, ", {}: (word & {bit:#x}) !== 0", property(flag));
        }
        for data in between(meaning, '{', '}') {
            let key = if data == "operator" {
                "operator"
            } else {
                "kind"
            };
            let _ = write!(text, ", {key}: {data}[word >>> 16]");
        }
        text.push_str(" };\n");
    }
    text.push_str("    default:\n      return undefined;\n  }\n}\n");
    Some(text)
}

/// The words of an enumeration, each at the place of its number.
fn names(enumeration: &ManifestEnumeration) -> String {
    let mut names = Vec::new();
    for value in &enumeration.values {
        let place = usize::try_from(value.value).unwrap_or_default();
        if names.len() <= place {
            names.resize(place + 1, "");
        }
        names[place] = match value.meaning.trim_matches('`') {
            "" => value.name.as_str(),
            meaning => meaning,
        };
    }
    serde_json::Value::from(names).to_string()
}
