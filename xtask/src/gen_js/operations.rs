//! `tests/data/operations.json`: what each operation takes and gives.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// An operation.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) module: String,
    /// The kernel's function.
    pub(super) export: String,
    pub(super) summary: String,
    pub(super) parameters: Vec<Named>,
    pub(super) state_len: Option<usize>,
    pub(super) answer: Answer,
}

/// One of its parameters.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) summary: String,
}

/// What it gives.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) kind: String,
    pub(super) len: Option<usize>,
    pub(super) optional: bool,
}

/// Reads the list.
pub(super) fn read(root: &Path) -> Result<Vec<Operation>> {
    let path = root.join("tests/data/operations.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}; `cargo xtask gen-vectors`", path.display()))?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
