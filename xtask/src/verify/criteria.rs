//! The criteria of the plan that no single call shows.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// A command shows it.
    Proven,
    /// It is done otherwise than the plan says, and why.
    Deviates,
    /// It is not done, or not shown.
    Open,
}

/// A line of the plan.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Criterion {
    /// Which part of the plan it is of.
    pub(super) part: String,
    /// What the plan wants.
    pub(super) wanted: String,
    pub(super) state: State,
    /// What shows it.
    pub(super) command: Option<String>,
    /// What there is to say: what it came to and when, or why not.
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    criterion: Vec<Criterion>,
}

impl Criterion {
    pub(super) fn all(root: &Path) -> Result<Vec<Self>> {
        let path = root.join("xtask/src/verify/criteria.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let file: File = toml::from_str(&text).with_context(|| path.display().to_string())?;
        Ok(file.criterion)
    }
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Deviates => "deviates",
            Self::Open => "**open**",
        }
    }
}
