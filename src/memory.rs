//! Operations of `memory_ops`: comparison of equal lengths, and the aggregates of numbers.

use kilowat_harness::ops::{Aggregate, Equal, Mismatch, NotFinite, Summary};

use crate::runtime::{PIECE, Runtime};

impl Runtime {
    /// Whether `a` and `b` are the same bytes.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert!(runtime.equal(b"watt", b"watt"));
    /// assert!(!runtime.equal(b"watt", b"watts"));
    /// ```
    #[must_use]
    pub fn equal(&self, a: &[u8], b: &[u8]) -> bool {
        let mut pieces = a.chunks(PIECE).zip(b.chunks(PIECE));
        a.len() == b.len() && pieces.all(|pair| self.run_operation::<Equal>(pair))
    }

    /// The offset of the first byte in which `a` and `b` differ. Where one is the beginning of the
    /// other, that is the length of the shorter one; `None` where they are equal.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.mismatch(b"kilowatt", b"kilobyte"), Some(4));
    /// assert_eq!(runtime.mismatch(b"kilo", b"kilowatt"), Some(4));
    /// assert_eq!(runtime.mismatch(b"kilo", b"kilo"), None);
    /// ```
    #[must_use]
    pub fn mismatch(&self, a: &[u8], b: &[u8]) -> Option<usize> {
        let common = a.len().min(b.len());
        let pieces = a[..common].chunks(PIECE).zip(b[..common].chunks(PIECE));
        for (number, pair) in pieces.enumerate() {
            if let Some(offset) = self.run_operation::<Mismatch>(pair) {
                return Some(number * PIECE + offset);
            }
        }
        (a.len() != b.len()).then_some(common)
    }

    /// The count, sum, mean, extent, spread and percentiles of numbers, in two passes of compensated
    /// sums and a selection that is linear in the numbers.
    ///
    /// A kernel's memory takes 268 million numbers; of more the native tier gives the summary.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let summary = runtime.aggregate(&[12.0, 3.0, 7.0, 8.0])?;
    /// assert_eq!((summary.sum, summary.mean, summary.p50), (30.0, 7.5, 7.5));
    ///
    /// let error = runtime.aggregate(&[1.0, f64::NAN]).unwrap_err();
    /// assert_eq!(error.index, 1);
    /// # Ok::<(), kilowat::NotFinite>(())
    /// ```
    ///
    /// # Errors
    /// [`NotFinite`], with the index of the first value that is infinite or not a number.
    pub fn aggregate(&self, values: &[f64]) -> Result<Summary, NotFinite> {
        self.run_operation::<Aggregate>(values)
    }
}
