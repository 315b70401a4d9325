//! What the memory of a swarm costs beside rusqlite alone, with the same statements, and beside redb.
//!
//! `cargo run --release --example latency` in this package says p50 and p99 of the same.

mod sides;

use criterion::{Criterion, criterion_group, criterion_main};

use sides::PRESENT;

fn memory(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut sides = sides::all(folder.path());
    // The same keys on each side, in an order that pages do not follow.
    let keys = || (0_u32..).map(|number| number.wrapping_mul(2_654_435_761) % PRESENT);
    for operation in ["put", "get"] {
        let mut group = criterion.benchmark_group(operation);
        for side in &mut sides {
            let mut keys = keys();
            let mut next = || keys.next().unwrap_or_default();
            group.bench_function(side.name(), |bencher| match operation {
                "put" => bencher.iter(|| side.put(next())),
                _ => bencher.iter(|| side.get(next())),
            });
        }
    }
}

criterion_group!(benches, memory);
criterion_main!(benches);
