//! `tests/data/operations.json`: what each operation takes and gives.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// An operation.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) module: String,
    /// The kernel's function.
    pub(crate) export: String,
    pub(crate) summary: String,
    pub(crate) parameters: Vec<Named>,
    pub(crate) state_len: Option<usize>,
    pub(crate) answer: Answer,
}

/// One of its parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) summary: String,
}

/// What it gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) kind: String,
    pub(crate) len: Option<usize>,
    pub(crate) optional: bool,
    /// Whether there may be an error of the input instead.
    #[serde(default)]
    pub(crate) refuses: bool,
}

/// Reads the list.
pub(crate) fn read(root: &Path) -> Result<Vec<Operation>> {
    let path = root.join("tests/data/operations.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}; `cargo xtask gen-vectors`", path.display()))?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
