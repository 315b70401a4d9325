//! What became of the calls of one operation.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest latency that is told from longer ones: an hour, in nanoseconds.
const LONGEST: u64 = 3_600_000_000_000;

/// Counts that threads share. What is done under the lock takes less than a tenth of the shortest
/// call.
pub(super) struct Tally(Mutex<Counts>);

/// What was counted.
#[derive(Clone)]
pub(super) struct Counts {
    latencies: Histogram<u64>,
    pub(super) bytes: u64,
    pub(super) wrong: u64,
    pub(super) errors: u64,
    pub(super) first_error: Option<String>,
}

/// In nanoseconds; within a hundredth, but for the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Latency {
    pub(super) p50: u64,
    pub(super) p95: u64,
    pub(super) p99: u64,
    pub(super) max: u64,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Counts::new()))
    }

    /// Counts a call, with whether its answer was right.
    pub(super) fn record(&self, outcome: Result<bool>, bytes: usize, elapsed: Duration) {
        // Formatting the first error of thousands under the lock costs nothing that is measured.
        let mut counts = self.lock();
        counts.bytes += bytes as u64;
        counts
            .latencies
            .saturating_record(elapsed.as_nanos() as u64);
        match outcome {
            Ok(true) => {}
            Ok(false) => counts.wrong += 1,
            Err(error) => {
                counts.errors += 1;
                counts
                    .first_error
                    .get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    pub(super) fn calls(&self) -> u64 {
        self.lock().latencies.len()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Counts stay counts whoever panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            latencies: Histogram::new_with_bounds(1, LONGEST, 2)
                // The bounds are in order, and two digits are within its zero to five.
                .expect("valid bounds"),
            bytes: 0,
            wrong: 0,
            errors: 0,
            first_error: None,
        }
    }

    pub(super) fn calls(&self) -> u64 {
        self.latencies.len()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.latencies
            .add(&other.latencies)
            // Both have the same bounds.
            .expect("the same bounds");
        self.bytes += other.bytes;
        self.wrong += other.wrong;
        self.errors += other.errors;
        if self.first_error.is_none() {
            self.first_error.clone_from(&other.first_error);
        }
    }

    pub(super) fn latency(&self) -> Latency {
        let quantile = |quantile| self.latencies.value_at_quantile(quantile);
        Latency {
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max: self.latencies.max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_what_became_of_them() {
        let tally = Tally::new();
        for micros in 1..=100 {
            tally.record(Ok(true), 10, Duration::from_micros(micros));
        }
        tally.record(Ok(false), 10, Duration::from_hours(2));
        tally.record(Err(anyhow::anyhow!("the first")), 10, Duration::ZERO);
        tally.record(Err(anyhow::anyhow!("the second")), 10, Duration::ZERO);
        let mut counts = tally.counts();
        assert_eq!((counts.calls(), counts.bytes), (103, 1_030));
        assert_eq!((counts.wrong, counts.errors), (1, 2));
        assert_eq!(counts.first_error.as_deref(), Some("the first"));
        let latency = counts.latency();
        assert!(latency.p50.abs_diff(50_000) < 1_000, "{latency:?}");
        assert!(latency.p99.abs_diff(100_000) < 2_000, "{latency:?}");
        assert!(latency.max >= LONGEST, "{latency:?}");

        counts.add(&tally.counts());
        assert_eq!((counts.calls(), counts.wrong, counts.errors), (206, 2, 4));
    }
}
