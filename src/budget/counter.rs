//! A count with a hard limit, shared between threads without a lock.

use super::atomic::AtomicU64;
use super::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// A request for more than is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{needed} bytes are needed, and {available} are available")]
pub(crate) struct Exhausted {
    /// The bytes that were asked for.
    pub(crate) needed: u64,
    /// The bytes that were left.
    pub(crate) available: u64,
}

/// Bytes in use, never more than a limit.
#[derive(Debug)]
pub(super) struct Counter {
    limit: u64,
    in_use: AtomicU64,
    peak: AtomicU64,
}

impl Counter {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            in_use: AtomicU64::new(0),
            peak: AtomicU64::new(0),
        }
    }

    /// Counts `bytes` more. Acquires what the thread released that gave them back: its memory is gone.
    pub(super) fn add(&self, bytes: u64) -> Result<(), Exhausted> {
        let sum = |in_use: u64| in_use.checked_add(bytes).filter(|sum| *sum <= self.limit);
        match self.in_use.fetch_update(AcqRel, Acquire, sum) {
            Ok(before) => {
                self.peak.fetch_max(before + bytes, Relaxed);
                Ok(())
            }
            Err(in_use) => Err(Exhausted {
                needed: bytes,
                available: self.limit - in_use,
            }),
        }
    }

    /// Counts `bytes` less, which must have been added before.
    pub(super) fn subtract(&self, bytes: u64) {
        self.in_use.fetch_sub(bytes, Release);
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn in_use(&self) -> u64 {
        self.in_use.load(Relaxed)
    }

    /// The most that was ever in use. A thread that has just been let in may not have said so yet.
    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Relaxed)
    }
}
