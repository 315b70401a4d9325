//! A frame that watches what a kernel does to its memory.

use std::ops::Range;

use crate::checker::failure::{Fault, Placement};
use kilowat_engine::{EngineKind, Instance, PAGE, Value};
use kilowat_kernels::{Export, KernelModule};
use kilowat_operations::frame::{CallError, Frame, Span};
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
    /// How many bytes at its start the kernel may only read.
    kept: u32,
}

impl Placed {
    fn kind(&self) -> &'static str {
        if self.kept < self.span.len {
            "output"
        } else {
            "input"
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

    /// How many spans have been placed.
    pub(super) fn spans(&self) -> usize {
        self.placed.len()
    }

    fn place(&mut self, len: usize, kept: usize) -> Result<Span, CallError> {
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
        let kept = kept as u32;
        self.placed.push(Placed { span, kept });
        Ok(span)
    }

    /// Places `bytes`, of which the first are kept, and `capacity` more.
    fn place_filled(
        &mut self,
        bytes: &[u8],
        kept: usize,
        capacity: usize,
    ) -> Result<Span, CallError> {
        let span = self.place(bytes.len() + capacity, kept)?;
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

    /// Compares the memory with the model, and takes over what the kernel was free to write.
    fn inspect(&mut self) {
        let size = self.instance.memory().len();
        if size != self.model.len() {
            let before = self.model.len();
            self.note(Fault::ResizedMemory {
                before,
                after: size,
            });
            return;
        }
        let static_region = 0..self.kernel.heap_base as usize;
        let written = self
            .placed
            .iter()
            .map(|placed| placed.span.behind(placed.kept));
        let outputs = written.filter(|span| span.len > 0).map(range);
        let mut free: Vec<Range<usize>> = std::iter::once(static_region).chain(outputs).collect();
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
        self.place(capacity, 0)
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
        arguments: &[Value],
    ) -> Result<Option<Value>, CallError> {
        let before = self.instance.globals();
        let outcome = session::invoke(self.instance, export, arguments);
        if outcome.is_ok() {
            self.inspect();
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
            self.read_back.push(ReadBack {
                number,
                span,
                bytes: bytes.to_vec(),
            });
        }
        bytes
    }
}
