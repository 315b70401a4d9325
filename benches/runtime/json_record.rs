//! A record of an agent's memory, of about 1 KiB: to JSON and back, through the whole runtime.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use kilowat::EngineKind;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Record {
    id: u64,
    agent: String,
    namespace: String,
    key: String,
    created: f64,
    expires: Option<f64>,
    tags: Vec<String>,
    scores: Vec<f64>,
    labels: BTreeMap<String, String>,
    text: String,
}

fn record() -> Record {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    let labels = [
        ("kind", "decision"),
        ("source", "post-edit"),
        ("file", "src/runtime/dispatch.rs"),
        ("language", "rust"),
    ];
    Record {
        id: 981_734_112_004,
        agent: "coder-17".to_owned(),
        namespace: "swarm/memory/decisions".to_owned(),
        key: "dispatch-order".to_owned(),
        created: 1_795_998_394.125,
        expires: None,
        tags: words(&["runtime", "tiers", "fallback", "measured"]),
        scores: vec![0.981_25, 0.334_7, 0.001_25, 17.5, 0.75, 1e-7],
        labels: labels
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        text: "The tiers are asked in the order of the policy; one that rests is passed over.\n"
            .repeat(7),
    }
}

/// On each tier, beside `serde_json`.
pub(crate) fn to_text_and_back(criterion: &mut Criterion) {
    let record = record();
    let text = serde_json::to_vec(&record).expect("its keys are strings");
    let runtimes = EngineKind::ALL.map(|tier| (tier, super::runtime(tier)));
    let mut group = criterion.benchmark_group("json_record/to_vec");
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    for (tier, runtime) in &runtimes {
        assert_eq!(runtime.json_to_vec(&record).expect("it is JSON"), text);
        group.bench_function(tier.name(), |bencher| {
            bencher.iter(|| runtime.json_to_vec(black_box(&record)).is_ok());
        });
    }
    group.bench_function("serde_json", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&record)).is_ok());
    });
    group.finish();
    let mut group = criterion.benchmark_group("json_record/from_slice");
    group.throughput(Throughput::BytesDecimal(text.len() as u64));
    for (tier, runtime) in &runtimes {
        group.bench_function(tier.name(), |bencher| {
            bencher.iter(|| runtime.json_from_slice::<Record>(black_box(&text)).is_ok());
        });
    }
    group.bench_function("serde_json", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Record>(black_box(&text)).is_ok());
    });
    group.finish();
}
