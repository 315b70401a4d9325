//! Text from a tape.

use super::tape::{JsonTapeError, JsonTapeFault};
#[cfg(feature = "native")]
use super::{tape_native, tape_samples, text_samples};
use crate::prelude::*;
use kilowat_kernels::json::{self, layout};

/// The JSON text of a tape (`docs/json-tape.md`), byte for byte as `serde_json` writes it, into room for so many bytes:
/// without white space, or a value or member a line, with so many spaces or tabs a level.
///
/// A malformed tape is refused.
#[derive(Debug)]
pub struct JsonSerialize;

impl JsonSerialize {
    /// The most levels that there may be.
    pub const DEEPEST: u32 = 8_192;

    /// The most spaces or tabs that a level has: more count as that many.
    pub const MOST_INDENT: u32 = 16;
}

impl Operation for JsonSerialize {
    const NAME: &'static str = "json_serialize";
    const SUMMARY: &'static str = "the JSON text of a tape";
    const EXPORT: &'static Export = &json::JSON_SERIALIZE;
    const PARAMETERS: Names = &[
        ("tape", "what to write"),
        ("indented", "whether each value has a line of its own"),
        ("tabs", "whether lines begin with tabs, not spaces"),
        ("indent", "with how many a level, 16 at most"),
        ("capacity", "how long the text may be"),
    ];

    type Shape = (Bytes, Flag, Flag, U32, Size);
    type Output = Result<Vec<u8>, JsonTapeError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (tape, indented, tabs, indent, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let tape = tape.place(frame)?;
        let dst = frame.output(capacity)?;
        let fault = frame.fault()?;
        let layout = layout::INDENTED * u32::from(indented) + layout::TABS * u32::from(tabs);
        let arguments = [
            tape.ptr.into(),
            tape.len.into(),
            layout.into(),
            indent.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        if let len @ 0.. = status {
            return Ok(Ok(frame.read(dst.prefix(len as u32)).to_vec()));
        }
        if status == -2 {
            return Ok(Err(JsonTapeError::OutputTooSmall));
        }
        let record = frame.read_fault(fault);
        let word = record.start;
        match (status, JsonTapeFault::from_code(record.code.into())) {
            (-3, Some(fault)) => Ok(Err(JsonTapeError::Malformed { word, fault })),
            (-6, None) if u32::from(record.code) == json::tape_fault::DEPTH => {
                Ok(Err(JsonTapeError::TooDeep { word }))
            }
            _ => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value: Some(WasmValue::I32(status)),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl Native for JsonSerialize {
    fn native((tape, indented, tabs, indent, capacity): Input<'_, Self>) -> Self::Output {
        let space = if tabs { b'\t' } else { b' ' };
        let indent = vec![space; indent.min(Self::MOST_INDENT) as usize];
        tape_native::serialize(tape, indented.then_some(&indent), capacity)
    }

    /// Tapes of every kind, whole and damaged, in every layout; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let sample = tape_samples::tape(generator, len);
        // Lines of deep levels are long.
        let indented = !sample.is_deep && generator.one_in(2);
        let tabs = generator.one_in(4);
        let indent = *generator.choose(&[0, 1, 2, 2, 4, 8, 15, 16, 17, u32::MAX]);
        let tape = sample.bytes;
        let text = Self::native((&tape, indented, tabs, indent, usize::MAX));
        let needed = text.map_or(len, |text| text.len());
        let capacity = text_samples::capacity(generator, needed);
        (tape, indented, tabs, indent, capacity)
    }

    /// An array of records.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let tape = tape_samples::records(generator, len);
        (tape, false, false, 0, len)
    }
}
