//! Comparison on the shared runtime.

#[cfg(feature = "string_ops")]
use std::cmp::Ordering;

use crate::runtime::{Error, Runtime};

/// Whether `a` and `b` are the same bytes, as of [`Runtime::equal`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert!(kilowat::memory::equal(b"watt", b"watt")?);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "memory_ops")]
pub fn equal(a: &[u8], b: &[u8]) -> Result<bool, Error> {
    Runtime::shared().equal(a, b)
}

/// The offset of the first byte in which `a` and `b` differ, as of [`Runtime::mismatch`], on the [shared
/// runtime](Runtime::shared). Where one is the beginning of the other, that is the length of the shorter
/// one; `None` where they are equal.
///
/// ```
/// assert_eq!(kilowat::memory::mismatch(b"kilowatt", b"kilobyte")?, Some(4));
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "memory_ops")]
pub fn mismatch(a: &[u8], b: &[u8]) -> Result<Option<usize>, Error> {
    Runtime::shared().mismatch(a, b)
}

/// The order of `a` and `b`, as slices are ordered, as of [`Runtime::compare`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert!(kilowat::memory::compare(b"abc", b"abd")?.is_lt());
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "string_ops")]
pub fn compare(a: &[u8], b: &[u8]) -> Result<Ordering, Error> {
    Runtime::shared().compare(a, b)
}
