//! Modules of the user's own that take too long, and such as hold secrets.

use std::time::Duration;

use kilowat::faults::{Fault, Faults};
use kilowat::foreign::LoadOptions;
use kilowat::monitor::{BreakerState, OperationReport};
use kilowat::settings::BreakerPolicy;
use kilowat::{Builder, Cache, EngineKind, Error, Outcome, Preload, Runtime, Value, Zeroize};

/// A module with a function that ends, one that does not, and two that look at what others have left.
const USERS: &str = r#"
(module
  (memory (export "memory") 1)
  (global (export "heap_base") i32 (i32.const 32))
  (func (export "spin") (param i32) (loop $l (br_if $l (local.get 0))))
  (func (export "count") (param i32) (result i32) (local i32)
    (loop $l
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 1) (local.get 0))))
    (local.get 1))
  (func (export "echo")
    (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
    (memory.copy (local.get $dst_ptr) (local.get $ptr) (local.get $len))
    (local.get $len))
  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0))))
"#;

const LIMIT: Duration = Duration::from_millis(50);

/// For what is to end in time, however slow the machine is.
const LONG: Duration = Duration::from_hours(1);

fn wasm() -> Vec<u8> {
    wat::parse_str(USERS).unwrap()
}

/// The same, which says of itself that its memory may hold secrets.
fn secret_wasm() -> Vec<u8> {
    let section = r#"(module (@custom "kilowat" "{\"abi\":1,\"secret\":true}")"#;
    wat::parse_str(USERS.replacen("(module", section, 1)).unwrap()
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

fn load(runtime: &Runtime, options: &LoadOptions) {
    load_binary(runtime, &wasm(), options);
}

fn load_binary(runtime: &Runtime, wasm: &[u8], options: &LoadOptions) {
    let loaded = runtime.load_module_from_bytes_with("users", wasm, options);
    assert_eq!(loaded.unwrap().name, "users");
    runtime.wait_ready();
}

fn call(runtime: &Runtime, function: &str, argument: u64) -> Result<Outcome, Error> {
    runtime.execute("users", function, &[Value::Integer(argument)])
}

#[track_caller]
fn check_broken_off(outcome: Result<Outcome, Error>) {
    let Err(Error::Deadline(error)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((&*error.module, &*error.function), ("users", "spin"));
    assert_eq!(error.limit, LIMIT);
    let error = std::io::Error::from(Error::from(*error));
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
}

fn told(runtime: &Runtime, function: &str) -> OperationReport {
    let operations = runtime.report().operations.into_iter();
    let mut told = operations.filter(|known| known.operation == function);
    told.next().unwrap()
}

#[test]
fn a_function_without_an_end_is_broken_off_on_either_tier() {
    for tier in EngineKind::WASM {
        let runtime = builder().tiers([tier]).instances(1).build().unwrap();
        load(&runtime, &LoadOptions::new().deadline(LIMIT));
        for _ in 0..2 {
            check_broken_off(call(&runtime, "spin", 1));
            // The instance is gone, its memory given back, and the turn handed on.
            let memory = runtime.report().memory;
            assert_eq!((memory.instances, memory.in_use), (0, 0), "{tier}");
        }
        assert_eq!(call(&runtime, "spin", 0).unwrap().tier, tier);
        let told = told(&runtime, "spin");
        let [counts] = &told.tiers[..] else {
            panic!("{told:?}");
        };
        assert_eq!((counts.calls, counts.errors, counts.fallbacks), (1, 2, 0));
        let module = runtime.module("users").unwrap();
        let mut breakers = module.tiers.iter().map(|tier| tier.breaker);
        assert!(breakers.all(|breaker| breaker == BreakerState::Closed));
    }
}

#[test]
fn no_other_tier_is_asked_for_what_takes_too_long() {
    let runtime = builder().tiers(EngineKind::WASM).build().unwrap();
    load(&runtime, &LoadOptions::new().deadline(LIMIT));
    check_broken_off(call(&runtime, "spin", 1));
    let told = told(&runtime, "spin");
    let asked: Vec<_> = told.tiers.iter().map(|tier| tier.tier).collect();
    assert_eq!(asked, [EngineKind::Jit]);
}

#[test]
fn the_builder_has_a_deadline_for_those_that_say_nothing() {
    let runtime = builder()
        .tiers([EngineKind::Jit])
        .deadline(LIMIT)
        .build()
        .unwrap();
    load(&runtime, &LoadOptions::new());
    check_broken_off(call(&runtime, "spin", 1));

    let runtime = builder().deadline(LIMIT).build().unwrap();
    load(&runtime, &LoadOptions::new().deadline(LONG));
    // It takes the interpreter longer than the builder's limit.
    runtime.set_tiers([EngineKind::Interpreter]).unwrap();
    let counted = call(&runtime, "count", 30_000_000).unwrap();
    assert_eq!(counted.value, Value::Integer(30_000_000));
    // Built-in kernels have none.
    assert!(runtime.sha256(&vec![0; 4 << 20]).is_ok());
}

#[test]
fn threads_that_are_broken_off_keep_nobody_waiting() {
    for tier in EngineKind::WASM {
        let runtime = builder().tiers([tier]).instances(2).build().unwrap();
        load(&runtime, &LoadOptions::new().deadline(LIMIT));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| check_broken_off(call(&runtime, "spin", 1)));
                scope.spawn(|| assert!(call(&runtime, "spin", 0).is_ok()));
            }
        });
        assert_eq!(told(&runtime, "spin").tiers[0].errors, 4);
    }
}

/// A probe that takes too long has found that the tier works.
#[test]
fn a_probe_that_is_broken_off_closes_the_breaker() {
    let faults = Faults::new();
    let runtime = builder()
        .tiers([EngineKind::Jit])
        .faults(faults.clone())
        .breaker(BreakerPolicy {
            pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
            ..BreakerPolicy::default()
        })
        .build()
        .unwrap();
    load(&runtime, &LoadOptions::new().deadline(LIMIT));
    faults.inject(Fault::Trap, EngineKind::Jit, ..=1);
    assert!(matches!(call(&runtime, "spin", 0), Err(Error::NoTier(_))));
    let state = || runtime.module("users").unwrap().tiers[0].breaker;
    assert_ne!(state(), BreakerState::Closed);
    check_broken_off(call(&runtime, "spin", 1));
    assert_eq!(state(), BreakerState::Closed);
}

#[test]
fn compiled_code_with_a_deadline_comes_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::Folder(folder.path().join("cache"));
    let on_the_jit = || builder().tiers([EngineKind::Jit]).cache(cache.clone());
    for options in [LoadOptions::new(), LoadOptions::new().deadline(LIMIT)] {
        load(&on_the_jit().build().unwrap(), &options);
    }
    let runtime = on_the_jit().build().unwrap();
    load(&runtime, &LoadOptions::new().deadline(LIMIT));
    check_broken_off(call(&runtime, "spin", 1));
    let runtime = on_the_jit().build().unwrap();
    load(&runtime, &LoadOptions::new());
    assert!(call(&runtime, "spin", 0).is_ok());
}

#[test]
fn a_module_has_the_options_that_it_was_loaded_with() {
    let runtime = builder().build().unwrap();
    let options = LoadOptions::new().deadline(LIMIT);
    load(&runtime, &options);
    load(&runtime, &options);
    for others in [LoadOptions::new(), options.secret(true)] {
        let error = runtime.load_module_from_bytes_with("users", &wasm(), &others);
        assert!(matches!(error, Err(Error::NameTaken { .. })));
    }
}

/// Whether a call finds what the one before has left in the memory, at the beginning of the heap.
fn leaves_traces(wasm: &[u8], zeroize: Zeroize, options: &LoadOptions) -> bool {
    let found = EngineKind::WASM.map(|tier| {
        let runtime = builder().tiers([tier]).instances(1).zeroize(zeroize);
        let runtime = runtime.build().unwrap();
        load_binary(&runtime, wasm, options);
        let arguments = [Value::Bytes(b"key!".to_vec()), Value::Output(8)];
        let _ = runtime.execute("users", "echo", &arguments).unwrap();
        let words = (32..64).map(|address| call(&runtime, "peek", address).unwrap().value);
        words.into_iter().any(|word| word != Value::Integer(0))
    });
    assert_eq!(found[0], found[1]);
    found[0]
}

#[test]
fn the_memory_of_a_module_that_says_so_is_zeroed() {
    let (plain, secret) = (LoadOptions::new(), LoadOptions::new().secret(true));
    let of_options = wasm();
    let of_itself = secret_wasm();
    assert!(leaves_traces(&of_options, Zeroize::Secret, &plain));
    assert!(!leaves_traces(&of_options, Zeroize::Secret, &secret));
    assert!(!leaves_traces(
        &of_options,
        Zeroize::Secret,
        &secret.deadline(LONG)
    ));
    assert!(!leaves_traces(&of_options, Zeroize::Always, &plain));
    assert!(leaves_traces(&of_options, Zeroize::Never, &secret));
    assert!(!leaves_traces(&of_itself, Zeroize::Secret, &plain));
    assert!(leaves_traces(&of_itself, Zeroize::Never, &plain));
}
