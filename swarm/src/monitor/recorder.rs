//! What this process has seen and not stored yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kilowat::Runtime;
use kilowat::monitor::Totals;

use super::histogram::Durations;
use super::run::Run;

/// Runs with steps that are kept as they are, from one store to the next. Beyond that they are in the sums of their
/// minute only.
const MOST_RUNS: usize = 1_000;

/// Hooks that are counted at a time, so that names that a program makes up do not fill the memory.
const MOST_HOOKS: usize = 1_000;

/// Runs and counts of one process. Threads record; once a second, in a commit that is made anyway, all of it is
/// stored.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pending: Mutex<Pending>,
    /// What the runtimes had counted when that was stored last.
    seen: Mutex<Totals>,
}

/// What is to be stored.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(super) hooks: HashMap<String, Sum>,
    pub(super) runs: Vec<Run>,
}

/// What a hook sums up to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sum {
    pub(super) n: u64,
    pub(super) errors: u64,
    /// Nothing where the hook is only counted.
    pub(super) durations: Option<Durations>,
}

impl Recorder {
    /// Counts from now on what runtimes do.
    pub(crate) fn new<'r>(runtimes: impl Iterator<Item = &'r Runtime>) -> Self {
        Self {
            pending: Mutex::default(),
            seen: Mutex::new(totals(runtimes)),
        }
    }

    pub(crate) fn record(&self, run: &Run) {
        let mut pending = self.pending();
        pending.time(&run.hook, run.duration, run.is_success);
        if !run.steps.is_empty() && pending.runs.len() < MOST_RUNS {
            pending.runs.push(run.clone());
        }
    }

    pub(crate) fn time(&self, hook: &str, duration: Duration, is_success: bool) {
        self.pending().time(hook, duration, is_success);
    }

    /// Counts what is not timed.
    pub(crate) fn count(&self, hook: &str, n: u64, errors: u64) {
        if n > 0 {
            self.pending().count(hook, n, errors);
        }
    }

    /// Takes what is to be stored, with what the runtimes have done since.
    pub(crate) fn take<'r>(&self, runtimes: impl Iterator<Item = &'r Runtime>) -> Pending {
        let now = totals(runtimes);
        let before = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *seen, now)
        };
        let mut pending = std::mem::take(&mut *self.pending());
        let since = |now: u64, before: u64| now.saturating_sub(before);
        let errors = since(now.errors, before.errors);
        let wasm = since(now.wasm, before.wasm);
        pending.count(super::WASM, wasm + errors, errors);
        pending.count(super::NATIVE, since(now.native, before.native), 0);
        let compared = since(now.compared, before.compared);
        let mismatches = since(now.mismatches, before.mismatches);
        pending.count(super::SHADOW, compared, mismatches);
        pending
    }

    /// Gives back what could not be stored.
    pub(crate) fn give_back(&self, unstored: Pending) {
        let mut pending = self.pending();
        for (hook, sum) in unstored.hooks {
            if let Some(own) = pending.sum(&hook) {
                own.add(&sum);
            }
        }
        let room = MOST_RUNS.saturating_sub(pending.runs.len());
        pending.runs.extend(unstored.runs.into_iter().take(room));
    }

    /// Whether there is anything to store.
    pub(crate) fn is_empty(&self) -> bool {
        let pending = self.pending();
        pending.hooks.is_empty() && pending.runs.is_empty()
    }

    /// Nothing that can panic leaves it half changed.
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn sum(&mut self, hook: &str) -> Option<&mut Sum> {
        if !self.hooks.contains_key(hook) {
            if self.hooks.len() >= MOST_HOOKS {
                return None;
            }
            self.hooks.insert(hook.to_owned(), Sum::default());
        }
        self.hooks.get_mut(hook)
    }

    /// How many calls of something there were that went well.
    pub(super) fn answers(&self, hook: &str) -> u64 {
        self.hooks
            .get(hook)
            .map_or(0, |sum| sum.n.saturating_sub(sum.errors))
    }

    pub(super) fn time(&mut self, hook: &str, duration: Duration, is_success: bool) {
        if let Some(sum) = self.sum(hook) {
            sum.n += 1;
            sum.errors += u64::from(!is_success);
            sum.durations
                .get_or_insert_with(Durations::new)
                .add(duration);
        }
    }

    fn count(&mut self, hook: &str, n: u64, errors: u64) {
        if n > 0
            && let Some(sum) = self.sum(hook)
        {
            sum.n += n;
            sum.errors += errors;
        }
    }
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.errors += other.errors;
        if let Some(durations) = &other.durations {
            self.durations
                .get_or_insert_with(Durations::new)
                .merge(durations);
        }
    }
}

/// What the runtimes have counted together.
fn totals<'r>(runtimes: impl Iterator<Item = &'r Runtime>) -> Totals {
    let mut sum = Totals::default();
    for totals in runtimes.map(Runtime::totals) {
        sum.wasm += totals.wasm;
        sum.native += totals.native;
        sum.errors += totals.errors;
        sum.compared += totals.compared;
        sum.mismatches += totals.mismatches;
    }
    sum
}
