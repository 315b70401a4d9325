//! A frame that watches what a kernel does to its memory.

use std::ops::Range;

use crate::checker::failure::{Fault, Placement};
use kilowat_engine::{EngineKind, Instance, PAGE, WasmValue};
use kilowat_kernels::{Export, KernelModule};
use kilowat_operations::frame::{CallError, FaultRecord, Frame, Span};
use kilowat_operations::refusal::Status;
use kilowat_operations::session;

/// Bytes between two spans, and around the first and the last: more than any vector or unrolled
/// step that a kernel might take too far.
const GUARD: usize = 320;

/// Which of the two prefills stands in memory; they differ in every bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefill {
    Noise,
    InvertedNoise,
}

impl Prefill {
    fn write(self, memory: &mut [u8], start: usize) {
        for (index, byte) in memory.iter_mut().enumerate() {
            *byte = self.byte(start + index);
        }
    }

    /// The byte at an address. Neighbours differ, and no short period repeats them.
    pub(super) fn byte(self, address: usize) -> u8 {
        let noise = ((address as u32).wrapping_mul(0x9e37_79b1) >> 13) as u8;
        match self {
            Self::Noise => noise,
            Self::InvertedNoise => !noise,
        }
    }
}

/// A span and what the kernel may do with it.
#[derive(Debug, Clone, Copy)]
struct Placed {
    span: Span,
    role: Role,
    /// How many bytes at its start are the operation's.
    filled: u32,
}

/// What the kernel may do with a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Read it, and write it behind so many bytes.
    Kept(u32),
    /// Work in it, while a call lasts.
    Work,
    /// Say there what it refuses.
    Fault,
}

impl Placed {
    fn kind(&self) -> &'static str {
        match self.role {
            Role::Kept(kept) if kept < self.span.len => "output",
            Role::Kept(_) => "input",
            Role::Work => "work",
            Role::Fault => "fault",
        }
    }

    /// What the kernel may write in a call that refuses its input, or does not.
    fn writable(&self, refused: bool) -> Span {
        match self.role {
            Role::Kept(kept) => self.span.behind(kept),
            Role::Fault if !refused => self.span.prefix(0),
            Role::Work | Role::Fault => self.span,
        }
    }
}

/// What an operation read back from an output span.
#[derive(Debug, Clone)]
pub(super) struct ReadBack {
    pub(super) number: usize,
    pub(super) span: Span,
    pub(super) bytes: Vec<u8>,
}

/// Places spans between guard bytes or at the end of the memory, and compares the whole memory with
/// a model of it after every call.
pub(super) struct Probe<'a> {
    instance: &'a mut Instance,
    kernel: &'a KernelModule,
    placement: Placement,
    alignment: usize,
    prefill: Prefill,
    /// What the memory must hold, but for output spans and the static region.
    model: &'a mut Vec<u8>,
    next: usize,
    placed: Vec<Placed>,
    pub(super) read_back: Vec<ReadBack>,
    /// The first thing seen to be wrong.
    pub(super) fault: Option<Fault>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(
        instance: &'a mut Instance,
        model: &'a mut Vec<u8>,
        kernel: &'a KernelModule,
        placement: Placement,
        alignment: usize,
        prefill: Prefill,
    ) -> Self {
        let size = instance.memory().len();
        if model.len() != size {
            model.resize(size, 0);
        }
        let heap_base = kernel.heap_base as usize;
        // The tables stay; the scratch between them is as undefined as the rest of the memory.
        model[..heap_base].copy_from_slice(&instance.memory()[..heap_base]);
        for scratch in scratch_ranges(kernel) {
            prefill.write(&mut model[scratch.clone()], scratch.start);
        }
        prefill.write(&mut model[heap_base..], heap_base);
        instance.memory_mut().copy_from_slice(model);
        Self {
            instance,
            kernel,
            placement,
            alignment,
            prefill,
            model,
            next: heap_base + GUARD,
            placed: Vec::new(),
            read_back: Vec::new(),
            fault: None,
        }
    }

    /// The lengths of the spans that have been placed.
    pub(super) fn lengths(&self) -> Vec<u32> {
        self.placed.iter().map(|placed| placed.span.len).collect()
    }

    fn place(&mut self, len: usize, role: Role) -> Result<Span, CallError> {
        let at_end = self.placement == Placement::AtEnd(self.placed.len());
        let ptr = if at_end {
            self.instance.memory().len() - len
        } else {
            let base = self.next.next_multiple_of(16);
            base + self.alignment
        };
        if !at_end {
            self.next = ptr + len + GUARD;
            self.reserve(self.next)?;
        }
        let span = Span {
            ptr: if len == 0 {
                self.ignored_pointer(ptr)
            } else {
                ptr as u32
            },
            len: len as u32,
        };
        self.placed.push(Placed {
            span,
            role,
            filled: 0,
        });
        Ok(span)
    }

    /// Places `bytes`, of which the first are kept, and `capacity` more.
    fn place_filled(
        &mut self,
        bytes: &[u8],
        kept: usize,
        capacity: usize,
    ) -> Result<Span, CallError> {
        let span = self.place(bytes.len() + capacity, Role::Kept(kept as u32))?;
        if let Some(placed) = self.placed.last_mut() {
            placed.filled = bytes.len() as u32;
        }
        if !bytes.is_empty() {
            let filled = range(span.prefix(bytes.len() as u32));
            self.model[filled.clone()].copy_from_slice(bytes);
            self.instance.memory_mut()[filled].copy_from_slice(bytes);
        }
        Ok(span)
    }

    /// An empty span's pointer means nothing, so it may as well point nowhere.
    fn ignored_pointer(&self, ptr: usize) -> u32 {
        match self.alignment % 3 {
            0 => ptr as u32,
            1 => self.instance.memory().len() as u32,
            _ => u32::MAX,
        }
    }

    fn reserve(&mut self, bytes: usize) -> Result<(), CallError> {
        let before = self.model.len();
        if bytes <= before {
            return Ok(());
        }
        // A page more, so that a span moved to the end later meets none of the others.
        self.instance.reserve_memory((bytes + PAGE) as u64)?;
        self.model.resize(self.instance.memory().len(), 0);
        self.prefill.write(&mut self.model[before..], before);
        self.instance.memory_mut()[before..].copy_from_slice(&self.model[before..]);
        Ok(())
    }

    fn note(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// Looks at what a call has left, and readies the memory for the next one.
    fn inspect(&mut self, status: Option<Negative>) {
        let refused = status.is_some_and(Negative::is_fault);
        if !refused {
            self.inspect_unwritten_faults(status);
        }
        let static_region = 0..self.kernel.heap_base as usize;
        let written = self.placed.iter().map(|placed| placed.writable(refused));
        let outputs = written.filter(|span| span.len > 0).map(range);
        self.compare(std::iter::once(static_region).chain(outputs).collect());
        if refused {
            self.inspect_faults();
        }
        // What is in the work memory is as undefined now as it was before.
        for placed in &self.placed {
            if placed.role == Role::Work && placed.span.len > 0 {
                let span = range(placed.span);
                self.prefill
                    .write(&mut self.model[span.clone()], span.start);
                self.instance.memory_mut()[span.clone()].copy_from_slice(&self.model[span]);
            }
        }
    }

    /// The spans for a fault, which a call that refuses nothing has no business with.
    fn inspect_unwritten_faults(&mut self, status: Option<Negative>) {
        let faults = self.of_role(Role::Fault);
        let memory = self.instance.memory();
        let written = faults.into_iter().find_map(|(number, span)| {
            let bytes = range(span);
            let pairs = memory[bytes.clone()].iter().zip(&self.model[bytes]);
            let offset = pairs
                .enumerate()
                .find(|(_, (actual, model))| actual != model);
            offset.map(|(offset, _)| (number, offset))
        });
        if let Some((span, offset)) = written {
            self.note(Fault::WroteFault {
                span,
                offset: offset as u32,
                status: status.map(|status| status.0),
            });
        }
    }

    /// The spans for a fault after a call that has refused its input.
    fn inspect_faults(&mut self) {
        let inputs = self.placed.iter().map(|placed| placed.filled);
        let longest = inputs.max().unwrap_or(0);
        for (number, span) in self.of_role(Role::Fault) {
            let bytes = self.instance.memory()[range(span)].to_vec();
            let record = <[u8; FaultRecord::SIZE]>::try_from(bytes.as_slice());
            let Ok(record) = record.map(FaultRecord::from_bytes) else {
                continue;
            };
            let related = record.related.unwrap_or(0);
            if record.start > record.end || record.end > longest || related > longest {
                self.note(Fault::FaultElsewhere { record, longest });
            }
            // It is an answer, whether the operation reads it or not.
            self.read_back.push(ReadBack {
                number,
                span,
                bytes,
            });
        }
    }

    fn of_role(&self, role: Role) -> Vec<(usize, Span)> {
        let placed = self.placed.iter().enumerate();
        placed
            .filter(|(_, placed)| placed.role == role)
            .map(|(number, placed)| (number, placed.span))
            .collect()
    }

    /// Compares the memory with the model, and takes over what the kernel was free to write.
    fn compare(&mut self, mut free: Vec<Range<usize>>) {
        let size = self.instance.memory().len();
        if size != self.model.len() {
            let before = self.model.len();
            self.note(Fault::ResizedMemory {
                before,
                after: size,
            });
            return;
        }
        free.sort_by_key(|range| range.start);

        let memory = self.instance.memory();
        let mut watched = 0;
        let mut changed = None;
        for range in free.iter().cloned().chain(std::iter::once(size..size)) {
            let (actual, expected) = (
                &memory[watched..range.start],
                &self.model[watched..range.start],
            );
            if actual != expected {
                let offset = actual.iter().zip(expected).position(|(a, b)| a != b);
                changed = offset.map(|offset| watched + offset);
                break;
            }
            watched = range.end;
        }
        for range in free {
            self.model[range.clone()].copy_from_slice(&memory[range]);
        }
        if let Some(address) = changed {
            let location = self.locate(address);
            self.note(Fault::WroteOutside { address, location });
        }
    }

    /// Says where an address lies, relative to the span that it is in or nearest to.
    fn locate(&self, address: usize) -> String {
        let nearest = self
            .placed
            .iter()
            .enumerate()
            .filter(|(_, placed)| placed.span.len > 0)
            .min_by_key(|(_, placed)| {
                let Range { start, end } = range(placed.span);
                start
                    .saturating_sub(address)
                    .max((address + 1).saturating_sub(end))
            });
        let Some((number, placed)) = nearest else {
            return "with no span near".to_owned();
        };
        let Range { start, end } = range(placed.span);
        let kind = placed.kind();
        if address < start {
            let before = start - address;
            format!("{before} before the start of span {number} ({kind})")
        } else if address >= end {
            let after = address - end + 1;
            format!("{after} past the end of span {number} ({kind})")
        } else {
            let inside = address - start;
            format!("byte {inside} of span {number} ({kind})")
        }
    }
}

/// The number that a kernel returns, where it is negative.
#[derive(Debug, Clone, Copy)]
struct Negative(i64);

impl Negative {
    fn of(result: Option<WasmValue>) -> Option<Self> {
        let number = match result? {
            WasmValue::I32(number) => number.into(),
            WasmValue::I64(number) => number,
            _ => return None,
        };
        (number < 0).then_some(Self(number))
    }

    /// Whether it is a status that says that something is wrong with the input.
    fn is_fault(self) -> bool {
        let status = i32::try_from(self.0).ok().and_then(Status::from_code);
        status.is_some_and(Status::is_fault)
    }
}

fn range(span: Span) -> Range<usize> {
    let start = span.ptr as usize;
    start..start + span.len as usize
}

/// The parts of a module's static region that no data segment fills.
fn scratch_ranges(kernel: &KernelModule) -> Vec<Range<usize>> {
    let mut segments: Vec<Range<usize>> = (kernel.data.iter())
        .map(|segment| segment.offset as usize..(segment.offset + segment.length) as usize)
        .collect();
    segments.sort_by_key(|segment| segment.start);
    let mut ranges = Vec::new();
    let mut start = 0;
    for segment in segments {
        ranges.push(start..segment.start);
        start = segment.end;
    }
    ranges.push(start..kernel.heap_base as usize);
    ranges
}

impl Frame for Probe<'_> {
    fn engine(&self) -> EngineKind {
        self.instance.engine()
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.place_filled(bytes, bytes.len(), 0)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.place(capacity, Role::Kept(0))
    }

    fn work(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.place(capacity, Role::Work)
    }

    fn fault(&mut self) -> Result<Span, CallError> {
        self.place(FaultRecord::SIZE, Role::Fault)
    }

    fn pure(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        let outcome = session::invoke(self.instance, export, arguments);
        if outcome.is_ok() && self.instance.memory() != &self.model[..] {
            self.note(Fault::Impure {
                export: export.name,
            });
        }
        outcome
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.place_filled(bytes, 0, 0)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        self.place_filled(bytes, bytes.len(), capacity)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        let before = self.instance.globals();
        let outcome = session::invoke(self.instance, export, arguments);
        if let Ok(result) = &outcome {
            self.inspect(Negative::of(*result));
            let after = self.instance.globals();
            let changed = before
                .into_iter()
                .zip(after)
                .find(|(before, after)| before != after);
            if let Some(((name, _), _)) = changed {
                self.note(Fault::ChangedGlobal { name });
            }
        }
        outcome
    }

    fn read(&mut self, span: Span) -> &[u8] {
        if span.len == 0 {
            return &[];
        }
        let bytes = &self.instance.memory()[range(span)];
        let number = self.placed.iter().position(|placed| {
            placed.span.len > 0 && range(placed.span).contains(&range(span).start)
        });
        if let Some(number) = number {
            if self.placed[number].role == Role::Work {
                self.fault.get_or_insert(Fault::ReadWork { span: number });
            }
            self.read_back.push(ReadBack {
                number,
                span,
                bytes: bytes.to_vec(),
            });
        }
        bytes
    }
}
