//! Whether a runtime that goes away waits for what is being compiled for it.
//!
//! Mostly it does not: a process that is done in a few milliseconds is not to pay for code that it
//! never runs. It waits where the code can be kept for the next process and little is left to be done.
//! And so that very many short processes in a row come to have the code at last, one of them in
//! [`ONE_IN`], chosen at random, waits to the end.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a runtime that goes away always has time for.
const LITTLE: Duration = Duration::from_millis(2);

/// Of so many processes that end early, one waits to the end. To be interpreted costs each of the
/// others about a tenth of what a compilation takes, so all of them together lose about as much as the
/// one that waits.
const ONE_IN: u64 = 16;

/// How long the patient one waits at most: for a large module, or on a slow machine, it gives up too.
const PATIENCE: Duration = Duration::from_millis(200);

/// What a compilation takes for each byte of the binary before one was measured: on the slow side, for
/// the first one of a process takes longer than others.
const PER_BYTE: Duration = Duration::from_micros(1);

/// The compilation that is under way.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    stage: Option<Stage>,
    /// What the last one took for each byte.
    per_byte: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Compiles {
        begun: Instant,
        bytes: u32,
    },
    /// The code is there, and is written to the cache.
    Stores,
}

/// A compilation that is under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Compilation<'a>(&'a Progress);

impl Progress {
    /// Begins a compilation of a binary of so many bytes, whose code can be kept.
    pub(crate) fn begin(&self, bytes: usize) -> Compilation<'_> {
        self.state().stage = Some(Stage::Compiles {
            begun: Instant::now(),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        });
        Compilation(self)
    }

    /// How long a runtime that goes away now waits for it.
    pub(crate) fn patience(&self) -> Duration {
        self.patience_at(Instant::now(), RandomState::new().hash_one(()))
    }

    fn patience_at(&self, now: Instant, lot: u64) -> Duration {
        let state = self.state();
        match state.stage {
            None => Duration::ZERO,
            // To leave now would leave part of a file behind.
            Some(Stage::Stores) => PATIENCE,
            Some(Stage::Compiles { .. }) if lot.is_multiple_of(ONE_IN) => PATIENCE,
            Some(Stage::Compiles { begun, bytes }) => {
                let expected = state.per_byte.unwrap_or(PER_BYTE).saturating_mul(bytes);
                let elapsed = now.saturating_duration_since(begun);
                let is_little = expected.saturating_sub(elapsed) <= LITTLE;
                // Nobody knows how much is left of one that takes longer than expected.
                if is_little { LITTLE } else { Duration::ZERO }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is made of values that are replaced as a whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Compilation<'_> {
    /// The code is there.
    pub(crate) fn is_stored_now(&self) {
        let mut state = self.0.state();
        if let Some(Stage::Compiles { begun, bytes }) = state.stage {
            state.per_byte = begun.elapsed().checked_div(bytes);
        }
        state.stage = Some(Stage::Stores);
    }
}

impl Drop for Compilation<'_> {
    fn drop(&mut self) {
        self.0.state().stage = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOT_CHOSEN: u64 = 1;
    const BYTES: usize = 20_000;

    fn expected() -> Duration {
        PER_BYTE * BYTES as u32
    }

    /// The patience when so much of the expected time has passed.
    fn after(progress: &Progress, elapsed: Duration, lot: u64) -> Duration {
        let Some(Stage::Compiles { begun, .. }) = progress.state().stage else {
            panic!("nothing is being compiled");
        };
        progress.patience_at(begun + elapsed, lot)
    }

    #[test]
    fn what_has_just_begun_is_given_up_and_what_is_nearly_done_is_not() {
        let progress = Progress::default();
        assert_eq!(
            progress.patience_at(Instant::now(), NOT_CHOSEN),
            Duration::ZERO
        );
        let compilation = progress.begin(BYTES);
        let patience = |elapsed| after(&progress, elapsed, NOT_CHOSEN);
        assert_eq!(patience(Duration::ZERO), Duration::ZERO);
        let nearly = expected().checked_sub(LITTLE).unwrap();
        let before = nearly.checked_sub(Duration::from_nanos(1)).unwrap();
        assert_eq!(patience(before), Duration::ZERO);
        assert_eq!(patience(nearly), LITTLE);
        assert_eq!(patience(expected() * 100), LITTLE, "and no longer");
        compilation.is_stored_now();
        assert_eq!(
            progress.patience_at(Instant::now(), NOT_CHOSEN),
            PATIENCE,
            "no part of a file is left behind"
        );
        drop(compilation);
        assert_eq!(
            progress.patience_at(Instant::now(), NOT_CHOSEN),
            Duration::ZERO
        );
    }

    #[test]
    fn what_the_last_one_took_is_what_the_next_is_expected_to_take() {
        let progress = Progress::default();
        progress.begin(BYTES).is_stored_now();
        assert!(progress.state().per_byte.is_some());
        for (per_byte, expected) in [(Duration::ZERO, LITTLE), (PER_BYTE * 1_000, Duration::ZERO)] {
            progress.state().per_byte = Some(per_byte);
            let _compilation = progress.begin(BYTES);
            assert_eq!(after(&progress, Duration::ZERO, NOT_CHOSEN), expected);
        }
    }

    #[test]
    fn one_in_some_waits_to_the_end() {
        let progress = Progress::default();
        let _compilation = progress.begin(BYTES);
        let lots = 0..10 * ONE_IN;
        let patient = lots.filter(|lot| !after(&progress, Duration::ZERO, *lot).is_zero());
        assert_eq!(patient.count(), 10);
        // Hash values of the standard library are random enough to draw lots with.
        let patience = || !progress.patience().is_zero();
        let drawn = (0..2_000).filter(|_| patience()).count();
        assert!((60..=200).contains(&drawn), "{drawn} of 2000");
    }
}
