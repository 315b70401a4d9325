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
}

impl Refuses for KdfError {
    fn status(&self) -> Status {
        match self {
            Self::KeyLength => Status::Malformed,
            Self::TooLong => Status::TooLarge,
        }
    }
}

/// The bytes that a kernel has filled a span with, or why it has not: it answers with their number, or with a status
/// and a fault.
pub(super) fn filled<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
    dst: Span,
    fault: Span,
) -> Result<Result<Vec<u8>, KdfError>, CallError> {
    let status = frame.invoke_i32(export, arguments)?;
    if u32::try_from(status) == Ok(dst.len) {
        return Ok(Ok(frame.read(dst).to_vec()));
    }
    let code = match Status::from_code(status) {
        Some(_) => frame.read_fault(fault).code.into(),
        None => 0,
    };
    match (Status::from_code(status), code) {
        (Some(Status::Malformed), kdf_fault::KEY) => Ok(Err(KdfError::KeyLength)),
        (Some(Status::TooLarge), kdf_fault::LONG) => Ok(Err(KdfError::TooLong)),
        _ => Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(status)),
        }),
    }
}
