//! Whether a text is valid JSON.

use super::error::{JsonError, refusal};
#[cfg(feature = "native")]
use super::{native, samples};
use crate::prelude::*;
use kilowat_kernels::json;

/// Whether a text is JSON (RFC 8259) in UTF-8, of no more than so many levels of arrays and objects.
///
/// Escapes of surrogates need not be in pairs, and numbers may be of any size: the grammar allows that. Of levels
/// [`DEEPEST`](Self::DEEPEST) are allowed at most.
#[derive(Debug)]
pub struct JsonValidate;

impl JsonValidate {
    /// The most levels that there may be, whatever the caller allows.
    pub const DEEPEST: u32 = 8_192;
}

impl Operation for JsonValidate {
    const NAME: &'static str = "json_validate";
    const SUMMARY: &'static str = "whether a text is valid JSON, and where it is not";
    const EXPORT: &'static Export = &json::JSON_VALIDATE;
    const PARAMETERS: Names = &[
        ("text", "what to check"),
        ("depth", "how many levels of arrays and objects it may have"),
    ];

    type Shape = (Bytes, U32);
    type Output = Result<(), JsonError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, depth): Input<'a, Self, B>,
    ) -> Result<Result<(), JsonError>, CallError> {
        let text = text.place(frame)?;
        let fault = frame.fault()?;
        let arguments = [
            text.ptr.into(),
            text.len.into(),
            depth.into(),
            fault.ptr.into(),
        ];
        match frame.invoke_i32(Self::EXPORT, &arguments)? {
            0 => Ok(Ok(())),
            status => refusal(Self::EXPORT, status, frame.read_fault(fault)).map(Err),
        }
    }
}

#[cfg(feature = "native")]
impl Native for JsonValidate {
    fn native((text, depth): (&[u8], u32)) -> Result<(), JsonError> {
        native::validate(text, depth.min(Self::DEEPEST))
    }

    /// Documents of every kind, whole and damaged, and levels within levels.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        samples::text(generator, len)
    }

    /// An array of records.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        (samples::records(generator, len), samples::DEPTH)
    }
}
