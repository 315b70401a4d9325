//! Operations that are called by name.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kilowat::error::Refusal;
use kilowat::faults::{Fault, Faults};
use kilowat::modules::{OperationInfo, operations};
use kilowat::monitor::{Alert, BreakerState};
use kilowat::settings::BreakerPolicy;
use kilowat::{Cache, EngineKind, Error, Preload, Runtime, Value, measure};

use super::{answers, breaker, check_abc, count};

/// Calls of operations, and under each its answer: the harness has it from all tiers.
const CALLS: &str = include_str!("../../../snapshots/operations/calls_by_name.snap");

/// Module, operation, arguments and answer of the calls whose arguments are values.
fn calls() -> impl Iterator<Item = (&'static str, &'static str, Vec<Value>, &'static str)> {
    let (_, calls) = CALLS.rsplit_once("---\n").unwrap();
    let lines: Vec<&str> = calls.trim().lines().collect();
    lines
        .chunks(2)
        .map(<[_]>::to_vec)
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(|pair| {
            let [call, answer] = pair[..] else {
                panic!("{pair:?}");
            };
            let words: Vec<&str> = call.splitn(3, ' ').collect();
            let values = serde_json::from_str(words[2]).ok()?;
            Some((words[0], words[1], values, answer.trim()))
        })
}

fn builder() -> kilowat::Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        // Nothing is measured beside the calls, which would have instances of its own.
        .tiers(EngineKind::ALL)
}

fn abc() -> [Value; 1] {
    [Value::Bytes(b"abc".to_vec())]
}

#[test]
fn calls_by_name_are_answered_on_every_tier() {
    for tier in EngineKind::ALL {
        let runtime = Runtime::with_engine(tier).unwrap();
        for (module, operation, values, expected) in calls() {
            let text = match runtime.execute(module, operation, &values) {
                Ok(outcome) => {
                    assert_eq!(outcome.tier, tier);
                    assert!(outcome.elapsed > Duration::ZERO);
                    serde_json::to_string(&outcome.value).unwrap()
                }
                Err(error @ (Error::Arguments(_) | Error::Input(_))) => format!("error: {error}"),
                Err(other) => panic!("{module} {operation} on {tier}: {other}"),
            };
            assert_eq!(text, expected, "{module} {operation} on {tier}");
        }
        assert_eq!(runtime.report().errors, 0);
    }
}

#[test]
fn every_operation_answers_by_name_and_the_same_on_every_tier() {
    let runtimes = EngineKind::ALL.map(|tier| Runtime::with_engine(tier).unwrap());
    for OperationInfo { module, name, .. } in operations() {
        for size in [0, 1, 100, 5_000] {
            let arguments = measure::arguments(module, name, size).unwrap();
            let [first, rest @ ..] = runtimes.each_ref().map(|runtime| {
                match runtime.execute(module, name, &arguments) {
                    Ok(outcome) => Ok(outcome.value),
                    Err(Error::Input(error)) => Err(error),
                    Err(other) => panic!("{name} of {size} bytes: {other}"),
                }
            });
            for other in rest {
                // An encoder has many right answers, and native code gives another than the kernels.
                let is_right = |answer: &Result<Value, Refusal>| {
                    (answer.as_ref())
                        .is_ok_and(|answer| measure::is_right(module, name, &arguments, answer))
                };
                assert!(
                    first == other || (is_right(&first) && is_right(&other)),
                    "{name} of {size} bytes"
                );
                // Whatever else is said of it.
                let statuses =
                    [&first, &other].map(|answer| answer.as_ref().err().map(Refusal::status));
                assert_eq!(statuses[0], statuses[1], "{name} of {size} bytes");
            }
        }
    }
    for runtime in runtimes {
        assert_eq!(runtime.report().errors, 0);
    }
}

#[test]
fn an_outcome_is_written_for_machines() {
    let runtime = Runtime::with_engine(EngineKind::Interpreter).unwrap();
    let outcome = runtime
        .execute("string_ops", "search", &[abc(), abc()].concat())
        .unwrap();
    let json = serde_json::to_value(&outcome).unwrap();
    let elapsed = outcome.elapsed.as_nanos() as u64;
    assert_eq!(
        json,
        serde_json::json!({"value": {"integer": 0}, "tier": "interpreter", "elapsed": elapsed})
    );
}

#[test]
fn names_that_there_are_not_are_refused_with_those_that_may_be_meant() {
    let runtime = builder().build().unwrap();
    for (module, operation, expected) in [
        (
            "sha265",
            "sha256",
            "there is no module `sha265`; did you mean `sha256` or `sha512`?",
        ),
        ("skein", "skein", "there is no module `skein`"),
        (
            "md5",
            "md5_finnish",
            "the module `md5` has no operation `md5_finnish`; did you mean `md5_finish`?",
        ),
        (
            "lz4",
            "gunzip",
            "the module `lz4` has no operation `gunzip`",
        ),
        // It is another module's.
        (
            "lz4",
            "sha256",
            "the module `lz4` has no operation `sha256`",
        ),
    ] {
        let error = runtime.execute(module, operation, &abc()).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(matches!(
            error,
            Error::UnknownModule(_) | Error::UnknownOperation(_)
        ));
    }
}

#[test]
fn arguments_that_an_operation_does_not_take_ask_no_tier() {
    let runtime = builder().build().unwrap();
    for arguments in [&[][..], &[Value::Integer(3)], &[abc(), abc()].concat()] {
        let error = runtime.execute("sha256", "sha256", arguments).unwrap_err();
        assert!(matches!(error, Error::Arguments(_)), "{error}");
    }
    assert_eq!(runtime.report().calls, 0);
    assert!(!runtime.ready("sha256").unwrap());
}

#[test]
fn calls_by_name_move_up_and_fall_back_as_typed_ones_do() {
    let faults = Faults::new();
    let runtime = builder().faults(faults.clone()).build().unwrap();
    let tier = || {
        let outcome = runtime.execute("sha256", "sha256", &abc()).unwrap();
        assert_eq!(
            outcome.value,
            Value::Bytes(runtime.sha256(b"abc").unwrap().into())
        );
        outcome.tier
    };
    assert_eq!(tier(), EngineKind::Interpreter);
    runtime.wait_ready();
    assert_eq!(tier(), EngineKind::Jit);
    faults.inject(Fault::Trap, EngineKind::Jit, 1..=1);
    assert_eq!(tier(), EngineKind::Interpreter);
    assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Open);
    check_abc(&runtime);
    let report = runtime.report();
    assert_eq!(count(&report, EngineKind::Jit, |tier| tier.errors), 1);
    assert_eq!(answers(&runtime).iter().sum::<u64>(), 7);
    runtime.set_tiers([EngineKind::Native]).unwrap();
    assert_eq!(tier(), EngineKind::Native);
}

#[test]
fn calls_by_name_are_compared_with_the_next_tier() {
    let faults = Faults::new();
    let mismatches: Arc<Mutex<Vec<_>>> = Arc::default();
    let seen = Arc::clone(&mismatches);
    let runtime = builder()
        .faults(faults.clone())
        .shadow(1.0)
        .breaker(BreakerPolicy {
            pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
            ..BreakerPolicy::default()
        })
        .on_alert(move |alert| {
            if let Alert::ShadowMismatch(mismatch) = alert {
                seen.lock().unwrap().push(mismatch.clone());
            }
        })
        .build()
        .unwrap();
    runtime.load_module("sha256").unwrap();
    runtime.wait_ready();
    let _ = runtime.execute("sha256", "sha256", &abc()).unwrap();
    runtime.wait_compared();
    assert_eq!(runtime.report().shadow.compared, 1);
    assert!(mismatches.lock().unwrap().is_empty());

    // Once by name, once as a probe.
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=2);
    let _ = runtime.execute("sha256", "sha256", &abc()).unwrap();
    runtime.wait_compared();
    check_abc(&runtime);
    runtime.wait_compared();
    let mismatches = mismatches.lock().unwrap();
    assert_eq!(mismatches.len(), 2);
    assert!(
        mismatches
            .iter()
            .all(|mismatch| mismatch.answer != mismatch.shadow_answer)
    );
    assert_eq!(
        mismatches[0].input, mismatches[1].input,
        "the same call, typed or by name"
    );
}

#[test]
fn calls_by_name_stay_within_the_budget() {
    let runtime = builder().memory_limit(1 << 20).build().unwrap();
    let error = runtime
        .execute("md5", "md5", &[Value::Bytes(vec![0; 2 << 20])])
        .unwrap_err();
    assert!(matches!(error, Error::MemoryBudget { .. }), "{error}");
    assert_eq!(
        runtime.execute("md5", "md5", &abc()).unwrap().value,
        Value::Bytes(runtime.md5(b"abc").unwrap().into())
    );
}
