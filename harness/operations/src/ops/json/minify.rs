//! A JSON text without white space.

use super::error::JsonError;
use super::making;
use super::validate::JsonValidate;
#[cfg(feature = "native")]
use super::{native, samples, text_native, text_samples};
use crate::prelude::*;
use kilowat_kernels::json;

/// A JSON text without the white space outside its strings, into room for so many bytes. What
/// [`JsonValidate`] refuses is refused.
#[derive(Debug)]
pub struct JsonMinify;

impl JsonMinify {
    /// The most levels that there may be, whatever the caller allows.
    pub const DEEPEST: u32 = JsonValidate::DEEPEST;
}

impl Operation for JsonMinify {
    const NAME: &'static str = "json_minify";
    const SUMMARY: &'static str = "a JSON text without white space";
    const EXPORT: &'static Export = &json::JSON_MINIFY;
    const PARAMETERS: Names = &[
        ("text", "what to leave white space out of"),
        ("depth", "how many levels of arrays and objects it may have"),
        ("capacity", "how many bytes there may be"),
    ];

    type Shape = (Bytes, U32, Size);
    type Output = Result<Vec<u8>, JsonError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, depth, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        making::make(frame, Self::EXPORT, text, &[depth.into()], capacity)
    }
}

#[cfg(feature = "native")]
impl Native for JsonMinify {
    fn native((text, depth, capacity): (&[u8], u32, usize)) -> Self::Output {
        native::validate(text, depth.min(Self::DEEPEST))?;
        making::within(text_native::minified(text), capacity)
    }

    /// Documents of every kind, whole and damaged; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, u32, usize) {
        let (text, depth) = samples::text(generator, len);
        let capacity = text_samples::capacity(generator, text_native::minified(&text).len());
        (text, depth, capacity)
    }

    /// An array of records, indented.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, u32, usize) {
        (
            text_samples::indented(generator, len),
            samples::DEPTH,
            len.max(1),
        )
    }
}
