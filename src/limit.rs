//! How much a decoder may give.

/// How many bytes a decoder may give at most: a small input may stand for a very long content.
///
/// ```
/// use kilowat::Limit;
///
/// assert_eq!(Limit::bytes(1_000).get(), 1_000);
/// assert_eq!(Limit::default().get(), 1 << 30);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit(usize);

impl Limit {
    /// So many bytes.
    #[must_use]
    pub const fn bytes(most: usize) -> Self {
        Self(most)
    }

    /// How many bytes that are.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

/// 1 GiB.
impl Default for Limit {
    fn default() -> Self {
        Self(1 << 30)
    }
}
