//! Whoever runs the kernels, the answers are the same.

use std::time::Duration;

use kilowat::faults::{Fault, Faults};
use kilowat::{Cache, EngineKind, Preload, Runtime};
use kilowat_swarm::memory::Put;

use super::Folder;

fn values() -> Vec<(String, String)> {
    let value = |number: usize| format!("value {number}, ").repeat(number * 7 + 1);
    (0..40)
        .map(|number| (format!("k{number}"), value(number)))
        .collect()
}

#[test]
fn what_one_tier_has_stored_the_others_read() {
    let folder = Folder::new();
    let tiers = [EngineKind::Native, EngineKind::Interpreter, EngineKind::Jit];
    let swarms = tiers.map(|tier| {
        let runtime = Runtime::with_engine(tier).unwrap();
        folder
            .builder()
            .runtime(runtime)
            .open(&folder.place())
            .unwrap()
            .memory()
    });
    for (writer, tier) in swarms.iter().zip(tiers) {
        for (key, value) in values() {
            writer.put(tier.name(), &key, &value).unwrap();
        }
        writer
            .put_bytes(tier.name(), "bytes", &[0xff; 3_000], Put::default())
            .unwrap();
        for reader in &swarms {
            for (key, value) in values() {
                let entry = reader.get::<String>(tier.name(), &key).unwrap().unwrap();
                assert_eq!(entry.value, value);
            }
            let found = reader
                .search(Some(tier.name()), b"value 33", 99)
                .unwrap()
                .found;
            assert_eq!(found.len(), 1);
            assert!(reader.check().unwrap().is_sound());
        }
    }
    let exports = swarms.map(|memory| {
        let mut lines = Vec::new();
        memory.export(&mut lines).unwrap();
        lines
    });
    assert_eq!(exports[0], exports[1]);
    assert_eq!(exports[0], exports[2]);
}

#[test]
fn tiers_that_fail_while_it_runs_change_nothing() {
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([EngineKind::Interpreter, EngineKind::Native])
        .faults(faults.clone())
        .build()
        .unwrap();
    let folder = Folder::new();
    let memory = folder
        .builder()
        .runtime(runtime.clone())
        .open(&folder.place())
        .unwrap()
        .memory();
    for (round, (key, value)) in values().into_iter().enumerate() {
        match round % 8 {
            2 => faults.inject(Fault::Trap, EngineKind::Interpreter, ..),
            4 => faults.inject(Fault::OutOfMemory, EngineKind::Interpreter, ..),
            6 => faults.clear(),
            _ => {}
        }
        folder.clock.advance(Duration::from_secs(1));
        memory.put("n", &key, &value).unwrap();
        assert_eq!(
            memory.get::<String>("n", &key).unwrap().unwrap().value,
            value
        );
    }
    runtime.set_tiers([EngineKind::Native]).unwrap();
    for (key, value) in values() {
        assert_eq!(
            memory.get::<String>("n", &key).unwrap().unwrap().value,
            value
        );
    }
    assert!(memory.check().unwrap().is_sound());
    let report = runtime.report();
    let failures: u64 = report
        .operations
        .iter()
        .flat_map(|operation| &operation.tiers)
        .filter(|tier| tier.tier == EngineKind::Native)
        .map(|tier| tier.calls)
        .sum();
    assert!(failures > 0, "native code has stood in");
}

#[test]
fn without_any_tier_it_is_an_error_and_nothing_is_stored() {
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([EngineKind::Interpreter])
        .faults(faults.clone())
        .build()
        .unwrap();
    let folder = Folder::new();
    let memory = folder
        .builder()
        .runtime(runtime)
        .open(&folder.place())
        .unwrap()
        .memory();
    faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
    let put = memory.put("n", "k", &1);
    faults.clear();
    assert!(
        matches!(
            put,
            Err(kilowat_swarm::Error::Runtime(_) | kilowat_swarm::Error::Json { .. })
        ),
        "{put:?}"
    );
    assert!(memory.get::<u32>("n", "k").unwrap().is_none());
}
