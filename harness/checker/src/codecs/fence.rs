//! A frame with fences around the spans: cheap enough for a fuzzer, which the checker's own is not.

use kilowat_engine::{EngineKind, Instance, WasmValue};
use kilowat_kernels::Export;
use kilowat_operations::frame::{CallError, Frame, Span};
use kilowat_operations::session::{self, MEMORY_LIMIT};

/// Bytes before the first span, and behind each: the widest step of the kernels.
const FENCE: usize = 64;

/// What stands there.
const POST: u8 = 0xa5;

/// Packs spans with fences between them, and looks after each call whether these and the inputs are as they were.
pub(super) struct Fenced<'a> {
    instance: &'a mut Instance,
    next: usize,
    watched: Vec<Watched>,
    /// The first byte that was seen to be written without leave.
    pub(super) trespass: Option<usize>,
}

/// What a call has to leave as it is.
struct Watched {
    start: usize,
    bytes: Vec<u8>,
}

impl<'a> Fenced<'a> {
    /// A frame of an instance whose memory is free from `base` on.
    pub(super) fn new(instance: &'a mut Instance, base: u32) -> Result<Self, CallError> {
        let mut frame = Self {
            instance,
            next: base as usize,
            watched: Vec::new(),
            trespass: None,
        };
        frame.place(&[], 0)?;
        Ok(frame)
    }

    /// Places `bytes`, `capacity` more, and a fence.
    fn place(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        let start = self.next;
        let len = bytes.len().saturating_add(capacity);
        let end = start.saturating_add(len).saturating_add(FENCE);
        if end as u64 > MEMORY_LIMIT {
            return Err(CallError::TooLarge {
                bytes: end as u64,
                limit: MEMORY_LIMIT,
            });
        }
        self.instance.reserve_memory(end as u64)?;
        let memory = self.instance.memory_mut();
        memory[start..][..bytes.len()].copy_from_slice(bytes);
        memory[end - FENCE..end].fill(POST);
        self.watched.push(Watched {
            start: end - FENCE,
            bytes: vec![POST; FENCE],
        });
        self.next = end;
        // Both fit into 32 bits, because the end does.
        Ok(Span {
            ptr: start as u32,
            len: len as u32,
        })
    }

    fn watch(&mut self, start: u32, bytes: &[u8]) {
        self.watched.push(Watched {
            start: start as usize,
            bytes: bytes.to_vec(),
        });
    }

    /// The first byte that is not as it was.
    fn changed(&self) -> Option<usize> {
        let memory = self.instance.memory();
        let places = self.watched.iter().filter_map(|Watched { start, bytes }| {
            let mut pairs = memory[*start..].iter().zip(bytes);
            Some(start + pairs.position(|(now, before)| now != before)?)
        });
        places.min()
    }
}

impl Frame for Fenced<'_> {
    fn engine(&self) -> EngineKind {
        self.instance.engine()
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.output_behind(bytes, 0)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.place(&[], capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.place(bytes, 0)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        let span = self.place(bytes, capacity)?;
        self.watch(span.ptr, bytes);
        Ok(span)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        let outcome = session::invoke(self.instance, export, arguments);
        if self.trespass.is_none() {
            self.trespass = self.changed();
        }
        outcome
    }

    fn read(&mut self, span: Span) -> &[u8] {
        &self.instance.memory()[span.ptr as usize..][..span.len as usize]
    }
}
