//! The tiers timed on a call that was made, off the caller's path.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kilowat_engine::EngineKind;

use crate::monitor::OperationId;
use crate::runtime::Shared;
use crate::runtime::call::{Call, Repetition};
use crate::runtime::dispatch::Lanes;
use crate::runtime::policy::Times;

/// Longer inputs are not copied to be measured. Those of the same class that are shorter decide.
const LONGEST: u64 = 16 << 20;

/// Batches of calls in which a tier is timed; the fastest counts.
const BATCHES: u32 = 8;

/// What a batch takes at least: the clock takes 50 ns itself.
const BATCH: Duration = Duration::from_micros(10);

/// What a tier is given at most, unless a single call takes longer.
const PATIENCE: Duration = Duration::from_millis(1);

/// A tier whose first call takes this long is not called a second time. The first call of all starts an instance, and the
/// interpreter translates what it comes to: some 10 ms for the parser of JavaScript, whose next call takes 40 us.
const TOO_SLOW: Duration = Duration::from_millis(40);

impl Shared {
    /// Has the tiers timed on a call, if its operation and size are not known and nobody else has.
    #[cold]
    pub(in crate::runtime) fn measure_tiers<C: Call>(self: &Arc<Self>, lanes: &Lanes, call: &C) {
        let (operation, bytes) = (call.operation(), call.input_len());
        // What is measured while faults are injected is no speed of the machine's.
        let may_be_measured = C::HAS_NATIVE && bytes <= LONGEST && self.engines.faults.is_none();
        if !may_be_measured || !self.speeds.take(operation, bytes) {
            return;
        }
        let lanes = lanes.clone();
        let repetition = call.repetition();
        let waits = self.repeat_later(move |shared| {
            shared.measure(&lanes, operation, bytes, &*repetition);
        });
        if !waits {
            self.speeds.leave(operation, bytes);
        }
    }

    fn measure<A>(
        self: &Arc<Self>,
        lanes: &Lanes,
        operation: OperationId,
        bytes: u64,
        call: &dyn Repetition<A>,
    ) {
        let mut stopwatches = EngineKind::ALL.map(|tier| {
            if !tier.is_built_in() {
                return None;
            }
            let answers = move || match lanes.get(tier as usize) {
                Some(lane) => self.is_loaded(lane) && self.run_on(lane, &call).is_ok(),
                None => call.native().map(black_box).is_some(),
            };
            Stopwatch::start(answers)
        });
        // They take turns, so that all are hit alike by what else the machine does.
        for _ in 0..BATCHES {
            for stopwatch in stopwatches.iter_mut().flatten() {
                stopwatch.time_a_batch();
            }
        }
        let times: Times = stopwatches.map(|stopwatch| stopwatch.and_then(|it| it.best));
        self.speeds.set(operation, bytes, times);
        if let Some(cache) = &self.engines.cache {
            self.speeds.store_record(cache);
        }
    }
}

/// Times one tier.
struct Stopwatch<F> {
    /// Makes the call; false where it fails.
    answers: F,
    /// Calls in a batch; 0 where no further one is to be timed.
    calls: u32,
    spent: Duration,
    /// Nanoseconds of a call in the fastest batch; `None` where a call has failed.
    best: Option<f64>,
}

impl<F: FnMut() -> bool> Stopwatch<F> {
    /// Calls once, to have everything in its place, and once more, to see how many calls make a batch.
    fn start(mut answers: F) -> Option<Self> {
        let mut once = || {
            let begun = Instant::now();
            answers().then(|| begun.elapsed())
        };
        let first = once()?;
        let is_slow = first > TOO_SLOW;
        let estimate = if is_slow { first } else { once()? };
        let calls = BATCH.as_nanos() / estimate.as_nanos().max(1) + 1;
        Some(Self {
            answers,
            calls: if is_slow { 0 } else { calls as u32 },
            spent: estimate,
            best: Some(nanoseconds(estimate)),
        })
    }

    fn time_a_batch(&mut self) {
        if self.calls == 0 || self.spent > PATIENCE {
            return;
        }
        let begun = Instant::now();
        for _ in 0..self.calls {
            if !(self.answers)() {
                self.best = None;
                self.calls = 0;
                return;
            }
        }
        let elapsed = begun.elapsed();
        self.spent += elapsed;
        let time = nanoseconds(elapsed) / f64::from(self.calls);
        self.best = self.best.map(|best| best.min(time));
    }
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

#[cfg(test)]
mod tests {
    use kilowat_operations::ops::{Listed as _, Sha256};

    use super::*;
    use crate::{Cache, Policy, Preload, Runtime};

    fn runtime(policy: Policy) -> Runtime {
        let runtime = Runtime::builder()
            .ignore_environment()
            .policy(policy)
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .build()
            .unwrap();
        runtime.load_module("sha256").unwrap();
        runtime.wait_ready();
        runtime
    }

    /// Who answers a call of `sha256` where these times were measured.
    fn who_answers(policy: Policy, times: Times) -> EngineKind {
        let runtime = runtime(policy);
        runtime.shared.speeds.set(Sha256::INDEX.into(), 3, times);
        let _ = runtime.sha256(b"abc").unwrap();
        let report = runtime.report();
        let mut operations = report.operations.iter();
        let sha256 = operations.find(|known| known.operation == "sha256");
        let mut tiers = sha256.unwrap().tiers.iter();
        tiers.find(|tier| tier.calls == 1).unwrap().tier
    }

    #[test]
    fn calls_go_by_what_was_measured() {
        use EngineKind::{Interpreter, Jit, Native};
        let times = |jit, interpreter, native| [Some(jit), Some(interpreter), Some(native)];
        for (policy, times, expected) in [
            (Policy::Fastest, times(1.0, 9.0, 5.0), Jit),
            (Policy::Fastest, times(5.0, 9.0, 1.0), Native),
            (Policy::Fastest, times(5.0, 1.0, 9.0), Interpreter),
            (Policy::WasmFirst, times(5.0, 9.0, 1.0), Jit),
            (Policy::List(crate::Tiers::ALL), times(5.0, 9.0, 1.0), Jit),
        ] {
            assert_eq!(who_answers(policy, times), expected, "{policy} {times:?}");
        }
    }

    #[test]
    fn a_tier_that_fails_has_no_time() {
        let mut calls = 0;
        let mut stopwatch = Stopwatch::start(|| {
            calls += 1;
            calls < 5
        })
        .unwrap();
        while stopwatch.best.is_some() {
            stopwatch.time_a_batch();
        }
        assert_eq!(stopwatch.calls, 0);
        assert!(Stopwatch::start(|| false).is_none());
    }

    #[test]
    fn a_slow_start_is_no_slow_tier() {
        let mut calls = 0;
        let mut stopwatch = Stopwatch::start(|| {
            calls += 1;
            if calls == 1 {
                std::thread::sleep(TOO_SLOW / 4);
            }
            true
        })
        .unwrap();
        stopwatch.time_a_batch();
        assert!(stopwatch.best.unwrap() < nanoseconds(TOO_SLOW / 4));
        assert!(calls > 2);
    }

    #[test]
    fn a_slow_tier_is_called_once() {
        let mut calls = 0;
        let mut stopwatch = Stopwatch::start(|| {
            calls += 1;
            std::thread::sleep(TOO_SLOW * 2);
            true
        })
        .unwrap();
        stopwatch.time_a_batch();
        assert!(stopwatch.best.is_some());
        assert_eq!(calls, 1);
    }
}
