//! What a step adds to, and the time that it has.

use std::time::{Duration, Instant};

use crate::finding::{Finding, Severity};
use crate::report::Recommendation;

/// How many findings of one step are kept. A file with more has something wrong with it as a whole.
pub const MOST: usize = 200;

/// What a step has found so far, and how much time is left to it.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
    recommendations: Vec<Recommendation>,
    left_out: usize,
    until: Option<Instant>,
    was_over: bool,
}

impl Findings {
    /// Nothing yet, and so much time from now on.
    #[must_use]
    pub fn within(budget: Duration) -> Self {
        Self {
            until: Instant::now().checked_add(budget),
            ..Self::default()
        }
    }

    /// Adds a finding. Beyond [`MOST`] they are counted only.
    pub fn add(&mut self, finding: Finding) {
        if self.found.len() < MOST {
            self.found.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds something that is good to do, and is not wrong at any place.
    pub fn recommend(&mut self, recommendation: Recommendation) {
        self.recommendations.push(recommendation);
    }

    /// Whether the time is over: the step returns then.
    pub fn is_over(&mut self) -> bool {
        self.was_over |= self.until.is_some_and(|until| Instant::now() >= until);
        self.was_over
    }

    /// What was found, in the order in which it was added.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter()
    }

    /// How many there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    pub(crate) fn into_parts(self) -> Parts {
        Parts {
            found: self.found,
            recommendations: self.recommendations,
            left_out: self.left_out,
            was_over: self.was_over,
        }
    }
}

/// What becomes of findings when their step has ended.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) found: Vec<Finding>,
    pub(crate) recommendations: Vec<Recommendation>,
    pub(crate) left_out: usize,
    pub(crate) was_over: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        Finding {
            rule: "rules.test".into(),
            severity: Severity::Warning,
            offset: 0,
            len: 1,
            message: "it is wrong".to_owned(),
            why: "".into(),
            remedy: "".into(),
        }
    }

    #[test]
    fn there_are_only_so_many_and_the_rest_is_counted() {
        let mut found = Findings::within(Duration::from_mins(1));
        for _ in 0..MOST + 3 {
            found.add(finding());
        }
        assert!(!found.is_over());
        assert_eq!(found.count(Severity::Warning), MOST);
        let parts = found.into_parts();
        assert_eq!((parts.found.len(), parts.left_out), (MOST, 3));
        assert!(!parts.was_over);
    }

    #[test]
    fn a_budget_ends() {
        let mut found = Findings::within(Duration::ZERO);
        assert!(found.is_over());
        assert!(found.into_parts().was_over);
        assert!(!Findings::default().is_over());
    }
}
