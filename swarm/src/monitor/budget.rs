//! How long a hook may take.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// How long 95 in a hundred runs of a hook may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Up to here it is good.
    pub good: Duration,
    /// From here on it is slow.
    pub slow: Duration,
    /// From here on it is critical.
    pub critical: Duration,
}

/// What a duration is by its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Within the budget.
    Good,
    /// Beyond it, and not slow.
    Fair,
    /// Slow.
    Slow,
    /// So slow that people wait for it.
    Critical,
}

impl Budget {
    const fn micros(good: u64, slow: u64, critical: u64) -> Self {
        Self {
            good: Duration::from_micros(good),
            slow: Duration::from_micros(slow),
            critical: Duration::from_micros(critical),
        }
    }

    /// What a duration is.
    #[must_use]
    pub fn grade(&self, duration: Duration) -> Grade {
        if duration >= self.critical {
            Grade::Critical
        } else if duration >= self.slow {
            Grade::Slow
        } else if duration > self.good {
            Grade::Fair
        } else {
            Grade::Good
        }
    }
}

/// The budgets of hooks, by their names.
#[derive(Debug, Clone)]
pub(super) struct Budgets(BTreeMap<String, Budget>);

impl Default for Budgets {
    fn default() -> Self {
        let budgets = [
            ("post-edit", Budget::micros(3_000, 10_000, 50_000)),
            ("memory.read", Budget::micros(100, 1_000, 10_000)),
            ("memory.write", Budget::micros(1_000, 10_000, 100_000)),
            ("messages.send", Budget::micros(1_000, 20_000, 250_000)),
            ("messages.take", Budget::micros(1_000, 20_000, 250_000)),
            ("messages.settle", Budget::micros(1_000, 20_000, 250_000)),
        ];
        Self(
            budgets
                .map(|(hook, budget)| (hook.to_owned(), budget))
                .into(),
        )
    }
}

impl Budgets {
    pub(super) fn set(&mut self, hook: &str, budget: Budget) {
        self.0.insert(hook.to_owned(), budget);
    }

    pub(super) fn of(&self, hook: &str) -> Option<&Budget> {
        self.0.get(hook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_begin_where_the_budget_says() {
        let budgets = Budgets::default();
        let budget = budgets.of("post-edit").unwrap();
        let grade = |micros| budget.grade(Duration::from_micros(micros));
        assert_eq!(
            [0, 3_000, 3_001, 9_999, 10_000, 49_999, 50_000].map(grade),
            [
                Grade::Good,
                Grade::Good,
                Grade::Fair,
                Grade::Fair,
                Grade::Slow,
                Grade::Slow,
                Grade::Critical
            ]
        );
        assert!(budgets.of("another").is_none());
    }
}
