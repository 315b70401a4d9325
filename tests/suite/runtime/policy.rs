//! Which policy asks which tier, and what is measured for it.

use std::fs;
use std::sync::{Arc, Mutex};

use kilowat::faults::{Fault, Faults};
use kilowat::monitor::{Alert, Thresholds};
use kilowat::policy::{SizeClass, Speed};
use kilowat::{Cache, EngineKind, Policy, Preload, Runtime, Tiers};

use super::{answers, check_abc};

fn builder(policy: Policy, cache: Cache) -> kilowat::Builder {
    Runtime::builder()
        .ignore_environment()
        .policy(policy)
        .cache(cache)
        .modules(Preload::Nothing)
}

/// A call of `sha256`, and what was measured of it.
fn measure(runtime: &Runtime) -> Speed {
    check_abc(runtime);
    runtime.wait_measured();
    let speeds = runtime.speeds();
    let of_sha256 = |speed: &&Speed| speed.operation == "sha256";
    speeds.iter().find(of_sha256).unwrap().clone()
}

#[test]
fn the_fastest_tier_answers_once_it_is_measured() {
    let runtime = builder(Policy::Fastest, Cache::Off).build().unwrap();
    let speed = measure(&runtime);
    assert_eq!(answers(&runtime), [0, 0, 1], "the JIT compiles");
    assert_eq!((speed.size, speed.bytes), (SizeClass::Small, 3));
    let times = [speed.jit, speed.interpreter, speed.native];
    assert!(times.iter().all(|time| time.unwrap() > 0.0), "{speed:?}");
    let fastest = speed.order(Policy::Fastest).iter().next().unwrap();
    check_abc(&runtime);
    let mut expected = [0, 0, 1];
    expected[fastest as usize] += 1;
    assert_eq!(answers(&runtime), expected);
}

#[test]
fn each_size_class_is_measured_once() {
    let runtime = builder(Policy::Fastest, Cache::Off).build().unwrap();
    for len in [10, 20, 5_000, 6_000, 100_000, 200_000] {
        let _ = runtime.sha256(&vec![7; len]).unwrap();
        runtime.wait_measured();
    }
    let speeds = runtime.speeds().into_iter();
    let measured: Vec<_> = speeds.map(|speed| (speed.size, speed.bytes)).collect();
    assert_eq!(
        measured,
        [
            (SizeClass::Small, 10),
            (SizeClass::Medium, 5_000),
            (SizeClass::Large, 100_000)
        ]
    );
}

#[test]
fn what_was_measured_is_kept_for_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Cache::Folder(folder.path().join("cache"));
    let first = builder(Policy::WasmFirst, cache()).build().unwrap();
    let measured = measure(&first);
    assert_eq!(answers(&first), [0, 1, 0], "nothing was known");

    // Compiled code goes, what was measured stays.
    for entry in fs::read_dir(folder.path().join("cache")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "artifact")
        {
            fs::remove_file(path).unwrap();
        }
    }
    let second = builder(Policy::WasmFirst, cache()).build().unwrap();
    assert_eq!(second.speeds(), [measured]);
    check_abc(&second);
    // Interpreted, SHA-256 takes many times as long as any native code.
    assert_eq!(answers(&second), [0, 0, 1]);
    second.wait_ready();
    check_abc(&second);
    assert_eq!(answers(&second), [1, 0, 1]);
}

#[test]
fn a_damaged_record_is_measured_anew() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Cache::Folder(folder.path().join("cache"));
    drop(measure(&builder(Policy::Fastest, cache()).build().unwrap()));
    let record = folder.path().join("cache/speeds.record");
    let mut bytes = fs::read(&record).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&record, bytes).unwrap();
    let runtime = builder(Policy::Fastest, cache()).build().unwrap();
    assert_eq!(runtime.speeds(), []);
    let again = measure(&runtime);
    let next = builder(Policy::Fastest, cache()).build().unwrap();
    assert_eq!(next.speeds(), [again]);
}

#[test]
fn a_list_is_asked_as_it_stands_and_nothing_is_measured() {
    let list = Tiers::new([EngineKind::Interpreter, EngineKind::Native]).unwrap();
    let runtime = builder(list.into(), Cache::Off).build().unwrap();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_measured();
    }
    assert_eq!(answers(&runtime), [0, 3, 0]);
    assert_eq!(runtime.speeds(), []);
}

#[test]
fn nothing_is_measured_while_faults_are_injected() {
    let faults = Faults::new();
    faults.inject(Fault::Trap, EngineKind::Interpreter, 1..=1);
    let settings = builder(Policy::WasmFirst, Cache::Off).faults(faults);
    let runtime = settings.build().unwrap();
    for _ in 0..3 {
        check_abc(&runtime);
        runtime.wait_measured();
    }
    assert_eq!(runtime.speeds(), []);
}

#[test]
fn the_policy_is_changed_while_the_runtime_is_in_use() {
    let runtime = builder(Policy::default(), Cache::Off).build().unwrap();
    assert_eq!(runtime.policy(), Policy::WasmFirst);
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [0, 1, 0]);
    runtime.set_policy(Policy::List(Tiers::NATIVE));
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [0, 1, 1]);
    assert!(runtime.tiers().iter().eq([EngineKind::Native]));
    runtime.set_policy(Policy::WasmFirst);
    runtime.wait_ready();
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 1, 1]);
}

#[test]
fn only_wasm_first_aims_at_a_share_of_webassembly() {
    for (policy, expected) in [
        (Policy::WasmFirst, 1),
        (Policy::Fastest, 0),
        (Policy::List(Tiers::NATIVE), 0),
    ] {
        let alerts = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&alerts);
        // A tier that fails from the start leaves the calls to native code.
        let faults = Faults::new();
        for tier in EngineKind::WASM {
            faults.inject(Fault::Compilation, tier, ..);
        }
        let runtime = builder(policy, Cache::Off)
            .faults(faults)
            .alerts(Thresholds {
                min_calls: 10,
                max_error_rate: 1.0,
                ..Thresholds::default()
            })
            .on_alert(move |alert| heard.lock().unwrap().push(alert.clone()))
            .build()
            .unwrap();
        (0..20).for_each(|_| check_abc(&runtime));
        let _ = runtime.report();
        let alerts = alerts.lock().unwrap();
        let shares = alerts
            .iter()
            .filter(|alert| matches!(alert, Alert::WasmShareLow { .. }));
        assert_eq!(shares.count(), expected, "{policy}");
    }
}
