//! The memory budget, and that nothing is kept that nobody needs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use kilowat::{Cache, EngineKind, Error, Policy, Preload, Runtime};

use super::check_abc;

fn builder() -> kilowat::Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        // Nothing is measured beside the calls, which would have instances of its own.
        .tiers(EngineKind::ALL)
}

#[test]
fn a_call_that_does_not_fit_says_how_much_is_missing() {
    for tier in EngineKind::WASM {
        let runtime = builder()
            .tiers([tier])
            .memory_limit(4 << 20)
            .build()
            .unwrap();
        let block = vec![0; 64 << 10];
        let error = runtime.lz4_decompress(&block, 8 << 20).unwrap_err();
        let Error::MemoryBudget { needed, available } = error else {
            panic!("{error}");
        };
        assert!(needed > available && available < 4 << 20, "{error}");
        // Nothing is lost: what fits is answered as before.
        check_abc(&runtime);
        let memory = runtime.report().memory;
        assert!(
            memory.peak <= memory.limit && memory.in_use > 0,
            "{memory:?}"
        );
        assert_eq!(runtime.report().errors, 0);
    }
}

#[test]
fn instances_that_wait_make_room_for_calls() {
    // Room for one instance of a module at a time, hardly.
    let runtime = builder()
        .tiers([EngineKind::Jit])
        .memory_limit(512 << 10)
        .build()
        .unwrap();
    let zeros = vec![0; 200 << 10];
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.md5(&zeros).unwrap();
        runtime.fnv1a64(&zeros[..100 << 10]).unwrap();
    }
    let memory = runtime.report().memory;
    assert!(memory.peak <= 512 << 10, "{memory:?}");
}

#[test]
fn many_threads_share_few_instances() {
    let runtime = builder().instances(2).build().unwrap();
    let calls = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..100 {
                    check_abc(&runtime);
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let memory = runtime.report().memory;
    assert!(
        memory.instances <= 4,
        "two on each of two tiers: {memory:?}"
    );
    assert_eq!(memory.idle, memory.instances);
    assert_eq!(calls.load(Ordering::Relaxed), 1_600);
}

#[test]
fn a_million_calls_leave_the_memory_where_it_was() {
    const CALLS: usize = 1_000_000;
    let runtime = builder().policy(Policy::WasmFirst).build().unwrap();
    let text = b"the quick brown fox jumps over the lazy dog".repeat(3);
    let numbers: Vec<f64> = (0..50_u8).map(f64::from).collect();
    let resident = runtime.upload("string_ops", &text).unwrap();
    let round = |call: usize| {
        let len = call % text.len();
        match call % 10 {
            0 => drop(runtime.fnv1a32(&text[..len])),
            1 => drop(runtime.fnv1a64(&text[..len])),
            2 => drop(runtime.search(&text, b"lazy")),
            3 => drop(runtime.compare(&text, &text[..len])),
            4 => drop(runtime.equal(&text[len..], &text[len..])),
            5 => drop(runtime.md5(&text[..len])),
            6 => drop(runtime.search_all(&text, b"o")),
            7 => drop(resident.search(b"lazy")),
            8 => {
                let buffer = runtime.upload("string_ops", &text[len..]).unwrap();
                drop(buffer.fnv1a32());
            }
            _ => drop(runtime.aggregate(&numbers)),
        }
    };
    (0..1_000).for_each(round);
    runtime.wait_ready();
    (0..1_000).for_each(round);
    runtime.wait_measured();
    let before = runtime.report();
    (0..CALLS).for_each(round);
    let after = runtime.report();
    assert_eq!(after.calls - before.calls, CALLS as u64);
    assert_eq!(after.errors, 0);
    assert_eq!(after.memory.peak, before.memory.peak);
    assert!(after.memory.in_use <= before.memory.in_use);
    assert!(after.memory.instances <= before.memory.instances);
    let [before, after] = [before, after].map(|report| report.buffers[0].clone());
    assert_eq!(after.memory, before.memory);
    assert_eq!(after.arena.used, before.arena.used);
    assert_eq!(after.arena.peak, before.arena.peak);
    assert_eq!(after.arena.allocations - after.arena.frees, 1);
}
