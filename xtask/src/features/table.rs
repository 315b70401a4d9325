//! The table of docs/features.md.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{MODULES, Set};

/// How the table begins, wherever it stands.
const HEADER: &str = "| | features | crates | binary |\n|---|---|--:|--:|\n";

/// What there is to know of a set.
pub(super) struct Row {
    name: &'static str,
    features: String,
    crates: usize,
    /// The size of the binary, in bytes.
    pub(super) size: Option<u64>,
}

impl Row {
    pub(super) fn new(set: &Set, crates: usize) -> Self {
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect();
        let mut features: Vec<_> = quoted(set.tiers);
        if set.modules.len() == MODULES.len() {
            features.push("all modules".to_owned());
        } else {
            features.extend::<Vec<_>>(quoted(set.modules));
        }
        Self {
            name: set.name,
            features: features.join(", "),
            crates,
            size: None,
        }
    }
}

/// The table; what was not measured is what an older table says, if there is one.
pub(super) fn text(rows: &[Row], older: Option<&str>) -> String {
    let mut text = HEADER.to_owned();
    for row in rows {
        let Row {
            name,
            features,
            crates,
            size,
        } = row;
        let size = size.map(|bytes| format!("{} KiB", bytes.div_ceil(1 << 10)));
        let size = size
            .or_else(|| older_size(older?, name))
            .unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {name} | {features} | {crates} | {size} |");
    }
    text
}

/// The last cell of a row.
fn older_size(table: &str, name: &str) -> Option<String> {
    let mut lines = table.lines();
    let row = lines.find_map(|line| line.strip_prefix(&format!("| {name} | ")))?;
    let (_, size) = row.strip_suffix(" |")?.rsplit_once(" | ")?;
    Some(size.to_owned())
}

/// Replaces the table of a page.
pub(super) fn write(page: &Path, rows: &[Row]) -> Result<()> {
    let old =
        fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let Some(new) = replaced(&old, rows) else {
        bail!("{} has no table that begins with\n{HEADER}", page.display());
    };
    fs::write(page, new).with_context(|| format!("cannot write {}", page.display()))
}

fn replaced(page: &str, rows: &[Row]) -> Option<String> {
    let (before, rest) = page.split_once(HEADER)?;
    let lines = rest.split_inclusive('\n');
    let lines = lines.take_while(|line| line.starts_with('|'));
    let (older, after) = rest.split_at(lines.map(str::len).sum());
    Some(format!("{before}{}{after}", text(rows, Some(older))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_replaced_and_nothing_else() {
        let row = |name, size| Row {
            name,
            features: "`a` `b`".to_owned(),
            crates: 3,
            size,
        };
        let rows = [
            row("new", Some(4 << 10)),
            row("old", None),
            row("blank", None),
        ];
        let older = "| old | `a` | 1 | 8 KiB |\n| gone | `b` | 2 | 1 KiB |\n";
        let page = format!("above\n\n{HEADER}{older}\nbelow | it\n");
        let table = "| new | `a` `b` | 3 | 4 KiB |\n\
                     | old | `a` `b` | 3 | 8 KiB |\n\
                     | blank | `a` `b` | 3 |  |\n";
        let expected = format!("above\n\n{HEADER}{table}\nbelow | it\n");
        assert_eq!(replaced(&page, &rows), Some(expected));
        assert_eq!(replaced("no table", &rows), None);
    }
}
