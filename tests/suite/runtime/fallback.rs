//! What happens when a tier fails: the next one answers, within the same call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kilowat::error::NoTierError;
use kilowat::faults::{Fault, Faults};
use kilowat::monitor::{Alert, BreakerState};
use kilowat::settings::BreakerPolicy;
use kilowat::{Cache, EngineKind, Error, Preload, Runtime};

use super::{answers, breaker, check_abc, count};

/// It rests for the rest of the test.
const ENDLESS: BreakerPolicy = BreakerPolicy {
    failures: 1,
    pause: Duration::from_hours(1),
    longest_pause: Duration::from_hours(1),
};

/// Each call after a failure is a probe.
const NO_PAUSE: BreakerPolicy = BreakerPolicy {
    failures: 1,
    pause: Duration::ZERO,
    longest_pause: Duration::ZERO,
};

fn runtime(faults: &Faults, policy: BreakerPolicy) -> Runtime {
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Only(vec!["sha256".to_owned()]))
        .faults(faults.clone())
        .breaker(policy)
        .build()
        .unwrap();
    runtime.wait_ready();
    runtime
}

#[test]
fn a_trap_is_answered_by_the_next_tier_and_the_tier_rests() {
    let faults = Faults::new();
    let runtime = runtime(&faults, ENDLESS);
    faults.inject(Fault::Trap, EngineKind::Jit, 2..=2);
    for _ in 0..4 {
        check_abc(&runtime);
    }
    assert_eq!(answers(&runtime), [1, 3, 0]);
    let report = runtime.report();
    assert_eq!(count(&report, EngineKind::Jit, |tier| tier.errors), 1);
    assert_eq!(count(&report, EngineKind::Jit, |tier| tier.fallbacks), 3);
    assert_eq!(
        count(&report, EngineKind::Interpreter, |tier| tier.errors),
        0
    );
    let (state, trips, cause) = breaker(&runtime, EngineKind::Jit);
    assert_eq!((state, trips), (BreakerState::Open, 1));
    let cause = cause.unwrap();
    assert_eq!(
        cause,
        "`sha256` of module `sha256` trapped: a fault was injected"
    );
}

#[test]
fn a_tier_that_works_again_is_taken_again() {
    let faults = Faults::new();
    let runtime = runtime(&faults, NO_PAUSE);
    faults.inject(Fault::Trap, EngineKind::Jit, 1..=3);
    for _ in 0..3 {
        check_abc(&runtime);
        assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::HalfOpen);
    }
    check_abc(&runtime);
    let (state, trips, _) = breaker(&runtime, EngineKind::Jit);
    assert_eq!((state, trips), (BreakerState::Closed, 3));
    assert_eq!(answers(&runtime), [1, 3, 0]);
}

#[test]
fn each_module_has_breakers_of_its_own() {
    let faults = Faults::new();
    let runtime = runtime(&faults, ENDLESS);
    runtime.load_module("md5").unwrap();
    runtime.wait_ready();
    faults.inject(Fault::Trap, EngineKind::Jit, 1..=1);
    check_abc(&runtime);
    runtime.md5(b"abc").unwrap();
    let breakers = runtime.report().breakers.into_iter();
    let open: Vec<_> = breakers
        .filter(|breaker| breaker.state != BreakerState::Closed)
        .map(|breaker| (breaker.module, breaker.tier))
        .collect();
    assert_eq!(open, [("sha256".to_owned(), EngineKind::Jit)]);
}

#[test]
fn native_code_answers_where_no_tier_runs_webassembly() {
    for fault in [Fault::Trap, Fault::OutOfMemory] {
        let faults = Faults::new();
        let runtime = runtime(&faults, ENDLESS);
        for tier in EngineKind::WASM {
            faults.inject(fault, tier, ..);
        }
        for _ in 0..3 {
            check_abc(&runtime);
        }
        assert_eq!(answers(&runtime), [0, 0, 3], "{fault:?}");
        assert_eq!(runtime.report().errors, 2, "{fault:?}");
    }
}

#[test]
fn a_module_that_does_not_compile_is_compiled_again_after_the_pause() {
    let faults = Faults::new();
    faults.inject(Fault::Compilation, EngineKind::Jit, 1..=2);
    let runtime = runtime(&faults, NO_PAUSE);
    assert!(!runtime.ready("sha256").unwrap());
    let (_, trips, cause) = breaker(&runtime, EngineKind::Jit);
    assert_eq!(trips, 1);
    assert_eq!(
        cause.unwrap(),
        "module `sha256` does not compile on the jit engine: a fault was injected"
    );
    check_abc(&runtime); // has it compiled again, in vain
    runtime.wait_ready();
    assert!(!runtime.ready("sha256").unwrap());
    check_abc(&runtime); // and again
    runtime.wait_ready();
    assert!(runtime.ready("sha256").unwrap());
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 2, 0]);
    assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Closed);
}

#[test]
fn where_no_tier_answers_the_error_names_each_cause() {
    let faults = Faults::new();
    for tier in EngineKind::WASM {
        faults.inject(Fault::Trap, tier, ..);
    }
    let runtime = runtime(&faults, ENDLESS);
    runtime.set_tiers(EngineKind::WASM).unwrap();
    let error = runtime.sha256(b"abc").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no tier can answer `sha256`: \
         jit: `sha256` of module `sha256` trapped: a fault was injected; \
         interpreter: `sha256_serial` of module `sha256` trapped: a fault was injected"
    );
    let error = runtime.sha256(b"abc").unwrap_err();
    let Error::NoTier(error) = error else {
        panic!("{error}");
    };
    let NoTierError {
        operation, causes, ..
    } = *error;
    assert_eq!((operation.as_str(), causes.len()), ("sha256", 2));
    assert!(
        causes[0].1.starts_with("it rests after a failure: "),
        "{causes:?}"
    );
    faults.clear();
    runtime.set_tiers(EngineKind::ALL).unwrap();
    check_abc(&runtime);
}

#[test]
fn what_the_input_deserves_is_an_answer_and_no_failure() {
    let runtime = runtime(&Faults::new(), ENDLESS);
    for _ in 0..3 {
        let error = runtime.aggregate(&[1.0, f64::INFINITY]).unwrap_err();
        assert!(matches!(error, Error::Input(_)), "{error}");
    }
    let report = runtime.report();
    assert_eq!((report.calls, report.errors), (3, 0));
    assert!(report.breakers.iter().all(|breaker| breaker.trips == 0));
}

#[test]
fn failures_and_wrong_shares_are_alerts_once_each() {
    let alerts: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&alerts);
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .faults(faults.clone())
        .breaker(NO_PAUSE)
        .on_alert(move |alert| {
            let kind = match alert {
                Alert::WasmShareLow { .. } => "share",
                Alert::ErrorRateHigh { .. } => "errors",
                _ => "another",
            };
            seen.lock().unwrap().push(kind.to_owned());
        })
        .build()
        .unwrap();
    for tier in EngineKind::WASM {
        faults.inject(Fault::Trap, tier, ..);
    }
    for _ in 0..2_000 {
        check_abc(&runtime);
    }
    let _ = runtime.report();
    let _ = runtime.report();
    let mut alerts = alerts.lock().unwrap().clone();
    alerts.sort();
    assert_eq!(alerts, ["errors", "share"]);
}

#[test]
fn a_module_that_fails_to_compile_many_times_is_compiled_at_last_whoever_asks() {
    const FAILURES: u64 = 40;
    let faults = Faults::new();
    faults.inject(Fault::Compilation, EngineKind::Jit, 1..=FAILURES);
    let runtime = runtime(&faults, NO_PAUSE);
    // Every call of every thread is a probe, and has it compiled again.
    while !runtime.ready("sha256").unwrap() {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20).for_each(|_| check_abc(&runtime)));
            }
        });
        runtime.wait_ready();
        let (_, trips, _) = breaker(&runtime, EngineKind::Jit);
        assert!(trips <= FAILURES, "it fails no more");
        assert!(runtime.report().calls < 100_000, "nobody compiles it");
    }
    check_abc(&runtime);
    let report = runtime.report();
    assert_eq!(
        count(&report, EngineKind::Interpreter, |tier| tier.errors),
        0
    );
}
