//! The value of a tape that a JSON pointer names.

#[cfg(feature = "native")]
use super::{tape_native, tape_samples};
use crate::prelude::*;
use kilowat_kernels::json;

/// A pointer that is none, or a tape that is malformed on the way that one leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no JSON pointer, or the tape is malformed on the way to its value")]
pub struct JsonGetError;

/// Where on a tape (`docs/json-tape.md`) the value begins that a JSON pointer (RFC 6901) names: the index of its first
/// word, or nothing where there is no such value. Of equal keys the last counts.
///
/// What is passed over on the way is looked at, the rest of the tape is not.
#[derive(Debug)]
pub struct JsonGet;

impl Operation for JsonGet {
    const NAME: &'static str = "json_get";
    const SUMMARY: &'static str = "where on a tape the value is that a JSON pointer names";
    const EXPORT: &'static Export = &json::JSON_GET;
    const PARAMETERS: Names = &[
        ("tape", "where to look"),
        ("pointer", "which value, such as `/name/0`"),
    ];

    type Shape = (Bytes, Bytes);
    type Output = Result<Option<usize>, JsonGetError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (tape, pointer): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let tape = tape.place(frame)?;
        let pointer = pointer.place(frame)?;
        let arguments = [
            tape.ptr.into(),
            tape.len.into(),
            pointer.ptr.into(),
            pointer.len.into(),
        ];
        match frame.invoke_i32(Self::EXPORT, &arguments)? {
            index @ 0.. => Ok(Ok(Some(index as usize))),
            -1 => Ok(Ok(None)),
            -3 => Ok(Err(JsonGetError)),
            status => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value: Some(WasmValue::I32(status)),
            }),
        }
    }
}

impl Refuses for JsonGetError {
    fn status(&self) -> Status {
        Status::Malformed
    }
}

#[cfg(feature = "native")]
impl Native for JsonGet {
    fn native((tape, pointer): (&[u8], &[u8])) -> Self::Output {
        tape_native::get(tape, pointer)
    }

    /// Tapes of every kind, whole and damaged, and pointers to values that are there, to others, and such as are none.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
        if generator.one_in(20) {
            return (generator.bytes(len), b"/0".to_vec());
        }
        tape_samples::tape_and_pointer(generator, len)
    }

    /// The end of the last record of an array of them.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
        let tape = tape_samples::records(generator, len);
        let last = tape_samples::last_record(&tape);
        (tape, format!("/{last}/range/1").into_bytes())
    }
}
