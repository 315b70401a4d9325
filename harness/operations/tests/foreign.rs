//! Modules of other people: what is taken, how their functions are called, and what is refused.

use std::fmt::Write as _;

use kilowat_engine::{Engine, EngineKind, Instance, WasmValue};
use kilowat_kernels::MODULES;
use kilowat_operations::foreign::{ForeignError, ForeignModule, ForeignModuleError, ForeignResult};
use kilowat_operations::frame::CallError;
use kilowat_operations::ops::Value;
use kilowat_operations::session::{PackedFrame, Unlimited};

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
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../snapshots/foreign"
    ));
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
    snapshot("functions", &report);
}

/// What a function of the module gives.
fn call(
    module: &ForeignModule,
    instance: &mut Instance,
    function: &str,
    arguments: &[Value],
) -> Result<Result<ForeignResult, ForeignError>, CallError> {
    let mut frame = PackedFrame::new(instance, module.heap_base(), Unlimited);
    let function = module.function(function).unwrap();
    function.call(&mut frame, arguments)
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

#[test]
fn functions_take_numbers_and_bytes() {
    use Value::{Integer, Number, Output, Signed, Text};
    let long = vec![b'x'; 200_000];
    let module = module();
    for engine in EngineKind::WASM {
        let mut instance = instance(&module, engine);
        for (function, arguments, expected) in [
            ("shout", vec![bytes(b"loud 1"), Output(6)], bytes(b"LOUD 1")),
            ("shout", vec![bytes(b""), Output(0)], bytes(b"")),
            // More than the memory that it begins with.
            (
                "shout",
                vec![bytes(&long), Output(300_000)],
                bytes(&vec![b'X'; long.len()]),
            ),
            ("scale", vec![Number(1.5), Number(2.0)], Number(3.0)),
            ("last", vec![bytes(&[1, 2]), Integer(3)], Integer(5)),
            ("last", vec![bytes(&[1]), Integer(u64::MAX)], Integer(0)),
            ("last", vec![bytes(&[5]), Signed(-3)], Integer(2)),
            (
                "last",
                vec![Text("a".to_owned()), Signed(i64::MIN)],
                Integer((1 << 63) + 97),
            ),
            (
                "status",
                vec![Signed(-7), Integer(1), Signed(i32::MIN.into())],
                Integer(0xffff_fff9),
            ),
            (
                "shout",
                vec![Text("é, loud".to_owned()), Output(8)],
                bytes("é, LOUD".as_bytes()),
            ),
            // What could be a span is whatever the caller says.
            (
                "status",
                vec![Integer(5), Integer(1), Integer(2)],
                Integer(5),
            ),
            (
                "status",
                vec![Integer(0xffff_ffff), bytes(b"")],
                Integer(0xffff_ffff),
            ),
            ("nothing", vec![], Value::Nothing),
        ] {
            let result = call(&module, &mut instance, function, &arguments);
            assert_eq!(
                Value::from(result.unwrap().unwrap()),
                expected,
                "{function}"
            );
        }
        // What lies below the heap is the module's own.
        assert_eq!(&instance.memory()[..7], b"kilowat");
    }
}

/// The bits of a NaN are left open, so that engines may differ.
#[test]
fn all_nans_are_the_same() {
    let module = module();
    for engine in EngineKind::WASM {
        let mut instance = instance(&module, engine);
        for nan in [f64::NAN, -f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001)] {
            let arguments = [Value::Number(nan), Value::Number(1.0)];
            let result = call(&module, &mut instance, "scale", &arguments);
            let expected = WasmValue::F64(f64::NAN.to_bits());
            assert_eq!(result.unwrap(), Ok(ForeignResult::Number(expected)));
        }
    }
}

#[test]
fn calls_that_cannot_be_answered() {
    use Value::{Integer, Number, Output, Signed, Text};
    let module = module();
    let mut report = String::new();
    let mut of_others = None;
    for engine in EngineKind::WASM {
        report.clear();
        let mut instance = instance(&module, engine);
        let mut refused = |function: &str, arguments: &[Value]| {
            let result = call(&module, &mut instance, function, arguments);
            let error = result.unwrap().unwrap_err();
            writeln!(report, "{error}").unwrap();
        };
        refused("shout", &[]);
        refused("shout", &[bytes(b"a")]);
        refused("shout", &[bytes(b"a"), Output(1), Integer(0)]);
        refused("scale", &[Integer(1), Integer(1)]);
        refused("scale", &[Number(1.0), Output(1)]);
        refused("last", &[Integer(1), Integer(1 << 32), Integer(1)]);
        refused("last", &[Signed(1), Signed(1 << 31), Signed(1)]);
        refused(
            "last",
            &[Signed(i64::from(i32::MIN) - 1), Signed(1), Signed(1)],
        );
        refused("scale", &[Signed(1), Number(1.0)]);
        refused(
            "shout",
            &[Value::List(vec![Text("a".to_owned())]), Output(1)],
        );
        refused("last", &[Value::Bool(true), Value::Numbers(vec![])]);
        refused("shout", &[Output(1), Output(1)]);
        refused("long", &[Output(1)]);
        refused("shout", &[bytes(b"ab"), Output(1)]);
        for code in -8_i32..0 {
            refused("status", &[Integer(u64::from(code as u32)), Output(1)]);
        }
        refused("status", &[Integer(2), Output(1)]);
        // The words of a trap are the engine's own; that there is one is not.
        let trap = call(&module, &mut instance, "trap", &[]).unwrap_err();
        assert!(
            trap.to_string()
                .starts_with("`trap` of module `shouting` trapped: ")
        );
        assert!(
            of_others.get_or_insert_with(|| report.clone()) == &report,
            "{engine}"
        );
    }
    snapshot("calls_refused", &report);
}

#[test]
fn the_length_of_the_input_is_that_of_its_bytes() {
    let module = module();
    let shout = module.function("shout").unwrap();
    let arguments = [bytes(b"four"), Value::Output(1_000)];
    assert_eq!(shout.input_len(&arguments), Ok(4));
    assert!(shout.input_len(&arguments[..1]).is_err());
    assert!(module.function("whisper").is_none());
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
        (
            "memory that it takes itself",
            r#"(func (export "f") (drop (memory.grow (i32.const 1))))"#,
        ),
    ] {
        refuse(
            what,
            wat::parse_str(format!("(module {fields} {KERNEL})")).unwrap(),
        );
    }
    refuse("no memory and no heap", wat::parse_str("(module)").unwrap());
    refuse("garbage", b"\0asm, as they say".to_vec());
    refuse("nothing", Vec::new());
    snapshot("modules_refused", &report);
}

/// A module that says something of itself.
fn with_section(section: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (@custom "kilowat" (before first) {section:?})
            (memory (export "memory") 1)
            (global (export "heap_base") i32 (i32.const 8)))"#
    );
    wat::parse_str(text).unwrap()
}

#[test]
fn what_is_made_for_another_abi_is_refused() {
    let mut report = String::new();
    for abi in ["0", "2", "1.5", "-1", "\"one\"", "[1]"] {
        let section = format!(r#"{{"version":"9.0.0","abi":{abi},"secret":false}}"#);
        let error = ForeignModule::from_bytes("theirs", with_section(&section)).unwrap_err();
        assert!(matches!(error, ForeignModuleError::Abi { expected: 1, .. }));
        writeln!(report, "{error}").unwrap();
    }
    snapshot("other_abis", &report);
    // What is said of the ABI comes first: the rest may mean something else in another.
    let mut cut_short = with_section(r#"{"abi":2}"#);
    cut_short.pop();
    let error = ForeignModule::from_bytes("theirs", cut_short).unwrap_err();
    assert!(matches!(error, ForeignModuleError::Abi { .. }), "{error}");
}

#[test]
fn what_says_nothing_of_its_abi_is_taken_for_what_it_is() {
    for (section, is_secret) in [
        (r#"{"version":"0.1.0","abi":1,"secret":true}"#, true),
        (r#"{"abi":1}"#, false),
        (r#"{"secret":true}"#, true),
        (r#"{"abi":null}"#, false),
        ("another tool's", false),
        ("", false),
    ] {
        let module = ForeignModule::from_bytes("theirs", with_section(section)).unwrap();
        assert_eq!(module.is_secret(), is_secret, "{section}");
    }
    assert!(!module().is_secret());
}

/// Our own are taken as modules of somebody else.
#[test]
fn kernels_carry_the_abi_that_is_expected() {
    for kernel in MODULES {
        let module = ForeignModule::from_bytes(kernel.name, kernel.wasm.to_vec()).unwrap();
        assert_eq!(module.is_secret(), kernel.secret, "{}", kernel.name);
        assert_eq!(module.heap_base(), kernel.heap_base);
    }
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
