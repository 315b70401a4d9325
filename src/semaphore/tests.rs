//! The semaphore and the mutex from many threads.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope};
use std::time::Duration;

use std::task::{Wake, Waker};

use super::*;

/// Counts how often a task was woken.
#[derive(Default)]
struct Wakings(AtomicUsize);

impl Wake for Wakings {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A task that waits for a turn.
struct Waiting<'a> {
    turn: Pin<Box<TaskTurn<'a>>>,
    wakings: Arc<Wakings>,
}

impl<'a> Waiting<'a> {
    fn new(semaphore: &'a Semaphore) -> Self {
        Self {
            turn: Box::pin(semaphore.task_turn()),
            wakings: Arc::default(),
        }
    }

    fn poll(&mut self) -> Option<TaskPermit<'a>> {
        let waker = Waker::from(Arc::clone(&self.wakings));
        match self.turn.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => None,
        }
    }

    fn wakings(&self) -> usize {
        self.wakings.0.load(Ordering::SeqCst)
    }
}

/// Starts a thread, and returns when it stands in line behind so many others.
fn start_in_line<'scope>(
    scope: &'scope Scope<'scope, '_>,
    queue: &Queue,
    others: usize,
    work: impl FnOnce() + Send + 'scope,
) {
    scope.spawn(work);
    while queue.in_line() <= others {
        thread::sleep(Duration::from_micros(100));
    }
}

#[test]
fn turns_come_in_the_order_of_asking() {
    let semaphore = Semaphore::new(1);
    let order = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let turn = semaphore.turn();
        for number in 0..20 {
            let (semaphore, order) = (&semaphore, &order);
            start_in_line(scope, &semaphore.queue, number, move || {
                let _turn = semaphore.turn();
                order.lock().unwrap().push(number);
            });
        }
        assert_eq!(*order.lock().unwrap(), [0; 0]);
        drop(turn);
    });
    assert!(order.into_inner().unwrap().into_iter().eq(0..20));
}

#[test]
fn who_goes_on_with_the_same_work_is_first_for_a_piece() {
    let work = |operation, bytes| Piece { operation, bytes };
    assert!(!goes_on(work(1, 400_000)), "the first time");
    assert!(goes_on(work(1, 400_000)));
    assert!(!goes_on(work(1, 400_000)), "the piece is over");
    assert!(!goes_on(work(2, 100)), "something else");
    assert!(goes_on(work(2, 100)));
    message_is_over();
    assert!(!goes_on(work(2, 100)), "the next message");
    let calls = (0..1_000).take_while(|_| goes_on(work(2, 0))).count();
    assert!((1..300).contains(&calls), "{calls} short calls");

    let semaphore = Semaphore::new(1);
    let order = Mutex::new(Vec::new());
    let take = |operation, number| {
        let _turn = semaphore.piece(work(operation, 1));
        order.lock().unwrap().push(number);
    };
    thread::scope(|scope| {
        let turn = semaphore.turn();
        start_in_line(scope, &semaphore.queue, 0, || take(3, 0));
        start_in_line(scope, &semaphore.queue, 1, || {
            // As if it had stood in line before.
            goes_on(work(3, 1));
            take(3, 1);
        });
        drop(turn);
    });
    assert_eq!(order.into_inner().unwrap(), [1, 0]);
}

#[test]
fn the_mutex_is_handed_over_in_the_order_of_asking() {
    let mutex = FairMutex::new(Vec::new());
    thread::scope(|scope| {
        let guard = mutex.lock();
        for number in 0..20 {
            let mutex = &mutex;
            start_in_line(scope, &mutex.queue, number, move || {
                mutex.lock().push(number);
            });
        }
        assert!(mutex.try_lock().is_none());
        drop(guard);
    });
    assert!(mutex.lock().iter().copied().eq(0..20));
    assert!(mutex.try_lock().is_some(), "it is free when it is back");
}

#[test]
fn as_many_work_as_there_are_permits_and_all_get_theirs() {
    const THREADS: usize = 16;
    const ROUNDS: usize = 2_000;
    for permits in [1, 3] {
        let semaphore = Semaphore::new(permits);
        let (inside, turns) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        let _turn = semaphore.turn();
                        let others = inside.fetch_add(1, Ordering::SeqCst);
                        assert!(others < permits, "{others} others");
                        turns.fetch_add(1, Ordering::Relaxed);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(turns.into_inner(), THREADS * ROUNDS);
        assert_eq!(semaphore.queue.in_line(), 0);
        for _ in 0..permits {
            assert!(semaphore.queue.try_acquire(), "all permits are back");
        }
        assert!(!semaphore.queue.try_acquire());
    }
}

#[test]
fn a_thread_goes_on_with_the_turn_that_it_has() {
    let (first, second) = (Semaphore::new(1), Semaphore::new(1));
    let outer = first.turn();
    drop(first.turn());
    let other = second.turn();
    drop(second.turn());
    drop(other);
    drop(first.turn());
    assert!(!first.queue.try_acquire(), "the turn is not over");
    drop(outer);
    assert!(first.queue.try_acquire());
    assert!(second.queue.try_acquire());
}

/// What a thread does in two calls that follow one another, and another that stands in line from the
/// first on.
fn order_of_a_series(bytes: u64, nested: bool) -> Vec<&'static str> {
    let semaphore = Semaphore::new(1);
    let order = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let outer = nested.then(|| semaphore.turn());
        let mut series = semaphore.series(bytes);
        start_in_line(scope, &semaphore.queue, 0, || {
            let _turn = semaphore.turn();
            order.lock().unwrap().push("other");
        });
        thread::sleep(LONGEST);
        series.next_call();
        drop(semaphore.turn());
        order.lock().unwrap().push("second call");
        drop((series, outer));
    });
    assert!(semaphore.queue.try_acquire(), "the permit is back");
    assert!(!semaphore.queue.try_acquire(), "once");
    order.into_inner().unwrap()
}

#[test]
fn a_series_is_one_turn_unless_it_takes_long() {
    let one_turn = ["second call", "other"];
    assert_eq!(order_of_a_series(1_000, false), one_turn);
    assert_eq!(
        order_of_a_series(1_000_000, false),
        ["other", "second call"]
    );
    assert_eq!(order_of_a_series(1_000_000, true), one_turn);
    let semaphore = Semaphore::new(1);
    let mut series = Series::none();
    series.next_call();
    assert!(semaphore.queue.try_acquire(), "it has none");
    drop(series);
}

#[test]
fn work_without_turns_waits_for_none() {
    let semaphore = Semaphore::new(1);
    let turn = semaphore.turn();
    thread::scope(|scope| {
        let work = || without_turns(|| drop(semaphore.turn()));
        scope.spawn(work).join().unwrap();
    });
    without_turns(|| drop(semaphore.turn()));
    drop(turn);
    let turn = semaphore.turn();
    assert!(!semaphore.queue.try_acquire(), "turns are taken again");
    drop(turn);
}

#[test]
fn who_panics_hands_over() {
    let semaphore = Semaphore::new(1);
    let mutex = Arc::new(FairMutex::new(0));
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        let _turn = semaphore.turn();
        let mut value = mutex.lock();
        *value = 1;
        panic::resume_unwind(Box::new(()));
    }));
    assert!(panicked.is_err());
    assert_eq!(*mutex.lock(), 1);
    drop(semaphore.turn());
    assert!(semaphore.queue.try_acquire());
}

#[test]
fn tasks_have_their_turns_in_the_order_of_asking() {
    let semaphore = Semaphore::new(1);
    let turn = semaphore.turn();
    thread::scope(|scope| {
        // Not the thread that has the turn, which needs no other.
        let check = || {
            let mut tasks: Vec<_> = (0..4).map(|_| Waiting::new(&semaphore)).collect();
            assert!(tasks.iter_mut().all(|task| task.poll().is_none()));
            tasks
        };
        let mut tasks = scope.spawn(check).join().unwrap();
        assert!(tasks.iter().all(|task| task.wakings() == 0));
        drop(turn);
        let woken = |tasks: &[Waiting<'_>]| tasks.iter().map(Waiting::wakings).collect::<Vec<_>>();
        assert_eq!(woken(&tasks), [1, 0, 0, 0]);
        // A permit is free, and yet who comes later, or is not the first, has to wait.
        assert!(Waiting::new(&semaphore).poll().is_none());
        assert!(tasks[1].poll().is_none());
        // Who gives up makes room for the next one.
        drop(tasks.remove(0));
        assert_eq!(woken(&tasks), [1, 0, 0]);
        let permit = tasks[0].poll().unwrap();
        assert!(tasks[1].poll().is_none());
        assert!(!permit.spend(|| semaphore.queue.try_acquire()));
        assert_eq!(woken(&tasks[1..]), [1, 0]);
        // It is dropped without being used.
        drop(tasks[1].poll().unwrap());
        assert_eq!(woken(&tasks[2..]), [1]);
        drop(tasks);
    });
    assert_eq!(semaphore.queue.tasks_in_line(), 0);
    assert!(semaphore.queue.try_acquire() && !semaphore.queue.try_acquire());
}

/// A permit that a task has been told of may be what the thread needs that the task is to run on.
#[test]
fn threads_go_before_tasks_that_do_not_run() {
    let semaphore = Semaphore::new(1);
    let turn = semaphore.turn();
    thread::scope(|scope| {
        let poll = || {
            let mut task = Waiting::new(&semaphore);
            assert!(task.poll().is_none());
            // As another task on the same thread does.
            drop(semaphore.turn());
            assert!(task.wakings() > 0);
            assert!(task.poll().is_some());
        };
        let thread = scope.spawn(poll);
        while semaphore.in_line() == 0 {
            thread::sleep(Duration::from_micros(100));
        }
        drop(turn);
        thread.join().unwrap();
    });
    assert!(semaphore.is_free());
}

#[test]
fn who_has_a_turn_spends_no_further_permit() {
    let semaphore = Semaphore::new(1);
    let turn = semaphore.turn();
    let permit = Waiting::new(&semaphore).poll().unwrap();
    permit.spend(|| drop(semaphore.turn()));
    assert!(!semaphore.is_free());
    drop(turn);
    let permit = Waiting::new(&semaphore).poll().unwrap();
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        permit.spend(|| panic::resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err() && semaphore.is_free());
}
