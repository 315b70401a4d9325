//! Compressed streams on their way from a content to a writer, made a piece at a time.
//!
//! A piece has the content before it to reach back to, and needs nothing else of what came before: so any tier makes
//! each of them, and several threads do at the same time.

mod encoder;
mod writer;

pub(crate) use encoder::{Encoder, whole};
pub(crate) use writer::{impl_writer, write_stream};

use kilowat_operations::ops::Listed;

use crate::runtime::{Error, Runtime};

/// How pieces of a content become a stream.
pub(crate) trait Format: Sync {
    /// The operation that makes a piece.
    type Operation: Listed;

    /// How many bytes a piece has.
    fn piece_len(&self) -> usize;

    /// The same where the whole content is in memory.
    fn longest_piece_len(&self) -> usize;

    /// How far a piece reaches back.
    fn window(&self) -> usize;

    /// What stands in front.
    fn header(&self) -> Vec<u8>;

    /// What becomes of that which follows the first `history` of `bytes`: it ends at a byte.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    fn piece(
        &self,
        runtime: &Runtime,
        bytes: &[u8],
        history: usize,
        is_last: bool,
    ) -> Result<Vec<u8>, Error>;

    /// The same of `bytes` without a tier: they are stored as they are.
    fn stored(&self, bytes: &[u8], is_last: bool) -> Vec<u8>;

    /// The checksum of no bytes.
    fn empty_sum(&self) -> u32 {
        0
    }

    /// The checksum of what `sum` is that of, and then `bytes`.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    fn sum(&self, _runtime: &Runtime, sum: u32, _bytes: &[u8]) -> Result<u32, Error> {
        Ok(sum)
    }

    /// The same without a tier.
    fn sum_by_host(&self, sum: u32, _bytes: &[u8]) -> u32 {
        sum
    }

    /// What stands behind the stream of a content of `len` bytes.
    fn trailer(&self, _sum: u32, _len: u64) -> Vec<u8> {
        Vec::new()
    }
}
