//! Calls over a buffer that is in the kernel's memory already, beside calls that copy their input
//! there each time.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use kilowat::EngineKind;

use crate::runtime;

/// In one place only, so that a search has to go all the way.
const NEEDLE: &[u8] = b"needle!";

pub(crate) fn against_copying(criterion: &mut Criterion) {
    let runtime = runtime(EngineKind::Jit);
    for size in [64 << 10, 1 << 20] {
        let mut text = b"the quick brown fox jumps over the lazy dog. ".repeat(size / 45 + 1);
        text.truncate(size - NEEDLE.len());
        text.extend(NEEDLE);
        let upload = |module| {
            let buffer = runtime.upload(module, &text);
            buffer.unwrap_or_else(|error| panic!("{module}: {error}"))
        };

        let mut group = criterion.benchmark_group(format!("buffers/sha256/{size}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("copied", |bencher| {
            bencher.iter(|| runtime.sha256(black_box(&text)));
        });
        let buffer = upload("sha256");
        group.bench_function("resident", |bencher| bencher.iter(|| buffer.sha256()));
        group.finish();

        let mut group = criterion.benchmark_group(format!("buffers/search/{size}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("copied", |bencher| {
            bencher.iter(|| runtime.search(black_box(&text), NEEDLE));
        });
        let buffer = upload("string_ops");
        group.bench_function("resident", |bencher| bencher.iter(|| buffer.search(NEEDLE)));
        group.bench_function("uploaded", |bencher| {
            bencher.iter(|| upload("string_ops").search(NEEDLE));
        });
        group.finish();
    }
}
