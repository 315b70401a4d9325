//! The hash of a frame's content, which may come in pieces.

use crate::ops::lz4::frame::format::CONTENT_CHECKSUM;
use crate::ops::lz4::frame::state::Content;

const PRIME_1: u32 = 0x9e37_79b1;
const PRIME_2: u32 = 0x85eb_ca77;
const PRIME_3: u32 = 0xc2b2_ae3d;
const PRIME_4: u32 = 0x27d4_eb2f;
const PRIME_5: u32 = 0x1656_67b1;

impl Content {
    pub(crate) fn begin(&mut self) {
        self.position = 0;
        self.lanes = [
            PRIME_1.wrapping_add(PRIME_2),
            PRIME_2,
            0,
            PRIME_1.wrapping_neg(),
        ];
    }

    /// Goes on by the last `len` of `bytes`, which begin in the history.
    pub(crate) fn add(&mut self, bytes: &[u8], len: usize) {
        let unhashed = (self.position % 16) as usize;
        if self.has(CONTENT_CHECKSUM) {
            for stripe in bytes[bytes.len() - len - unhashed..].as_chunks::<16>().0 {
                for (lane, word) in self.lanes.iter_mut().zip(stripe.as_chunks().0) {
                    let input = u32::from_le_bytes(*word).wrapping_mul(PRIME_2);
                    let mixed = lane.wrapping_add(input).rotate_left(13);
                    *lane = mixed.wrapping_mul(PRIME_1);
                }
            }
        }
        self.position += len as u64;
    }

    /// The hash of the content, of which `bytes` are the end.
    pub(crate) fn hash(&self, bytes: &[u8]) -> u32 {
        let mut hash = PRIME_5;
        if self.position >= 16 {
            let [a, b, c, d] = self.lanes;
            hash = (a.rotate_left(1).wrapping_add(b.rotate_left(7)))
                .wrapping_add(c.rotate_left(12).wrapping_add(d.rotate_left(18)));
        }
        hash = hash.wrapping_add(self.position as u32);
        let unhashed = (self.position % 16) as usize;
        let (words, rest) = bytes[bytes.len() - unhashed..].as_chunks();
        for word in words {
            let input = u32::from_le_bytes(*word).wrapping_mul(PRIME_3);
            hash = hash.wrapping_add(input).rotate_left(17);
            hash = hash.wrapping_mul(PRIME_4);
        }
        for byte in rest {
            let input = u32::from(*byte).wrapping_mul(PRIME_5);
            hash = hash.wrapping_add(input).rotate_left(11);
            hash = hash.wrapping_mul(PRIME_1);
        }
        hash = (hash ^ (hash >> 15)).wrapping_mul(PRIME_2);
        hash = (hash ^ (hash >> 13)).wrapping_mul(PRIME_3);
        hash ^ (hash >> 16)
    }
}
