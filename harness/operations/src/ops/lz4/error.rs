//! Why there is no LZ4 output, and how long it may be.

use crate::frame::CallError;
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::Export;

/// Why there is no LZ4 output. The last two are said of frames only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lz4Error {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// The input is not LZ4.
    #[error("the input is damaged, cut short, or not LZ4")]
    Malformed,
    /// The input is longer than the kernel takes: `0x7e00_0000` bytes.
    #[error("the input is longer than {LONGEST} bytes, the most that LZ4 takes at once")]
    TooLarge,
    /// A checksum in the input does not match.
    #[error("a checksum does not match: the input is damaged")]
    Checksum,
    /// The input, or what is asked for, needs a dictionary, another version of the format, or what
    /// the format reserves.
    #[error("a frame needs a dictionary, another version of the format, or what is reserved in it")]
    Unsupported,
}

/// The longest input of a compression.
pub(crate) const LONGEST: usize = 0x7e00_0000;

impl Lz4Error {
    fn from_status(status: Status) -> Option<Self> {
        match status {
            Status::OutputTooSmall => Some(Self::OutputTooSmall),
            Status::Malformed => Some(Self::Malformed),
            Status::TooLarge => Some(Self::TooLarge),
            Status::Checksum => Some(Self::Checksum),
            Status::Unsupported => Some(Self::Unsupported),
            Status::NotFound | Status::Unauthentic => None,
        }
    }
}

impl Refuses for Lz4Error {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::Malformed => Status::Malformed,
            Self::TooLarge => Status::TooLarge,
            Self::Checksum => Status::Checksum,
            Self::Unsupported => Status::Unsupported,
        }
    }
}

/// What a kernel's result means: a length, or an error.
pub(crate) fn length(
    export: &'static Export,
    result: i32,
) -> Result<Result<u32, Lz4Error>, CallError> {
    if let Ok(length) = u32::try_from(result) {
        return Ok(Ok(length));
    }
    let error = Status::from_code(result).and_then(Lz4Error::from_status);
    error.map(Err).ok_or(CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(result)),
    })
}

/// How long the block of `len` bytes may be.
pub(crate) fn bound(len: usize) -> usize {
    len + len / 255 + 16
}

/// How long the frame of `len` bytes may be, where that is at most [`LONGEST`].
pub(crate) fn frame_bound(len: usize) -> usize {
    len + 23 + 8 * len.div_ceil(1 << 16)
}
