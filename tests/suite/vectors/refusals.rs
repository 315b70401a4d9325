//! `tests/data/refusals.json`: the words of each refusal, for hosts in other languages.
//!
//! Each operation is run on a frame whose kernel refuses everything, with every status and every fault in turn. What
//! the operation makes of that is asked for its words.

use std::collections::BTreeMap;

use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::{Export, lz4::decode_state};
use kilowat_operations::case::AnyCase;
use kilowat_operations::erased::AnyOperation;
use kilowat_operations::frame::{CallError, FaultRecord, Frame, Span};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{ALL, Status};
use serde::Serialize;

use super::{hold, lines};

/// The place of every fault: no other number in words has these digits.
const PLACE: u32 = 87_654_321;

/// No kernel has faults of greater numbers.
const MOST: u16 = 160;

/// A frame whose kernel refuses everything in one way.
struct Refusing {
    status: i32,
    code: u16,
    wanted: u16,
    /// What has been placed.
    memory: Vec<u8>,
    fault: Option<u32>,
    /// Whether the kernel has been called: some refusals come before that.
    is_called: bool,
}

impl Refusing {
    fn new(status: i32, code: u16, wanted: u16) -> Self {
        Self {
            status,
            code,
            wanted,
            memory: Vec::new(),
            fault: None,
            is_called: false,
        }
    }

    fn place(&mut self, bytes: &[u8], capacity: usize) -> Span {
        let ptr = self.memory.len();
        self.memory.extend_from_slice(bytes);
        self.memory.resize(ptr + bytes.len() + capacity, 0);
        Span {
            ptr: u32::try_from(ptr).unwrap(),
            len: u32::try_from(self.memory.len() - ptr).unwrap(),
        }
    }

    fn record(&self) -> [u8; FaultRecord::SIZE] {
        let fields = u128::from(PLACE)
            | u128::from(PLACE + 1) << 32
            | u128::from(self.code) << 64
            | u128::from(self.wanted) << 80
            | u128::from(u32::MAX) << 96;
        fields.to_le_bytes()
    }
}

impl Frame for Refusing {
    fn engine(&self) -> EngineKind {
        EngineKind::Jit
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        Ok(self.place(bytes, 0))
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        Ok(self.place(&[], capacity))
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.input(bytes)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        Ok(self.place(bytes, capacity))
    }

    fn fault(&mut self) -> Result<Span, CallError> {
        let span = self.place(&[], FaultRecord::SIZE);
        self.fault = Some(span.ptr);
        Ok(span)
    }

    /// Kernels that say how much room another one needs refuse nothing here.
    fn pure(
        &mut self,
        _: &'static Export,
        _: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        Ok(Some(WasmValue::I32(64)))
    }

    fn invoke(
        &mut self,
        _: &'static Export,
        _: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.is_called = true;
        Ok(Some(WasmValue::I32(self.status)))
    }

    fn read(&mut self, span: Span) -> &[u8] {
        let record = self.record();
        let bytes = &mut self.memory[span.ptr as usize..][..span.len as usize];
        if self.fault == Some(span.ptr) {
            bytes.copy_from_slice(&record);
        } else if bytes.len() == decode_state::SIZE {
            // The decoder of LZ4 frames says in its state what is wrong, and where.
            bytes[decode_state::CONSUMED].copy_from_slice(&PLACE.to_le_bytes());
            bytes[decode_state::WRONG].copy_from_slice(&u32::from(self.code).to_le_bytes());
        }
        bytes
    }
}

/// The words for a status: always the same, or by the number of the fault, and there by that of what was wanted.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Words {
    Always(String),
    By(BTreeMap<u16, Words>),
}

impl Words {
    /// Of all numbers those that there are words for; one for all where they do not differ.
    fn by(numbers: impl Iterator<Item = (u16, Option<Self>)>, all: usize) -> Option<Self> {
        let found: BTreeMap<u16, Self> = numbers
            .filter_map(|(number, words)| Some((number, words?)))
            .collect();
        let first = found.values().next()?;
        if found.len() == all && found.values().all(|words| words == first) {
            return Some(first.clone());
        }
        Some(Self::By(found))
    }
}

/// What an operation says where its kernel refuses an input so.
fn words(case: &dyn AnyCase, status: i32, code: u16, wanted: u16) -> Option<Words> {
    let mut frame = Refusing::new(status, code, wanted);
    let refusal = case.kernel(&mut frame).ok()?.by_name().err()?;
    if !frame.is_called || refusal.status().code() != status {
        return None;
    }
    let words = refusal.to_string().replace(&PLACE.to_string(), "{}");
    // A place that is not in the fault is in the answer, and what reads that has the words too.
    let has_other_place = refusal.offset().is_some() && !words.contains("{}");
    (!has_other_place).then_some(Words::Always(words))
}

#[derive(Serialize)]
struct Described {
    operation: &'static str,
    /// By the number of the status; `{}` stands for the place.
    refusals: BTreeMap<i32, Words>,
}

fn described(operation: &dyn AnyOperation) -> Described {
    let mut generator = Generator::of(2026, operation.name(), &[64]);
    let cases: Vec<_> = (0..8)
        .map(|_| operation.generate(&mut generator, 64))
        .collect();
    let mut refusals = BTreeMap::new();
    for status in Status::ALL.map(Status::code) {
        // Which input it is makes no difference, as long as the kernel is asked.
        let of_case = |case: &dyn AnyCase| {
            // Only where what was wanted makes a difference all numbers of it are tried.
            let of_code = |code| {
                let of_wanted = |wanted| words(case, status, code, wanted);
                let first = of_wanted(0);
                if first == of_wanted(1) && first == of_wanted(2) {
                    return first;
                }
                let all = (0..MOST).map(|wanted| (wanted, of_wanted(wanted)));
                Words::by(all, usize::from(MOST))
            };
            let all = (0..MOST).map(|code| (code, of_code(code)));
            Words::by(all, usize::from(MOST))
        };
        if let Some(words) = cases.iter().find_map(|case| of_case(&**case)) {
            refusals.insert(status, words);
        }
    }
    Described {
        operation: operation.name(),
        refusals,
    }
}

#[test]
fn words_of_refusals_are_current() {
    let all: Vec<_> = (ALL.iter())
        .map(|operation| described(*operation))
        .filter(|described| !described.refusals.is_empty())
        .collect();
    hold("refusals.json", &lines(&all));
}
