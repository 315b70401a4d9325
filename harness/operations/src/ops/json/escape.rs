//! A text as it stands in a JSON string.

use super::error::JsonError;
use super::making;
#[cfg(feature = "native")]
use super::{text_native, text_samples};
use crate::prelude::*;
use kilowat_kernels::json;

/// A text in UTF-8 as it stands between the quotes of a JSON string (RFC 8259, 7), into room for so many bytes.
///
/// Quotes, backslashes and control characters are escaped, the shortest way there is, and nothing else is.
#[derive(Debug)]
pub struct JsonEscape;

impl Operation for JsonEscape {
    const NAME: &'static str = "json_escape";
    const SUMMARY: &'static str = "a text as it stands in a JSON string";
    const EXPORT: &'static Export = &json::JSON_ESCAPE;
    const PARAMETERS: Names = &[
        ("text", "what to escape, in UTF-8"),
        ("capacity", "how many bytes there may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, JsonError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        making::make(frame, Self::EXPORT, text, &[], capacity)
    }
}

#[cfg(feature = "native")]
impl Native for JsonEscape {
    fn native((text, capacity): (&[u8], usize)) -> Self::Output {
        making::within(text_native::escape(text)?, capacity)
    }

    /// Texts with little and much to escape, some of them damaged; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let mut text = text_samples::plain(generator, len);
        text_samples::damage_some(generator, &mut text);
        let needed = text_native::escape(&text).map_or(2 * len, |escaped| escaped.len());
        let capacity = text_samples::capacity(generator, needed);
        (text, capacity)
    }

    /// Source text.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        (generator.source_text(len), 2 * len)
    }
}
