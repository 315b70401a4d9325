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

/// The table; what was not measured is what an older table says, if there is one.
pub(super) fn text(rows: &[Row], older: Option<&str>) -> String {
    let mut text = HEADER.to_owned();
    for row in rows {
        let Row {
            name,
            features,
            crates,
            measured,
        } = row;
        let measured = measured.map(|measured| {
            let kibibytes = measured.bytes.div_ceil(1 << 10);
            let seconds = measured.time.as_secs_f64();
            format!("{kibibytes} KiB | {seconds:.0} s")
        });
        let measured = measured.or_else(|| older_cells(older?, name));
        let measured = measured.unwrap_or_else(|| " | ".to_owned());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {name} | {features} | {crates} | {measured} |");
    }
    text
}

/// The last two cells of a row.
fn older_cells(table: &str, name: &str) -> Option<String> {
    let mut lines = table.lines();
    let row = lines.find_map(|line| line.strip_prefix(&format!("| {name} | ")))?;
    let mut cells = row.strip_suffix(" |")?.splitn(3, " | ");
    cells.nth(2).map(str::to_owned)
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_table_is_replaced_and_nothing_else() {
        let row = |name, measured| Row {
            name,
            features: "`a` `b`".to_owned(),
            crates: 3,
            measured,
        };
        let measured = Measured {
            bytes: 4 << 10,
            time: Duration::from_secs(5),
        };
        let rows = [
            row("new", Some(measured)),
            row("old", None),
            row("blank", None),
        ];
        let older = "| old | `a` | 1 | 8 KiB | 9 s |\n| gone | `b` | 2 | 1 KiB | 1 s |\n";
        let page = format!("above\n\n{HEADER}{older}\nbelow | it\n");
        let table = "| new | `a` `b` | 3 | 4 KiB | 5 s |\n\
                     | old | `a` `b` | 3 | 8 KiB | 9 s |\n\
                     | blank | `a` `b` | 3 |  |  |\n";
        let expected = format!("above\n\n{HEADER}{table}\nbelow | it\n");
        assert_eq!(replaced(&page, &rows), Some(expected));
        assert_eq!(replaced("no table", &rows), None);
    }
}
