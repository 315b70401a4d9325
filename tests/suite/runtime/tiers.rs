//! Which tier answers: from the first call on, and while the list changes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use kilowat::policy::TiersError;
use kilowat::{Cache, EngineKind, Error, Preload, Runtime};

use super::{answers, check_abc};

fn builder() -> kilowat::Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
}

#[test]
fn the_first_call_is_interpreted_and_later_ones_run_on_the_jit() {
    let runtime = builder().build().unwrap();
    assert!(!runtime.ready("sha256").unwrap());
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [0, 1, 0]);
    runtime.wait_ready();
    assert!(runtime.ready("sha256").unwrap());
    assert!(!runtime.ready("md5").unwrap(), "nobody has asked for it");
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 1, 0]);
}

#[test]
fn without_the_interpreter_native_code_answers_until_the_jit_is_ready() {
    let runtime = builder()
        .tiers([EngineKind::Jit, EngineKind::Native])
        .build()
        .unwrap();
    check_abc(&runtime);
    runtime.wait_ready();
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 0, 1]);
}

#[test]
fn a_tier_that_is_alone_is_waited_for() {
    for (place, tier) in EngineKind::ALL.into_iter().enumerate() {
        let runtime = builder().tiers([tier]).build().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| check_abc(&runtime));
            }
        });
        let mut expected = [0; 3];
        expected[place] = 4;
        assert_eq!(answers(&runtime), expected);
    }
}

#[test]
fn modules_are_loaded_before_they_are_used() {
    let only = |names: &[&str]| Preload::Only(names.iter().copied().map(str::to_owned).collect());
    let runtime = builder().modules(only(&["md5", "lz4"])).build().unwrap();
    runtime.wait_ready();
    let ready = ["md5", "lz4", "sha256"].map(|module| runtime.ready(module).unwrap());
    assert_eq!(ready, [true, true, false]);
    runtime.load_module("sha256").unwrap();
    runtime.wait_ready();
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 0, 0]);

    let runtime = builder().modules(Preload::All).build().unwrap();
    runtime.wait_ready();
    for operation in kilowat::modules::operations() {
        assert!(runtime.ready(operation.module).unwrap());
    }
}

#[test]
fn modules_that_there_are_not_are_refused() {
    let is_unknown =
        |error: &Error| matches!(error, Error::UnknownModule(error) if error.module == "sha257");
    let runtime = builder().build().unwrap();
    assert!(is_unknown(&runtime.ready("sha257").unwrap_err()));
    assert!(is_unknown(&runtime.load_module("sha257").unwrap_err()));
    let preload = Preload::Only(vec!["sha257".to_owned()]);
    let error = builder().modules(preload).build().unwrap_err();
    assert!(is_unknown(&error));
    assert_eq!(
        error.to_string(),
        "there is no module `sha257`; did you mean `sha256` or `sha512`?"
    );
}

#[test]
fn lists_of_tiers_that_are_none_are_refused() {
    let error = builder().tiers([]).build().unwrap_err();
    assert!(matches!(error, Error::Tiers(TiersError::Empty)), "{error}");
    let runtime = builder().build().unwrap();
    let twice = [EngineKind::Jit, EngineKind::Jit];
    assert_eq!(
        runtime.set_tiers(twice),
        Err(TiersError::Twice(EngineKind::Jit))
    );
    assert!(runtime.tiers().iter().eq(EngineKind::ALL), "as they were");
}

#[test]
fn webassembly_is_turned_off_and_on_while_calls_run_and_none_is_lost() {
    let runtime = builder().build().unwrap();
    check_abc(&runtime);
    runtime.wait_ready();
    let (stop, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    check_abc(&runtime);
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..50 {
            runtime.set_tiers([EngineKind::Native]).unwrap();
            let native = answers(&runtime)[2];
            while answers(&runtime)[2] == native {
                thread::yield_now();
            }
            runtime.set_tiers(EngineKind::ALL).unwrap();
            let jit = answers(&runtime)[0];
            while answers(&runtime)[0] == jit {
                thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    let answered: u64 = answers(&runtime).iter().sum();
    assert_eq!(answered, calls.load(Ordering::Relaxed) + 1);
    assert_eq!(runtime.report().errors, 0);
}

#[test]
fn calls_that_begin_after_webassembly_is_off_run_none() {
    let runtime = builder().build().unwrap();
    runtime.set_tiers([EngineKind::Native]).unwrap();
    for _ in 0..10 {
        check_abc(&runtime);
    }
    assert_eq!(answers(&runtime), [0, 0, 10]);
}
