//! Kernels that work in memory of the caller's, and say what they refuse: a sound one passes, and each way
//! of breaking that is caught, in words of its own.

use kilowat_checker::checker::{Checker, Failure, Fault};
use kilowat_engine::EngineKind;
use kilowat_kernels::KernelModule;
use kilowat_operations::fingerprint::fingerprint;
use kilowat_operations::frame::FaultRecord;
use kilowat_operations::ops::{Erased, Kind};
use kilowat_operations::prelude::*;

use crate::broken::snapshot;

const SOUND: &str = include_str!("kernels/reverse.wat");

const MODULE: KernelModule = KernelModule {
    index: 0,
    name: "reverse",
    wasm: &[],
    heap_base: 64,
    constant_time: false,
    secret: false,
    data: &[],
};

static REVERSE: Export = Export {
    module: &MODULE,
    name: "reverse",
    function: 0,
};

static REVERSE_WORK_SIZE: Export = Export {
    module: &MODULE,
    name: "reverse_work_size",
    function: 1,
};

/// A text in reverse, or what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
struct Reversed(Result<Vec<u8>, FaultRecord>);

impl Answer for Reversed {
    const FORM: Form = Form::of(Kind::Bytes);

    fn bytes(&self) -> Vec<u8> {
        match &self.0 {
            Ok(text) => text.clone(),
            Err(fault) => fault.start.to_le_bytes().to_vec(),
        }
    }

    fn value(self) -> Result<Value, Refusal> {
        unreachable!("it is not called by name")
    }
}

/// Where the answer is read from.
const DST: usize = 0;
const WORK: usize = 1;

/// The operation of the kernel, whose answer is in [`DST`]; with [`WORK`] it is wrong.
struct Reverse<const FROM: usize>;

impl<const FROM: usize> Operation for Reverse<FROM> {
    const NAME: &'static str = "reverse";
    const SUMMARY: &'static str = "an ASCII text in reverse";
    const EXPORT: &'static Export = &REVERSE;
    const PARAMETERS: Names = &[("text", "what to reverse")];

    type Shape = Bytes;
    type Output = Reversed;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        text: B,
    ) -> Result<Reversed, CallError> {
        let src = text.place(frame)?;
        let dst = frame.output(text.len())?;
        let size = frame.size(&REVERSE_WORK_SIZE, &[src.len.into()])?;
        let work = frame.work(size.expect("no text is too long"))?;
        let fault = frame.fault()?;
        let spans = [src, dst, work];
        let arguments = spans.iter().flat_map(|span| [span.ptr, span.len]);
        let arguments: Vec<WasmValue> = arguments.chain([fault.ptr]).map(WasmValue::from).collect();
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        Ok(Reversed(match status {
            -3 => Err(frame.read_fault(fault)),
            len => Ok(frame.read([dst, work][FROM].prefix(len as u32)).to_vec()),
        }))
    }
}

impl<const FROM: usize> Native for Reverse<FROM> {
    fn native(text: &[u8]) -> Reversed {
        Reversed(match text.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(text.iter().rev().copied().collect()),
            Some(place) => Err(FaultRecord {
                start: place as u32,
                end: place as u32 + 1,
                code: 1,
                wanted: 0,
                related: None,
            }),
        })
    }

    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        let mut text = generator.source_text(len);
        if len > 0 && generator.one_in(2) {
            let place = generator.number(0..=len - 1);
            text[place] |= 0x80;
        }
        text
    }

    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.source_text(len)
    }
}

/// How the operation fails on both engines over the kernel with a change: a piece of it that stands in it
/// once, and what replaces that.
fn failure<const FROM: usize>(from: &str, to: &str) -> Option<Box<Failure>> {
    assert_eq!(SOUND.matches(from).count(), 1, "{from}");
    let wasm = wat::parse_str(SOUND.replace(from, to)).expect(from);
    let build = KernelModule {
        wasm: Box::leak(wasm.into_boxed_slice()),
        ..MODULE
    };
    let [jit, interpreter] = EngineKind::WASM.map(|engine| {
        let outcome = Checker::default().check_in(&build, &Erased::<Reverse<FROM>>::NEW, engine);
        outcome.err()
    });
    let kind = |failure: &Option<Box<Failure>>| {
        let fault = failure.as_ref().map(|failure| &failure.fault);
        fault.map(std::mem::discriminant::<Fault>)
    };
    assert_eq!(kind(&jit), kind(&interpreter), "engines differ on {to}");
    jit
}

fn caught(name: &str, from: &str, to: &str) {
    let failure = failure::<DST>(from, to).unwrap_or_else(|| panic!("{name} was not caught"));
    snapshot(name, &failure);
}

#[test]
fn a_sound_kernel_passes() {
    assert!(failure::<DST>(";; a pure function", "").is_none());
}

#[test]
fn a_fault_of_what_is_not_refused() {
    caught(
        "writes_its_fault_where_nothing_is_wrong",
        ";; after it is reversed",
        "(i32.store8 offset=5 (local.get $fault_ptr) (i32.const 7))
         (i32.store8 offset=6 (local.get $fault_ptr) (i32.const 8))",
    );
}

#[test]
fn a_fault_where_there_is_only_too_little_room() {
    caught(
        "writes_its_fault_where_there_is_no_room",
        "(if (i32.gt_u (local.get $len) (local.get $work_cap)) (then (return (i32.const -2))))",
        "(if (i32.eq (local.get $len) (i32.const 3)) (then
           (i32.store (local.get $fault_ptr) (i32.const 0x01020304))
           (return (i32.const -2))))",
    );
}

#[test]
fn a_fault_that_is_not_whole() {
    caught(
        "leaves_out_a_field_of_its_fault",
        "(i32.store offset=8 (local.get $fault_ptr) (i32.const 1))",
        "(i32.store16 offset=8 (local.get $fault_ptr) (i32.const 1))",
    );
}

#[test]
fn a_fault_outside_of_the_input() {
    caught(
        "refuses_what_lies_outside_of_its_input",
        "(i32.store offset=4 (local.get $fault_ptr) (i32.add (local.get $index) (i32.const 1)))",
        "(i32.store offset=4 (local.get $fault_ptr) (i32.add (local.get $len) (i32.const 1)))",
    );
}

#[test]
fn a_write_past_the_work_memory() {
    caught(
        "over_writes_its_work_memory",
        ";; after it is reversed",
        "(i32.store16 (i32.add (local.get $work_ptr) (local.get $len)) (i32.const 0x0102))",
    );
}

#[test]
fn work_memory_that_is_taken_for_clean() {
    caught(
        "takes_its_work_memory_for_clean",
        "(memory.copy (local.get $work_ptr) (local.get $ptr) (local.get $len))",
        "(memory.copy (local.get $work_ptr) (local.get $ptr) (i32.sub (local.get $len) (i32.const 1)))",
    );
}

#[test]
fn a_size_that_writes() {
    caught(
        "writes_where_it_is_to_be_pure",
        ";; a pure function",
        "(i32.store (i32.const 0) (i32.const 0x01020304))",
    );
}

#[test]
fn a_size_that_reads() {
    caught(
        "asks_stale_bytes_for_a_size",
        ";; a pure function",
        "(local.set $len (i32.add (local.get $len) (i32.and (i32.const 1) (i32.load8_u (i32.const 0)))))",
    );
}

#[test]
fn an_answer_that_is_read_from_work_memory() {
    let failure = failure::<WORK>(";; a pure function", "").expect("it is wrong");
    snapshot("reads_its_answer_from_work_memory", &failure);
}

/// The size is not asked for, and yet all that is placed is taken in.
#[test]
fn a_call_with_work_memory_has_a_fingerprint() {
    let [first, again, other] =
        [b"text", b"text", b"tezt"].map(|text| fingerprint::<Reverse<DST>>(text));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn a_record_is_four_numbers_and_a_place_that_may_be_none() {
    let mut bytes = *b"\x01\0\0\0\x02\0\0\0\x03\0\x04\0\x05\0\0\0";
    let record = FaultRecord {
        start: 1,
        end: 2,
        code: 3,
        wanted: 4,
        related: Some(5),
    };
    assert_eq!(FaultRecord::from_bytes(bytes), record);
    bytes[12..].fill(0xff);
    let related = FaultRecord::from_bytes(bytes).related;
    assert_eq!(related, None);
}
