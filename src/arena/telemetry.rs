//! What an operator can see of an arena.

use serde::Serialize;

/// The state of the buffers in one kernel instance's memory, and what has happened to them.
///
/// Buffers start at cache lines, so each takes its length rounded up to 64 bytes; that is what
/// `used` counts. `used + free` is all of the memory that buffers can be in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ArenaTelemetry {
    /// Bytes in use.
    pub used: u64,
    /// Bytes not in use, of the memory that there is: between buffers and behind the last.
    pub free: u64,
    /// Bytes in the largest free block.
    pub largest_free: u64,
    /// The share of the free bytes that is outside the largest free block, `1 - largest_free / free`:
    /// from 0, where all free bytes are in one block or there are none, to almost 1.
    pub fragmentation: f64,
    /// The most bytes that were ever in use at a time.
    pub peak: u64,
    /// Buffers ever allocated.
    pub allocations: u64,
    /// Buffers ever freed; `allocations - frees` exist.
    pub frees: u64,
    /// Compactions done.
    pub compactions: u64,
    /// Bytes that compactions and resizes have copied within the memory.
    pub moved: u64,
}
