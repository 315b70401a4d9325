//! What makes the time pass for calls that have a limit: a thread that works while such calls run, and
//! sleeps otherwise.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

/// The shortest time and the longest one between two ticks.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(10);

/// So many ticks in a limit: it is overdrawn by a quarter at most, while the machine has a core to spare.
const IN_A_LIMIT: u32 = 4;

/// After so many ticks in which nothing ran the thread goes to sleep: to wake it takes longer than most
/// calls.
const IDLE: u32 = 16;

/// Ticks while calls run, until it is dropped.
pub(super) struct Clock {
    shared: Arc<Shared>,
}

struct Shared {
    /// Calls under way.
    running: AtomicUsize,
    /// Whether a call has begun since the last tick.
    was_used: AtomicBool,
    /// Nanoseconds between two ticks.
    pace: AtomicU64,
    is_asleep: AtomicBool,
    is_over: Mutex<bool>,
    wake: Condvar,
}

/// A call for which the clock ticks.
pub(super) struct Running<'a>(&'a Shared);

impl Clock {
    /// Starts the thread, which calls `tick`.
    pub(super) fn start(tick: impl Fn() + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            running: AtomicUsize::new(0),
            was_used: AtomicBool::new(false),
            pace: AtomicU64::new(LONGEST.as_nanos() as u64),
            is_asleep: AtomicBool::new(false),
            is_over: Mutex::new(false),
            wake: Condvar::new(),
        });
        let thread = Arc::clone(&shared);
        thread::Builder::new()
            .name("kilowat-clock".to_owned())
            .spawn(move || thread.run(tick))?;
        Ok(Self { shared })
    }

    /// Ticks often enough for calls that have this limit.
    pub(super) fn quicken(&self, limit: Duration) {
        let pace = (limit / IN_A_LIMIT).clamp(SHORTEST, LONGEST);
        let pace = pace.as_nanos() as u64;
        self.shared.pace.fetch_min(pace, Ordering::Relaxed);
    }

    /// Ticks until what is returned is dropped.
    pub(super) fn run_for_a_call(&self) -> Running<'_> {
        let shared = &*self.shared;
        shared.running.fetch_add(1, Ordering::SeqCst);
        shared.was_used.store(true, Ordering::Relaxed);
        // The thread says that it sleeps before it looks whether a call runs, and this the other way
        // round: one of them sees the other.
        if shared.is_asleep.load(Ordering::SeqCst) {
            drop(shared.lock());
            shared.wake.notify_one();
        }
        Running(shared)
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        *self.shared.lock() = true;
        self.shared.wake.notify_one();
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    fn run(&self, tick: impl Fn()) {
        let mut idle = IDLE;
        let mut is_over = self.lock();
        while !*is_over {
            if idle >= IDLE {
                is_over = self.sleep(is_over);
                idle = 0;
                continue;
            }
            let pace = Duration::from_nanos(self.pace.load(Ordering::Relaxed));
            let waited = self.wake.wait_timeout(is_over, pace);
            is_over = waited.unwrap_or_else(PoisonError::into_inner).0;
            tick();
            let was_used = self.was_used.swap(false, Ordering::Relaxed);
            let runs = self.running.load(Ordering::SeqCst) > 0;
            idle = if was_used || runs { 0 } else { idle + 1 };
        }
    }

    /// Until a call runs, or it is over.
    fn sleep<'a>(&self, mut is_over: MutexGuard<'a, bool>) -> MutexGuard<'a, bool> {
        self.is_asleep.store(true, Ordering::SeqCst);
        while self.running.load(Ordering::SeqCst) == 0 && !*is_over {
            let waited = self.wake.wait(is_over);
            is_over = waited.unwrap_or_else(PoisonError::into_inner);
        }
        self.is_asleep.store(false, Ordering::SeqCst);
        is_over
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // A flag cannot be half set.
        self.is_over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn it_ticks_while_something_runs_and_ends_when_it_is_dropped() {
        let (sender, ticks) = mpsc::channel();
        let clock = Clock::start(move || _ = sender.send(())).unwrap();
        clock.quicken(Duration::from_millis(1));
        for _ in 0..3 {
            let running = clock.run_for_a_call();
            for _ in 0..2 * IDLE {
                ticks.recv().unwrap();
            }
            drop(running);
            // It ticks on for a while, and then it sleeps.
            while !clock.shared.is_asleep.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            ticks.try_iter().for_each(drop);
        }
        drop(clock);
        // The thread has dropped its end.
        assert!(ticks.recv().is_err());
    }
}
