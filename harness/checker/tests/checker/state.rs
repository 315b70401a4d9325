//! The state of a stream: that its length is what the module exports, whatever that is called.

use kilowat_checker::checker::{Checker, Failure, Fault};
use kilowat_engine::EngineKind;
use kilowat_kernels::KernelModule;
use kilowat_operations::ops::Erased;
use kilowat_operations::prelude::*;

use crate::broken::snapshot;

/// A sum of bytes, of a column that comes in pieces.
const KERNEL: &str = r#"
(module
  (memory (export "memory") 1)
  (global (export "heap_base") i32 (i32.const 0))
  GLOBALS
  (func (export "sum_update") (param $state i32) (param $ptr i32) (param $len i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $len)))
        (i32.store (local.get $state)
          (i32.add (i32.load (local.get $state)) (i32.load8_u (local.get $ptr))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (local.set $len (i32.sub (local.get $len) (i32.const 1)))
        (br $next)))))
"#;

const MODULE: KernelModule = KernelModule {
    index: 0,
    name: "sum",
    wasm: &[],
    heap_base: 0,
    constant_time: false,
    secret: false,
    data: &[],
};

static SUM_UPDATE: Export = Export {
    module: &MODULE,
    name: "sum_update",
    function: 0,
};

struct SumUpdate;

impl Stream<4> for SumUpdate {
    const START: Option<&'static [u8; 4]> = Some(&[0; 4]);
}

impl Operation for SumUpdate {
    const NAME: &'static str = "sum_update";
    const SUMMARY: &'static str = "the sum of bytes after one more piece of them";
    const EXPORT: &'static Export = &SUM_UPDATE;
    const PARAMETERS: Names = &[("state", "the sum before"), ("bytes", "the piece")];

    type Shape = (State<Self, 4>, Bytes);
    type Output = [u8; 4];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): (&[u8; 4], B),
    ) -> Result<[u8; 4], CallError> {
        let span = frame.inout(state)?;
        let bytes = bytes.place(frame)?;
        let arguments = [span.ptr.into(), bytes.ptr.into(), bytes.len.into()];
        frame.invoke(Self::EXPORT, &arguments)?;
        let mut next = *state;
        next.copy_from_slice(frame.read(span));
        Ok(next)
    }
}

impl Native for SumUpdate {
    fn native((state, bytes): (&[u8; 4], &[u8])) -> [u8; 4] {
        let before = u32::from_le_bytes(*state);
        let add = |sum: u32, byte: &u8| sum.wrapping_add((*byte).into());
        bytes.iter().fold(before, add).to_le_bytes()
    }

    fn generate(generator: &mut Generator, len: usize) -> ([u8; 4], Vec<u8>) {
        let before = generator.number(0..=u32::MAX as usize) as u32;
        (before.to_le_bytes(), generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> ([u8; 4], Vec<u8>) {
        ([0; 4], generator.bytes(len))
    }
}

/// How the operation fails where the module exports these globals.
fn failure(globals: &str) -> Option<Box<Failure>> {
    let wasm = wat::parse_str(KERNEL.replace("GLOBALS", globals)).unwrap();
    let build = KernelModule {
        wasm: Box::leak(wasm.into_boxed_slice()),
        ..MODULE
    };
    let checker = Checker::default();
    let outcome = checker.check_in(&build, &Erased::<SumUpdate>::NEW, EngineKind::Interpreter);
    outcome.err()
}

#[test]
fn a_state_of_the_length_that_is_exported_is_sound() {
    for globals in [
        r#"(global (export "sum_state_size") i32 (i32.const 4))"#,
        r#"(global (export "sum_update_state_size") i32 (i32.const 4))"#,
        // That of another operation, whose name begins alike; and the longer name is its own.
        r#"(global (export "sum_state_size") i32 (i32.const 4))
           (global (export "su_state_size") i32 (i32.const 8))"#,
        r#"(global (export "sum_state_size") i32 (i32.const 8))
           (global (export "sum_update_state_size") i32 (i32.const 4))"#,
    ] {
        let failure = failure(globals);
        assert!(failure.is_none(), "{globals}: {failure:?}");
    }
}

#[test]
fn a_state_of_another_length_than_the_module_says_is_caught() {
    for (name, globals) in [
        (
            "state_of_another_length",
            r#"(global (export "sum_state_size") i32 (i32.const 8))"#,
        ),
        (
            "state_without_a_length",
            r#"(global (export "product_state_size") i32 (i32.const 4))"#,
        ),
    ] {
        let failure = failure(globals).unwrap_or_else(|| panic!("{name} was not caught"));
        assert!(matches!(failure.fault, Fault::StateSize { len: 4, .. }));
        snapshot(name, &failure);
    }
}
