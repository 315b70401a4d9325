//! The hash of a frame's content, which may come in pieces.

use super::format::CONTENT_CHECKSUM;
use super::state::Content;
use crate::ops::hash::xxh32::{STRIPE, add_stripes, hash_of, start_lanes};

/// The hash of all that a frame has a checksum of.
pub(crate) fn xxh32(bytes: &[u8]) -> u32 {
    let (stripes, rest) = bytes.as_chunks();
    let mut lanes = start_lanes(0);
    add_stripes(&mut lanes, stripes);
    hash_of(lanes, bytes.len() as u64, rest)
}

impl Content {
    /// Where no content has come yet.
    pub(crate) fn begin(&mut self) {
        self.position = 0;
        self.lanes = start_lanes(0);
    }

    /// Goes on by the last `len` of `bytes`, which begin in the history.
    pub(crate) fn add(&mut self, bytes: &[u8], len: usize) {
        if self.has(CONTENT_CHECKSUM) {
            let start = bytes.len() - len - self.unhashed();
            add_stripes(&mut self.lanes, bytes[start..].as_chunks().0);
        }
        self.position += len as u64;
    }

    /// The hash of the content, of which `bytes` are the end.
    pub(crate) fn hash(&self, bytes: &[u8]) -> u32 {
        let rest = &bytes[bytes.len() - self.unhashed()..];
        hash_of(self.lanes, self.position, rest)
    }

    /// How many bytes at the end of the content are in no stripe of the hash yet.
    pub(crate) fn unhashed(&self) -> usize {
        (self.position % STRIPE as u64) as usize
    }
}
