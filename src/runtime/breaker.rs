//! Circuit breakers: a tier that has failed rests, and is then tried again with one call.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::monitor::BreakerState;

/// When a circuit breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// So many failures in a row open it. A wrong answer always does.
    pub failures: u32,
    /// How long the tier rests before one call tries it again.
    pub pause: Duration,
    /// The pause doubles with each attempt that fails, up to this.
    pub longest_pause: Duration,
}

impl Default for BreakerPolicy {
    /// The first failure opens it, for a second at first and for five minutes at most.
    fn default() -> Self {
        Self {
            failures: 1,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(5),
        }
    }
}

/// What a breaker says to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permit {
    /// The tier works.
    Granted,
    /// The tier has rested: this call tries it, and tells how that went.
    Probe,
    /// The tier has answered wrongly and has rested: a slower tier shall answer this call, and this
    /// one be compared with it.
    ShadowProbe,
    /// The tier rests.
    Refused,
}

/// Nanoseconds since the process first asked; never 0.
fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    1 + START.elapsed().as_nanos() as u64
}

/// The breaker of one module on one tier. A call that finds it closed loads one word.
#[derive(Debug)]
pub(crate) struct Breaker {
    policy: BreakerPolicy,
    /// 0 while it is closed; otherwise when the tier may be tried again.
    retry_at: AtomicU64,
    failures: AtomicU32,
    /// Openings since the tier last worked: the exponent of the pause.
    openings: AtomicU32,
    /// Openings ever.
    trips: AtomicU64,
    answered_wrongly: AtomicBool,
    cause: Mutex<Option<String>>,
}

impl Breaker {
    pub(crate) fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            retry_at: AtomicU64::new(0),
            failures: AtomicU32::new(0),
            openings: AtomicU32::new(0),
            trips: AtomicU64::new(0),
            answered_wrongly: AtomicBool::new(false),
            cause: Mutex::default(),
        }
    }

    #[inline]
    pub(crate) fn ask(&self) -> Permit {
        match self.retry_at.load(Ordering::Acquire) {
            0 => Permit::Granted,
            retry_at => self.ask_open(retry_at),
        }
    }

    #[cold]
    fn ask_open(&self, retry_at: u64) -> Permit {
        let now = now();
        if now < retry_at {
            return Permit::Refused;
        }
        // Of the calls that come now, one tries. Should it never tell how that went, the next one
        // may after another pause.
        let later = now.saturating_add(self.pause());
        let taken =
            self.retry_at
                .compare_exchange(retry_at, later, Ordering::AcqRel, Ordering::Relaxed);
        match taken {
            Err(_) => Permit::Refused,
            Ok(_) if self.answered_wrongly.load(Ordering::Acquire) => Permit::ShadowProbe,
            Ok(_) => Permit::Probe,
        }
    }

    /// Tells that a call went well.
    #[inline]
    pub(crate) fn succeeded(&self, permit: Permit) {
        match permit {
            // A call that began before the breaker opened says nothing of the tier now.
            Permit::Granted => {
                if self.failures.load(Ordering::Relaxed) != 0 {
                    self.failures.store(0, Ordering::Relaxed);
                }
            }
            Permit::Probe | Permit::ShadowProbe => self.close(),
            Permit::Refused => {}
        }
    }

    /// Tells that a call failed.
    #[cold]
    pub(crate) fn failed(&self, permit: Permit, cause: &str) {
        let failures = self.failures.fetch_add(1, Ordering::AcqRel) + 1;
        let is_open = self.retry_at.load(Ordering::Acquire) != 0;
        match permit {
            Permit::Granted if !is_open && failures >= self.policy.failures => self.open(cause),
            Permit::Probe | Permit::ShadowProbe => self.open(cause),
            _ => {}
        }
    }

    /// Tells that the tier could not even be asked, whatever the policy allows: it does not compile.
    #[cold]
    pub(crate) fn could_not_start(&self, cause: &str) {
        self.open(cause);
    }

    /// Tells that an answer was wrong.
    #[cold]
    pub(crate) fn answered_wrongly(&self, cause: &str) {
        self.answered_wrongly.store(true, Ordering::Release);
        self.open(cause);
    }

    /// When the breaker is open: whether it is, why, and how often it has opened.
    pub(crate) fn state(&self) -> (BreakerState, u64, Option<String>) {
        let state = match self.retry_at.load(Ordering::Acquire) {
            0 => BreakerState::Closed,
            retry_at if now() < retry_at => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        };
        let cause = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        (state, self.trips.load(Ordering::Relaxed), cause.clone())
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.retry_at.load(Ordering::Acquire) == 0
    }

    fn open(&self, cause: &str) {
        let mut last = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(cause.to_owned());
        self.trips.fetch_add(1, Ordering::Relaxed);
        let pause = self.pause();
        self.openings.fetch_add(1, Ordering::AcqRel);
        self.retry_at
            .store(now().saturating_add(pause), Ordering::Release);
    }

    fn close(&self) {
        self.failures.store(0, Ordering::Release);
        self.openings.store(0, Ordering::Release);
        self.answered_wrongly.store(false, Ordering::Release);
        self.retry_at.store(0, Ordering::Release);
    }

    /// How long the tier rests now, in nanoseconds.
    fn pause(&self) -> u64 {
        let doublings = self.openings.load(Ordering::Acquire).min(31);
        let pause = self.policy.pause.saturating_mul(1 << doublings);
        pause.min(self.policy.longest_pause).as_nanos() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: BreakerPolicy = BreakerPolicy {
        failures: 1,
        pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
    };

    const ENDLESS: BreakerPolicy = BreakerPolicy {
        failures: 1,
        pause: Duration::from_hours(1),
        longest_pause: Duration::from_hours(1),
    };

    #[test]
    fn a_failure_opens_it_and_a_pause_later_one_call_probes() {
        let breaker = Breaker::new(ENDLESS);
        assert_eq!(breaker.ask(), Permit::Granted);
        breaker.failed(Permit::Granted, "trap");
        assert_eq!(breaker.ask(), Permit::Refused);
        let (state, trips, cause) = breaker.state();
        assert_eq!((state, trips), (BreakerState::Open, 1));
        assert_eq!(cause.as_deref(), Some("trap"));

        let breaker = Breaker::new(SHORT);
        breaker.failed(Permit::Granted, "trap");
        assert_eq!(breaker.state().0, BreakerState::HalfOpen);
        assert_eq!(breaker.ask(), Permit::Probe);
        breaker.succeeded(Permit::Probe);
        assert_eq!(breaker.ask(), Permit::Granted);
        assert!(breaker.is_closed());
    }

    #[test]
    fn while_one_call_probes_the_others_are_refused() {
        let breaker = Breaker::new(BreakerPolicy {
            pause: Duration::from_millis(1),
            longest_pause: Duration::from_hours(1),
            ..SHORT
        });
        // The pause grows past an hour, so that there can be but one probe.
        breaker.failed(Permit::Granted, "trap");
        std::thread::sleep(Duration::from_millis(3));
        breaker.openings.store(31, Ordering::Release);
        let permits = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| breaker.ask())).collect();
            let permits = threads.into_iter().map(|thread| thread.join().unwrap());
            permits.collect::<Vec<_>>()
        });
        let probes = permits.iter().filter(|permit| **permit == Permit::Probe);
        assert_eq!(probes.count(), 1, "{permits:?}");
        let refused = permits.iter().filter(|permit| **permit == Permit::Refused);
        assert_eq!(refused.count(), 7, "{permits:?}");
    }

    #[test]
    fn calls_that_began_before_it_opened_do_not_close_it() {
        let breaker = Breaker::new(ENDLESS);
        let before = breaker.ask();
        breaker.answered_wrongly("sha256 differs");
        breaker.succeeded(before);
        assert_eq!(breaker.ask(), Permit::Refused);
        breaker.failed(before, "trap");
        assert_eq!(breaker.state().1, 1, "an open breaker does not open again");
    }

    #[test]
    fn a_wrong_answer_is_probed_in_the_shadow() {
        let breaker = Breaker::new(SHORT);
        breaker.answered_wrongly("sha256 differs");
        assert_eq!(breaker.ask(), Permit::ShadowProbe);
        breaker.succeeded(Permit::ShadowProbe);
        assert_eq!(breaker.ask(), Permit::Granted);
        breaker.failed(Permit::Granted, "trap");
        assert_eq!(breaker.ask(), Permit::Probe, "what was wrong is forgotten");
    }

    #[test]
    fn so_many_failures_in_a_row_as_the_policy_says_open_it() {
        let breaker = Breaker::new(BreakerPolicy {
            failures: 3,
            ..ENDLESS
        });
        for _ in 0..2 {
            breaker.failed(Permit::Granted, "trap");
        }
        breaker.succeeded(Permit::Granted);
        for _ in 0..2 {
            breaker.failed(Permit::Granted, "trap");
            assert_eq!(breaker.ask(), Permit::Granted);
        }
        breaker.failed(Permit::Granted, "trap");
        assert_eq!(breaker.ask(), Permit::Refused);
    }

    #[test]
    fn the_pause_doubles_up_to_the_longest() {
        let breaker = Breaker::new(BreakerPolicy {
            failures: 1,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(5),
        });
        let pauses: Vec<_> = (0..5)
            .map(|_| {
                let pause = Duration::from_nanos(breaker.pause()).as_secs();
                breaker.failed(Permit::Probe, "trap");
                pause
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 5, 5]);
        breaker.succeeded(Permit::Probe);
        assert_eq!(Duration::from_nanos(breaker.pause()).as_secs(), 1);
    }
}
