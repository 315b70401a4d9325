//! What can be wrong in LZ4 frames.

use kilowat_kernels::lz4::wrong;

use crate::ops::lz4::error::Lz4Error;
use crate::refusal::{Refuses, Status};

/// What is wrong at a place in LZ4 frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lz4FrameFault {
    /// Here a frame should begin, and none does.
    #[error("no LZ4 frame begins here")]
    NoFrame = wrong::MAGIC as isize,
    /// The frame is of a version other than 1.
    #[error("the frame is of another version of the format")]
    Version = wrong::VERSION as isize,
    /// The checksum of the header does not match.
    #[error("the checksum of the frame's header does not match")]
    HeaderChecksum = wrong::HEADER_CHECKSUM as isize,
    /// A bit of the header is set that the format reserves.
    #[error("the frame's header sets a reserved bit")]
    Reserved = wrong::RESERVED as isize,
    /// The header gives the blocks a size that the format reserves.
    #[error("the frame's header gives blocks a reserved size")]
    BlockSize = wrong::BLOCK_SIZE as isize,
    /// The frame needs a dictionary.
    #[error("the frame needs a dictionary, and those are not supported")]
    Dictionary = wrong::DICTIONARY as isize,
    /// A block is longer, or stands for more, than the header allows.
    #[error("the block is longer than the frame's header allows")]
    BlockLength = wrong::BLOCK_LENGTH as isize,
    /// The checksum of a block does not match.
    #[error("the checksum of the block does not match")]
    BlockChecksum = wrong::BLOCK_CHECKSUM as isize,
    /// A block is not LZ4.
    #[error("the block is damaged")]
    Block = wrong::BLOCK as isize,
    /// The content has another length than the header says.
    #[error("the content has another length than the frame's header says")]
    ContentSize = wrong::CONTENT_SIZE as isize,
    /// The checksum of the content does not match.
    #[error("the checksum of the content, which ends here, does not match")]
    ContentChecksum = wrong::CONTENT_CHECKSUM as isize,
    /// The content does not fit.
    #[error("the content is longer than the output has room for")]
    Room = wrong::ROOM as isize,
}

impl Lz4FrameFault {
    const ALL: [Self; 12] = [
        Self::NoFrame,
        Self::Version,
        Self::HeaderChecksum,
        Self::Reserved,
        Self::BlockSize,
        Self::Dictionary,
        Self::BlockLength,
        Self::BlockChecksum,
        Self::Block,
        Self::ContentSize,
        Self::ContentChecksum,
        Self::Room,
    ];

    /// The status that the kernels return.
    #[must_use]
    pub fn status(self) -> Lz4Error {
        match self {
            Self::NoFrame | Self::BlockLength | Self::Block | Self::ContentSize => {
                Lz4Error::Malformed
            }
            Self::HeaderChecksum | Self::BlockChecksum | Self::ContentChecksum => {
                Lz4Error::Checksum
            }
            Self::Version | Self::Reserved | Self::BlockSize | Self::Dictionary => {
                Lz4Error::Unsupported
            }
            Self::Room => Lz4Error::OutputTooSmall,
        }
    }

    /// The same as the number that the kernels return.
    pub(crate) fn code(self) -> i32 {
        self.status().status().code()
    }

    pub(crate) fn number(self) -> u32 {
        self as u32
    }

    pub(crate) fn from_number(number: u32) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|fault| fault.number() == number)
    }
}

/// What is wrong with a piece of LZ4 frames, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset} of the piece: {fault}")]
#[non_exhaustive]
pub struct Lz4PieceError {
    /// Where in the piece that begins.
    pub offset: usize,
    /// What is wrong with it.
    pub fault: Lz4FrameFault,
}

impl Refuses for Lz4PieceError {
    fn status(&self) -> Status {
        self.fault.status().status()
    }

    fn offset(&self) -> Option<u64> {
        Some(self.offset as u64)
    }
}
