//! Random requests to an arena, and to a plain reference: contents in vectors, the memory as an
//! array of bytes that the moves are done in, free space found by looking at every line.

use std::cell::RefCell;
use std::collections::BTreeSet;

use kilowat_checker::checker::Checker;
use kilowat_operations::generator::Generator;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::*;

const CASES: u32 = 1_024;

#[derive(Debug, Clone)]
enum Request {
    Allocate {
        len: u64,
        insist: bool,
    },
    Resize {
        buffer: Index,
        len: u64,
        insist: bool,
    },
    Free {
        buffer: Index,
    },
    Compact,
    Grow {
        bytes: u64,
    },
}

fn length() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => Just(0),
        5 => 1..400_u64,
        4 => 1..6_000_u64,
        2 => 1..40_000_u64,
        1 => any::<u64>().prop_map(|bits| bits >> (bits % 64)),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let insist = prop::bool::weighted(0.8);
    prop_oneof![
        6 => (length(), insist).prop_map(|(len, insist)| Request::Allocate { len, insist }),
        4 => (any::<Index>(), length(), insist)
            .prop_map(|(buffer, len, insist)| Request::Resize { buffer, len, insist }),
        5 => any::<Index>().prop_map(|buffer| Request::Free { buffer }),
        1 => Just(Request::Compact),
        1 => (0..10_000_u64).prop_map(|bytes| Request::Grow { bytes }),
    ]
}

/// What requests can lead to. All of it must have been seen in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Allocated,
    AllocatedEmpty,
    ResizedInPlace,
    ResizedElsewhere,
    ResizedOverItself,
    Compacted,
    CompactedForRequest,
    Grown,
    Exhausted,
}

struct Buffer {
    handle: Handle,
    contents: Vec<u8>,
}

struct Reference<'a> {
    arena: Arena,
    base: u64,
    limit: u64,
    memory: Vec<u8>,
    buffers: Vec<Buffer>,
    stale: Option<Handle>,
    /// Random bytes that contents are cut from.
    noise: &'a [u8],
    peak: u64,
    allocations: u64,
    frees: u64,
    compactions: u64,
    moved: u64,
    events: BTreeSet<Event>,
}

impl<'a> Reference<'a> {
    fn new(base: u32, limit: u64, noise: &'a [u8]) -> Self {
        let start = u64::from(base).next_multiple_of(LINE);
        Self {
            arena: Arena::new(base, limit),
            base: start,
            limit: limit - limit % PAGE as u64,
            memory: vec![0xdd; start as usize],
            buffers: vec![],
            stale: None,
            noise,
            peak: 0,
            allocations: 0,
            frees: 0,
            compactions: 0,
            moved: 0,
            events: BTreeSet::new(),
        }
    }

    fn request(&mut self, request: &Request) {
        match request {
            Request::Allocate { len, insist } => self.insist(*insist, *len, Self::allocate),
            Request::Resize {
                buffer,
                len,
                insist,
            } => {
                if !self.buffers.is_empty() {
                    let index = buffer.index(self.buffers.len());
                    self.insist(*insist, *len, |this, len| this.resize(index, len));
                }
            }
            Request::Free { buffer } => {
                if !self.buffers.is_empty() {
                    self.free(buffer.index(self.buffers.len()));
                }
            }
            Request::Compact => self.compact(),
            Request::Grow { bytes } => self.grow_to(self.memory.len() as u64 + bytes),
        }
        self.check();
    }

    /// Makes a request, and if asked to, makes room as the arena says until the request is served.
    fn insist(
        &mut self,
        insist: bool,
        len: u64,
        mut request: impl FnMut(&mut Self, u64) -> Result<(), Shortage>,
    ) {
        let (mut compacted, mut grown) = (false, false);
        while let Err(shortage) = request(self, len) {
            // What is refused has changed nothing.
            self.check();
            match shortage {
                Shortage::Exhausted { needed, available } => {
                    self.events.insert(Event::Exhausted);
                    assert_eq!(needed, len);
                    assert!(available < needed);
                    assert!(!compacted && !grown, "room was made for nothing");
                    return;
                }
                _ if !insist => return,
                Shortage::Fragmented => {
                    assert!(!compacted, "compacted twice");
                    self.compact();
                    self.events.insert(Event::CompactedForRequest);
                    compacted = true;
                }
                Shortage::Grow { end } => {
                    assert!(!grown, "grown twice");
                    assert!(end > self.memory.len() as u64 && end <= self.limit);
                    // A line less would not have been enough.
                    self.grow_to(end - LINE);
                    assert!(request(self, len).is_err());
                    self.grow_to(end);
                    self.events.insert(Event::Grown);
                    grown = true;
                }
            }
        }
    }

    fn allocate(&mut self, len: u64) -> Result<(), Shortage> {
        let gaps = self.gaps(None);
        let handle = match self.arena.allocate(len) {
            Ok(handle) => handle,
            Err(shortage) => {
                self.check_shortage(shortage, &gaps, len, None);
                return Err(shortage);
            }
        };
        if len == 0 {
            self.events.insert(Event::AllocatedEmpty);
        } else {
            assert_eq!(Some(self.start(handle)), best_fit(&gaps, len));
            self.events.insert(Event::Allocated);
        }
        self.allocations += 1;
        let contents = Vec::new();
        self.buffers.push(Buffer { handle, contents });
        self.write(self.buffers.len() - 1, len as usize);
        Ok(())
    }

    fn resize(&mut self, index: usize, len: u64) -> Result<(), Shortage> {
        let handle = self.buffers[index].handle;
        let old = self.arena.span(handle).unwrap();
        let gaps = self.gaps(Some(index));
        let moved = match self.arena.resize(handle, len) {
            Ok(moved) => moved,
            Err(ResizeError::Shortage(shortage)) => {
                assert_eq!(self.arena.span(handle), Ok(old));
                self.check_shortage(shortage, &gaps, len, Some(index));
                return Err(shortage);
            }
            Err(ResizeError::Stale(stale)) => panic!("{stale}"),
        };
        let (from, to) = (u64::from(old.ptr), self.start(handle));
        let in_place = |gap: &(u64, u64)| {
            let (length, start) = *gap;
            start <= from && from + len.next_multiple_of(LINE) <= start + length
        };
        if old.len > 0 && gaps.iter().any(in_place) {
            assert_eq!((moved, to), (None, from));
            self.events.insert(Event::ResizedInPlace);
        } else if len > 0 {
            assert_eq!(Some(to), best_fit(&gaps, len));
            let expected = (old.len > 0).then_some(Move {
                from: old.ptr,
                to: to as u32,
                len: old.len,
            });
            assert_eq!(moved, expected);
        }
        if let Some(moved) = moved {
            let overlaps = to.abs_diff(from) < u64::from(old.len);
            self.events.insert(if overlaps {
                Event::ResizedOverItself
            } else {
                Event::ResizedElsewhere
            });
            self.do_move(moved);
        }
        self.write(index, len as usize);
        Ok(())
    }

    fn free(&mut self, index: usize) {
        let buffer = self.buffers.swap_remove(index);
        self.arena.free(buffer.handle).unwrap();
        self.stale = Some(buffer.handle);
        self.frees += 1;
    }

    fn compact(&mut self) {
        self.compactions += 1;
        for step in self.arena.compact() {
            assert!(step.to < step.from && step.len > 0);
            self.do_move(step);
            self.events.insert(Event::Compacted);
        }
        let gaps = self.gaps(None);
        assert!(gaps.len() <= 1, "{gaps:?} are left");
    }

    fn grow_to(&mut self, end: u64) {
        let end = end.min(self.limit).max(self.memory.len() as u64);
        self.memory.resize(end as usize, 0xdd);
        self.arena.grow_to(end);
    }

    fn do_move(&mut self, step: Move) {
        let from = step.from as usize;
        let bytes = from..from + step.len as usize;
        self.memory.copy_within(bytes, step.to as usize);
        self.moved += u64::from(step.len);
    }

    /// Checks that a buffer still holds what it did, up to its new length, and fills it anew.
    fn write(&mut self, index: usize, len: usize) {
        let buffer = &mut self.buffers[index];
        let span = self.arena.span(buffer.handle).unwrap();
        assert_eq!(span.len as usize, len);
        let start = span.ptr as usize;
        let place = &mut self.memory[start..start + len];
        let kept = buffer.contents.len().min(len);
        assert!(
            place[..kept] == buffer.contents[..kept],
            "contents are lost"
        );
        let offset = (self.allocations * 31 + self.moved) as usize % 1_000;
        buffer.contents = self.noise[offset..offset + len].to_vec();
        place.copy_from_slice(&buffer.contents);
    }

    fn start(&self, handle: Handle) -> u64 {
        u64::from(self.arena.span(handle).unwrap().ptr)
    }

    /// Which lines of the memory from the base on are in use, but for those of one buffer. Checks
    /// that buffers are where they may be.
    fn lines_in_use(&self, but: Option<usize>) -> Vec<bool> {
        let count = (self.memory.len() as u64).saturating_sub(self.base) / LINE;
        let mut in_use = vec![false; count as usize];
        for (index, buffer) in self.buffers.iter().enumerate() {
            let span = self.arena.span(buffer.handle).unwrap();
            if span.len == 0 || Some(index) == but {
                continue;
            }
            let start = u64::from(span.ptr);
            assert!(start >= self.base && start.is_multiple_of(LINE));
            let first = ((start - self.base) / LINE) as usize;
            let lines = u64::from(span.len).div_ceil(LINE) as usize;
            for line in &mut in_use[first..first + lines] {
                assert!(!*line, "buffers overlap");
                *line = true;
            }
        }
        in_use
    }

    /// Length and start of each free block, in bytes.
    fn gaps(&self, but: Option<usize>) -> Vec<(u64, u64)> {
        let mut gaps = vec![];
        let mut start = self.base;
        for run in self.lines_in_use(but).chunk_by(|a, b| a == b) {
            let length = run.len() as u64 * LINE;
            if !run[0] {
                gaps.push((length, start));
            }
            start += length;
        }
        gaps
    }

    /// Free bytes, and those in the largest block.
    fn free_bytes(gaps: &[(u64, u64)]) -> (u64, u64) {
        let lengths = || gaps.iter().map(|(length, _)| *length);
        (lengths().sum(), lengths().max().unwrap_or(0))
    }

    /// Checks that a request was refused with reason. `gaps` are without the buffer to be resized.
    fn check_shortage(
        &self,
        shortage: Shortage,
        gaps: &[(u64, u64)],
        len: u64,
        resized: Option<usize>,
    ) {
        assert_eq!(best_fit(gaps, len), None, "there was room for {len}");
        let (free, largest) = Self::free_bytes(&self.gaps(None));
        let fragmented = (free - largest) * 20 > free;
        // As the places of the buffers after a compaction, or as they are.
        let used =
            |index: usize| (self.buffers[index].contents.len() as u64).next_multiple_of(LINE);
        let others = (0..self.buffers.len())
            .filter(|index| Some(*index) != resized && !self.buffers[*index].contents.is_empty());
        let start_of = |index: usize| self.start(self.buffers[index].handle);
        let top = |index: usize| start_of(index) + used(index);
        let top_of_others = others.clone().map(top).max().unwrap_or(self.base);
        let is_highest = resized.is_none_or(|index| start_of(index) >= top_of_others);
        let start = match (fragmented, is_highest) {
            (true, true) => self.base + others.map(used).sum::<u64>(),
            (true, false) => self.base + (0..self.buffers.len()).map(used).sum::<u64>(),
            (false, true) => top_of_others.max(self.base),
            (false, false) => top_of_others,
        };
        let most = self
            .limit
            .saturating_sub(start)
            .max(Self::free_bytes(gaps).1);
        match shortage {
            Shortage::Exhausted { available, .. } => assert_eq!(available, most),
            Shortage::Fragmented => assert!(fragmented && len <= most),
            Shortage::Grow { end } => {
                assert!(!fragmented && len <= most);
                assert_eq!(end, start + len.next_multiple_of(LINE));
            }
        }
    }

    /// Checks the contents of all buffers, and the telemetry against what is counted.
    fn check(&mut self) {
        for buffer in &self.buffers {
            let span = self.arena.span(buffer.handle).unwrap();
            let bytes = span.ptr as usize..(span.ptr + span.len) as usize;
            assert!(self.memory[bytes] == buffer.contents, "contents are lost");
        }
        if let Some(stale) = self.stale {
            assert_eq!(self.arena.span(stale), Err(StaleHandle));
            assert_eq!(self.arena.free(stale), Err(StaleHandle));
            assert_eq!(self.arena.resize(stale, 1), Err(StaleHandle.into()));
        }
        let in_use = self.lines_in_use(None);
        let used = in_use.iter().filter(|line| **line).count() as u64 * LINE;
        let (free, largest_free) = Self::free_bytes(&self.gaps(None));
        self.peak = self.peak.max(used);
        let counted = ArenaTelemetry {
            used,
            free,
            largest_free,
            fragmentation: share(free - largest_free, free),
            peak: self.peak,
            allocations: self.allocations,
            frees: self.frees,
            compactions: self.compactions,
            moved: self.moved,
        };
        assert_eq!(self.arena.telemetry(), counted);
    }
}

/// The start of the smallest gap for `len` bytes, the lowest among equals.
fn best_fit(gaps: &[(u64, u64)], len: u64) -> Option<u64> {
    let fits = gaps.iter().filter(|(length, _)| *length >= len);
    fits.min().map(|(_, start)| *start)
}

#[test]
fn the_arena_agrees_with_the_reference() {
    let Checker { seed, rounds, .. } = Checker::from_env().unwrap();
    println!("KILOWAT_SEED={seed:#x} KILOWAT_ROUNDS={rounds}");
    let mut runner = TestRunner::new(Config {
        cases: CASES * rounds as u32,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    });
    let noise = Generator::new(seed, &[]).bytes(5 * PAGE);
    let seen = RefCell::new(BTreeSet::new());
    let bounds = (0..2_000_u32, 0..4 * PAGE as u64);
    let requests = prop::collection::vec(request(), 1..100);
    let outcome = runner.run(&(bounds, requests), |((base, limit), requests)| {
        let mut reference = Reference::new(base, limit, &noise);
        for request in &requests {
            reference.request(request);
        }
        seen.borrow_mut().append(&mut reference.events);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("KILOWAT_SEED={seed:#x}: {failure}");
    }
    assert_eq!(
        Vec::from_iter(seen.into_inner()),
        [
            Event::Allocated,
            Event::AllocatedEmpty,
            Event::ResizedInPlace,
            Event::ResizedElsewhere,
            Event::ResizedOverItself,
            Event::Compacted,
            Event::CompactedForRequest,
            Event::Grown,
            Event::Exhausted,
        ]
    );
}
