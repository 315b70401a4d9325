//! The buffers of one module, and the memory that they stand in.

use std::ops::Range;
use std::sync::Arc;

use kilowat_engine::EngineError;
use kilowat_operations::frame::{CallError, Source, Span};
use kilowat_operations::session::PackedFrame;

use super::Operand;
use super::memory::Memory;
use super::operations::OverBuffers;
use crate::arena::{Arena, Handle, Move, ResizeError, Shortage};
use crate::budget::MemoryBudget;
use crate::runtime::error::Error;
use crate::runtime::faults::{Fault, FaultyFrame};
use crate::runtime::instances::{KEPT_MEMORY, LeaseError};
use crate::runtime::kernel::Kernel;
use crate::runtime::lane::Lane;

/// The buffers, and nothing else, stand in the memory from its heap base on: what a call places
/// besides is above the last of them, and gone when it ends.
#[derive(Debug)]
pub(super) struct Contents {
    kernel: Arc<Kernel>,
    pub(super) arena: Arena,
    /// As long as the arena takes it to be; `None` until a buffer needs some.
    pub(super) memory: Option<Memory>,
    /// Whether there was no buffer when this was last looked at.
    was_empty: bool,
}

/// What makes room where the budget allows no growth.
#[derive(Debug, Clone, Copy)]
pub(super) enum Remedy {
    Compact,
    DropIdle,
}

impl Remedy {
    pub(super) const ALL: [Self; 2] = [Self::Compact, Self::DropIdle];
}

impl Contents {
    pub(super) fn new(kernel: Arc<Kernel>) -> Self {
        Self {
            arena: Arena::new(kernel.heap_base, u64::MAX),
            kernel,
            memory: None,
            was_empty: true,
        }
    }

    /// Places bytes, in a memory of this lane's if there is none yet.
    pub(super) fn insert(
        &mut self,
        bytes: &[u8],
        lane: Option<&Lane>,
        means: &Means<'_>,
    ) -> Result<Handle, Error> {
        self.was_empty = false;
        let len = bytes.len() as u64;
        let allocate = |arena: &mut Arena| Ok(arena.allocate(len)?);
        let handle = self.with_room(lane, means, allocate)?;
        self.bytes_mut(handle).copy_from_slice(bytes);
        Ok(handle)
    }

    /// Makes a buffer shorter, or longer by zeros.
    pub(super) fn resize(
        &mut self,
        handle: Handle,
        len: u64,
        lane: Option<&Lane>,
        means: &Means<'_>,
    ) -> Result<(), Error> {
        let kept = u64::from(self.span(handle).len).min(len) as usize;
        if self.kernel.zeroize {
            self.bytes_mut(handle)[kept..].fill(0);
        }
        let moved = self.with_room(lane, means, |arena| arena.resize(handle, len))?;
        if let Some(step) = moved {
            self.do_move(step);
        }
        self.bytes_mut(handle)[kept..].fill(0);
        Ok(())
    }

    /// Frees a buffer.
    pub(super) fn remove(&mut self, handle: Handle) {
        if self.kernel.zeroize {
            self.bytes_mut(handle).fill(0);
        }
        // It is freed once, by the buffer that is being dropped.
        let _ = self.arena.free(handle);
        if self
            .memory
            .as_ref()
            .is_some_and(|it| it.len() > KEPT_MEMORY)
        {
            self.release();
        }
    }

    /// Gives the memory back if no buffer stands in it.
    pub(super) fn release(&mut self) {
        if self.arena.release_memory() {
            self.drop_memory();
        }
    }

    /// Gives the memory back if no buffer has stood in it since this was last called.
    pub(super) fn trim(&mut self) {
        if self.was_empty {
            self.release();
        }
        self.was_empty = self.arena.is_empty();
    }

    /// Takes note that a call in the memory has failed.
    pub(super) fn fail(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.fail();
        }
    }

    fn drop_memory(&mut self) {
        if let Some(mut memory) = self.memory.take()
            && self.kernel.zeroize
        {
            memory.wipe(&self.kernel);
        }
    }

    /// Where a buffer is.
    fn span(&self, handle: Handle) -> Span {
        // A handle belongs to a buffer, and is freed when that is dropped.
        self.arena.span(handle).expect("the buffer exists")
    }

    pub(super) fn bytes(&self, handle: Handle) -> &[u8] {
        let place = range(self.span(handle));
        // Without a memory all buffers are empty.
        let memory = self.memory.as_ref();
        memory.map_or(&[], |memory| &memory.bytes()[place])
    }

    pub(super) fn bytes_mut(&mut self, handle: Handle) -> &mut [u8] {
        let place = range(self.span(handle));
        let memory = self.memory.as_mut();
        memory.map_or(&mut [], |memory| &mut memory.bytes_mut()[place])
    }

    /// The bytes that an operand stands for.
    pub(super) fn slice<'a>(&'a self, operand: Operand<'a>) -> &'a [u8] {
        match operand {
            Operand::Bytes(bytes) => bytes,
            Operand::Resident { handle, len } => &self.bytes(handle)[..len],
        }
    }

    fn source<'a>(&self, operand: Operand<'a>) -> Source<'a> {
        match operand {
            Operand::Bytes(bytes) => Source::Bytes(bytes),
            Operand::Resident { handle, len } => {
                // No longer than the buffer, whose length has 32 bits.
                Source::Resident(self.span(handle).prefix(len as u32))
            }
        }
    }

    /// Makes a request of the arena, and makes room for it until it is served.
    fn with_room<T>(
        &mut self,
        lane: Option<&Lane>,
        means: &Means<'_>,
        mut request: impl FnMut(&mut Arena) -> Result<T, ResizeError>,
    ) -> Result<T, Error> {
        let mut remedies = Remedy::ALL.into_iter();
        loop {
            let shortage = match request(&mut self.arena) {
                Ok(served) => return Ok(served),
                Err(ResizeError::Shortage(shortage)) => shortage,
                Err(ResizeError::Stale(stale)) => unreachable!("a buffer's own handle: {stale}"),
            };
            let refusal = match shortage {
                Shortage::Fragmented => {
                    self.compact();
                    continue;
                }
                Shortage::Grow { end } => match self.grow(end, lane, means.budget) {
                    Ok(()) => continue,
                    Err(refusal) => refusal,
                },
                Shortage::Exhausted { needed, available } => {
                    CallError::OverBudget { needed, available }
                }
            };
            match remedies.next() {
                Some(remedy) => self.apply(remedy, means),
                None => return Err(no_memory(refusal)),
            }
        }
    }

    pub(super) fn apply(&mut self, remedy: Remedy, means: &Means<'_>) {
        match remedy {
            Remedy::Compact => self.compact(),
            Remedy::DropIdle => (means.drop_idle)(),
        }
    }

    /// Makes the memory as large as this, or makes one.
    fn grow(
        &mut self,
        end: u64,
        lane: Option<&Lane>,
        budget: &MemoryBudget,
    ) -> Result<(), CallError> {
        let memory = match &mut self.memory {
            Some(memory) => {
                memory.reserve(&self.kernel, end)?;
                memory
            }
            none => none.insert(first_memory(&self.kernel, end, lane, budget)?),
        };
        self.arena.grow_to(memory.len());
        Ok(())
    }

    /// Moves the buffers together.
    pub(super) fn compact(&mut self) {
        for step in self.arena.compact() {
            self.do_move(step);
        }
    }

    fn do_move(&mut self, Move { from, to, len }: Move) {
        let Some(memory) = &mut self.memory else {
            return;
        };
        let bytes = memory.bytes_mut();
        let (from, to, len) = (from as usize, to as usize, len as usize);
        bytes.copy_within(from..from + len, to);
        if self.kernel.zeroize {
            let vacated = if to < from {
                from.max(to + len)..from + len
            } else {
                from..to.min(from + len)
            };
            bytes[vacated].fill(0);
        }
    }

    /// Moves all buffers to an instance of this lane, unless they are in one that can be called.
    /// Where the budget has no room for both memories, they stay where they are.
    pub(super) fn move_to(&mut self, lane: &Lane, means: &Means<'_>) -> Result<(), EngineError> {
        let (Some(memory), Some(module)) = (&self.memory, lane.module()) else {
            return Ok(());
        };
        if memory.callable_tier() == Some(lane.tier) {
            return Ok(());
        }
        let instance = || Memory::of_instance(module, memory.len(), means.budget);
        let next = match instance() {
            // No call can be made where they are.
            Err(LeaseError::Budget(_)) if memory.callable_tier().is_none() => {
                (means.drop_idle)();
                instance()
            }
            next => next,
        };
        let mut next = match next {
            Ok(next) => next,
            Err(LeaseError::Budget(_)) => return Ok(()),
            Err(LeaseError::Engine(error)) => return Err(error),
        };
        let heap = self.kernel.heap_base as usize..self.arena.top() as usize;
        next.bytes_mut()[heap.clone()].copy_from_slice(&memory.bytes()[heap]);
        self.drop_memory();
        self.arena.grow_to(next.len());
        self.memory = Some(next);
        Ok(())
    }

    /// Calls the kernel in the memory that the buffers stand in.
    pub(super) fn run<O: OverBuffers<N>, const N: usize>(
        &mut self,
        operands: [Operand<'_>; N],
        parameters: O::Parameters,
        fault: Option<Fault>,
    ) -> Option<Result<O::Output, CallError>> {
        let sources = operands.map(|operand| self.source(operand));
        let top = self.arena.top();
        let (instance, growth) = self.memory.as_mut()?.instance()?;
        // The top is within the memory.
        let mut frame = PackedFrame::new(instance, top as u32, growth);
        let outcome = match fault {
            None => O::in_place(&mut frame, sources, parameters),
            Some(fault) => {
                let mut frame = FaultyFrame::new(&mut frame, fault);
                O::in_place(&mut frame, sources, parameters)
            }
        };
        let end = frame.end();
        if self.kernel.zeroize {
            let memory = instance.memory_mut();
            let end = memory.len().min(end as usize);
            memory[end.min(top as usize)..end].fill(0);
            self.kernel.wipe_scratch(instance);
        }
        let len = instance.memory().len() as u64;
        self.arena.grow_to(len);
        Some(outcome)
    }
}

/// What may be done to make room.
pub(super) struct Means<'a> {
    pub(super) budget: &'a MemoryBudget,
    /// Drops what waits for calls.
    pub(super) drop_idle: &'a dyn Fn(),
}

/// A memory on a lane, or of the host where there is none.
fn first_memory(
    kernel: &Kernel,
    len: u64,
    lane: Option<&Lane>,
    budget: &MemoryBudget,
) -> Result<Memory, CallError> {
    if let Some(module) = lane.and_then(Lane::module) {
        match Memory::of_instance(module, len, budget) {
            Ok(memory) => return Ok(memory),
            Err(LeaseError::Budget(exhausted)) => return Err(exhausted.into()),
            Err(LeaseError::Engine(error)) => {
                tracing::warn!(%error, "buffers stand in memory of the host");
            }
        }
    }
    Memory::of_host(kernel, len, budget)
}

/// Why there was no room.
pub(super) fn no_memory(refusal: CallError) -> Error {
    match refusal {
        CallError::OverBudget { needed, available } => Error::MemoryBudget { needed, available },
        refusal => Error::OutOfMemory(refusal.to_string()),
    }
}

fn range(span: Span) -> Range<usize> {
    match span.len {
        0 => 0..0,
        len => span.ptr as usize..span.ptr as usize + len as usize,
    }
}
