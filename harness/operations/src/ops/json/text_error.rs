//! What the operations have in common that make a text from a text.

use super::error::{JsonError, refusal};
use crate::answer::{Answer, OperationError};
use crate::datum::Datum;
use crate::frame::{CallError, Frame, Span};
use kilowat_engine::Value;
use kilowat_kernels::Export;

/// Why no text is made from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonTextError {
    /// The result is longer than the capacity. What it would be made from is valid.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// What it is to be made from is not valid.
    #[error(transparent)]
    Refused(#[from] JsonError),
}

impl Answer for Result<Vec<u8>, JsonTextError> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(bytes) => bytes.clone(),
            Err(JsonTextError::OutputTooSmall) => vec![0],
            Err(JsonTextError::Refused(error)) => vec![1, error.kind as u8],
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bytes(self?))
    }
}

/// Calls a kernel, and reads what it has written to `dst`, or to `fault`.
pub(super) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[Value],
    dst: Span,
    fault: Span,
) -> Result<Result<Vec<u8>, JsonTextError>, CallError> {
    match frame.invoke_i32(export, arguments)? {
        len @ 0.. => Ok(Ok(frame.read(dst.prefix(len as u32)).to_vec())),
        -2 => Ok(Err(JsonTextError::OutputTooSmall)),
        status => {
            let error = refusal(export, status, frame.read_fault(fault))?;
            Ok(Err(error.into()))
        }
    }
}

/// What is made, where there is room for it.
#[cfg(feature = "native")]
pub(super) fn within(bytes: Vec<u8>, capacity: usize) -> Result<Vec<u8>, JsonTextError> {
    if bytes.len() > capacity {
        return Err(JsonTextError::OutputTooSmall);
    }
    Ok(bytes)
}
