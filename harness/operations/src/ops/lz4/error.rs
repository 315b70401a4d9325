//! Why there is no LZ4 output, and how long it may be.

use crate::answer::{Answer, OperationError};
use crate::datum::Datum;
use crate::frame::CallError;
use kilowat_engine::Value;
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

impl Answer for Result<Vec<u8>, Lz4Error> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(bytes) => bytes.clone(),
            Err(error) => vec![*error as u8],
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bytes(self?))
    }

    fn from_value(value: &Result<Datum, OperationError>) -> Option<Self> {
        match value {
            Ok(Datum::Bytes(bytes)) => Some(Ok(bytes.clone())),
            Err(OperationError::Lz4(error)) => Some(Err(*error)),
            _ => None,
        }
    }
}

/// What a kernel's result means: a length, or an error.
pub(crate) fn length(
    export: &'static Export,
    result: i32,
) -> Result<Result<u32, Lz4Error>, CallError> {
    match result {
        0.. => Ok(Ok(result as u32)),
        -2 => Ok(Err(Lz4Error::OutputTooSmall)),
        -3 => Ok(Err(Lz4Error::Malformed)),
        -4 => Ok(Err(Lz4Error::Checksum)),
        -5 => Ok(Err(Lz4Error::Unsupported)),
        -6 => Ok(Err(Lz4Error::TooLarge)),
        _ => Err(CallError::Contract {
            export: export.name,
            value: Some(Value::I32(result)),
        }),
    }
}

/// How long the block of `len` bytes may be.
pub(crate) fn bound(len: usize) -> usize {
    len + len / 255 + 16
}

/// How long the frame of `len` bytes may be, where that is at most [`LONGEST`].
pub(crate) fn frame_bound(len: usize) -> usize {
    len + 23 + 8 * len.div_ceil(1 << 16)
}
