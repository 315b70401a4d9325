//! Search for byte strings, one or many at once: in bytes, and in what a reader gives.

mod functions;
mod many;
mod reader;

use kilowat_operations::ops::{Search, SearchAll};

pub use functions::{find, find_all, find_many};
pub use kilowat_operations::ops::Occurrence;
pub use many::Needles;

use crate::runtime::{Error, PIECE, Runtime};

/// Offsets that [`Runtime::search_all`] first has room for, per call of the kernel.
const OFFSETS: usize = 4 << 10;

impl Runtime {
    /// The offset of the first occurrence of `needle` in `haystack`. An empty needle is at 0.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.search(b"a needle in a haystack", b"hay")?, Some(14));
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn search(&self, haystack: &[u8], needle: &[u8]) -> Result<Option<usize>, Error> {
        let mut series = self.series::<Search>(haystack.len());
        let mut from = 0;
        loop {
            series.next_call();
            let window = window(haystack, needle, from);
            if let Some(offset) = self.run_operation::<Search>((window, needle))? {
                return Ok(Some(from + offset));
            }
            if from + window.len() == haystack.len() {
                return Ok(None);
            }
            from += window.len() - (needle.len() - 1);
        }
    }

    /// The offsets of all occurrences of `needle` in `haystack`, left to right, that do not overlap.
    /// An empty needle is at every offset, the end included.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn search_all(&self, haystack: &[u8], needle: &[u8]) -> Result<Vec<usize>, Error> {
        if needle.is_empty() {
            return Ok((0..=haystack.len()).collect());
        }
        let mut series = self.series::<SearchAll>(haystack.len());
        let mut offsets = Vec::new();
        let mut from = 0;
        loop {
            series.next_call();
            let window = window(haystack, needle, from);
            let found = self.search_window(window, needle)?;
            offsets.extend(found.iter().map(|offset| from + offset));
            if from + window.len() == haystack.len() {
                return Ok(offsets);
            }
            from += next_start(window.len(), needle.len(), found.last().copied());
        }
    }

    /// All occurrences in one window; again with more room where there are more than expected.
    pub(crate) fn search_window(
        &self,
        haystack: &[u8],
        needle: &[u8],
    ) -> Result<Vec<usize>, Error> {
        let mut series = self.series::<SearchAll>(haystack.len());
        let mut capacity = OFFSETS.min(haystack.len());
        loop {
            series.next_call();
            let found = self.run_operation::<SearchAll>((haystack, needle, capacity))?;
            if found.count <= capacity {
                return Ok(found.offsets);
            }
            capacity = found.count;
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
