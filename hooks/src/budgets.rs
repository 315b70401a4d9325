//! How long each step may take.

use std::time::Duration;

/// How long each step may take: one that takes longer stops, and the report says so. All of it is to take 3 ms; the
/// budgets are what is bearable on a machine that is busy with other things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budgets {
    /// Finding and reading the file. It is not stopped: what takes longer is the disk.
    pub guard: Duration,
    /// Its digest, which is not stopped either.
    pub digest: Duration,
    /// Every step that looks at the text, each by itself.
    pub step: Duration,
    /// Storing the report: what the swarm was [opened](kilowat_swarm::Builder::patience) with decides.
    pub store: Duration,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            guard: Duration::from_millis(50),
            digest: Duration::from_millis(50),
            step: Duration::from_millis(100),
            store: Duration::from_millis(100),
        }
    }
}

impl Budgets {
    /// So much for each step.
    #[must_use]
    pub fn each(budget: Duration) -> Self {
        Self {
            guard: budget,
            digest: budget,
            step: budget,
            store: budget,
        }
    }
}
