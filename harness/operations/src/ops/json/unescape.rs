//! What stands in a JSON string as the text that it is.

use super::error::JsonError;
use super::making;
#[cfg(feature = "native")]
use super::{text_native, text_samples};
use crate::prelude::*;
use kilowat_kernels::json;

/// The text that stands between the quotes of a JSON string (RFC 8259, 7), into room for so many bytes.
///
/// What stands there is UTF-8, and so is the text: escapes of surrogates come in pairs.
#[derive(Debug)]
pub struct JsonUnescape;

impl Operation for JsonUnescape {
    const NAME: &'static str = "json_unescape";
    const SUMMARY: &'static str = "the text that stands in a JSON string";
    const EXPORT: &'static Export = &json::JSON_UNESCAPE;
    const PARAMETERS: Names = &[
        ("content", "what stands between the quotes"),
        ("capacity", "how many bytes there may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, JsonError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (content, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        making::make(frame, Self::EXPORT, content, &[], capacity)
    }
}

#[cfg(feature = "native")]
impl Native for JsonUnescape {
    fn native((content, capacity): (&[u8], usize)) -> Self::Output {
        making::within(text_native::unescape(content)?, capacity)
    }

    /// Contents of strings with every kind of escape, some of them damaged; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let mut content = text_samples::content(generator, len);
        text_samples::damage_some(generator, &mut content);
        let needed = text_native::unescape(&content).map_or(len, |text| text.len());
        let capacity = text_samples::capacity(generator, needed);
        (content, capacity)
    }

    /// Source text, cut where an escape would be.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        (text_samples::escaped_source(generator, len), len)
    }
}
