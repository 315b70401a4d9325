//! What a step has found in a file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something to think of.
    Suggestion,
    /// Something that is probably wrong.
    Warning,
    /// Something that is wrong.
    Error,
}

impl Severity {
    /// Its name as reports and people have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that a step has found, and where. It never holds what a secret is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule found it: `security.private-key`, `syntax`, `rules.debugger`.
    pub rule: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// Offset of its first byte in the file.
    pub offset: usize,
    /// How many bytes it has: 0 where it is a place between two.
    pub len: usize,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Why that matters.
    pub why: Cow<'static, str>,
    /// What to do.
    pub remedy: Cow<'static, str>,
}
