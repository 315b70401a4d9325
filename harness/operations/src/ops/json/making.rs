//! What the operations have in common that make a text from a text.

use super::error::{JsonError, refusal};
use crate::frame::{CallError, Frame, Span};
use crate::refusal::Status;
use kilowat_engine::WasmValue;
use kilowat_kernels::Export;

/// Calls a kernel, and reads what it has written to `dst`, or to `fault`.
pub(super) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
    dst: Span,
    fault: Span,
) -> Result<Result<Vec<u8>, JsonError>, CallError> {
    const TOO_SMALL: i32 = Status::OutputTooSmall.code();
    match frame.invoke_i32(export, arguments)? {
        len @ 0.. => Ok(Ok(frame.read(dst.prefix(len as u32)).to_vec())),
        TOO_SMALL => Ok(Err(JsonError::OUTPUT_TOO_SMALL)),
        status => refusal(export, status, frame.read_fault(fault)).map(Err),
    }
}

/// What is made, where there is room for it.
#[cfg(feature = "native")]
pub(super) fn within(bytes: Vec<u8>, capacity: usize) -> Result<Vec<u8>, JsonError> {
    if bytes.len() > capacity {
        return Err(JsonError::OUTPUT_TOO_SMALL);
    }
    Ok(bytes)
}
