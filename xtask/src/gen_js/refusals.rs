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
        let mut text = String::from("import type { Refusals, Words } from \"../errors.js\";\n");
        let mut shared = Shared::of(self.distinct());
        for (place, described) in self.0.iter().enumerate() {
            let name = camel(&described.operation);
            let value = match self.same_before(place) {
                Some(other) => camel(&other.operation),
                None => shared.table(&mut text, described.refusals.iter(), 0),
            };
            let _ = writeln!(text, "\nexport const {name}: Refusals = {value};");
        }
        text
    }

    /// The tables that are none of an operation before.
    fn distinct(&self) -> impl Iterator<Item = &BTreeMap<String, Value>> {
        (self.0.iter().enumerate())
            .filter(|(place, _)| self.same_before(*place).is_none())
            .map(|(_, described)| &described.refusals)
    }

    /// The operation before this one that has the same table.
    fn same_before(&self, place: usize) -> Option<&Described> {
        let table = self.0.get(place).map(|described| &described.refusals);
        (self.0.iter().take(place)).find(|other| Some(&other.refusals) == table)
    }
}

/// Tables within tables, of which each is written once.
#[derive(Debug, Default)]
struct Shared {
    /// How often each stands there.
    counts: BTreeMap<String, usize>,
    /// The names of those that have been written.
    names: BTreeMap<String, String>,
}

impl Shared {
    fn of<'a>(tables: impl Iterator<Item = &'a BTreeMap<String, Value>>) -> Self {
        let mut shared = Self::default();
        for table in tables {
            for words in table.values() {
                shared.count(words);
            }
        }
        shared
    }

    fn count(&mut self, words: &Value) {
        let Value::Object(table) = words else {
            return;
        };
        *self.counts.entry(words.to_string()).or_default() += 1;
        table.values().for_each(|further| self.count(further));
    }

    /// A table of words by numbers, which may lead to further ones. What a number means that is not there stands at 0.
    fn table<'a>(
        &mut self,
        text: &mut String,
        rows: impl Iterator<Item = (&'a String, &'a Value)>,
        depth: usize,
    ) -> String {
        let rows: Vec<_> = rows.collect();
        let rest = (rows.iter()).find_map(|(number, words)| (*number == "0").then_some(*words));
        let mut table = String::from("{\n");
        for (number, words) in rows {
            if number != "0" && rest == Some(words) {
                continue;
            }
            // A key with a sign is a string.
            let key = if number.starts_with('-') {
                format!("\"{number}\"")
            } else {
                number.clone()
            };
            let value = match words {
                Value::Object(further) => self.further(text, words, further, depth + 1),
                words => words.to_string(),
            };
            let _ = writeln!(table, "{}{key}: {value},", "  ".repeat(depth + 1));
        }
        table + &"  ".repeat(depth) + "}"
    }

    /// A table within another, or the name of one that stands in several.
    fn further(
        &mut self,
        text: &mut String,
        words: &Value,
        rows: &serde_json::Map<String, Value>,
        depth: usize,
    ) -> String {
        let key = words.to_string();
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        if self.counts.get(&key).is_none_or(|&count| count < 2) {
            return self.table(text, rows.iter(), depth);
        }
        let table = self.table(text, rows.iter(), 0);
        let name = format!("words{}", self.names.len() + 1);
        let _ = writeln!(text, "\nconst {name}: Words = {table};");
        self.names.insert(key, name.clone());
        name
    }
}
