//! The budget from one thread and from many.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::*;

fn figures(budget: &MemoryBudget) -> (u64, u64) {
    (budget.in_use(), budget.peak())
}

#[test]
fn reservations_grow_shrink_and_end() {
    let budget = MemoryBudget::new(100);
    let mut first = budget.reserve(60).unwrap();
    let second = budget.reserve(40).unwrap();
    assert_eq!(figures(&budget), (100, 100));
    drop(second);
    assert_eq!(figures(&budget), (60, 100));
    first.grow(40).unwrap();
    assert_eq!((first.bytes(), figures(&budget)), (100, (100, 100)));
    first.shrink(70);
    assert_eq!((first.bytes(), figures(&budget)), (30, (30, 100)));
    first.shrink(u64::MAX);
    assert_eq!((first.bytes(), figures(&budget)), (0, (0, 100)));
    first.grow(1).unwrap();
    drop(first);
    assert_eq!(figures(&budget), (0, 100));
    assert_eq!(budget.limit(), 100);
}

#[test]
fn what_does_not_fit_changes_nothing() {
    for (limit, held, needed) in [
        (0, 0, 1),
        (100, 0, 101),
        (100, 60, 41),
        (100, 100, 1),
        (100, 60, u64::MAX),
        (u64::MAX, 2, u64::MAX - 1),
    ] {
        let budget = MemoryBudget::new(limit);
        let mut reservation = budget.reserve(held).unwrap();
        let available = limit - held;
        let refused = Exhausted { needed, available };
        assert_eq!(budget.reserve(needed).unwrap_err(), refused);
        assert_eq!(reservation.grow(needed), Err(refused));
        assert_eq!(
            (reservation.bytes(), figures(&budget)),
            (held, (held, held))
        );
        reservation.grow(available).unwrap();
        assert_eq!(figures(&budget), (limit, limit));
    }
}

#[test]
fn of_threads_that_ask_at_once_as_many_are_let_in_as_fit() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 500;
    let budget = MemoryBudget::new(30);
    let barrier = Barrier::new(THREADS);
    let admitted = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    barrier.wait();
                    let reservation = budget.reserve(10);
                    admitted.fetch_add(u64::from(reservation.is_ok()), Ordering::Relaxed);
                    barrier.wait();
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 3 * ROUNDS as u64);
    assert_eq!(figures(&budget), (0, 30));
}

#[test]
fn the_limit_holds_while_threads_reserve_grow_and_shrink() {
    const LIMIT: u64 = 1_000;
    let budget = MemoryBudget::new(LIMIT);
    // Counted beside the budget: after it lets bytes in, and before it gets them back.
    let held = AtomicU64::new(0);
    let count = |bytes: u64| {
        let before = held.fetch_add(bytes, Ordering::SeqCst);
        assert!(before + bytes <= LIMIT, "{before} and {bytes} are held");
    };
    thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (budget, held, count) = (&budget, &held, &count);
            scope.spawn(move || {
                for step in 0..5_000 {
                    let bytes = (thread * 131 + step * 89) % 400;
                    let Ok(mut reservation) = budget.reserve(bytes) else {
                        continue;
                    };
                    count(bytes);
                    if reservation.grow(100).is_ok() {
                        count(100);
                    }
                    held.fetch_sub(50.min(reservation.bytes()), Ordering::SeqCst);
                    reservation.shrink(50);
                    held.fetch_sub(reservation.bytes(), Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(budget.in_use(), 0);
    assert!(budget.peak() <= LIMIT);
}
