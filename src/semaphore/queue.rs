//! Permits that are handed over in the order in which they were asked for.

use std::collections::VecDeque;

use super::atomic::Ordering::{Acquire, Release};
use super::atomic::{AtomicBool, AtomicIsize};
use super::sync::{Arc, Mutex, MutexGuard, PoisonError};
use super::thread::{self, Thread};

/// A counting semaphore, first come, first served: who gives a permit back hands it to whoever has
/// waited longest, so that nobody who comes later can take it, and nobody else wakes up.
#[derive(Debug)]
pub(super) struct Queue {
    /// Permits that nobody holds; below zero, how many threads wait for one.
    free: AtomicIsize,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Arc<Waiter>>,
    /// Permits for threads that are counted as waiting, and are about to stand in line.
    early: usize,
}

#[derive(Debug)]
struct Waiter {
    thread: Thread,
    has_permit: AtomicBool,
}

impl Queue {
    pub(super) fn new(permits: usize) -> Self {
        Self {
            free: AtomicIsize::new(isize::try_from(permits).unwrap_or(isize::MAX)),
            line: Mutex::new(Line::default()),
        }
    }

    /// Takes a permit, or waits for one: at the head of the line where `goes_first` says so, which is
    /// asked only then. Sees all that was done under the permit before.
    #[inline]
    pub(super) fn acquire(&self, goes_first: impl FnOnce() -> bool) {
        if self.free.fetch_sub(1, Acquire) <= 0 {
            self.wait(goes_first());
        }
    }

    /// Takes a permit if one is free.
    pub(super) fn try_acquire(&self) -> bool {
        let one_less = |free| (free > 0).then(|| free - 1);
        self.free.fetch_update(Acquire, Acquire, one_less).is_ok()
    }

    /// Gives a permit back that was taken.
    #[inline]
    pub(super) fn release(&self) {
        if self.free.fetch_add(1, Release) < 0 {
            self.hand_over();
        }
    }

    #[cold]
    fn wait(&self, goes_first: bool) {
        let mut line = self.line();
        if line.early > 0 {
            line.early -= 1;
            return;
        }
        let waiter = Arc::new(Waiter {
            thread: thread::current(),
            has_permit: AtomicBool::new(false),
        });
        if goes_first {
            line.waiting.push_front(Arc::clone(&waiter));
        } else {
            line.waiting.push_back(Arc::clone(&waiter));
        }
        drop(line);
        // It may wake up for other reasons.
        while !waiter.has_permit.load(Acquire) {
            thread::park();
        }
    }

    #[cold]
    fn hand_over(&self) {
        let mut line = self.line();
        let Some(first) = line.waiting.pop_front() else {
            line.early += 1;
            return;
        };
        drop(line);
        first.has_permit.store(true, Release);
        first.thread.unpark();
    }

    /// How many stand in line.
    #[cfg(test)]
    pub(super) fn in_line(&self) -> usize {
        self.line().waiting.len()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing under the lock panics half way.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
