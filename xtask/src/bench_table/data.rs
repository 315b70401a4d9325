//! The figures of a machine as a file, from which its page and charts are made.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::figures::{About, Run, Times};

/// What the file holds.
#[derive(Debug, Deserialize)]
struct File {
    #[serde(flatten)]
    about: About,
    rows: Vec<Row>,
}

/// A row: `translate/MODULE`, `instantiate/MODULE`, `overhead/WHAT` or `execute/OPERATION/SIZE`.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    row: String,
    /// For one call, by engine, or by peer on an engine.
    nanoseconds: Times,
}

/// The file's text: JSON, with a row in a line.
pub(super) fn text(run: &Run) -> Result<String> {
    let about = serde_json::to_string_pretty(&run.about)?;
    let about = about.trim_end_matches("\n}");
    let rows = run.rows().map(|(row, times)| {
        let nanoseconds = times.clone();
        serde_json::to_string(&Row { row, nanoseconds }).map(|row| format!("    {row}"))
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?.join(",\n");
    Ok(format!("{about},\n  \"rows\": [\n{rows}\n  ]\n}}\n"))
}

/// Reads such a file.
pub(super) fn read(path: &Path) -> Result<Run> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let damaged = || format!("{} holds no figures of a machine", path.display());
    let File { about, rows } = serde_json::from_str(&text).with_context(damaged)?;
    let rows = rows.into_iter().map(|row| (row.row, row.nanoseconds));
    Run::new(about, rows).with_context(damaged)
}
