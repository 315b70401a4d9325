//! Modules of other people: what is taken, how their functions are called, and what is refused.

use std::fmt::Write as _;

use kilowat_harness::engine::{Engine, EngineKind, Instance, Value};
use kilowat_harness::foreign::{ForeignArgument, ForeignModule, ForeignResult};
use kilowat_harness::session::Unlimited;

/// Upper case for ASCII letters into an output; other functions for each kind of result.
const SHOUT: &str = r#"
(module
  (memory (export "memory") 1)
  (global (export "heap_base") i32 (i32.const 16))
  (data (i32.const 0) "kilowat")
  (func (export "shout")
    (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
    (local $index i32) (local $byte i32)
    (if (i32.lt_u (local.get $dst_cap) (local.get $len)) (then (return (i32.const -2))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $index) (local.get $len)))
        (local.set $byte (i32.load8_u (i32.add (local.get $ptr) (local.get $index))))
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 97)) (i32.const 26))
          (then (local.set $byte (i32.sub (local.get $byte) (i32.const 32)))))
        (i32.store8 (i32.add (local.get $dst_ptr) (local.get $index)) (local.get $byte))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (local.get $len))
  (func (export "scale") (param f64 f32) (result f64)
    (f64.mul (local.get 0) (f64.promote_f32 (local.get 1))))
  (func (export "last") (param $ptr i32) (param $len i32) (param i64) (result i64)
    (i64.add
      (local.get 2)
      (i64.load8_u (i32.sub (i32.add (local.get $ptr) (local.get $len)) (i32.const 1)))))
  (func (export "nothing"))
  (func (export "status") (param $code i32) (param i32 i32) (result i32) (local.get $code))
  (func (export "long") (param i32 i32) (result i64) (i64.const 1))
  (func (export "trap") unreachable))
"#;

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn module() -> ForeignModule {
    ForeignModule::from_bytes("shouting", wat::parse_str(SHOUT).unwrap()).unwrap()
}

fn instance(module: &ForeignModule, engine: EngineKind) -> Instance {
    let engine = Engine::new(engine).unwrap().unwrap();
    let compiled = engine.compile(module.name(), module.wasm()).unwrap();
    compiled.instantiate().unwrap()
}

#[test]
fn what_it_exports_is_known_without_an_engine() {
    let module = module();
    assert_eq!((module.name(), module.heap_base()), ("shouting", 16));
    let mut report = String::new();
    for function in module.functions() {
        writeln!(report, "{}{}", function.name, function.signature).unwrap();
    }
    snapshot("foreign_functions", &report);
}

#[test]
fn functions_take_numbers_and_bytes() {
    use ForeignArgument::{Bytes, Number, Output};
    let f64 = |value: f64| Value::F64(value.to_bits());
    let long = vec![b'x'; 200_000];
    let module = module();
    for engine in EngineKind::WASM {
        let mut instance = instance(&module, engine);
        let mut call = |function: &str, arguments: &[ForeignArgument<'_>]| {
            module
                .call(&mut instance, Unlimited, function, arguments)
                .unwrap()
        };
        assert_eq!(
            call("shout", &[Bytes(b"loud 1"), Output(6)]),
            ForeignResult::Bytes(b"LOUD 1".to_vec())
        );
        assert_eq!(
            call("shout", &[Bytes(b""), Output(0)]),
            ForeignResult::Bytes(Vec::new())
        );
        // More than the memory that it begins with.
        assert_eq!(
            call("shout", &[Bytes(&long), Output(300_000)]),
            ForeignResult::Bytes(vec![b'X'; long.len()])
        );
        assert_eq!(
            call(
                "scale",
                &[Number(f64(1.5)), Number(Value::F32(2_f32.to_bits()))]
            ),
            ForeignResult::Number(f64(3.0))
        );
        assert_eq!(
            call("last", &[Bytes(&[1, 2]), Number(Value::I64(-3))]),
            ForeignResult::Number(Value::I64(-1))
        );
        assert_eq!(call("nothing", &[]), ForeignResult::Nothing);
        // What lies below the heap is the module's own.
        assert_eq!(&instance.memory()[..7], b"kilowat");
    }
}

#[test]
fn calls_that_cannot_be_answered() {
    use ForeignArgument::{Bytes, Number, Output};
    let module = module();
    let mut report = String::new();
    let mut of_others = None;
    for engine in EngineKind::WASM {
        report.clear();
        let mut instance = instance(&module, engine);
        let mut refused = |function: &str, arguments: &[ForeignArgument<'_>]| {
            let error = module
                .call(&mut instance, Unlimited, function, arguments)
                .unwrap_err();
            writeln!(report, "{function}: {error}").unwrap();
        };
        refused("whisper", &[]);
        refused("shout", &[Bytes(b"a")]);
        refused("scale", &[Number(Value::I32(1)), Number(Value::I32(1))]);
        refused("shout", &[Output(1), Output(1)]);
        refused("shout", &[Bytes(b"ab"), Output(1)]);
        for code in -8..0 {
            refused("status", &[Number(Value::I32(code)), Output(1)]);
        }
        refused("status", &[Number(Value::I32(2)), Output(1)]);
        refused("long", &[Output(1)]);
        // The words of a trap are the engine's own; that there is one is not.
        let trap = module
            .call(&mut instance, Unlimited, "trap", &[])
            .unwrap_err();
        assert!(
            trap.to_string()
                .starts_with("`trap` of module `shouting` trapped: ")
        );
        assert!(
            of_others.get_or_insert_with(|| report.clone()) == &report,
            "{engine}"
        );
    }
    snapshot("foreign_calls_refused", &report);
}

#[test]
fn what_does_not_keep_to_the_abi_is_refused() {
    const KERNEL: &str = r#"(memory (export "memory") 1)
        (global (export "heap_base") i32 (i32.const 8))"#;
    let mut report = String::new();
    let mut refuse = |what: &str, wasm: Vec<u8>| {
        let error = ForeignModule::from_bytes("theirs", wasm).unwrap_err();
        writeln!(report, "{what}\n{error}\n").unwrap();
    };
    for (what, fields) in [
        ("an import", r#"(import "env" "log" (func (param i32)))"#),
        (
            "a forbidden feature",
            r#"(func $f (export "f") (return_call $f))"#,
        ),
        (
            "a parameter that is no number",
            r#"(func (export "f") (param v128))"#,
        ),
        (
            "several results",
            r#"(func (export "f") (result i32 i32) (i32.const 0) (i32.const 0))"#,
        ),
        ("data in the host's memory", r#"(data (i32.const 7) "ab")"#),
        ("another export", r#"(table (export "table") 1 funcref)"#),
    ] {
        refuse(
            what,
            wat::parse_str(format!("(module {fields} {KERNEL})")).unwrap(),
        );
    }
    refuse("no memory and no heap", wat::parse_str("(module)").unwrap());
    refuse("garbage", b"\0asm, as they say".to_vec());
    refuse("nothing", Vec::new());
    snapshot("foreign_modules_refused", &report);
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shouting.wasm");
    std::fs::write(&path, wat::parse_str(SHOUT).unwrap()).unwrap();
    assert_eq!(ForeignModule::read(&path).unwrap().name(), "shouting");
    std::fs::remove_file(&path).unwrap();
    let error = ForeignModule::read(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read {}", path.display()));
}
