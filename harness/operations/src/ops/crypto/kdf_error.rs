//! Why no key is made.

use crate::frame::{CallError, Span};
use crate::prelude::*;
use kilowat_kernels::kdf::kdf_fault;

/// Why no key is made of another. It says nothing of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfError {
    /// The pseudorandom key of HKDF has fewer than 32 bytes.
    #[error("a pseudorandom key has 32 bytes or more")]
    KeyLength,
    /// HKDF makes no more than 8160 bytes, 255 times 32.
    #[error("HKDF makes 8160 bytes of a key at most")]
    TooLong,
    /// PBKDF2 takes at least one iteration.
    #[error("PBKDF2 takes one iteration or more")]
    NoIterations,
    /// PBKDF2 takes no more than 10,000,000 iterations here: each call ends within seconds or minutes.
    #[error("PBKDF2 takes 10000000 iterations at most")]
    TooManyIterations,
    /// PBKDF2 makes less than 2 GiB here.
    #[error("PBKDF2 makes less than 2 GiB")]
    TooLarge,
}

impl Refuses for KdfError {
    fn status(&self) -> Status {
        match self {
            Self::KeyLength | Self::NoIterations => Status::Malformed,
            Self::TooLong | Self::TooManyIterations | Self::TooLarge => Status::TooLarge,
        }
    }
}

/// The bytes that a kernel has filled a span with, or why it has not: it answers with their number, or with a status
/// and a fault. What `long` means is the operation's own.
pub(super) fn filled<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
    [dst, fault]: [Span; 2],
    long: KdfError,
) -> Result<Result<Vec<u8>, KdfError>, CallError> {
    let status = frame.invoke_i32(export, arguments)?;
    if let Ok(len) = u32::try_from(status) {
        return Ok(Ok(frame.read(dst.prefix(len)).to_vec()));
    }
    let error = Status::from_code(status).and_then(|status| {
        match (status, u32::from(frame.read_fault(fault).code)) {
            (Status::Malformed, kdf_fault::KEY) => Some(KdfError::KeyLength),
            (Status::Malformed, kdf_fault::ITERATIONS) => Some(KdfError::NoIterations),
            (Status::TooLarge, kdf_fault::ITERATIONS) => Some(KdfError::TooManyIterations),
            (Status::TooLarge, kdf_fault::LONG) => Some(long),
            _ => None,
        }
    });
    error.map(Err).ok_or(CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(status)),
    })
}
