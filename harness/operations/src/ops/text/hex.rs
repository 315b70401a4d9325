//! Bytes as hexadecimal digits.

use super::encoding::{self, EncodingError};
#[cfg(feature = "native")]
use super::{encoding::EncodingFault, samples};
use crate::prelude::*;
use kilowat_kernels::text;

/// The hexadecimal digits of bytes, two each (RFC 4648, section 8), into room for so many.
#[derive(Debug)]
pub struct HexEncode;

impl Operation for HexEncode {
    const NAME: &'static str = "hex_encode";
    const SUMMARY: &'static str = "hexadecimal digits of a byte string";
    const EXPORT: &'static Export = &text::HEX_ENCODE;
    const PARAMETERS: Names = &[
        ("bytes", "what to encode"),
        ("upper", "whether the letters are capital"),
        ("capacity", "how long the text may be"),
    ];

    type Shape = (Bytes, Flag, Size);
    type Output = Result<Vec<u8>, EncodingError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, upper, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            u32::from(upper).into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        encoding::invoke(frame, Self::EXPORT, &arguments, dst, None)
    }
}

#[cfg(feature = "native")]
impl Native for HexEncode {
    fn native((bytes, upper, capacity): Input<'_, Self>) -> Self::Output {
        if bytes.len() >= 1 << 30 {
            return Err(EncodingError::TooLarge);
        }
        if capacity < 2 * bytes.len() {
            return Err(EncodingError::OutputTooSmall);
        }
        let text = if upper {
            const_hex::encode_upper(bytes)
        } else {
            const_hex::encode(bytes)
        };
        Ok(text.into_bytes())
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.bytes(len);
        let capacity = samples::capacity(generator, 2 * len);
        (bytes, generator.one_in(2), capacity)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.random_bytes(len), false, 2 * len)
    }
}

/// The bytes that hexadecimal digits stand for (RFC 4648, section 8), into room for so many.
#[derive(Debug)]
pub struct HexDecode;

impl Operation for HexDecode {
    const NAME: &'static str = "hex_decode";
    const SUMMARY: &'static str = "the byte string that hexadecimal digits stand for";
    const EXPORT: &'static Export = &text::HEX_DECODE;
    const PARAMETERS: Names = &[
        ("text", "digits, of small or capital letters"),
        ("capacity", "how many bytes there may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, EncodingError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = text.place(frame)?;
        let dst = frame.output(capacity)?;
        let fault = frame.fault()?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        let fault = Some((fault, encoding::hex_fault as encoding::Meaning));
        encoding::invoke(frame, Self::EXPORT, &arguments, dst, fault)
    }
}

#[cfg(feature = "native")]
impl Native for HexDecode {
    /// The crate passes over `0x`, and looks at the length before the digits: what is wrong is looked for
    /// here.
    fn native((text, capacity): (&[u8], usize)) -> Self::Output {
        if capacity < text.len() / 2 {
            return Err(EncodingError::OutputTooSmall);
        }
        let wrong = text.iter().position(|digit| !digit.is_ascii_hexdigit());
        let (offset, fault) = match (wrong, const_hex::decode(text)) {
            (None, Ok(bytes)) => return Ok(bytes),
            (None, Err(_)) => (text.len(), EncodingFault::CutShort),
            (Some(offset), _) => (offset, EncodingFault::Digit),
        };
        Err(EncodingError::Malformed { offset, fault })
    }

    /// Digits in either case or both, as many as not with one that is none, or one too few.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let alphabets: [&[u8]; 3] = [
            b"0123456789abcdef",
            b"0123456789ABCDEF",
            b"0123456789abcdefABCDEF",
        ];
        let alphabet = *generator.choose(&alphabets);
        let mut text = generator.bytes_over(alphabet, len & !1);
        if generator.one_in(8) {
            text.push(b'0');
        }
        samples::damage(generator, &mut text, b"/:@G`gx\x00\x7f\xff");
        let capacity = samples::capacity(generator, text.len() / 2);
        (text, capacity)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.bytes_over(b"0123456789abcdef", len & !1), len / 2)
    }
}
