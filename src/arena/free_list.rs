//! Free space: found by length for best fit, and by place for coalescing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Free blocks, as ranges of cache lines. No two of them touch.
#[derive(Debug, Default)]
pub(super) struct FreeList {
    /// The end of each block by its start.
    by_start: BTreeMap<u64, u64>,
    /// The length and start of each block: the first that is long enough fits best.
    by_length: BTreeSet<(u64, u64)>,
    total: u64,
}

impl FreeList {
    /// Lines in all blocks.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Lines in the largest block.
    pub(super) fn largest(&self) -> u64 {
        self.by_length.last().map_or(0, |(length, _)| *length)
    }

    /// The start of the block that ends at `end`, or `end` where there is none.
    pub(super) fn start_before(&self, end: u64) -> u64 {
        match self.by_start.range(..end).next_back() {
            Some((start, block_end)) if *block_end == end => *start,
            _ => end,
        }
    }

    /// Frees lines that are in use, and coalesces them with the free blocks that they touch.
    pub(super) fn put(&mut self, lines: Range<u64>) {
        let start = self.start_before(lines.start);
        let end = self.by_start.get(&lines.end).copied().unwrap_or(lines.end);
        self.remove(start..lines.start);
        self.remove(lines.end..end);
        self.insert(start..end);
    }

    /// Takes lines from the smallest block that has as many, the lowest among equals, and returns
    /// the first line.
    pub(super) fn take_best_fit(&mut self, lines: u64) -> Option<u64> {
        let (length, start) = *self.by_length.range((lines, 0)..).next()?;
        self.remove(start..start + length);
        self.insert(start + lines..start + length);
        Some(start)
    }

    /// Takes just these lines, if all of them are free.
    pub(super) fn take_at(&mut self, lines: Range<u64>) -> bool {
        if lines.is_empty() {
            return true;
        }
        match self.by_start.range(..=lines.start).next_back() {
            Some((&start, &end)) if lines.end <= end => {
                self.remove(start..end);
                self.insert(start..lines.start);
                self.insert(lines.end..end);
                true
            }
            _ => false,
        }
    }

    fn insert(&mut self, block: Range<u64>) {
        let length = block.end - block.start;
        if length > 0 {
            self.by_start.insert(block.start, block.end);
            self.by_length.insert((length, block.start));
            self.total += length;
        }
    }

    fn remove(&mut self, block: Range<u64>) {
        let length = block.end - block.start;
        if self.by_length.remove(&(length, block.start)) {
            self.by_start.remove(&block.start);
            self.total -= length;
        }
    }
}
