//! Why nothing is sealed, or nothing opened.

use crate::frame::{CallError, Frame, Span};
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::{Export, aead::aead_fault};

/// Why a message is not sealed, or not opened. It says nothing of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AeadError {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// The message or the associated data is too long: sealed, either has less than 2 GiB.
    #[error(
        "the message or the associated data is longer than what is less than 2 GiB when sealed"
    )]
    TooLarge,
    /// The key is not as long as one of the cipher.
    #[error("the key is not as long as the cipher's keys are")]
    KeyLength,
    /// The nonce is not as long as one of the cipher.
    #[error("the nonce is not as long as the cipher's nonces are")]
    NonceLength,
    /// The tag does not fit, or there is none: the key, the nonce or the associated data are others than those that
    /// the message was sealed with, or it has been changed since, or was never sealed.
    #[error("the message is not authentic")]
    Unauthentic,
}

impl Refuses for AeadError {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::TooLarge => Status::TooLarge,
            Self::KeyLength | Self::NonceLength => Status::Malformed,
            Self::Unauthentic => Status::Unauthentic,
        }
    }
}

/// The status of the kernel, and the number of its fault, as an error.
fn error(status: Status, code: u32) -> Option<AeadError> {
    match (status, code) {
        (Status::TooLarge, aead_fault::LONG) => Some(AeadError::TooLarge),
        (Status::Malformed, aead_fault::KEY) => Some(AeadError::KeyLength),
        (Status::Malformed, aead_fault::NONCE) => Some(AeadError::NonceLength),
        (Status::Unauthentic, aead_fault::TAG) => Some(AeadError::Unauthentic),
        _ => None,
    }
}

/// Calls a kernel that seals or opens: `(key, nonce, aad, text, dst, fault)`, the last without its length.
pub(super) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    [key, nonce, aad, text]: [Span; 4],
    capacity: usize,
) -> Result<Result<Vec<u8>, AeadError>, CallError> {
    let dst = frame.output(capacity)?;
    let fault = frame.fault()?;
    let status = frame.invoke_i32(
        export,
        &[
            key.ptr.into(),
            key.len.into(),
            nonce.ptr.into(),
            nonce.len.into(),
            aad.ptr.into(),
            aad.len.into(),
            text.ptr.into(),
            text.len.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ],
    )?;
    if let Ok(len) = u32::try_from(status) {
        return Ok(Ok(frame.read(dst.prefix(len)).to_vec()));
    }
    let error = match Status::from_code(status) {
        Some(Status::OutputTooSmall) => Some(AeadError::OutputTooSmall),
        Some(status) => error(status, frame.read_fault(fault).code.into()),
        None => None,
    };
    error.map(Err).ok_or(CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(status)),
    })
}
