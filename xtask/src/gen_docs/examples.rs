//! `tests/data/api-examples.md`: what calls of the operations look like.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::gen_js::operations::Operation;

/// Where the examples are.
const FILE: &str = "tests/data/api-examples.md";

/// The examples that several operations may share.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The operations, by the order of the heading.
    pub(super) operations: Vec<String>,
    pub(super) rust: String,
    pub(super) typescript: String,
    /// Lines of a shell, each with what it prints. Not every operation is behind a command of its own.
    pub(super) command: Option<String>,
}

/// Reads the examples. Each operation has one.
pub(super) fn read(root: &Path, operations: &[Operation]) -> Result<Vec<Section>> {
    let text =
        fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    let names = operations.iter().map(|operation| operation.name.as_str());
    parse(&text.replace("\r\n", "\n"), &names.collect()).context(FILE)
}

fn parse(text: &str, known: &BTreeSet<&str>) -> Result<Vec<Section>> {
    let sections: Vec<Section> = (text.split("\n## ").skip(1))
        .map(section)
        .collect::<Result<_>>()?;
    let mut counts: BTreeMap<&str, usize> = known.iter().map(|name| (*name, 0)).collect();
    for name in sections.iter().flat_map(|section| &section.operations) {
        let count = counts.get_mut(name.as_str());
        *count.with_context(|| format!("there is no operation `{name}`"))? += 1;
    }
    let without: Vec<&str> = (counts.iter())
        .filter(|(_, count)| **count != 1)
        .map(|(name, _)| *name)
        .collect();
    ensure!(
        without.is_empty(),
        "each operation is in one heading; these are in none, or in several: {}",
        without.join(", ")
    );
    Ok(sections)
}

fn section(text: &str) -> Result<Section> {
    let (heading, body) = text.split_once('\n').unwrap_or((text, ""));
    let block = |language: &str| {
        let (_, behind) = body.split_once(&format!("\n```{language}\n"))?;
        behind.split_once("```").map(|(code, _)| code.to_owned())
    };
    let wanted = |language| {
        block(language).with_context(|| format!("`{heading}` has no example in {language}"))
    };
    Ok(Section {
        operations: heading.split(", ").map(str::to_owned).collect(),
        rust: visible(&wanted("rust")?),
        typescript: wanted("ts")?,
        command: block("sh"),
    })
}

/// An example in Rust without the lines that only the compiler needs.
fn visible(code: &str) -> String {
    let lines = code.lines().filter(|line| !line.starts_with("# "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Examples\n\n## a, b\n\n```rust\na();\n# Ok(())\n```\n\n```ts\nb();\n```\n\n## c\n\n\
        ```rust\nc();\n```\n\n```ts\nc();\n```\n\n```sh\n$ c\n```\n";

    #[test]
    fn sections_are_read() {
        let sections = parse(TEXT, &BTreeSet::from(["a", "b", "c"])).unwrap();
        assert_eq!(sections[0].operations, ["a", "b"]);
        assert_eq!(
            (&*sections[0].rust, sections[0].command.as_ref()),
            ("a();\n", None)
        );
        assert_eq!(sections[1].command.as_deref(), Some("$ c\n"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |text: &str, known: &[&'static str]| {
            let known = known.iter().copied().collect();
            parse(text, &known).unwrap_err().to_string()
        };
        assert!(error(TEXT, &["a", "b", "c", "d"]).ends_with(": d"));
        assert_eq!(error(TEXT, &["a", "b"]), "there is no operation `c`");
        let without = TEXT.replace("```ts\nb();", "```js\nb();");
        assert_eq!(
            error(&without, &["a", "b", "c"]),
            "`a, b` has no example in ts"
        );
    }
}
