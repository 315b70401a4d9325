//! Where a compressor has last seen what it sees.

/// For each hash the low half of the position where it was last seen, as the kernel's state holds it.
#[derive(Clone, Copy)]
pub(crate) struct Places<'a>(pub(crate) &'a [u8]);

impl Places<'_> {
    /// Whether none lies behind a position.
    pub(crate) fn are_within(self, position: u64) -> bool {
        let mut entries = self.0.as_chunks().0.iter().copied();
        entries.all(|entry| u64::from(u16::from_le_bytes(entry)) <= position)
    }
}
