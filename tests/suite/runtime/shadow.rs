//! Answers that are compared with those of the next tier.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kilowat::faults::{Fault, Faults};
use kilowat::lz4::{FrameOptions, FrameWriter};
use kilowat::monitor::{Alert, BreakerState};
use kilowat::settings::BreakerPolicy;
use kilowat::{Cache, EngineKind, Policy, Preload, Runtime, Value};

use super::{answers, breaker, check_abc};

type Mismatches = Arc<Mutex<Vec<kilowat::monitor::ShadowMismatch>>>;

fn runtime(faults: &Faults, share: f64, pause: Duration) -> (Runtime, Mismatches) {
    let mismatches = Mismatches::default();
    let seen = Arc::clone(&mismatches);
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Only(vec!["sha256".to_owned()]))
        .faults(faults.clone())
        .shadow(share)
        .breaker(BreakerPolicy {
            failures: 1,
            pause,
            longest_pause: pause,
        })
        .on_alert(move |alert| {
            if let Alert::ShadowMismatch(mismatch) = alert {
                seen.lock().unwrap().push(mismatch.clone());
            }
        })
        .build()
        .unwrap();
    runtime.wait_ready();
    (runtime, mismatches)
}

#[test]
fn right_answers_match() {
    let (runtime, mismatches) = runtime(&Faults::new(), 1.0, Duration::ZERO);
    for _ in 0..20 {
        check_abc(&runtime);
    }
    runtime.wait_compared();
    let shadow = runtime.report().shadow;
    assert_eq!(
        (shadow.compared + shadow.dropped, shadow.mismatches),
        (20, 0)
    );
    assert!(shadow.compared > 0);
    assert!(mismatches.lock().unwrap().is_empty());
    assert_eq!(answers(&runtime), [20, 0, 0], "comparisons are not calls");
}

#[test]
fn as_many_calls_are_compared_as_was_asked_for() {
    let (runtime, _) = runtime(&Faults::new(), 0.25, Duration::ZERO);
    for _ in 0..40 {
        check_abc(&runtime);
        runtime.wait_compared();
    }
    assert_eq!(runtime.report().shadow.compared, 10);
    let totals = runtime.totals();
    assert_eq!([totals.wasm + totals.native, totals.compared], [40, 10]);
    assert_eq!([totals.errors, totals.mismatches], [0, 0]);
    let (runtime, _) = self::runtime(&Faults::new(), 0.0, Duration::ZERO);
    check_abc(&runtime);
    runtime.wait_compared();
    assert_eq!(runtime.report().shadow.compared, 0);
}

#[test]
fn a_wrong_answer_is_reported_and_the_tier_rests() {
    let faults = Faults::new();
    let (runtime, mismatches) = runtime(&faults, 1.0, Duration::from_hours(1));
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=1);
    let wrong = runtime.sha256(b"abc").unwrap();
    assert_ne!(wrong[..8], super::SHA256_OF_ABC, "nothing holds it back");
    runtime.wait_compared();
    let mismatches = mismatches.lock().unwrap().clone();
    let [mismatch] = mismatches.as_slice() else {
        panic!("{mismatches:?}");
    };
    assert_eq!(mismatch.operation, "sha256");
    assert_eq!(mismatch.tier, EngineKind::Jit);
    assert_eq!(mismatch.shadow, EngineKind::Interpreter);
    assert_ne!(mismatch.answer, mismatch.shadow_answer);
    assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Open);
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [1, 1, 0]);
    assert_eq!(runtime.report().shadow.mismatches, 1);
    assert_eq!(runtime.totals().mismatches, 1);
}

#[test]
fn a_tier_that_was_wrong_answers_nobody_until_it_was_right_in_the_shadow() {
    let faults = Faults::new();
    let (runtime, mismatches) = runtime(&faults, 1.0, Duration::ZERO);
    // The first call and two probes.
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=3);
    let _ = runtime.sha256(b"abc").unwrap();
    runtime.wait_compared();
    for wrong in 2..=3 {
        check_abc(&runtime);
        runtime.wait_compared();
        assert_eq!(mismatches.lock().unwrap().len(), wrong);
        assert_ne!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Closed);
    }
    check_abc(&runtime);
    runtime.wait_compared();
    assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Closed);
    assert_eq!(answers(&runtime), [1, 3, 0]);
    check_abc(&runtime);
    assert_eq!(answers(&runtime), [2, 3, 0]);
}

#[test]
fn digests_of_the_input_tell_inputs_apart_without_holding_them() {
    let faults = Faults::new();
    let (runtime, mismatches) = runtime(&faults, 1.0, Duration::ZERO);
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, ..);
    for input in [&b"abc"[..], b"abd", b"abc"] {
        let _ = runtime.sha256(input).unwrap();
        runtime.wait_compared();
    }
    let inputs = mismatches.lock().unwrap();
    let inputs: Vec<_> = inputs.iter().map(|mismatch| mismatch.input).collect();
    assert_eq!(inputs.len(), 3);
    assert_eq!(inputs[0], inputs[2]);
    assert_ne!(inputs[0], inputs[1]);
}

/// A compressor finds its own matches: another block is no mismatch, where it stands for the same bytes.
#[test]
fn native_code_makes_other_blocks_and_that_is_no_mismatch() {
    let content = b"watt by watt, volt by volt, ampere by ampere; ".repeat(100);
    let faults = Faults::new();
    let mismatches = Mismatches::default();
    let seen = Arc::clone(&mismatches);
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .policy(Policy::List("interpreter,native".parse().unwrap()))
        .modules(Preload::Only(vec!["lz4".to_owned()]))
        .faults(faults.clone())
        .shadow(1.0)
        .on_alert(move |alert| {
            if let Alert::ShadowMismatch(mismatch) = alert {
                seen.lock().unwrap().push(mismatch.clone());
            }
        })
        .build()
        .unwrap();
    runtime.wait_ready();
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    let block = runtime.lz4_compress(&content).unwrap();
    assert_ne!(block, native.lz4_compress(&content).unwrap());
    let options = FrameOptions::new();
    let frame = runtime.lz4_frame_compress(&content, &options).unwrap();
    assert_ne!(
        frame,
        native.lz4_frame_compress(&content, &options).unwrap()
    );
    let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
    writer.write_all(&content).unwrap();
    drop(writer.finish().unwrap());
    let by_name =
        |name, arguments: &[Value]| drop(runtime.execute("lz4", name, arguments).unwrap());
    let bytes = Value::Bytes(content.clone());
    let room = Value::Integer(10_000);
    by_name("lz4_compress", &[bytes.clone(), room.clone()]);
    by_name(
        "lz4_frame_compress",
        &[bytes.clone(), Value::Integer(0), room.clone()],
    );
    let last = Value::Integer(1);
    by_name(
        "lz4_frame_encode",
        &[Value::Bytes(Vec::new()), bytes, last, room],
    );
    runtime.wait_compared();
    let shadow = runtime.report().shadow;
    assert_eq!((shadow.compared, shadow.mismatches), (6, 0));

    faults.inject(Fault::WrongAnswer, EngineKind::Interpreter, ..);
    let _ = runtime.lz4_compress(&content);
    runtime.wait_compared();
    let mismatches = mismatches.lock().unwrap().clone();
    assert_eq!(mismatches.len(), 1, "{mismatches:?}");
    assert_eq!(mismatches[0].operation, "lz4_compress");
    assert_eq!(mismatches[0].shadow, EngineKind::Native);
}
