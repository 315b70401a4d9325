//! What is recorded is counted: by many threads at once, and as precisely as promised.

use std::collections::HashSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use kilowat::EngineKind::{self, Interpreter, Jit, Native};
use kilowat::monitor::{Latency, Monitor, OperationId, TierReport};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::nanos;

const SEED: u64 = 4;

fn tier(monitor: &Monitor, operation: usize, tier: EngineKind) -> TierReport {
    let operation = monitor.snapshot().swap_remove(operation);
    let mut tiers = operation.tiers.into_iter();
    tiers.find(|report| report.tier == tier).unwrap()
}

#[test]
fn no_count_is_lost_between_threads() {
    // Far more threads than shards, so that some share.
    const THREADS: u64 = 24;
    const CALLS: u64 = 3_000;
    let monitor = Monitor::new([("a", "first"), ("a", "second")]);
    let start = Barrier::new(THREADS as usize);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        // A reader sees counts that only grow.
        scope.spawn(|| {
            let mut before = 0;
            while !done.load(Relaxed) {
                let snapshot = monitor.snapshot();
                let tiers = snapshot.iter().flat_map(|operation| &operation.tiers);
                let calls = tiers.map(|tier| tier.calls).sum();
                assert!(calls >= before, "{calls} < {before}");
                before = calls;
            }
        });
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (monitor, start) = (&monitor, &start);
                scope.spawn(move || {
                    start.wait();
                    for call in 0..CALLS {
                        let elapsed = nanos(1_000 + thread * CALLS + call);
                        monitor.record_answer(0.into(), Jit, call, elapsed);
                        monitor.record_answer(1.into(), Native, 7, elapsed);
                        monitor.record_failure(1.into(), Jit);
                        monitor.record_fallback(1.into(), Jit);
                        monitor.record_shadow(0.into(), call % 3 != 0);
                        monitor.record_shadow_dropped(0.into());
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Relaxed);
    });

    let first = tier(&monitor, 0, Jit);
    assert_eq!(first.calls, THREADS * CALLS);
    assert_eq!(first.bytes, THREADS * CALLS * (CALLS - 1) / 2);
    assert_eq!(first.latency.min, 1_000);
    assert_eq!(first.latency.max, 999 + THREADS * CALLS);
    let mean = 1_000.0 + f64::from((THREADS * CALLS - 1) as u32) / 2.0;
    assert!((first.latency.mean - mean).abs() < 1e-6);
    let second = tier(&monitor, 1, Native);
    assert_eq!(second.calls, THREADS * CALLS);
    assert_eq!(second.bytes, 7 * THREADS * CALLS);
    let failed = tier(&monitor, 1, Jit);
    assert_eq!((failed.calls, failed.bytes), (0, 0));
    assert_eq!(
        (failed.errors, failed.fallbacks),
        (THREADS * CALLS, THREADS * CALLS)
    );
    assert_eq!(failed.latency, Latency::default());
    let shadow = monitor.snapshot()[0].shadow;
    assert_eq!(shadow.compared, THREADS * CALLS);
    assert_eq!(shadow.mismatches, THREADS * CALLS / 3);
    assert_eq!(shadow.dropped, THREADS * CALLS);
}

#[test]
fn only_the_first_call_of_a_thread_allocates() {
    let monitor = Monitor::new([("a", "a")]);
    let record = || {
        monitor.record_answer(0.into(), Jit, 64, nanos(500));
        monitor.record_failure(0.into(), Jit);
        monitor.record_fallback(0.into(), Jit);
        monitor.record_shadow(0.into(), true);
        monitor.record_shadow_dropped(0.into());
    };
    let allocations = |work: &dyn Fn()| allocation_counter::measure(work).count_total;
    assert_eq!(allocations(&record), 1);
    assert_eq!(allocations(&|| (0..1_000).for_each(|_| record())), 0);
}

#[test]
fn percentiles_are_within_a_32nd() {
    println!("seed {SEED}");
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut drawn = |latency: &dyn Fn(u32, f64) -> f64| -> Vec<u64> {
        let latencies = (0..5_000).map(|call| latency(call, random.random()) as u64);
        latencies.collect()
    };
    for (name, mut latencies) in [
        ("one", vec![123_456_789]),
        ("none at all", vec![0; 10]),
        ("all the same", drawn(&|_, _| 777_777.0)),
        ("a few nanoseconds", drawn(&|_, at| 64.0 * at)),
        ("even", drawn(&|_, at| 1e6 * at)),
        ("over all magnitudes", drawn(&|_, at| (27.7 * at).exp())),
        (
            "a slow hundredth",
            drawn(&|call, at| if call % 90 == 0 { 1e9 } else { 1e3 } * at),
        ),
    ] {
        let monitor = Monitor::new([("a", "a")]);
        for &latency in &latencies {
            monitor.record_answer(0.into(), Jit, 1, nanos(latency));
        }
        latencies.sort_unstable();
        let latency = tier(&monitor, 0, Jit).latency;
        assert_eq!(latency.min, latencies[0], "{name}");
        assert_eq!(latency.max, *latencies.last().unwrap(), "{name}");
        for (percent, read) in [
            (50, latency.p50),
            (90, latency.p90),
            (95, latency.p95),
            (99, latency.p99),
        ] {
            let rank = (latencies.len() * percent).div_ceil(100);
            let exact = latencies[rank - 1];
            let off = read.abs_diff(exact);
            assert!(
                off <= exact / 32,
                "{name}: p{percent} is {read}, not {exact}"
            );
        }
    }
}

#[test]
fn latencies_beyond_all_measure_are_counted() {
    let monitor = Monitor::new([("a", "a")]);
    let day = Duration::from_hours(24);
    monitor.record_answer(0.into(), Jit, 1, day);
    let latency = tier(&monitor, 0, Jit).latency;
    assert_eq!(u128::from(latency.max), day.as_nanos());
    assert_eq!(u128::from(latency.min), day.as_nanos());

    monitor.record_answer(0.into(), Interpreter, u64::MAX, Duration::MAX);
    let report = tier(&monitor, 0, Interpreter);
    assert_eq!(
        (report.calls, report.bytes, report.latency.max),
        (1, u64::MAX, u64::MAX)
    );
}

#[test]
fn operations_are_registered_once_by_whichever_thread() {
    let monitor = Monitor::new([("a", "a")]);
    let ids: Vec<Vec<OperationId>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let names = (0..200).map(|number| number.to_string());
                    let ids = names.map(|name| {
                        let id = monitor.register("user", name);
                        monitor.record_answer(id, Jit, 1, nanos(1));
                        id
                    });
                    ids.collect()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(ids.iter().all(|others| *others == ids[0]));
    assert_eq!(ids[0].iter().collect::<HashSet<_>>().len(), 200);
    let snapshot = monitor.snapshot();
    assert_eq!(snapshot.len(), 201);
    assert!(
        snapshot[1..]
            .iter()
            .all(|operation| operation.tiers[0].calls == 8)
    );
    assert_eq!(monitor.register("a", "a"), 0.into());
}

#[test]
fn an_unknown_operation_counts_nothing() {
    let monitor = Monitor::new([("a", "a")]);
    let before = monitor.snapshot();
    monitor.record_answer(1.into(), Jit, 1, nanos(1));
    monitor.record_failure(usize::MAX.into(), Jit);
    monitor.record_fallback(1.into(), Jit);
    monitor.record_shadow(1.into(), false);
    monitor.record_shadow_dropped(1.into());
    assert_eq!(monitor.snapshot(), before);
}
