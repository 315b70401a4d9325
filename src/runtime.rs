//! The runtime: one object, many threads, the fastest tier that works.

use std::cmp::Ordering;

use kilowat_harness::engine::{EngineError, EngineKind};
use kilowat_harness::frame::CallError;
use kilowat_harness::ops::{
    ALL, Compare, Fnv1a32, Fnv1a32Update, Fnv1a64, Fnv1a64Update, Input, Operation, Search,
    SearchAll, SearchInto,
};
use kilowat_harness::session::{Library, Session};

use crate::pool::SessionPool;

/// Longer inputs go through a kernel's memory in pieces of this many bytes. A piece and its copy
/// both stay in the second-level cache, and no input is too large for a 32-bit memory.
pub(crate) const PIECE: usize = 256 << 10;

/// Offsets that [`Runtime::search_all`] first has room for, per call of the kernel.
const OFFSETS: usize = 4 << 10;

/// Runs operations. It can be shared between threads; each call takes a kernel instance of its own
/// from a pool.
///
/// No method fails: where a kernel cannot be run, because the machine has no memory left for it or
/// because it traps, the native tier answers, and a warning goes to [`tracing`].
#[derive(Debug)]
pub struct Runtime {
    /// `None` for the native tier.
    pool: Option<SessionPool>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime {
    /// A runtime on the fastest tier that starts on this machine.
    #[must_use]
    pub fn new() -> Self {
        for kind in EngineKind::ALL {
            match Self::with_engine(kind) {
                Ok(runtime) => return runtime,
                Err(error) => tracing::warn!(%error, "an engine is left out"),
            }
        }
        Self { pool: None }
    }

    /// A runtime on one tier.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where its engine does not start on this machine, and
    /// [`EngineError::Compile`] where it does not take the kernels.
    pub fn with_engine(kind: EngineKind) -> Result<Self, EngineError> {
        let library = Library::new(kind)?;
        Ok(Self {
            pool: library.map(SessionPool::new),
        })
    }

    /// The tier that answers.
    #[must_use]
    pub fn engine(&self) -> EngineKind {
        match &self.pool {
            Some(pool) => pool.library().kind(),
            None => EngineKind::Native,
        }
    }

    /// The 32-bit FNV-1a hash of `bytes` (draft-eastlake-fnv).
    #[must_use]
    pub fn fnv1a32(&self, bytes: &[u8]) -> u32 {
        self.fnv1a32_update(Fnv1a32::OFFSET_BASIS, bytes)
    }

    /// The hash of what `hash` is the hash of, followed by `bytes`.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let hash = runtime.fnv1a32(b"foo");
    /// assert_eq!(runtime.fnv1a32_update(hash, b"bar"), runtime.fnv1a32(b"foobar"));
    /// ```
    #[must_use]
    pub fn fnv1a32_update(&self, hash: u32, bytes: &[u8]) -> u32 {
        bytes.chunks(PIECE).fold(hash, |hash, piece| {
            self.run_operation::<Fnv1a32Update>((hash, piece))
        })
    }

    /// The 64-bit FNV-1a hash of `bytes` (draft-eastlake-fnv).
    #[must_use]
    pub fn fnv1a64(&self, bytes: &[u8]) -> u64 {
        self.fnv1a64_update(Fnv1a64::OFFSET_BASIS, bytes)
    }

    /// The hash of what `hash` is the hash of, followed by `bytes`.
    #[must_use]
    pub fn fnv1a64_update(&self, hash: u64, bytes: &[u8]) -> u64 {
        bytes.chunks(PIECE).fold(hash, |hash, piece| {
            self.run_operation::<Fnv1a64Update>((hash, piece))
        })
    }

    /// The order of `a` and `b`: by their bytes, then by their lengths, as slices are ordered.
    #[must_use]
    pub fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let common = a.len().min(b.len());
        let (a_common, b_common) = (&a[..common], &b[..common]);
        let pieces = a_common.chunks(PIECE).zip(b_common.chunks(PIECE));
        let mut orders = pieces.map(|pair| self.run_operation::<Compare>(pair));
        let order = orders.find(|order| order.is_ne());
        order.unwrap_or_else(|| a.len().cmp(&b.len()))
    }

    /// The offset of the first occurrence of `needle` in `haystack`. An empty needle is at 0.
    #[must_use]
    pub fn search(&self, haystack: &[u8], needle: &[u8]) -> Option<usize> {
        let mut from = 0;
        loop {
            let window = window(haystack, needle, from);
            if let Some(offset) = self.run_operation::<Search>((window, needle)) {
                return Some(from + offset);
            }
            if from + window.len() == haystack.len() {
                return None;
            }
            from += window.len() - (needle.len() - 1);
        }
    }

    /// The offsets of all occurrences of `needle` in `haystack`, left to right, that do not overlap.
    /// An empty needle is at every offset, the end included.
    #[must_use]
    pub fn search_all(&self, haystack: &[u8], needle: &[u8]) -> Vec<usize> {
        if needle.is_empty() {
            return (0..=haystack.len()).collect();
        }
        let mut offsets = Vec::new();
        let mut from = 0;
        loop {
            let window = window(haystack, needle, from);
            let found = self.search_window(window, needle);
            offsets.extend(found.iter().map(|offset| from + offset));
            if from + window.len() == haystack.len() {
                return offsets;
            }
            from += next_start(window.len(), needle.len(), found.last().copied());
        }
    }

    /// All occurrences in one window; again with more room where there are more than expected.
    pub(crate) fn search_window(&self, haystack: &[u8], needle: &[u8]) -> Vec<usize> {
        let mut capacity = OFFSETS.min(haystack.len());
        loop {
            let found = self.run_operation::<SearchAll>(SearchInto {
                haystack,
                needle,
                capacity,
            });
            if found.count <= capacity {
                return found.offsets;
            }
            capacity = found.count;
        }
    }

    pub(crate) fn run_operation<O: Operation>(&self, input: Input<'_, O>) -> O::Output {
        self.run(
            O::NAME,
            |session| session.run::<O>(input),
            || O::native(input),
        )
    }

    /// The kernel's answer, or the native one where there is no kernel or it cannot be run.
    pub(crate) fn run<T>(
        &self,
        operation: &'static str,
        kernel: impl FnOnce(&mut Session) -> Result<T, CallError>,
        native: impl FnOnce() -> T,
    ) -> T {
        let Some(pool) = &self.pool else {
            return native();
        };
        match pool.with_session(kernel) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(operation, engine = %self.engine(), %error, "the native tier answers");
                native()
            }
        }
    }
}

/// The part of a haystack from `from` on that is searched in one call: a piece, or more for needles
/// that would leave little of a piece to search.
fn window<'a>(haystack: &'a [u8], needle: &[u8], from: usize) -> &'a [u8] {
    let len = PIECE.max(needle.len().saturating_mul(4));
    &haystack[from..haystack.len().min(from.saturating_add(len))]
}

/// Where the search goes on, counted from the start of a window that is searched: behind its last
/// occurrence, and where an occurrence may begin that the window holds only a part of.
pub(crate) fn next_start(window_len: usize, needle_len: usize, last: Option<usize>) -> usize {
    let partial = window_len.saturating_sub(needle_len - 1);
    last.map_or(partial, |last| partial.max(last + needle_len))
}

/// What there is to know of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The kernel module that holds it.
    pub module: &'static str,
}

/// All operations, in the order of their modules.
pub fn operations() -> impl Iterator<Item = OperationInfo> {
    ALL.iter().map(|operation| OperationInfo {
        name: operation.name(),
        summary: operation.summary(),
        module: operation.export().module.name,
    })
}
