//! What the encodings of bytes as text have in common: why there is no output.

use crate::frame::{CallError, Frame, Span};
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::{Export, text};

/// Why bytes have no text, or a text no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// The text would have 2 GiB or more.
    #[error("the input is longer than what has a text of less than 2 GiB")]
    TooLarge,
    /// A text is none of the encoding.
    #[error("at byte {offset}: {fault}")]
    Malformed {
        /// The offset of the first byte that is wrong: the text's length where more should come.
        offset: usize,
        /// What is wrong.
        fault: EncodingFault,
    },
}

impl EncodingError {
    /// The same in a text that begins with `len` other bytes, which are valid.
    #[must_use]
    pub fn behind(mut self, len: usize) -> Self {
        if let Self::Malformed { offset, .. } = &mut self {
            *offset += len;
        }
        self
    }
}

/// What is wrong with a text that is to stand for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingFault {
    /// A byte that is no hexadecimal digit.
    #[error("no hexadecimal digit")]
    Digit,
    /// A byte that is not of the base64 alphabet.
    #[error("not of the base64 alphabet")]
    Symbol,
    /// A `=`, or what follows one, out of place.
    #[error("padding is out of place")]
    Padding,
    /// Digits, symbols or padding are missing at the end.
    #[error("the text is cut short")]
    CutShort,
    /// Bits of the last base64 symbol that belong to no byte are not zero.
    #[error("the last symbol has bits that belong to no byte")]
    TrailingBits,
}

impl Refuses for EncodingError {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::TooLarge => Status::TooLarge,
            Self::Malformed { .. } => Status::Malformed,
        }
    }

    fn offset(&self) -> Option<u64> {
        match self {
            Self::Malformed { offset, .. } => Some(*offset as u64),
            Self::OutputTooSmall | Self::TooLarge => None,
        }
    }
}

/// What the codes of a kernel's faults mean.
pub(super) type Meaning = fn(u32) -> Option<EncodingFault>;

/// What a fault of hexadecimal digits means.
pub(super) fn hex_fault(code: u32) -> Option<EncodingFault> {
    match code {
        text::hex_fault::DIGIT => Some(EncodingFault::Digit),
        text::hex_fault::CUT_SHORT => Some(EncodingFault::CutShort),
        _ => None,
    }
}

/// What a fault of base64 means.
pub(super) fn base64_fault(code: u32) -> Option<EncodingFault> {
    match code {
        text::base64_fault::SYMBOL => Some(EncodingFault::Symbol),
        text::base64_fault::PADDING => Some(EncodingFault::Padding),
        text::base64_fault::CUT_SHORT => Some(EncodingFault::CutShort),
        text::base64_fault::TRAILING_BITS => Some(EncodingFault::TrailingBits),
        _ => None,
    }
}

/// Calls an encoder, or a decoder with room for its fault, and reads what it has written to `dst`.
pub(super) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
    dst: Span,
    fault: Option<(Span, Meaning)>,
) -> Result<Result<Vec<u8>, EncodingError>, CallError> {
    let status = frame.invoke_i32(export, arguments)?;
    let misfit = CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(status)),
    };
    if let Ok(len) = u32::try_from(status) {
        return Ok(Ok(frame.read(dst.prefix(len)).to_vec()));
    }
    match (Status::from_code(status), fault) {
        (Some(Status::OutputTooSmall), _) => Ok(Err(EncodingError::OutputTooSmall)),
        (Some(Status::TooLarge), None) => Ok(Err(EncodingError::TooLarge)),
        (Some(Status::Malformed), Some((span, meaning))) => {
            let record = frame.read_fault(span);
            let fault = meaning(record.code.into()).ok_or(misfit)?;
            let offset = record.start as usize;
            Ok(Err(EncodingError::Malformed { offset, fault }))
        }
        _ => Err(misfit),
    }
}
