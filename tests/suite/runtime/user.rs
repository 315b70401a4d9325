//! Modules of the user's own.

use std::fmt::Write as _;
use std::fs;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kilowat::error::NoTierError;
use kilowat::error::Status;
use kilowat::faults::{Fault, Faults};
use kilowat::foreign::{FunctionError, ModuleError};
use kilowat::modules::ModuleContents;
use kilowat::monitor::{Alert, BreakerState};
use kilowat::settings::BreakerPolicy;
use kilowat::{Builder, Cache, EngineKind, Error, Preload, Runtime, Value, Zeroize};
use kilowat_kernels::MODULES;

/// A module with a function for each of what can happen.
const USERS: &str = r#"
(module
  (memory (export "memory") 1)
  (global (export "heap_base") i32 (i32.const 32))
  (data (i32.const 0) "kilowatt")
  ;; Copies a span, or returns a status where its first byte says so.
  (func (export "echo")
    (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
    (if (i32.lt_u (local.get $dst_cap) (local.get $len)) (then (return (i32.const -2))))
    (if (i32.eqz (local.get $len)) (then (return (i32.const -3))))
    (memory.copy (local.get $dst_ptr) (local.get $ptr) (local.get $len))
    (local.get $len))
  (func (export "add") (param i64 i32) (result i64)
    (i64.add (local.get 0) (i64.extend_i32_u (local.get 1))))
  (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2)))
  (func (export "trap") unreachable)
  ;; The word at an address, for looking at what a call before has left there.
  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "poke") (param i32 i32) (i32.store (local.get 0) (local.get 1))))
"#;

fn wasm() -> Vec<u8> {
    wat::parse_str(USERS).unwrap()
}

fn builder() -> Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .breaker(BreakerPolicy {
            pause: Duration::from_hours(1),
            longest_pause: Duration::from_hours(1),
            ..BreakerPolicy::default()
        })
}

/// A runtime with the module, on the JIT.
fn loaded(builder: Builder) -> Runtime {
    let runtime = builder.build().unwrap();
    runtime.load_module_from_bytes("users", &wasm()).unwrap();
    runtime.wait_ready();
    runtime
}

fn echo(runtime: &Runtime, text: &[u8]) -> Result<(Value, EngineKind), Error> {
    let arguments = [Value::Bytes(text.to_vec()), Value::Output(64)];
    let outcome = runtime.execute("users", "echo", &arguments)?;
    Ok((outcome.value, outcome.tier))
}

#[track_caller]
fn check_echo(runtime: &Runtime, tier: EngineKind) {
    let expected = (Value::Bytes(b"abc".to_vec()), tier);
    assert_eq!(echo(runtime, b"abc").unwrap(), expected);
}

fn breaker(runtime: &Runtime, tier: EngineKind) -> BreakerState {
    let tiers = runtime.module("users").unwrap().tiers;
    tiers
        .iter()
        .find(|known| known.tier == tier)
        .unwrap()
        .breaker
}

#[test]
fn a_file_is_loaded_and_its_functions_answer_on_both_tiers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.wasm");
    fs::write(&path, wasm()).unwrap();
    for tier in EngineKind::WASM {
        let runtime = builder().tiers([tier, EngineKind::Native]).build().unwrap();
        assert_eq!(runtime.load_module_from(&path).unwrap().name, "users");
        check_echo(&runtime, tier);
        for (function, arguments, expected) in [
            (
                "add",
                r#"[{"integer":18446744073709551615},{"integer":2}]"#,
                r#"{"integer":1}"#,
            ),
            ("half", r#"[{"number":3}]"#, r#"{"number":1.5}"#),
            ("half", r#"[{"number":"NaN"}]"#, r#"{"number":"NaN"}"#),
            (
                "echo",
                r#"[{"bytes":"6162"},{"output":2}]"#,
                r#"{"bytes":"6162"}"#,
            ),
            ("poke", r#"[{"integer":8},{"integer":7}]"#, r#""nothing""#),
        ] {
            let arguments: Vec<Value> = serde_json::from_str(arguments).unwrap();
            let outcome = runtime.execute("users", function, &arguments).unwrap();
            assert_eq!(serde_json::to_string(&outcome.value).unwrap(), expected);
            assert_eq!(outcome.tier, tier);
        }
    }
}

#[test]
fn the_first_call_is_interpreted_and_later_ones_run_on_the_jit() {
    let runtime = builder()
        .tiers(EngineKind::WASM.into_iter().rev())
        .build()
        .unwrap();
    runtime.load_module_from_bytes("users", &wasm()).unwrap();
    runtime.wait_ready();
    runtime.set_tiers(EngineKind::ALL).unwrap();
    assert!(!runtime.ready("users").unwrap());
    check_echo(&runtime, EngineKind::Interpreter);
    runtime.wait_ready();
    assert!(runtime.ready("users").unwrap());
    check_echo(&runtime, EngineKind::Jit);
}

#[test]
fn a_status_is_an_answer_and_no_failure() {
    let runtime = loaded(builder());
    for (text, expected) in [
        (&[0; 65][..], Status::OutputTooSmall),
        (&[], Status::Malformed),
    ] {
        let error = echo(&runtime, text).unwrap_err();
        let Error::Function(error) = error else {
            panic!("{error}");
        };
        let FunctionError::Status { status, .. } = *error else {
            panic!("{error}");
        };
        assert_eq!(status, expected);
    }
    let report = runtime.report();
    assert_eq!((report.calls, report.errors), (2, 0));
    assert_eq!(breaker(&runtime, EngineKind::Jit), BreakerState::Closed);
}

#[test]
fn a_trap_falls_to_the_interpreter_and_native_code_has_no_form_of_it() {
    let runtime = loaded(builder());
    let error = runtime.execute("users", "trap", &[]).unwrap_err();
    let Error::NoTier(error) = error else {
        panic!("{error}");
    };
    let NoTierError {
        operation, causes, ..
    } = *error;
    assert_eq!(operation, "trap");
    let tiers = causes.iter().map(|(tier, _)| *tier);
    assert!(tiers.eq(EngineKind::ALL), "{causes:?}");
    assert!(
        causes[0]
            .1
            .starts_with("`trap` of module `users` trapped: "),
        "{causes:?}"
    );
    assert_eq!(causes[2].1, "there is no native form of it");
    // Two tiers have failed; native code was never asked.
    assert_eq!(runtime.report().errors, 2);
    for tier in EngineKind::WASM {
        assert_eq!(breaker(&runtime, tier), BreakerState::Open);
    }
    // The breakers are the module's own.
    let abc = [Value::Bytes(b"abc".to_vec())];
    assert!(runtime.execute("sha256", "sha256", &abc).is_ok());
    assert!(runtime.report().errors == 2);
}

#[test]
fn faults_fall_from_tier_to_tier() {
    for fault in [Fault::Trap, Fault::OutOfMemory] {
        let faults = Faults::new();
        let runtime = loaded(builder().faults(faults.clone()));
        check_echo(&runtime, EngineKind::Jit);
        faults.inject(fault, EngineKind::Jit, 1..=1);
        check_echo(&runtime, EngineKind::Interpreter);
        assert_eq!(breaker(&runtime, EngineKind::Jit), BreakerState::Open);
        faults.inject(fault, EngineKind::Interpreter, ..);
        let error = echo(&runtime, b"abc").unwrap_err();
        assert!(matches!(error, Error::NoTier(_)), "{error}");
    }

    let faults = Faults::new();
    faults.inject(Fault::Compilation, EngineKind::Jit, ..);
    let runtime = loaded(builder().faults(faults));
    check_echo(&runtime, EngineKind::Interpreter);
    assert_eq!(breaker(&runtime, EngineKind::Jit), BreakerState::Open);
}

#[test]
fn answers_are_compared_between_the_two_tiers_that_there_are() {
    let faults = Faults::new();
    let mismatches: Arc<Mutex<Vec<_>>> = Arc::default();
    let seen = Arc::clone(&mismatches);
    let runtime = loaded(
        builder()
            .faults(faults.clone())
            .shadow(1.0)
            .on_alert(move |alert| {
                if let Alert::ShadowMismatch(mismatch) = alert {
                    seen.lock().unwrap().push(mismatch.clone());
                }
            }),
    );
    check_echo(&runtime, EngineKind::Jit);
    let nan = [Value::Number(f64::NAN)];
    runtime.execute("users", "half", &nan).unwrap();
    runtime.wait_compared();
    assert_eq!(runtime.report().shadow.compared, 2);
    assert!(mismatches.lock().unwrap().is_empty());

    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=1);
    let wrong = echo(&runtime, b"abc").unwrap();
    assert_ne!(wrong.0, Value::Bytes(b"abc".to_vec()));
    runtime.wait_compared();
    {
        let mismatches = mismatches.lock().unwrap();
        assert_eq!(mismatches.len(), 1);
        assert_eq!(
            (&*mismatches[0].module, &*mismatches[0].operation),
            ("users", "echo")
        );
    }
    // Behind the interpreter there is nothing to compare with, and nothing was left out.
    check_echo(&runtime, EngineKind::Interpreter);
    runtime.wait_compared();
    let shadow = runtime.report().shadow;
    assert_eq!(
        (shadow.compared, shadow.mismatches, shadow.dropped),
        (3, 1, 0)
    );
}

#[test]
fn the_budget_holds_for_users_too() {
    let runtime = loaded(builder().memory_limit(1 << 20));
    let arguments = [Value::Bytes(vec![0; 2 << 20]), Value::Output(2 << 20)];
    let error = runtime.execute("users", "echo", &arguments).unwrap_err();
    assert!(matches!(error, Error::MemoryBudget { .. }), "{error}");
    check_echo(&runtime, EngineKind::Jit);
    let memory = runtime.report().memory;
    assert!(
        memory.in_use > 0 && memory.peak <= memory.limit,
        "{memory:?}"
    );
}

#[test]
fn memory_is_zeroed_where_that_is_asked_for() {
    for (zeroize, left) in [(Zeroize::Never, 7), (Zeroize::Always, 0)] {
        let tiers = [EngineKind::Interpreter];
        let runtime = loaded(builder().tiers(tiers).instances(1).zeroize(zeroize));
        let integers = |integers: &[u64]| {
            let values = integers.iter().copied().map(Value::Integer);
            values.collect::<Vec<_>>()
        };
        runtime
            .execute("users", "poke", &integers(&[12, 7]))
            .unwrap();
        let peek = |at| {
            runtime
                .execute("users", "peek", &integers(&[at]))
                .unwrap()
                .value
        };
        assert_eq!(peek(12), Value::Integer(left), "{zeroize:?}");
        let kilo = u32::from_le_bytes(*b"kilo");
        assert_eq!(peek(0), Value::Integer(kilo.into()), "its data stay");
    }
}

#[test]
fn compiled_code_is_kept_for_the_next_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Cache::Folder(folder.path().join("cache"));
    let _ = loaded(builder().cache(cache()));
    let runtime = builder().cache(cache()).build().unwrap();
    runtime.load_module_from_bytes("users", &wasm()).unwrap();
    // At once: nobody has waited for a compilation, or there was none.
    check_echo(&runtime, EngineKind::Jit);
}

#[test]
fn names_that_are_taken_are_refused_unless_the_binary_is_the_same() {
    let runtime = loaded(builder());
    let again = runtime.load_module_from_bytes("users", &wasm()).unwrap();
    assert_eq!(again, runtime.module("users").unwrap());
    let sha256 = MODULES
        .iter()
        .find(|module| module.name == "sha256")
        .unwrap();
    let built_in = runtime
        .load_module_from_bytes("sha256", sha256.wasm)
        .unwrap();
    assert!(matches!(built_in.contents, ModuleContents::Operations(_)));
    for (name, wasm) in [("users", sha256.wasm), ("md5", &wasm())] {
        let error = runtime.load_module_from_bytes(name, wasm).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the name `{name}` is taken by another module")
        );
    }
    assert_eq!(runtime.modules().len(), MODULES.len() + 1);
    // A kernel of ours under another name is a user's.
    let copy = runtime
        .load_module_from_bytes("sha256_copy", sha256.wasm)
        .unwrap();
    assert!(matches!(copy.contents, ModuleContents::Functions(_)));
}

#[test]
fn of_threads_that_load_the_same_name_one_adds_it() {
    let runtime = builder().build().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                runtime.load_module_from_bytes("users", &wasm()).unwrap();
                for _ in 0..50 {
                    assert_eq!(
                        echo(&runtime, b"abc").unwrap().0,
                        Value::Bytes(b"abc".to_vec())
                    );
                }
            });
        }
    });
    assert_eq!(runtime.modules().len(), MODULES.len() + 1);
    let report = runtime.report();
    let users = report
        .operations
        .iter()
        .filter(|known| known.module == "users");
    assert_eq!(users.count(), 6);
    assert_eq!(report.calls, 400);
}

#[test]
fn binaries_that_do_not_keep_to_the_abi_are_refused_with_what_is_wrong() {
    let runtime = builder().build().unwrap();
    for (text, expected) in [
        (
            r#"(module (import "env" "log" (func)) (memory (export "memory") 1))"#,
            "the module imports `env.log`",
        ),
        ("(module)", "the module has no memory"),
        (
            r#"(module (memory (export "memory") 1) (global (export "heap_base") i32 (i32.const 8))
                 (func (export "f") (drop (memory.grow (i32.const 1)))))"#,
            "grows its memory",
        ),
    ] {
        let wasm = wat::parse_str(text).unwrap();
        let error = runtime.load_module_from_bytes("theirs", &wasm).unwrap_err();
        assert!(matches!(error, Error::UserModule(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = runtime.load_module_from("/there/is/none.wasm").unwrap_err();
    let Error::UserModule(error) = error else {
        panic!("{error}");
    };
    assert!(matches!(*error, ModuleError::Read { .. }), "{error}");
    assert_eq!(runtime.modules().len(), MODULES.len());
}

#[test]
fn functions_and_arguments_that_are_none_are_refused() {
    let runtime = loaded(builder());
    let error = runtime.execute("users", "ecko", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the module `users` has no operation `ecko`; did you mean `echo`?"
    );
    let error = runtime.execute("user", "echo", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no module `user`; did you mean `users`?"
    );
    let error = runtime
        .execute("users", "half", &[Value::Integer(1)])
        .unwrap_err();
    assert!(
        matches!(&error, Error::Function(error) if matches!(**error, FunctionError::Argument(_))),
        "{error}"
    );
    // An output is no argument of a built-in operation.
    let error = runtime
        .execute("md5", "md5", &[Value::Output(1)])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the argument `message` of `md5` is of type output: expected bytes"
    );
    assert_eq!(runtime.report().calls, 0);
}

#[test]
fn modules_say_what_they_offer() {
    let runtime = builder().build().unwrap();
    let users = runtime.load_module_from_bytes("users", &wasm()).unwrap();
    runtime.wait_ready();
    let mut modules = runtime.modules();
    assert!(modules.last().unwrap().tiers[0].ready);
    assert_eq!(modules.last().unwrap().name, users.name);
    assert_eq!(modules[0], runtime.module(&modules[0].name).unwrap());
    let mut lines = String::new();
    for module in &mut modules {
        // They change with each kernel, and the manifest's snapshot has them.
        assert!(std::mem::take(&mut module.binary_size) > 0);
        module.static_size = 0;
        writeln!(lines, "{}", serde_json::to_string_pretty(module).unwrap()).unwrap();
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/runtime"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("modules", lines));
}
