//! The line under loom, which runs every interleaving that the memory model allows, with as many
//! switches between threads where they could go on as matter. A wake-up that is lost is a deadlock,
//! which it reports.

use loom::cell::UnsafeCell;
use loom::model::Builder;
use loom::sync::atomic::{self, AtomicBool, Ordering::Relaxed};
use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
use loom::thread;
use std::task::{Context, Poll, Wake, Waker};

mod sync {
    pub(super) use super::{Arc, Mutex, MutexGuard};
    pub(super) use std::sync::PoisonError;
}

#[path = "queue.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "the same text once more, over loom's threads"
)]
mod queue;

use queue::{Place, Queue};

/// loom takes sequentially consistent accesses for weaker ones, but not fences.
fn full_fence() {
    atomic::fence(atomic::Ordering::SeqCst);
}

fn model(check: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

/// What one permit guards. Loom reports two that use it at a time, and one that does not see what the
/// one before has done.
#[derive(Default)]
struct Guarded(UnsafeCell<u32>);

impl Guarded {
    fn touch(&self) {
        self.0.with_mut(|_| {});
    }
}

#[test]
fn a_permit_has_one_owner_and_everybody_gets_it() {
    model(|| {
        let shared = Arc::new((Queue::new(1), Guarded::default()));
        let work = |shared: &(Queue, Guarded)| {
            shared.0.acquire(|| false);
            shared.1.touch();
            shared.0.release();
        };
        let threads = [(); 2].map(|()| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared))
        });
        work(&shared);
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(shared.0.try_acquire(), "it is free again");
        assert!(!shared.0.try_acquire(), "there is one");
    });
}

#[test]
fn who_asks_without_waiting_keeps_nobody_waiting() {
    model(|| {
        let shared = Arc::new((Queue::new(1), Guarded::default()));
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            other.0.acquire(|| false);
            other.1.touch();
            other.0.release();
        });
        if shared.0.try_acquire() {
            shared.1.touch();
            shared.0.release();
        }
        thread.join().unwrap();
        assert!(shared.0.try_acquire(), "it is free again");
    });
}

#[test]
fn nobody_overtakes_who_stands_in_line() {
    model(|| {
        let shared = Arc::new((Queue::new(1), AtomicBool::new(false)));
        shared.0.acquire(|| false);
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            other.0.acquire(|| false);
            other.1.store(true, Relaxed);
            other.0.release();
        });
        let stands_in_line = shared.0.in_line() == 1;
        shared.0.release();
        if stands_in_line {
            // Either it has the permit now, or it had.
            let was_served_before = !shared.0.try_acquire() || shared.1.load(Relaxed);
            assert!(was_served_before);
        } else {
            shared.0.acquire(|| false);
            shared.0.release();
        }
        thread.join().unwrap();
    });
}

#[test]
fn two_permits_have_two_owners() {
    model(|| {
        let shared = Arc::new((Queue::new(2), atomic::AtomicUsize::new(0)));
        let work = |shared: &(Queue, atomic::AtomicUsize)| {
            shared.0.acquire(|| false);
            assert!(shared.1.fetch_add(1, Relaxed) < 2);
            shared.1.fetch_sub(1, Relaxed);
            shared.0.release();
        };
        let threads = [(); 2].map(|()| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared))
        });
        work(&shared);
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(shared.0.try_acquire() && shared.0.try_acquire());
        assert!(!shared.0.try_acquire());
    });
}

/// Wakes a task that has a thread for itself.
#[derive(Default)]
struct Alarm {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

impl Wake for Alarm {
    fn wake(self: std::sync::Arc<Self>) {
        *self.is_woken.lock().unwrap() = true;
        self.woken.notify_one();
    }
}

struct OnThisThread {
    alarm: std::sync::Arc<Alarm>,
    waker: Waker,
    place: Place,
}

impl OnThisThread {
    fn new() -> Self {
        let alarm = std::sync::Arc::<Alarm>::default();
        Self {
            waker: Waker::from(std::sync::Arc::clone(&alarm)),
            alarm,
            place: Place::default(),
        }
    }

    fn poll(&mut self, queue: &Queue) -> Poll<()> {
        queue.poll_acquire(&mut self.place, &Context::from_waker(&self.waker))
    }

    fn acquire(&mut self, queue: &Queue) {
        while self.poll(queue).is_pending() {
            let mut is_woken = self.alarm.is_woken.lock().unwrap();
            while !*is_woken {
                is_woken = self.alarm.woken.wait(is_woken).unwrap();
            }
            *is_woken = false;
        }
    }
}

fn task_at_work((queue, guarded): &(Queue, Guarded)) {
    OnThisThread::new().acquire(queue);
    guarded.touch();
    queue.release();
}

#[test]
fn tasks_and_threads_share_a_permit_and_all_get_it() {
    model(|| {
        let shared = Arc::new((Queue::new(1), Guarded::default()));
        let task = Arc::clone(&shared);
        let task = thread::spawn(move || task_at_work(&task));
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || {
            other.0.acquire(|| false);
            other.1.touch();
            other.0.release();
        });
        task_at_work(&shared);
        task.join().unwrap();
        other.join().unwrap();
        assert!(shared.0.try_acquire() && !shared.0.try_acquire());
        assert_eq!(shared.0.tasks_in_line(), 0);
    });
}

#[test]
fn two_permits_wake_two_tasks() {
    model(|| {
        let shared = Arc::new((Queue::new(2), Guarded::default()));
        assert!(shared.0.try_acquire() && shared.0.try_acquire());
        let threads = [(); 2].map(|()| {
            let shared = Arc::clone(&shared);
            // Neither gives its permit back: each needs one of its own.
            thread::spawn(move || OnThisThread::new().acquire(&shared.0))
        });
        shared.0.release();
        shared.0.release();
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(!shared.0.try_acquire());
    });
}

#[test]
fn a_task_that_leaves_takes_no_permit_with_it() {
    model(|| {
        let shared = Arc::new((Queue::new(1), Guarded::default()));
        assert!(shared.0.try_acquire());
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || task_at_work(&other));
        let mut task = OnThisThread::new();
        let has_one = task.poll(&shared.0).is_ready();
        assert!(!has_one, "nobody has given it back");
        let leaver = Arc::clone(&shared);
        let leaver = thread::spawn(move || leaver.0.leave(&mut task.place));
        shared.0.release();
        leaver.join().unwrap();
        other.join().unwrap();
        assert!(shared.0.try_acquire(), "it is free again");
        assert_eq!(shared.0.tasks_in_line(), 0);
    });
}
