//! A run: one time that a hook did its work.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One run of a hook. A hook is anything that is timed, by a name of its own: `post-edit`, `memory.read`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which hook.
    pub hook: Cow<'static, str>,
    /// How long it took.
    pub duration: Duration,
    /// What took how long of it. Runs that have steps are kept as they are for a day; of others remains what
    /// their minute sums up to.
    pub steps: Vec<Step>,
    /// Whether it went well.
    pub is_success: bool,
    /// Calls of kernels that WebAssembly answered in it.
    pub wasm: u64,
    /// Calls of kernels that native code answered in it.
    pub native: u64,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub name: Cow<'static, str>,
    /// How long it took, in nanoseconds.
    pub nanos: u64,
}

impl Run {
    /// A run that went well, without steps.
    #[must_use]
    pub fn new(hook: impl Into<Cow<'static, str>>, duration: Duration) -> Self {
        Self {
            hook: hook.into(),
            duration,
            steps: Vec::new(),
            is_success: true,
            wasm: 0,
            native: 0,
        }
    }

    /// With a step more.
    #[must_use]
    pub fn step(mut self, name: impl Into<Cow<'static, str>>, duration: Duration) -> Self {
        self.steps.push(Step {
            name: name.into(),
            nanos: nanos(duration),
        });
        self
    }

    /// As one that went wrong.
    #[must_use]
    pub fn failed(mut self) -> Self {
        self.is_success = false;
        self
    }
}

/// A duration in nanoseconds, or the most that the database can hold: 292 years.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos())
        .unwrap_or(u64::MAX)
        .min(i64::MAX.unsigned_abs())
}
