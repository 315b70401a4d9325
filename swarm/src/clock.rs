//! The time of a swarm: milliseconds that never go back within a database.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time, in milliseconds since 1970 (UTC).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// So much later, to the millisecond.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// How long it is from an earlier moment to this one; nothing where that is no earlier one.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What says what time it is. It may jump: what a swarm makes of it never goes back.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time.
    fn now(&self) -> Moment;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Moment::default().after(since),
            // A clock that was never set. Time goes on from what the database has seen.
            Err(_) => Moment::default(),
        }
    }
}

/// A clock that is set by hand, for tests. Clones are the same clock.
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    now: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that stands still.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        let clock = Self::default();
        clock.set(now);
        clock
    }

    /// Sets it, forward or back.
    pub fn set(&self, now: Moment) {
        self.now.store(now.0, Ordering::SeqCst);
    }

    /// Moves it forward.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now().after(duration));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment(self.now.load(Ordering::SeqCst))
    }
}

/// A clock that never goes back, whatever the one below it does.
#[derive(Debug)]
pub(crate) struct Steady {
    clock: Arc<dyn Clock>,
    latest: AtomicI64,
}

impl Steady {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            latest: AtomicI64::new(i64::MIN),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let now = self.clock.now();
        let before = self.latest.fetch_max(now.0, Ordering::SeqCst);
        now.max(Moment(before))
    }

    /// From now on it is no earlier than this.
    pub(crate) fn raise(&self, floor: Moment) {
        self.latest.fetch_max(floor.0, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_where_the_clock_goes_back() {
        let manual = ManualClock::new(Moment(1_000));
        let steady = Steady::new(Arc::new(manual.clone()));
        assert_eq!(steady.now(), Moment(1_000));
        manual.set(Moment(10));
        assert_eq!(steady.now(), Moment(1_000));
        steady.raise(Moment(2_000));
        assert_eq!(steady.now(), Moment(2_000));
        manual.set(Moment(2_001));
        assert_eq!(steady.now(), Moment(2_001));
        assert_eq!(Moment(5).after(Duration::MAX), Moment(i64::MAX));
        assert_eq!(Moment(5).since(Moment(7)), Duration::ZERO);
    }
}
