//! Which work is due when: so many pieces a second by the clock, whatever has become of those before.

use std::thread;
use std::time::{Duration, SystemTime};

/// How long to sleep at most until what is due next: shorter pauses cost more than they gain.
const SHORTEST_PAUSE: Duration = Duration::from_micros(500);

/// A course of pieces of work that are numbered from 0 on. It is the same in all processes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    start: SystemTime,
    rate: f64,
}

impl Pace {
    pub(super) fn new(start: SystemTime, rate: f64) -> Self {
        Self { start, rate }
    }

    /// How long it has lasted.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed().unwrap_or_default()
    }

    /// How many pieces have become due.
    pub(super) fn due(&self, elapsed: Duration) -> u64 {
        (elapsed.as_secs_f64() * self.rate) as u64
    }

    /// How long ago a piece was due.
    pub(super) fn late(&self, number: u64) -> Duration {
        self.elapsed().saturating_sub(self.moment(number))
    }

    /// Waits until a piece is due.
    pub(super) fn wait(&self, number: u64) {
        let left = self.moment(number).saturating_sub(self.elapsed());
        if !left.is_zero() {
            thread::sleep(left.max(SHORTEST_PAUSE));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers stay far below 2^52")]
    fn moment(&self, number: u64) -> Duration {
        // The piece with number 0 is due when the first interval is over, as `due` counts.
        Duration::from_secs_f64((number + 1) as f64 / self.rate)
    }
}

/// Whether it took longer than it should, by more than the end of a course can be late.
pub(super) fn is_behind(elapsed: Duration, wanted: Duration) -> bool {
    elapsed.saturating_sub(wanted) > wanted / 100 + Duration::from_millis(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_due_by_the_clock() {
        let pace = Pace::new(SystemTime::now(), 1_000.0);
        assert_eq!(pace.due(Duration::from_millis(0)), 0);
        assert_eq!(pace.due(Duration::from_micros(2_500)), 2);
        pace.wait(4);
        let due = pace.due(pace.elapsed());
        assert!(due >= 5, "{due}");
        assert!(pace.late(0) >= Duration::from_millis(4));
        assert_eq!(pace.late(1_000_000), Duration::ZERO);
    }
}
