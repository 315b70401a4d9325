//! Benchmarks of every kernel on every engine, beside the native code and compiled peers.
//!
//! - `cargo bench` measures everything; `cargo xtask bench-table` then writes it to `docs/`.
//! - `cargo bench -- execute/search` measures what contains these words.
//! - `cargo bench -- --test` runs everything once, without measuring.
//! - With the environment variable `KILOWAT_PEERS` naming a folder of compiled peers, their rows
//!   stand beside ours.
//!
//! An answer is compared with the native one before it is timed. The rows of one operation and size
//! run directly after one another, so that a machine that gets slower or faster changes them alike.

mod run;

use std::cell::LazyCell;
use std::process::ExitCode;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput, measurement::WallTime};
use kilowat::Runtime;
use kilowat_checker::contest::{Contest, Tier};
use kilowat_checker::peers::{self, Peers, PeersError};
use kilowat_checker::recording::Recording;
use kilowat_engine::EngineKind;
use kilowat_kernels::MODULES;
use kilowat_operations::ops::{ALL, AnyOperation, Fnv1a32, Native as _, Operation as _};

/// Input sizes in bytes. Small ones show what a call costs, large ones what a byte costs.
const SIZES: [usize; 7] = [16, 64, 256, 1 << 10, 10 << 10, 64 << 10, 1 << 20];

/// Size of the input in the benchmarks of what surrounds a kernel.
const SMALL: usize = 16;

fn main() -> ExitCode {
    let contest = match peers() {
        Ok(peers) => Contest {
            tiers: tiers(),
            peers,
        },
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = run::write(&contest) {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    let mut criterion = Criterion::default()
        // Batches of 8 ms: many and short, so that some are left alone even on a machine that has other
        // things to do. The page takes the fastest.
        .sample_size(100)
        .warm_up_time(Duration::from_millis(250))
        .measurement_time(Duration::from_millis(800))
        .nresamples(10_000)
        .configure_from_args();
    translate(&mut criterion, &contest.tiers);
    instantiate(&mut criterion, &contest.tiers);
    overhead(&mut criterion, &contest.tiers);
    for operation in ALL {
        for size in SIZES {
            execute(&mut criterion, &contest, *operation, size);
        }
    }
    criterion.final_summary();
    ExitCode::SUCCESS
}

/// The engines that start on this machine. Those that do not are left out, and named.
fn tiers() -> Vec<Tier> {
    let mut tiers = Vec::new();
    for kind in EngineKind::WASM {
        match Tier::start(kind) {
            Ok(tier) => tiers.extend(tier),
            Err(error) => eprintln!("{error}; its rows are left out"),
        }
    }
    tiers
}

/// The peers that there are. That there are none is said.
fn peers() -> Result<Peers, PeersError> {
    let peers = Peers::from_environment()?;
    if peers.is_none() {
        let variable = peers::VARIABLE;
        eprintln!("{variable} names no folder of compiled peers; their rows are left out");
    }
    Ok(peers.unwrap_or_default())
}

/// Equal batches, so that one can be compared with another.
fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    group
}

/// `translate/MODULE/ENGINE`: a binary becomes code that the engine can run.
fn translate(criterion: &mut Criterion, tiers: &[Tier]) {
    for kernel in MODULES {
        let mut group = group(criterion, &format!("translate/{}", kernel.name));
        for Tier { kind, engine, .. } in tiers {
            group.bench_function(kind.name(), |bencher| {
                bencher.iter(|| {
                    engine
                        .compile(kernel.name, kernel.wasm)
                        .expect("it compiles")
                });
            });
        }
        group.finish();
    }
}

/// `instantiate/MODULE/ENGINE`: a translated module gets a memory, and loses it again.
fn instantiate(criterion: &mut Criterion, tiers: &[Tier]) {
    for kernel in MODULES {
        let mut group = group(criterion, &format!("instantiate/{}", kernel.name));
        for Tier { kind, library, .. } in tiers {
            let module = LazyCell::new(|| library.module(kernel).expect("it compiles"));
            group.bench_function(kind.name(), |bencher| {
                bencher.iter(|| module.instantiate().expect("there is memory"));
            });
        }
        group.finish();
    }
}

/// `overhead/WHAT/ENGINE`: what is paid for each call, whatever the kernel does.
///
/// The kernel is the cheapest one there is: a hash, of nothing or of 16 bytes.
fn overhead(criterion: &mut Criterion, tiers: &[Tier]) {
    let operation = ALL
        .iter()
        .find(|operation| operation.name() == Fnv1a32::NAME)
        .expect("the list holds every operation");

    // Into the kernel and back; nothing to copy and nothing to do.
    let mut bare = group(criterion, "overhead/call");
    let empty = operation.workload(0);
    for Tier { kind, library, .. } in tiers {
        let mut recording = None;
        bare.bench_function(kind.name(), |bencher| {
            let recording = recording.get_or_insert_with(|| {
                Recording::new(library, &*empty).expect("the answer is right")
            });
            bencher.iter(|| recording.repeat().expect("it has run before"));
        });
    }
    bare.finish();

    // With the input copied in and the answer copied out, on one thread.
    let mut session_group = group(criterion, "overhead/session");
    let small = operation.workload(SMALL);
    let module = operation.export().module;
    for Tier { kind, library, .. } in tiers {
        let mut session = library.session();
        session_group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| {
                let mut frame = session.frame(module).expect("it starts");
                small.run_kernel(&mut frame).expect("it runs");
            });
        });
    }
    session_group.finish();

    // As users call it: with a session taken from the pool.
    let mut runtime_group = group(criterion, "overhead/runtime");
    let input = [0x5a; SMALL];
    for kind in EngineKind::ALL {
        let Ok(runtime) = Runtime::with_engine(kind) else {
            continue;
        };
        assert_eq!(runtime.fnv1a32(&input).unwrap(), Fnv1a32::native(&input));
        runtime_group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| runtime.fnv1a32(std::hint::black_box(&input)).unwrap());
        });
    }
    runtime_group.finish();
}

/// `execute/OPERATION/SIZE/ENGINE`: the kernel alone, its input in place, beside the native code
/// and the peers. An engine's peers come directly after it.
fn execute(
    criterion: &mut Criterion,
    contest: &Contest,
    operation: &dyn AnyOperation,
    size: usize,
) {
    let name = format!("execute/{}/{size}", operation.name());
    // Lazily, as everything here: a filter may leave all of it out.
    let workload = LazyCell::new(|| operation.workload(size));
    let mut group = group(criterion, &name);
    group.throughput(Throughput::BytesDecimal(size as u64));
    for contestant in contest.contestants(operation) {
        let row = contestant.name();
        let mut run = None;
        group.bench_function(&row, |bencher| {
            let run = run.get_or_insert_with(|| {
                let run = contestant.enter(&**workload);
                run.unwrap_or_else(|error| panic!("{name}/{row}: {error}"))
            });
            bencher.iter(|| run.repeat().expect("it has run before"));
        });
    }
    group.finish();
}
