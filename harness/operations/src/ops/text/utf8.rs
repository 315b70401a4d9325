//! UTF-8: validated, and its characters and UTF-16 units counted.

use crate::prelude::*;
use kilowat_kernels::text;

#[cfg(feature = "native")]
use super::samples;

/// Whether a byte string is UTF-8 (Unicode 16, table 3-7), and where it is none.
#[derive(Debug)]
pub struct Utf8Validate;

/// Why bytes are no UTF-8; as [`std::str::Utf8Error`] has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes from {valid_up_to} on are no UTF-8: {}", self.reason())]
#[non_exhaustive]
pub struct Utf8Fault {
    /// How many bytes are valid: the offset of the first one that belongs to no character.
    pub valid_up_to: usize,
    /// How many bytes from there on begin no character, 1 to 3; nothing where the text ends within a
    /// character that may still become one.
    pub error_len: Option<u8>,
}

impl Utf8Fault {
    /// The same in bytes that begin with `len` others, which are valid.
    #[must_use]
    pub fn behind(mut self, len: usize) -> Self {
        self.valid_up_to += len;
        self
    }

    fn reason(self) -> &'static str {
        match self.error_len {
            Some(_) => "no character begins so",
            None => "the last character has no end",
        }
    }
}

impl Refuses for Utf8Fault {
    fn status(&self) -> Status {
        Status::Malformed
    }

    fn offset(&self) -> Option<u64> {
        Some(self.valid_up_to as u64)
    }
}

impl Operation for Utf8Validate {
    const NAME: &'static str = "utf8_validate";
    const SUMMARY: &'static str = "whether a byte string is UTF-8, and where it is none";
    const EXPORT: &'static Export = &text::UTF8_VALIDATE;
    const PARAMETERS: Names = &[("bytes", "what may be UTF-8")];

    type Shape = Bytes;
    type Output = Result<(), Utf8Fault>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        bytes: B,
    ) -> Result<Self::Output, CallError> {
        let Span { ptr, len } = bytes.place(frame)?;
        let fault = frame.fault()?;
        let arguments = [ptr.into(), len.into(), fault.ptr.into()];
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        if status == 0 {
            return Ok(Ok(()));
        }
        let misfit = CallError::Contract {
            export: Self::EXPORT.name,
            value: Some(WasmValue::I32(status)),
        };
        if Status::from_code(status) != Some(Status::Malformed) {
            return Err(misfit);
        }
        let fault = frame.read_fault(fault);
        let error_len = match (fault.code.into(), fault.end.wrapping_sub(fault.start)) {
            (text::utf8_fault::MALFORMED, length @ 1..=3) => Some(length as u8),
            (text::utf8_fault::CUT_SHORT, _) => None,
            _ => return Err(misfit),
        };
        Ok(Err(Utf8Fault {
            valid_up_to: fault.start as usize,
            error_len,
        }))
    }
}

#[cfg(feature = "native")]
impl Native for Utf8Validate {
    fn native(bytes: &[u8]) -> Self::Output {
        std::str::from_utf8(bytes).map(drop).map_err(|error| {
            // No more than three.
            let error_len = error.error_len().map(|length| length as u8);
            Utf8Fault {
                valid_up_to: error.valid_up_to(),
                error_len,
            }
        })
    }

    /// Text of one script or of many, whole, damaged or cut short; and bytes of no meaning.
    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        samples::damaged_text(generator, len)
    }

    /// Source text, which is ASCII but for a comment here and there.
    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        samples::mixed_text(generator, len)
    }
}

/// The two counts, which differ in what a character from U+10000 on counts.
macro_rules! counts {
    ($($(#[$doc:meta])* $operation:ident $name:literal $export:ident, $summary:literal, $native:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $operation;

            impl Operation for $operation {
                const NAME: &'static str = $name;
                const SUMMARY: &'static str = $summary;
                const EXPORT: &'static Export = &text::$export;
                const PARAMETERS: Names = &[("bytes", "what is UTF-8")];

                type Shape = Bytes;
                type Output = u32;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    bytes: B,
                ) -> Result<u32, CallError> {
                    let Span { ptr, len } = bytes.place(frame)?;
                    Ok(frame.invoke_i32(Self::EXPORT, &[ptr.into(), len.into()])? as u32)
                }

                fn kernel_in_pieces<F: Frame>(
                    frame: &mut F,
                    bytes: &[u8],
                    cuts: &[usize],
                ) -> Option<Result<u32, CallError>> {
                    let mut pieces = crate::ops::pieces(bytes, cuts);
                    Some(pieces.try_fold(0, |count, piece| {
                        Ok(count + Self::kernel::<F, &[u8]>(frame, piece)?)
                    }))
                }
            }

            #[cfg(feature = "native")]
            impl Native for $operation {
                fn native(bytes: &[u8]) -> u32 {
                    let native: fn(&[u8]) -> usize = $native;
                    native(bytes) as u32
                }

                fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
                    samples::damaged_text(generator, len)
                }

                fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
                    samples::mixed_text(generator, len)
                }
            }
        )*
    };
}

counts! {
    /// How many Unicode scalar values there are in UTF-8; in other bytes, how many are not `10xxxxxx`.
    Utf8Count "utf8_count" UTF8_COUNT,
    "how many characters UTF-8 has",
    |bytes| bytecount::num_chars(bytes);

    /// How many units of 16 bits UTF-8 has as UTF-16; in other bytes, how many are not `10xxxxxx`, those
    /// over `0xef` twice.
    Utf16Len "utf16_len" UTF16_LEN,
    "how many units UTF-8 has as UTF-16",
    |bytes| bytecount::num_chars(bytes) + bytes.iter().filter(|byte| **byte >= 0xf0).count();
}
