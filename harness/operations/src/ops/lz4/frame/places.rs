//! Where a compressor has last seen what it sees.

/// The logarithm of how many places are kept.
pub(crate) const TABLE_BITS: u32 = 13;

/// For each hash the low half of the position where it was last seen.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Places(pub(crate) Vec<u16>);

impl Default for Places {
    /// Everything was last seen at position 0.
    fn default() -> Self {
        Self(vec![0; 1 << TABLE_BITS])
    }
}

impl Places {
    /// The table as the kernel's state holds it.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let entries = bytes.as_chunks().0.iter().copied();
        Self(entries.map(u16::from_le_bytes).collect())
    }

    /// Whether none lies behind a position.
    pub(crate) fn are_within(&self, position: u64) -> bool {
        self.0.iter().all(|entry| u64::from(*entry) <= position)
    }

    pub(crate) fn write(&self, bytes: &mut [u8]) {
        for (entry, bytes) in self.0.iter().zip(bytes.as_chunks_mut().0) {
            *bytes = entry.to_le_bytes();
        }
    }
}
