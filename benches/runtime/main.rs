//! What the runtime costs around its kernels: a call, a record as JSON, a gzip file, the first result of a process,
//! calls from many threads, and buffers against copying.
//!
//! `cargo bench --bench runtime`. The rows of one group run directly after one another.

mod buffers;
mod first_result;
mod gzip;
mod json_record;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use kilowat::{EngineKind, Runtime};
use kilowat_checker::recording::Recording;
use kilowat_operations::ops::{Fnv1a32, Input, Native, Sha256, case};
use kilowat_operations::session::Library;

/// An input so short that the call around it is what costs.
const SHORT: &[u8; 16] = b"sixteen of bytes";

fn main() -> ExitCode {
    // Before all else: it measures from here.
    if let Some(outcome) = first_result::in_a_new_process() {
        return outcome;
    }
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(250))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    call::<Fnv1a32>(&mut criterion, SHORT, |runtime| {
        runtime.fnv1a32(SHORT).is_ok()
    });
    free_function(&mut criterion);
    call::<Sha256>(&mut criterion, SHORT, |runtime| {
        runtime.sha256(SHORT).is_ok()
    });
    json_record::to_text_and_back(&mut criterion);
    gzip::made_and_read(&mut criterion);
    gzip::on_threads(&mut criterion);
    threads(&mut criterion);
    buffers::against_copying(&mut criterion);
    first_result::cold_and_warm(&mut criterion);
    criterion.final_summary();
    ExitCode::SUCCESS
}

/// A runtime of one tier, whose modules are compiled when this returns.
fn runtime(tier: EngineKind) -> Runtime {
    let runtime = Runtime::builder()
        .tiers([tier])
        .ignore_environment()
        .build()
        .expect("the list of tiers is one");
    runtime.wait_ready();
    runtime
}

/// One short call: of the engine alone, of a session, which copies the input in and the answer out,
/// and of the runtime.
fn call<O: Native>(
    criterion: &mut Criterion,
    input: Input<'static, O>,
    call: impl Fn(&Runtime) -> bool,
) {
    for tier in EngineKind::ALL {
        let group = format!("call/{}/{}", O::NAME, tier.name());
        let mut group = criterion.benchmark_group(group);
        match Library::new(tier) {
            Ok(Some(library)) => {
                let mut recording = Recording::new(&library, &*case::<O>(input))
                    .unwrap_or_else(|error| panic!("{}: {error}", O::NAME));
                group.bench_function("engine", |bencher| bencher.iter(|| recording.repeat()));
                let mut session = library.session();
                group.bench_function("session", |bencher| {
                    bencher.iter(|| session.run::<O>(black_box(input)).is_ok());
                });
            }
            Ok(None) => {
                group.bench_function("reference", |bencher| {
                    bencher.iter(|| O::native(black_box(input)));
                });
            }
            Err(error) => {
                eprintln!("{error}; its rows are left out");
                continue;
            }
        }
        let runtime = runtime(tier);
        group.bench_function("runtime", |bencher| bencher.iter(|| call(&runtime)));
        group.finish();
    }
}

/// The method of the shared runtime, and the function that has no object.
fn free_function(criterion: &mut Criterion) {
    let runtime = Runtime::shared();
    let _ = runtime.fnv1a32(SHORT);
    runtime.wait_ready();
    let mut group = criterion.benchmark_group("free_function/fnv1a32");
    group.bench_function("method", |bencher| {
        bencher.iter(|| runtime.fnv1a32(SHORT).is_ok());
    });
    group.bench_function("function", |bencher| {
        bencher.iter(|| kilowat::hash::fnv1a32(SHORT).is_ok());
    });
    group.finish();
}

/// Calls of one runtime from one to four threads: all together, a second.
fn threads(criterion: &mut Criterion) {
    let message = vec![b'm'; 1 << 10];
    let runtime = runtime(EngineKind::Jit);
    let mut group = criterion.benchmark_group("threads/sha256/1024");
    for threads in 1..=4_u32 {
        group.throughput(Throughput::Elements(threads.into()));
        group.bench_function(threads.to_string(), |bencher| {
            bencher.iter_custom(|calls| on_threads(threads, calls, || runtime.sha256(&message)));
        });
    }
    group.finish();
}

/// The time until as many threads have made `calls` calls each.
fn on_threads<T>(threads: u32, calls: u64, call: impl Fn() -> T + Sync) -> Duration {
    let start = Barrier::new(threads as usize);
    let run = || {
        start.wait();
        let began = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        began.elapsed()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        let elapsed = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_default());
        elapsed.max().unwrap_or_default()
    })
}
