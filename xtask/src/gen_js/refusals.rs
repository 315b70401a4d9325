//! The words of refusals in TypeScript: `tests/data/refusals.json`, each table once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use super::names::camel;

/// What an operation says of what it refuses.
#[derive(Debug, Deserialize)]
struct Described {
    operation: String,
    /// By the number of the status.
    refusals: BTreeMap<String, Value>,
}

/// The words of each operation that refuses something.
#[derive(Debug)]
pub(super) struct Refusals(Vec<Described>);

impl Refusals {
    /// Reads the list.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let path = root.join("tests/data/refusals.json");
        let text = fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}; `cargo xtask gen-vectors`", path.display())
        })?;
        let all = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        Ok(Self(all))
    }

    /// Whether an operation refuses anything.
    pub(super) fn has(&self, operation: &str) -> bool {
        self.0
            .iter()
            .any(|described| described.operation == operation)
    }

    /// The text of `npm/src/generated/refusals.ts`.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("import type { Refusals } from \"../errors.js\";\n");
        for (place, described) in self.0.iter().enumerate() {
            let name = camel(&described.operation);
            let same = (self.0[..place].iter()).find(|other| other.refusals == described.refusals);
            let _ = write!(text, "\nexport const {name}: Refusals = ");
            match same {
                Some(other) => text.push_str(&camel(&other.operation)),
                None => table(&mut text, described.refusals.iter(), 0),
            }
            text.push_str(";\n");
        }
        text
    }
}

/// A table of words by numbers, which may lead to further ones.
fn table<'a>(text: &mut String, rows: impl Iterator<Item = (&'a String, &'a Value)>, depth: usize) {
    text.push_str("{\n");
    for (number, words) in rows {
        // A key with a sign is a string.
        let key = if number.starts_with('-') {
            format!("\"{number}\"")
        } else {
            number.clone()
        };
        let _ = write!(text, "{}{key}: ", "  ".repeat(depth + 1));
        match words {
            Value::Object(further) => table(text, further.iter(), depth + 1),
            words => {
                let _ = write!(text, "{words}");
            }
        }
        text.push_str(",\n");
    }
    let _ = write!(text, "{}}}", "  ".repeat(depth));
}
