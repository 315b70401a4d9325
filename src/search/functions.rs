//! Search on the shared runtime.

use super::{Needles, Occurrence};
use crate::runtime::{Error, Runtime};

/// The offset of the first occurrence of `needle` in `haystack`, as of [`Runtime::search`], on the
/// [shared runtime](Runtime::shared). An empty needle is at 0.
///
/// ```
/// assert_eq!(kilowat::search::find(b"a needle in a haystack", b"hay")?, Some(14));
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
pub fn find(haystack: &[u8], needle: &[u8]) -> Result<Option<usize>, Error> {
    Runtime::shared().search(haystack, needle)
}

/// The offsets of all occurrences of `needle` in `haystack`, left to right, that do not overlap, as of
/// [`Runtime::search_all`], on the [shared runtime](Runtime::shared). An empty needle is at every offset,
/// the end included.
///
/// ```
/// assert_eq!(kilowat::search::find_all(b"watt by watt", b"watt")?, [0, 8]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
pub fn find_all(haystack: &[u8], needle: &[u8]) -> Result<Vec<usize>, Error> {
    Runtime::shared().search_all(haystack, needle)
}

/// The occurrences of needles in `haystack`, left to right, that do not overlap: of those that begin first,
/// the longest; as of [`Runtime::search_many`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::search::{Needles, Occurrence, find_many};
///
/// let found = find_many(b"watt by volt", &Needles::new(["volt", "watt"]))?;
/// let at = |offset, needle| Occurrence { offset, needle };
/// assert_eq!(found, [at(0, 1), at(8, 0)]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
pub fn find_many(haystack: &[u8], needles: &Needles) -> Result<Vec<Occurrence>, Error> {
    Runtime::shared().search_many(haystack, needles)
}
