//! What was sent, and what has come: the verdict on whether anything was lost.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;

/// What is known of the messages, by their numbers, which are given in their order.
#[derive(Debug)]
pub(super) struct Ledger(Mutex<Entries>);

#[derive(Debug)]
pub(super) struct Entries {
    /// Those that have not come yet.
    open: HashSet<u64>,
    /// Latencies in microseconds.
    pub(super) latencies: Histogram<u64>,
    pub(super) accepted: u64,
    /// Those that were not accepted, as the channel was full.
    pub(super) refused: u64,
    /// Messages that have come, each once.
    pub(super) received: u64,
    /// How often one has come that had come before.
    pub(super) duplicates: u64,
}

impl Ledger {
    pub(super) fn new() -> Result<Self> {
        Ok(Self(Mutex::new(Entries {
            open: HashSet::new(),
            latencies: Histogram::new(3)?,
            accepted: 0,
            refused: 0,
            received: 0,
            duplicates: 0,
        })))
    }

    /// Messages are about to be sent: they may come before it is known that they are accepted.
    pub(super) fn sending(&self, numbers: std::ops::Range<u64>) {
        self.entries().open.extend(numbers);
    }

    /// They were accepted.
    pub(super) fn accepted(&self, count: u64) {
        self.entries().accepted += count;
    }

    pub(super) fn accepted_so_far(&self) -> u64 {
        self.entries().accepted
    }

    /// They were not.
    pub(super) fn refused(&self, numbers: std::ops::Range<u64>) {
        let mut entries = self.entries();
        for number in numbers {
            entries.open.remove(&number);
            entries.refused += 1;
        }
    }

    /// A message has come so long after it was due.
    pub(super) fn received(&self, number: u64, late: Duration) {
        let mut entries = self.entries();
        if entries.open.remove(&number) {
            entries.received += 1;
            record(&mut entries.latencies, late);
        } else {
            entries.duplicates += 1;
        }
    }

    /// How many were accepted and have not come.
    pub(super) fn missing(&self) -> u64 {
        self.entries().open.len() as u64
    }

    pub(super) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a latency, in microseconds.
pub(super) fn record(latencies: &mut Histogram<u64>, latency: Duration) {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
    // It grows for what is longer than all before.
    let _ = latencies.record(micros);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_what_comes_twice_is_seen() {
        let ledger = Ledger::new().unwrap();
        ledger.sending(0..4);
        ledger.received(1, Duration::from_millis(3));
        ledger.accepted(4);
        ledger.sending(4..6);
        ledger.refused(4..6);
        for number in [1, 0, 3] {
            ledger.received(number, Duration::from_millis(1));
        }
        assert_eq!(ledger.missing(), 1);
        let entries = ledger.entries();
        assert_eq!((entries.accepted, entries.refused), (4, 2));
        assert_eq!((entries.received, entries.duplicates), (3, 1));
        assert_eq!(entries.latencies.len(), 3);
        assert!(entries.latencies.max() >= 3_000);
    }
}
