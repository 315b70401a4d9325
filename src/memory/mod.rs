//! Comparison of byte strings: whether they are equal, where they differ and which comes first; in
//! memory, and from two readers.

mod functions;
#[cfg(feature = "memory_ops")]
mod readers;

#[cfg(feature = "string_ops")]
use std::cmp::Ordering;

#[cfg(feature = "string_ops")]
use kilowat_operations::ops::Compare;
#[cfg(feature = "memory_ops")]
use kilowat_operations::ops::{Equal, Mismatch};

#[cfg(feature = "string_ops")]
pub use functions::compare;
#[cfg(feature = "memory_ops")]
pub use functions::{equal, mismatch};
#[cfg(feature = "memory_ops")]
pub use readers::Difference;

use crate::runtime::{Error, PIECE, Runtime};

impl Runtime {
    /// Whether `a` and `b` are the same bytes.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert!(runtime.equal(b"watt", b"watt")?);
    /// assert!(!runtime.equal(b"watt", b"watts")?);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "memory_ops")]
    pub fn equal(&self, a: &[u8], b: &[u8]) -> Result<bool, Error> {
        if a.len() != b.len() {
            return Ok(false);
        }
        let mut series = self.series::<Equal>(2 * a.len());
        for pair in a.chunks(PIECE).zip(b.chunks(PIECE)) {
            series.next_call();
            if !self.run_operation::<Equal>(pair)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The offset of the first byte in which `a` and `b` differ. Where one is the beginning of the
    /// other, that is the length of the shorter one; `None` where they are equal.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.mismatch(b"kilowatt", b"kilobyte")?, Some(4));
    /// assert_eq!(runtime.mismatch(b"kilo", b"kilowatt")?, Some(4));
    /// assert_eq!(runtime.mismatch(b"kilo", b"kilo")?, None);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "memory_ops")]
    pub fn mismatch(&self, a: &[u8], b: &[u8]) -> Result<Option<usize>, Error> {
        let common = a.len().min(b.len());
        let pieces = a[..common].chunks(PIECE).zip(b[..common].chunks(PIECE));
        let mut series = self.series::<Mismatch>(2 * common);
        for (number, pair) in pieces.enumerate() {
            series.next_call();
            if let Some(offset) = self.run_operation::<Mismatch>(pair)? {
                return Ok(Some(number * PIECE + offset));
            }
        }
        Ok((a.len() != b.len()).then_some(common))
    }

    /// The order of `a` and `b`: by their bytes, then by their lengths, as slices are ordered.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn compare(&self, a: &[u8], b: &[u8]) -> Result<Ordering, Error> {
        if a.len().max(b.len()) <= PIECE {
            return self.run_operation::<Compare>((a, b));
        }
        let common = a.len().min(b.len());
        let mut series = self.series::<Compare>(2 * common);
        for pair in a[..common].chunks(PIECE).zip(b[..common].chunks(PIECE)) {
            series.next_call();
            let order = self.run_operation::<Compare>(pair)?;
            if order.is_ne() {
                return Ok(order);
            }
        }
        Ok(a.len().cmp(&b.len()))
    }
}
