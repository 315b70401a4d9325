//! Where resident buffers stand in a kernel instance's memory: a best-fit allocator.
//!
//! An arena only keeps the books. It never touches the memory; its owner grows the memory and does
//! the [`Move`]s. Free space is coalesced as soon as it arises, every buffer starts at a cache line,
//! and all but [`Arena::compact`] takes time logarithmic in the number of free blocks.
//!
//! A request that finds no room is answered with a [`Shortage`], which says how to make room. Done
//! as told, the same request finds room, or names one more step:
//!
//! 1. [`Shortage::Fragmented`] where more than [`FRAGMENTATION_PERCENT`] of the free bytes are outside
//!    the largest free block: [compact](Arena::compact), so that the memory need not grow, or less;
//! 2. [`Shortage::Grow`] where there is not enough: [grow](Arena::grow_to);
//! 3. [`Shortage::Exhausted`] where the two cannot help.

mod free_list;
mod slots;
mod telemetry;
#[cfg(test)]
mod tests;

use std::ops::Range;

use kilowat_engine::PAGE;
use kilowat_operations::frame::Span;
use kilowat_operations::session::MEMORY_LIMIT;

use free_list::FreeList;
use slots::Slots;
pub(crate) use slots::{Handle, StaleHandle};
pub use telemetry::ArenaTelemetry;

/// Bytes of a cache line: buffers start at its multiples, and the books are kept in lines.
const LINE: u64 = 64;

/// Compaction costs a copy of the memory. It is not worth that for less than this share of the free
/// bytes outside the largest free block.
const FRAGMENTATION_PERCENT: u64 = 5;

/// The buffers in one memory.
#[derive(Debug)]
pub(crate) struct Arena {
    /// The first line behind the memory that there is.
    end: u64,
    /// The first line behind the memory that there may be.
    limit: u64,
    /// The first line.
    base: u64,
    blocks: Slots<Block>,
    free: FreeList,
    peak: u64,
    compactions: u64,
    moved: u64,
}

/// Bytes that the owner of the memory has to copy, as `memmove` does: the two places may overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    /// Offset that they are at.
    pub(crate) from: u32,
    /// Offset that they have to be at.
    pub(crate) to: u32,
    /// Number of bytes.
    pub(crate) len: u32,
}

/// Why a request finds no room, and what makes room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Shortage {
    /// Free space is scattered: compact.
    #[error("the free memory is fragmented")]
    Fragmented,
    /// The memory has to have at least `end` bytes, which is within the limit, in whole pages too.
    #[error("the memory has to grow to {end} bytes")]
    Grow {
        /// The size that the memory has to have, in bytes.
        end: u64,
    },
    /// There is no room within the limit.
    #[error("{needed} bytes are needed, and at most {available} can be had")]
    Exhausted {
        /// The length that was asked for.
        needed: u64,
        /// The greatest length that would have been served.
        available: u64,
    },
}

/// Why a buffer was not resized. It is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ResizeError {
    /// There is no such buffer.
    #[error(transparent)]
    Stale(#[from] StaleHandle),
    /// There is no room for it.
    #[error(transparent)]
    Shortage(#[from] Shortage),
}

/// A buffer: `len` bytes from the start of a line. An empty one takes no line.
#[derive(Debug, Clone, Copy)]
struct Block {
    start: u64,
    len: u64,
}

impl Block {
    fn lines(self) -> Range<u64> {
        self.start..self.start + self.len.div_ceil(LINE)
    }

    fn span(self) -> Span {
        // Blocks are below the limit, which is below 2^32.
        Span {
            ptr: (self.start * LINE) as u32,
            len: self.len as u32,
        }
    }

    fn move_to(self, start: u64) -> Move {
        let to = Self { start, ..self };
        Move {
            from: self.span().ptr,
            to: to.span().ptr,
            len: self.span().len,
        }
    }
}

impl Arena {
    /// An arena from offset `base` on, with no memory yet. `limit` bytes is what the memory may grow
    /// to; it is cut to whole pages and to [`MEMORY_LIMIT`].
    pub(crate) fn new(base: u32, limit: u64) -> Self {
        let limit = limit.min(MEMORY_LIMIT) / PAGE as u64 * PAGE as u64 / LINE;
        let base = u64::from(base).div_ceil(LINE).min(limit);
        Self {
            end: base,
            limit,
            base,
            blocks: Slots::default(),
            free: FreeList::default(),
            peak: 0,
            compactions: 0,
            moved: 0,
        }
    }

    /// Takes note that the memory has `end` bytes. What is over the limit is not used, and a memory
    /// never shrinks.
    pub(crate) fn grow_to(&mut self, end: u64) {
        let end = (end / LINE).min(self.limit).max(self.end);
        self.free.put(self.end..end);
        self.end = end;
    }

    /// Allocates a buffer of `len` bytes, which hold anything: from the smallest free block that is
    /// large enough, the lowest among equals.
    pub(crate) fn allocate(&mut self, len: u64) -> Result<Handle, Shortage> {
        let start = match len.div_ceil(LINE) {
            0 => Some(self.base),
            lines => self.free.take_best_fit(lines),
        };
        let Some(start) = start else {
            let nothing = self.end..self.end;
            return Err(self.shortage(len, &nothing, self.is_fragmented()));
        };
        self.peak = self.peak.max(self.used());
        Ok(self.blocks.insert(Block { start, len }))
    }

    /// Frees a buffer.
    pub(crate) fn free(&mut self, handle: Handle) -> Result<(), StaleHandle> {
        let block = self.blocks.remove(handle)?;
        self.free.put(block.lines());
        Ok(())
    }

    /// Where a buffer is, until the next compaction or resize of it.
    pub(crate) fn span(&self, handle: Handle) -> Result<Span, StaleHandle> {
        self.blocks.get(handle).map(|block| block.span())
    }

    /// Makes a buffer longer or shorter: where it is, if the free space behind it allows that, and
    /// else at the best fit, which may overlap the old place. The caller has to do the move that is
    /// returned before anything else is written to the memory.
    pub(crate) fn resize(&mut self, handle: Handle, len: u64) -> Result<Option<Move>, ResizeError> {
        let block = *self.blocks.get(handle)?;
        let start = self.resize_lines(&block.lines(), len)?;
        *self.blocks.get_mut(handle)? = Block { start, len };
        self.peak = self.peak.max(self.used());
        if start == block.start || block.len == 0 {
            return Ok(None);
        }
        self.moved += block.len;
        Ok(Some(block.move_to(start)))
    }

    /// Exchanges the lines that a buffer holds for as many as `len` bytes need. Returns the first.
    fn resize_lines(&mut self, held: &Range<u64>, len: u64) -> Result<u64, Shortage> {
        let end = held.start + len.div_ceil(LINE);
        if end <= held.end {
            self.free.put(end..held.end);
            return Ok(held.start);
        }
        if !held.is_empty() && self.free.take_at(held.end..end) {
            return Ok(held.start);
        }
        let fragmented = self.is_fragmented();
        self.free.put(held.clone());
        self.free.take_best_fit(end - held.start).ok_or_else(|| {
            let shortage = self.shortage(len, held, fragmented);
            self.free.take_at(held.clone());
            shortage
        })
    }

    /// What to do about `len` bytes that fit nowhere, while the lines that their buffer already holds
    /// count as free. Whether memory is fragmented was asked before they did.
    fn shortage(&self, len: u64, held: &Range<u64>, fragmented: bool) -> Shortage {
        let tail = self.free.start_before(self.end);
        let start = if fragmented {
            // Once compacted, free space follows the highest buffer. Only that one keeps its lines.
            let is_highest = tail <= held.start;
            let kept = if is_highest { 0 } else { held.end - held.start };
            self.end - self.free.total() + kept
        } else {
            tail
        };
        let end = start + len.div_ceil(LINE);
        if end > self.limit {
            let available = (self.limit - start).max(self.free.largest());
            Shortage::Exhausted {
                needed: len,
                available: available * LINE,
            }
        } else if fragmented {
            Shortage::Fragmented
        } else {
            Shortage::Grow { end: end * LINE }
        }
    }

    fn is_fragmented(&self) -> bool {
        let scattered = self.free.total() - self.free.largest();
        scattered * 100 > self.free.total() * FRAGMENTATION_PERCENT
    }

    /// Moves all buffers together at the low end. The caller has to do the moves, in their order,
    /// before anything else is written to the memory. Takes time in proportion to all buffers.
    #[must_use]
    pub(crate) fn compact(&mut self) -> Vec<Move> {
        let blocks = self.blocks.values_mut().filter(|block| block.len > 0);
        let mut blocks: Vec<&mut Block> = blocks.collect();
        blocks.sort_unstable_by_key(|block| block.start);
        let mut moves = Vec::new();
        let mut top = self.base;
        // Upwards: what a move overwrites has been moved before, or is its own.
        for block in blocks {
            if block.start != top {
                moves.push(block.move_to(top));
                self.moved += block.len;
                block.start = top;
            }
            top = block.lines().end;
        }
        self.free = FreeList::default();
        self.free.put(top..self.end);
        self.compactions += 1;
        moves
    }

    /// The offset behind the last buffer.
    pub(crate) fn top(&self) -> u64 {
        self.free.start_before(self.end) * LINE
    }

    /// Whether no buffer takes room.
    pub(crate) fn is_empty(&self) -> bool {
        self.used() == 0
    }

    /// Takes note that the memory is gone, if no buffer takes room in it. Returns whether it may be.
    pub(crate) fn release_memory(&mut self) -> bool {
        if self.is_empty() {
            self.end = self.base;
            self.free = FreeList::default();
        }
        self.is_empty()
    }

    /// Lines in use.
    fn used(&self) -> u64 {
        self.end - self.base - self.free.total()
    }

    /// The arena in figures.
    pub(crate) fn telemetry(&self) -> ArenaTelemetry {
        let (free, largest_free) = (self.free.total(), self.free.largest());
        // Lines are fewer than 2^26. Where none is free, none is scattered.
        let scattered = f64::from((free - largest_free) as u32);
        let allocations = self.blocks.inserted();
        ArenaTelemetry {
            used: self.used() * LINE,
            free: free * LINE,
            largest_free: largest_free * LINE,
            fragmentation: scattered / f64::from(free.max(1) as u32),
            peak: self.peak * LINE,
            allocations,
            frees: allocations - self.blocks.len() as u64,
            compactions: self.compactions,
            moved: self.moved,
        }
    }
}
