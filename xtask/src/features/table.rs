//! The table of docs/features.md.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::Set;
use super::program::Measured;

/// How the table begins, wherever it stands.
const HEADER: &str = "| | features | crates | binary | release build |\n|---|---|--:|--:|--:|\n";

/// What there is to know of a set.
pub(super) struct Row {
    name: &'static str,
    features: String,
    crates: usize,
    pub(super) measured: Option<Measured>,
}

impl Row {
    pub(super) fn new(set: &Set, crates: usize) -> Self {
        let names = set.features.iter().map(|name| format!("`{name}`"));
        Self {
            name: set.name,
            features: names.collect::<Vec<_>>().join(" "),
            crates,
            measured: None,
        }
    }
}

/// The table, with blanks where nothing was measured.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = HEADER.to_owned();
    for row in rows {
        let (size, time) = row.measured.map_or_else(Default::default, |measured| {
            let kibibytes = measured.bytes.div_ceil(1 << 10);
            let seconds = measured.time.as_secs_f64();
            (format!("{kibibytes} KiB"), format!("{seconds:.0} s"))
        });
        let Row {
            name,
            features,
            crates,
            ..
        } = row;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {name} | {features} | {crates} | {size} | {time} |");
    }
    text
}

/// Replaces the table of a page.
pub(super) fn write(page: &Path, rows: &[Row]) -> Result<()> {
    let old =
        fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let Some(new) = replaced(&old, &text(rows)) else {
        bail!("{} has no table that begins with\n{HEADER}", page.display());
    };
    fs::write(page, new).with_context(|| format!("cannot write {}", page.display()))
}

fn replaced(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(HEADER)?;
    let rows = rest.split_inclusive('\n');
    let len: usize = rows
        .take_while(|line| line.starts_with('|'))
        .map(str::len)
        .sum();
    Some(format!("{before}{table}{}", &rest[len..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_replaced_and_nothing_else() {
        let page = format!(
            "above\n\n{HEADER}| old | `a` | 1 | | |\n| older | `b` | 2 | | |\n\nbelow | it\n"
        );
        let table = format!("{HEADER}| new | `c` | 3 | 4 KiB | 5 s |\n");
        let expected = format!("above\n\n{table}\nbelow | it\n");
        assert_eq!(replaced(&page, &table), Some(expected));
        assert_eq!(replaced("no table", &table), None);
    }
}
