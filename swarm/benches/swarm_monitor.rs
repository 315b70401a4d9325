//! What the monitor costs: to record a run, to judge a thousand, to make the report of a busy swarm.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use kilowat::Runtime;
use kilowat_swarm::monitor::{Budget, Run, WINDOW, judge};
use kilowat_swarm::{Place, Swarm};

const MILLI: Duration = Duration::from_millis(1);

fn run(number: u32) -> Run {
    let duration = Duration::from_micros(u64::from(2_000 + number * 7 % 900));
    Run::new("post-edit", duration)
        .step("digest", duration / 5)
        .step("syntax", duration / 3)
        .step("rules", duration / 4)
}

fn monitor(criterion: &mut Criterion) {
    // A benchmark that has no folder cannot go on.
    let folder = tempfile::tempdir().unwrap();
    let swarm = Swarm::builder()
        .daily_backups(false)
        .open(&Place::at(folder.path().join("s")))
        .unwrap();
    let monitor = swarm.monitor();
    let plain = Run::new("memory.read", MILLI);
    criterion.bench_function("record a run", |bencher| {
        bencher.iter(|| monitor.record(black_box(&plain)));
    });
    let stepped = run(1);
    criterion.bench_function("record a run with three steps", |bencher| {
        bencher.iter(|| monitor.record(black_box(&stepped)));
    });
    let runs: Vec<_> = (0..1_000).map(run).collect();
    let budget = Budget {
        good: MILLI,
        slow: MILLI * 10,
        critical: MILLI * 50,
    };
    criterion.bench_function("judge 1000 runs", |bencher| {
        bencher.iter(|| judge(Runtime::shared(), black_box(&runs), Some(&budget)).unwrap());
    });
    monitor.store().unwrap();
    criterion.bench_function("a report", |bencher| {
        bencher.iter(|| monitor.report(WINDOW).unwrap());
    });
    criterion.bench_function("store what there is", |bencher| {
        bencher.iter(|| {
            monitor.record(&plain);
            monitor.store().unwrap();
        });
    });
}

criterion_group!(benches, monitor);
criterion_main!(benches);
