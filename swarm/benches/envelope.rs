//! What it takes to make an envelope and to open it, on each tier: of 1 KiB, of 10 KiB, sealed, and of many at once.

use std::fmt::Write as _;

use criterion::{Criterion, criterion_group, criterion_main};
use kilowat::crypto::Key;
use kilowat::{EngineKind, Runtime};
use kilowat_swarm::Id;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::envelope::{Envelope, Header, Keyring, LONGEST_BODY, Priority};
use kilowat_swarm::memory::Format;

/// A message with a body of so many bytes of JSON.
fn envelope(len: usize) -> Envelope {
    let mut body = String::from("[");
    while body.len() < len - 60 {
        let line = body.len();
        // A string takes all that is written to it.
        let _ = write!(
            body,
            "{{\"line\":{line},\"rule\":\"unwrap\",\"ok\":false}},"
        );
    }
    body.push_str("null]");
    Envelope {
        id: Id::new(),
        priority: Priority::Normal,
        format: Format::Json,
        header: Header {
            channel: "reviews".to_owned(),
            kind: "review".to_owned(),
            at: Moment(1_800_000_000_000),
            from: Some("coder-1".to_owned()),
            ..Header::default()
        },
        body: format!("{body:len$}").into_bytes(),
    }
}

fn envelopes(criterion: &mut Criterion) {
    for tier in [EngineKind::Jit, EngineKind::Interpreter, EngineKind::Native] {
        let runtime = Runtime::with_engine(tier).unwrap();
        let mut group = criterion.benchmark_group(tier.name());
        for len in [1 << 10, 10 << 10] {
            let envelope = envelope(len);
            group.bench_function(format!("made and opened, {len} bytes"), |bencher| {
                bencher.iter(|| {
                    let bytes = envelope.make(&runtime, LONGEST_BODY).unwrap();
                    Envelope::open(&runtime, &bytes, LONGEST_BODY).unwrap()
                });
            });
        }
        let keys = Keyring::new(&Key::generate().unwrap()).unwrap();
        for len in [1 << 10, 10 << 10] {
            let envelope = envelope(len);
            group.bench_function(format!("sealed and opened, {len} bytes"), |bencher| {
                bencher.iter(|| {
                    let made = envelope.make_with(&runtime, LONGEST_BODY, Some(&keys));
                    Envelope::open_with(&runtime, &made.unwrap(), LONGEST_BODY, Some(&keys))
                        .unwrap()
                });
            });
        }
        let many = vec![envelope(1 << 10); 64];
        group.bench_function("64 made at once, 1024 bytes", |bencher| {
            bencher.iter(|| Envelope::make_all(&runtime, &many, LONGEST_BODY).unwrap());
        });
        let made = Envelope::make_all(&runtime, &many, LONGEST_BODY).unwrap();
        let made: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
        group.bench_function("64 opened at once, 1024 bytes", |bencher| {
            bencher.iter(|| Envelope::open_all(&runtime, &made, LONGEST_BODY).unwrap());
        });
    }
}

criterion_group!(benches, envelopes);
criterion_main!(benches);
