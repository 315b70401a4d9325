//! A gzip file of 10 KiB, made and read through the whole runtime, and one of 16 MiB by one thread and by two.

use std::hint::black_box;
use std::io::Write as _;
use std::num::NonZero;

use criterion::{Criterion, Throughput};
use kilowat::deflate::{GzipWriter, Level};
use kilowat::{EngineKind, Limit};
use kilowat_operations::generator::Generator;

/// On each tier.
pub(crate) fn made_and_read(criterion: &mut Criterion) {
    let text = Generator::new(1, &[]).source_text(10 << 10);
    let runtimes = EngineKind::ALL.map(|tier| (tier, super::runtime(tier)));
    let mut group = criterion.benchmark_group("gzip/10240");
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    for (tier, runtime) in &runtimes {
        group.bench_function(tier.name(), |bencher| {
            bencher.iter(|| runtime.gzip(black_box(&text), Level::DEFAULT).is_ok());
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("gunzip/10240");
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    for (tier, runtime) in &runtimes {
        let file = runtime.gzip(&text, Level::DEFAULT).expect("it is made");
        let read = runtime.gunzip(&file, Limit::default());
        assert_eq!(read.expect("it is sound"), text);
        group.bench_function(tier.name(), |bencher| {
            bencher.iter(|| runtime.gunzip(black_box(&file), Limit::default()).is_ok());
        });
    }
    group.finish();
}

/// As pigz does it.
pub(crate) fn on_threads(criterion: &mut Criterion) {
    let text = Generator::new(2, &[]).source_text(16 << 20);
    let runtime = super::runtime(EngineKind::Jit);
    let mut group = criterion.benchmark_group("gzip_threads/16777216");
    group.sample_size(10);
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    for threads in 1..=2 {
        let threads = NonZero::new(threads).expect("it is 1 or 2");
        group.bench_function(threads.to_string(), |bencher| {
            bencher.iter(|| {
                let mut writer =
                    GzipWriter::parallel(&runtime, Vec::new(), Level::DEFAULT, threads);
                writer.write_all(&text).expect("a tier answers");
                writer.finish().expect("a tier answers").len()
            });
        });
    }
    group.finish();
}
