//! What the operations have in common that make a text from a text.

use super::error::{JsonError, refusal};
use crate::frame::{ByteString, CallError, Frame};
use crate::refusal::Status;
use kilowat_engine::WasmValue;
use kilowat_kernels::Export;

/// Calls a kernel `(text, parameters, dst, fault)`, and reads what it has made or refused.
pub(super) fn make<'a, F: Frame>(
    frame: &mut F,
    export: &'static Export,
    text: impl ByteString<'a>,
    parameters: &[WasmValue],
    capacity: usize,
) -> Result<Result<Vec<u8>, JsonError>, CallError> {
    const TOO_SMALL: i32 = Status::OutputTooSmall.code();
    let text = text.place(frame)?;
    let dst = frame.output(capacity)?;
    let fault = frame.fault()?;
    let mut arguments = vec![text.ptr.into(), text.len.into()];
    arguments.extend(parameters);
    arguments.extend::<[WasmValue; 3]>([dst.ptr.into(), dst.len.into(), fault.ptr.into()]);
    match frame.invoke_i32(export, &arguments)? {
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
