//! Permits that are handed over in the order in which they were asked for.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use super::atomic::Ordering::{Acquire, Release, SeqCst};
use super::atomic::{AtomicBool, AtomicIsize, AtomicUsize};
use super::sync::{Arc, Mutex, MutexGuard, PoisonError};
use super::thread::{self, Thread};

/// A counting semaphore, first come, first served: who gives a permit back hands it to whoever has
/// waited longest, so that nobody who comes later can take it, and nobody else wakes up.
///
/// Tasks stand in a line of their own, behind the threads, and are handed nothing: the first of them is
/// woken when a permit is free, and takes it where it runs. A permit in the hands of a task that does
/// not run could be what the thread waits for that is to run it.
#[derive(Debug)]
pub(super) struct Queue {
    /// Permits that nobody holds; below zero, how many threads wait for one.
    free: AtomicIsize,
    /// How many tasks stand in line.
    tasks: AtomicUsize,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Arc<Waiter>>,
    /// Permits for threads that are counted as waiting, and are about to stand in line.
    early: usize,
    tasks: VecDeque<Task>,
    next_task: u64,
}

/// A task in line. They stand in the order of their numbers.
#[derive(Debug)]
struct Task {
    number: u64,
    waker: Waker,
}

/// The place of a task in line, once it has one.
#[derive(Debug, Default)]
pub(crate) struct Place(Option<u64>);

impl Line {
    /// How many tasks stand before the one with this number, which stands in line.
    fn place_of(&self, number: u64) -> usize {
        self.tasks.partition_point(|task| task.number < number)
    }

    /// Returns its number.
    fn push_task(&mut self, waker: &Waker) -> u64 {
        let number = self.next_task;
        self.next_task += 1;
        let waker = waker.clone();
        self.tasks.push_back(Task { number, waker });
        number
    }
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
            tasks: AtomicUsize::new(0),
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
        self.free.fetch_update(SeqCst, SeqCst, one_less).is_ok()
    }

    /// Gives a permit back that was taken.
    #[inline]
    pub(super) fn release(&self) {
        // In one order with what a task does: it stands in line before it looks for a permit.
        if self.free.fetch_add(1, SeqCst) < 0 {
            self.hand_over();
            return;
        }
        super::full_fence();
        if self.tasks.load(SeqCst) > 0 {
            self.wake_task();
        }
    }

    #[cold]
    fn wake_task(&self) {
        let first = self.line().tasks.front().map(|first| first.waker.clone());
        // Not under the lock: nobody knows what it does.
        first.into_iter().for_each(Waker::wake);
    }

    /// Takes a permit for a task, or has it woken when there may be one for it. Whoever does not come
    /// back [leaves](Self::leave).
    pub(super) fn poll_acquire(&self, place: &mut Place, context: &Context<'_>) -> Poll<()> {
        if place.0.is_none() && self.tasks.load(SeqCst) == 0 && self.try_acquire() {
            return Poll::Ready(());
        }
        let mut line = self.line();
        let number = place.0.unwrap_or_else(|| {
            self.tasks.fetch_add(1, SeqCst);
            line.push_task(context.waker())
        });
        place.0 = Some(number);
        let at = line.place_of(number);
        if let Some(task) = line.tasks.get_mut(at) {
            task.waker.clone_from(context.waker());
        }
        // In one order with what a release does: it frees a permit before it looks for a task.
        super::full_fence();
        if at > 0 || !self.try_acquire() {
            return Poll::Pending;
        }
        let next = self.leave_line(&mut line, place);
        drop(line);
        next.into_iter().for_each(Waker::wake);
        Poll::Ready(())
    }

    /// Gives up the place of a task, if it has one.
    pub(super) fn leave(&self, place: &mut Place) {
        if place.0.is_some() {
            let next = self.leave_line(&mut self.line(), place);
            next.into_iter().for_each(Waker::wake);
        }
    }

    /// Returns who is first now, if there may be a permit for it: it was told of none while it was not.
    fn leave_line(&self, line: &mut Line, place: &mut Place) -> Option<Waker> {
        let at = line.place_of(place.0.take()?);
        line.tasks.remove(at)?;
        self.tasks.fetch_sub(1, SeqCst);
        super::full_fence();
        let first = line.tasks.front().filter(|_| at == 0)?;
        (self.free.load(SeqCst) > 0).then(|| first.waker.clone())
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

    /// How many tasks stand in line.
    #[cfg(test)]
    pub(super) fn tasks_in_line(&self) -> usize {
        self.line().tasks.len()
    }

    /// How many threads stand in line.
    #[cfg(test)]
    pub(super) fn in_line(&self) -> usize {
        self.line().waiting.len()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing under the lock panics half way.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
