//! Bytes as base64.

#[cfg(feature = "native")]
use ::base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::encoding::{self, EncodingError};
#[cfg(feature = "native")]
use super::{encoding::EncodingFault, samples};
use crate::prelude::*;
use kilowat_kernels::text;

/// The argument of the kernels that says which base64 it is.
fn variant(url_safe: bool, unpadded: bool) -> WasmValue {
    let url_safe = text::base64_flag::URL_SAFE * u32::from(url_safe);
    let unpadded = text::base64_flag::UNPADDED * u32::from(unpadded);
    (url_safe | unpadded).into()
}

/// How long the base64 of `len` bytes is, where that is less than 2 GiB.
pub(crate) fn encoded_len(len: usize, unpadded: bool) -> usize {
    if unpadded {
        len / 3 * 4 + [0, 2, 3][len % 3]
    } else {
        len.div_ceil(3) * 4
    }
}

/// The base64 of bytes (RFC 4648, sections 4 and 5), into room for so many symbols.
#[derive(Debug)]
pub struct Base64Encode;

impl Operation for Base64Encode {
    const NAME: &'static str = "base64_encode";
    const SUMMARY: &'static str = "base64 of a byte string";
    const EXPORT: &'static Export = &text::BASE64_ENCODE;
    const PARAMETERS: Names = &[
        ("bytes", "what to encode"),
        (
            "url_safe",
            "whether the last symbols are `-` and `_`, not `+` and `/`",
        ),
        ("unpadded", "whether `=` is left out at the end"),
        ("capacity", "how long the text may be"),
    ];

    type Shape = (Bytes, Flag, Flag, Size);
    type Output = Result<Vec<u8>, EncodingError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, url_safe, unpadded, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            variant(url_safe, unpadded),
            dst.ptr.into(),
            dst.len.into(),
        ];
        encoding::invoke(frame, Self::EXPORT, &arguments, dst, None)
    }
}

/// The bytes whose base64 a text is (RFC 4648, sections 4 and 5), into room for so many. Each byte string
/// has one base64: nothing else is taken for it.
#[derive(Debug)]
pub struct Base64Decode;

impl Operation for Base64Decode {
    const NAME: &'static str = "base64_decode";
    const SUMMARY: &'static str = "the byte string whose base64 a text is";
    const EXPORT: &'static Export = &text::BASE64_DECODE;
    const PARAMETERS: Names = &[
        ("text", "what to decode"),
        (
            "url_safe",
            "whether the last symbols are `-` and `_`, not `+` and `/`",
        ),
        ("unpadded", "whether `=` is left out at the end"),
        ("capacity", "how many bytes there may be"),
    ];

    type Shape = (Bytes, Flag, Flag, Size);
    type Output = Result<Vec<u8>, EncodingError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, url_safe, unpadded, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = text.place(frame)?;
        let dst = frame.output(capacity)?;
        let fault = frame.fault()?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            variant(url_safe, unpadded),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        let fault = Some((fault, encoding::base64_fault as encoding::Meaning));
        encoding::invoke(frame, Self::EXPORT, &arguments, dst, fault)
    }
}

#[cfg(feature = "native")]
fn engine(url_safe: bool, unpadded: bool) -> GeneralPurpose {
    let alphabet = if url_safe {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    let padding = if unpadded {
        DecodePaddingMode::RequireNone
    } else {
        DecodePaddingMode::RequireCanonical
    };
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(!unpadded)
        .with_decode_padding_mode(padding);
    GeneralPurpose::new(alphabet, config)
}

#[cfg(feature = "native")]
impl Native for Base64Encode {
    fn native((bytes, url_safe, unpadded, capacity): Input<'_, Self>) -> Self::Output {
        if bytes.len() > 0x5fff_fffd {
            return Err(EncodingError::TooLarge);
        }
        if capacity < encoded_len(bytes.len(), unpadded) {
            return Err(EncodingError::OutputTooSmall);
        }
        Ok(engine(url_safe, unpadded).encode(bytes).into_bytes())
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.bytes(len);
        let [url_safe, unpadded] = [(); 2].map(|()| generator.one_in(2));
        let capacity = samples::capacity(generator, encoded_len(len, unpadded));
        (bytes, url_safe, unpadded, capacity)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.random_bytes(len);
        (bytes, false, false, encoded_len(len, false))
    }
}

/// How many bytes a text stands for, if it is valid.
#[cfg(feature = "native")]
fn decoded_len(text: &[u8], unpadded: bool) -> usize {
    let text = match text {
        [symbols @ .., b'=', b'='] | [symbols @ .., b'='] if !unpadded => symbols,
        _ => text,
    };
    text.len() - text.len().div_ceil(4)
}

/// Where a text goes wrong that the crate refuses, which names places only of some faults.
#[cfg(feature = "native")]
fn place(text: &[u8], url_safe: bool, unpadded: bool) -> (usize, EncodingFault) {
    let last: &[u8] = if url_safe { b"-_" } else { b"+/" };
    let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || last.contains(byte);
    let symbols = (text.iter().position(|byte| !is_symbol(byte))).unwrap_or(text.len());
    let cut_short = (text.len(), EncodingFault::CutShort);
    let odd = symbols % 4;
    match &text[symbols..] {
        [] if odd == 1 || (odd != 0 && !unpadded) => cut_short,
        [b'=', ..] if !unpadded => {
            let padding = if odd < 2 { 0 } else { 4 - odd };
            let behind = &text[symbols..];
            let right = behind
                .iter()
                .take(padding)
                .take_while(|byte| **byte == b'=')
                .count();
            if right == padding && right < behind.len() {
                (symbols + right, EncodingFault::Padding)
            } else if right == padding {
                (symbols - 1, EncodingFault::TrailingBits)
            } else if right == behind.len() {
                cut_short
            } else {
                (symbols + right, EncodingFault::Padding)
            }
        }
        [] => (symbols.saturating_sub(1), EncodingFault::TrailingBits),
        _ => (symbols, EncodingFault::Symbol),
    }
}

#[cfg(feature = "native")]
impl Native for Base64Decode {
    fn native((text, url_safe, unpadded, capacity): Input<'_, Self>) -> Self::Output {
        if capacity < decoded_len(text, unpadded) {
            return Err(EncodingError::OutputTooSmall);
        }
        engine(url_safe, unpadded).decode(text).map_err(|_| {
            let (offset, fault) = place(text, url_safe, unpadded);
            EncodingError::Malformed { offset, fault }
        })
    }

    /// Base64 of any bytes, whole, cut short, with padding where it does not belong, with another symbol
    /// in it, or read as another variant than it was written in.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let [url_safe, unpadded] = [(); 2].map(|()| generator.one_in(2));
        let bytes = generator.random_bytes(len / 4 * 3 + len % 4);
        let mut text = engine(url_safe, unpadded).encode(bytes).into_bytes();
        match generator.number(0..=7) {
            0 => text.truncate(text.len() - generator.number(0..=text.len().min(4))),
            1 => {
                // Padding, or one more symbol, behind what may be complete already.
                let more = generator.number(1..=3);
                text.extend(generator.bytes_over(b"=A=", more));
            }
            2 => {
                // Only some symbols have no bits too many at the end.
                let end = text.iter().rposition(|byte| *byte != b'=');
                if let Some(end) = end {
                    text[end] = *generator.choose(b"ABCDQZaz0189");
                }
            }
            _ => samples::damage(generator, &mut text, b"=+/-_.\n\x00@[`{\x80\xff"),
        }
        let url_safe = url_safe != generator.one_in(8);
        let unpadded = unpadded != generator.one_in(8);
        let capacity = samples::capacity(generator, decoded_len(&text, unpadded));
        (text, url_safe, unpadded, capacity)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.random_bytes(len / 4 * 3);
        let text = engine(false, false).encode(&bytes).into_bytes();
        (text, false, false, bytes.len())
    }
}
