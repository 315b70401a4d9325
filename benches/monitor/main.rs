//! What recording a call costs, on one thread and on as many as the machine runs at once, and what
//! an `hdrhistogram` behind a lock would cost instead.
//!
//! `cargo bench --bench monitor`. Times are those of one call on one thread.

use std::hint::black_box;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hdrhistogram::Histogram;
use kilowat::EngineKind;
use kilowat::monitor::{Monitor, OperationId};
use kilowat_operations::ops::ALL;

criterion_group!(benches, record, report);
criterion_main!(benches);

fn monitor() -> Monitor {
    let operations = ALL.iter();
    Monitor::new(operations.map(|operation| (operation.export().module.name, operation.name())))
}

fn record(criterion: &mut Criterion) {
    let processors = processors();
    let mut group = criterion.benchmark_group("record_answer");
    // One more row where threads share shards.
    for threads in [1, processors, 4 * processors] {
        let monitor = monitor();
        let operation = OperationId::from(0);
        group.bench_function(format!("monitor/{threads}"), |bencher| {
            bencher.iter_custom(|calls| {
                on_threads(threads, calls, |_, bytes, elapsed| {
                    monitor.record_answer(operation, EngineKind::Jit, bytes, elapsed);
                })
            });
        });
        let locked: Vec<_> = (0..processors).map(|_| Mutex::new(Locked::new())).collect();
        group.bench_function(format!("locked_hdrhistogram/{threads}"), |bencher| {
            bencher.iter_custom(|calls| {
                on_threads(threads, calls, |thread, bytes, elapsed| {
                    let mut shard = locked[thread % processors].lock().unwrap();
                    shard.record_answer(bytes, elapsed);
                })
            });
        });
    }
    group.finish();
}

/// The alternative: the same sums, and a histogram of about the same size.
#[repr(align(128))]
struct Locked {
    histogram: Histogram<u64>,
    sizes: [(u64, u64); 65],
}

impl Locked {
    fn new() -> Self {
        Self {
            histogram: Histogram::new_with_bounds(1, 1 << 40, 1).unwrap(),
            sizes: [(0, 0); 65],
        }
    }

    fn record_answer(&mut self, bytes: u64, elapsed: Duration) {
        let nanoseconds = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
        self.histogram.saturating_record(nanoseconds);
        let size = &mut self.sizes[bytes.checked_ilog2().map_or(0, |log2| 1 + log2 as usize)];
        size.0 += bytes;
        size.1 += nanoseconds;
    }
}

/// The time that `calls` calls on each thread take, as if each call had a processor to itself.
fn on_threads(
    threads: usize,
    calls: u64,
    record: impl Fn(usize, u64, Duration) + Sync,
) -> Duration {
    let start = Barrier::new(threads);
    let run = |thread| {
        start.wait();
        let began = Instant::now();
        for call in 0..calls {
            // Sizes and latencies that move through their buckets.
            let bytes = 16 << (call % 8);
            let elapsed = Duration::from_nanos(300 + (call.wrapping_mul(0x9e37_79b9) & 0xfff));
            record(thread, black_box(bytes), black_box(elapsed));
        }
        began.elapsed()
    };
    let longest = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || run(thread)))
            .collect();
        let elapsed = threads.into_iter().map(|thread| thread.join().unwrap());
        elapsed.max().unwrap_or_default()
    });
    longest * threads.min(processors()) as u32 / threads as u32
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn report(criterion: &mut Criterion) {
    let monitor = monitor();
    for place in 0..ALL.len() {
        for tier in EngineKind::ALL {
            let elapsed = Duration::from_nanos(1 << (place % 32));
            monitor.record_answer(place.into(), tier, 1, elapsed);
        }
    }
    criterion.bench_function("snapshot", |bencher| bencher.iter(|| monitor.snapshot()));
}
