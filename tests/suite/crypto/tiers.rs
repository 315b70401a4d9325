//! Who answers for secrets: the interpreter only where nothing else may.

use std::time::Duration;

use kilowat::crypto::Key;
use kilowat::faults::{Fault, Faults};
use kilowat::monitor::Report;
use kilowat::settings::BreakerPolicy;
use kilowat::{Builder, Cache, EngineKind, Error, Policy, Preload, Runtime};

use super::key;

fn builder(policy: &str, faults: &Faults) -> Builder {
    Runtime::builder()
        .ignore_environment()
        .policy(policy.parse().unwrap())
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .faults(faults.clone())
        .breaker(BreakerPolicy {
            failures: 1,
            pause: Duration::from_hours(1),
            longest_pause: Duration::from_hours(1),
        })
}

fn runtime(policy: &str, faults: &Faults) -> Runtime {
    builder(policy, faults).build().unwrap()
}

/// How many calls of the module `aead` each tier has answered.
fn answers(report: &Report) -> [u64; 3] {
    let of_aead = report.operations.iter();
    let tiers = of_aead
        .filter(|operation| operation.module == "aead")
        .flat_map(|operation| &operation.tiers);
    let mut answers = [0; 3];
    for tier in tiers {
        answers[tier.tier as usize] += tier.calls;
    }
    answers
}

fn seal(runtime: &Runtime, key: &Key) {
    let sealed = runtime.seal(key, b"kilowatt", b"").unwrap();
    assert_eq!(runtime.open(key, &sealed, b"").unwrap(), b"kilowatt");
}

const JIT: [u64; 3] = [2, 0, 0];
const INTERPRETER: [u64; 3] = [0, 2, 0];
const NATIVE: [u64; 3] = [0, 0, 2];

#[test]
fn native_code_answers_while_the_jit_compiles() {
    for policy in ["wasm-first", "fastest", "jit,interpreter,native"] {
        let faults = Faults::new();
        // It does not come to an end before the calls.
        faults.inject(Fault::Compilation, EngineKind::Jit, ..);
        let runtime = runtime(policy, &faults);
        seal(&runtime, &key(1));
        assert_eq!(answers(&runtime.report()), NATIVE, "{policy}");
        // Where nothing is secret, the interpreter answers as ever.
        runtime.set_policy("jit,interpreter,native".parse().unwrap());
        let _ = runtime.fnv1a32(b"").unwrap();
        let report = runtime.report();
        let mut operations = report.operations.iter();
        let fnv = operations.find(|operation| operation.operation == "fnv1a32");
        let mut tiers = fnv.unwrap().tiers.iter();
        let interpreted = tiers.find(|tier| tier.tier == EngineKind::Interpreter);
        assert_eq!(interpreted.unwrap().calls, 1, "{policy}");
    }
}

#[test]
fn native_code_answers_where_the_jit_fails() {
    for policy in ["wasm-first", "fastest", "jit,interpreter,native"] {
        for fault in [Fault::Trap, Fault::OutOfMemory] {
            let faults = Faults::new();
            let runtime = runtime(policy, &faults);
            runtime.load_module("aead").unwrap();
            runtime.wait_ready();
            assert!(runtime.ready("aead").unwrap());
            seal(&runtime, &key(2));
            assert_eq!(answers(&runtime.report()), JIT, "{policy}");
            faults.inject(fault, EngineKind::Jit, ..);
            seal(&runtime, &key(2));
            assert_eq!(answers(&runtime.report()), [2, 0, 2], "{policy} {fault:?}");
        }
    }
}

#[test]
fn lists_of_tiers() {
    for (policy, expected) in [
        ("interpreter", INTERPRETER),
        ("interpreter,native", NATIVE),
        ("interpreter,jit", JIT),
        ("native,interpreter", NATIVE),
    ] {
        let runtime = runtime(policy, &Faults::new());
        seal(&runtime, &key(3));
        assert_eq!(answers(&runtime.report()), expected, "{policy}");
    }
    let alone = Runtime::with_engine(EngineKind::Interpreter).unwrap();
    seal(&alone, &key(3));
    assert_eq!(answers(&alone.report()), INTERPRETER);
}

#[test]
fn without_native_code_there_is_no_answer_where_the_jit_fails() {
    let faults = Faults::new();
    faults.inject(Fault::Trap, EngineKind::Jit, ..);
    let runtime = runtime("jit,interpreter", &faults);
    let Err(Error::NoTier(error)) = runtime.seal(&key(4), b"kilowatt", b"") else {
        panic!("somebody has answered");
    };
    let asked: Vec<_> = error.causes.iter().map(|(tier, _)| *tier).collect();
    assert_eq!(asked, [EngineKind::Jit]);
}

/// To measure a call is to keep a copy of it, and to interpret it.
#[test]
fn calls_with_secrets_are_not_measured() {
    let runtime = Runtime::builder()
        .ignore_environment()
        .policy(Policy::Fastest)
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .build()
        .unwrap();
    seal(&runtime, &key(5));
    runtime.wait_measured();
    assert!(runtime.speeds().is_empty());
    let _ = runtime.fnv1a32(b"").unwrap();
    runtime.wait_measured();
    assert_eq!(runtime.speeds().len(), 1);
}

#[test]
fn answers_are_compared_with_native_code() {
    let runtime = builder("jit,interpreter,native", &Faults::new())
        .shadow(1.0)
        .build()
        .unwrap();
    runtime.load_module("aead").unwrap();
    runtime.wait_ready();
    seal(&runtime, &key(6));
    runtime.wait_compared();
    let report = runtime.report();
    let shadow = &report.shadow;
    assert_eq!((shadow.compared, shadow.mismatches), (2, 0));
    assert_eq!(answers(&report), JIT);
    // Only who was asked has the module.
    let aead = runtime.module("aead").unwrap();
    let mut tiers = aead.tiers.iter();
    let interpreter = tiers.find(|tier| tier.tier == EngineKind::Interpreter);
    assert!(!interpreter.unwrap().ready);
}
