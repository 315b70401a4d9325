//! A JSON text as a tape.

use super::error::JsonError;
use super::making;
#[cfg(feature = "native")]
use super::{native, samples, validate::JsonValidate};
use crate::prelude::*;
use kilowat_kernels::json;

/// The tape of a JSON text (RFC 8259) in UTF-8, of no more than so many levels of arrays and objects: its values as
/// little-endian words of 64 bits, into room for so many bytes.
///
/// A number that rounds to infinity has no tape, and neither has an escape of a surrogate without the other half.
#[derive(Debug)]
pub struct JsonParse;

impl JsonParse {
    /// The most bytes that a tape has: fewer than 2^28 words.
    pub const LONGEST: usize = (1 << 31) - 8;

    /// How many bytes the tape of a text of `len` bytes has at most, and `[0,0]` has: eight for each byte, and eight.
    #[must_use]
    pub const fn bound(len: usize) -> usize {
        if len < Self::LONGEST / 8 {
            8 * (len + 1)
        } else {
            Self::LONGEST
        }
    }
}

impl Operation for JsonParse {
    const NAME: &'static str = "json_parse";
    const SUMMARY: &'static str = "the values of a JSON text, as a tape of 64-bit words";
    const EXPORT: &'static Export = &json::JSON_PARSE;
    const PARAMETERS: Names = &[
        ("text", "what to parse"),
        ("depth", "how many levels of arrays and objects it may have"),
        ("capacity", "how long the tape may be, in bytes"),
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
impl Native for JsonParse {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((text, depth, capacity): Input<'_, Self>) -> Self::Output {
        let tape = native::tape(text, depth.min(JsonValidate::DEEPEST))?;
        if tape.len() > capacity.min(Self::LONGEST) {
            return Err(JsonError::OUTPUT_TOO_SMALL);
        }
        Ok(tape)
    }

    /// Documents of every kind, whole and damaged, levels within levels, numbers that are hard to round, and halves of
    /// pairs of surrogates; now and then with less room than they need.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let (text, depth) = match generator.number(0..=7) {
            0 | 1 => samples::numbers(generator, len),
            2 => samples::halves(generator, len),
            _ => samples::text(generator, len),
        };
        let needed = native::tape(&text, depth).map_or(8 * len, |tape| tape.len());
        let capacity = match generator.number(0..=5) {
            0 => needed.saturating_sub(1),
            1 => generator.number(0..=needed),
            2 => needed + generator.number(1..=64),
            _ => needed,
        };
        (text, depth, capacity)
    }

    /// An array of records.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (
            samples::records(generator, len),
            samples::DEPTH,
            Self::bound(len),
        )
    }
}
