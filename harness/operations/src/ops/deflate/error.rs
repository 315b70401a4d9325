//! Why a compressed stream is refused, and where.

use crate::frame::{CallError, Frame, Span};
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::{Export, deflate::inflate_fault as codes};

/// Why a compressed stream is refused, and where.
///
/// Each tier refuses the same streams with the same [status](Refuses::status). What is wrong, and where, is what
/// the tier says that has answered: a kernel as precisely as it can be said, native code about as well. So two
/// errors are equal where their statuses are.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{}{fault}", self.place())]
pub struct InflateError {
    /// The offset of the byte that has the last bit of what is wrong; the stream's length where more should come.
    pub offset: usize,
    /// What is wrong.
    pub fault: InflateFault,
}

impl InflateError {
    /// There is less room than is needed.
    pub(super) const OUTPUT_TOO_SMALL: Self = Self {
        offset: 0,
        fault: InflateFault::Room,
    };

    fn place(&self) -> String {
        match self.fault {
            InflateFault::Room => String::new(),
            _ => format!("at byte {}: ", self.offset),
        }
    }
}

impl PartialEq for InflateError {
    fn eq(&self, other: &Self) -> bool {
        self.status() == other.status()
    }
}

impl Eq for InflateError {}

impl Refuses for InflateError {
    fn status(&self) -> Status {
        self.fault.status()
    }

    fn offset(&self) -> Option<u64> {
        match self.fault {
            InflateFault::Room => None,
            _ => Some(self.offset as u64),
        }
    }
}

/// The enumeration of the kernel's faults, and behind it what it has no number for.
macro_rules! faults {
    (
        {$($(#[doc = $doc:literal])* $name:ident = $code:ident: $status:ident, $words:literal;)*}
        {$($(#[doc = $other_doc:literal])* $other:ident: $other_status:ident, $other_words:literal;)*}
    ) => {
        /// What is wrong with a compressed stream.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum InflateFault {
            $($(#[doc = $doc])* #[error($words)] $name,)*
            $($(#[doc = $other_doc])* #[error($other_words)] $other,)*
        }

        impl InflateFault {
            /// The status that the kernels return.
            #[must_use]
            pub fn status(self) -> Status {
                match self {
                    $(Self::$name => Status::$status,)*
                    $(Self::$other => Status::$other_status,)*
                }
            }

            fn from_code(code: u32) -> Option<Self> {
                match code {
                    $(codes::$code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

faults! { {
    /// The source ends within the stream.
    CutShort = CUT_SHORT: Malformed, "the stream is cut short";
    /// A block is of the type that is reserved.
    BlockType = BLOCK_TYPE: Malformed, "a block of a type that there is not";
    /// The length of stored bytes is not what its complement says.
    StoredLength = STORED_LENGTH: Malformed, "a length of stored bytes that its complement belies";
    /// There are more symbols or distances than the format has.
    Counts = COUNTS: Malformed, "more code lengths than the format has symbols";
    /// The code of the code lengths is none.
    LengthCode = LENGTH_CODE: Malformed, "the code of the code lengths has too many codes, or too few";
    /// The code lengths repeat nothing, or more often than there are symbols.
    Lengths = LENGTHS: Malformed, "a code length that is repeated before the first, or over the last";
    /// The end of the block has no code.
    NoEnd = NO_END: Malformed, "a block whose end has no code";
    /// The code of the symbols is none.
    SymbolCode = SYMBOL_CODE: Malformed, "the code of literals and lengths has too many codes, or too few";
    /// The code of the distances is none.
    DistanceCode = DISTANCE_CODE: Malformed, "the code of distances has too many codes, or too few";
    /// No symbol has this code, or one that the format has no meaning for.
    Symbol = SYMBOL: Malformed, "a code that is no literal and no length";
    /// No distance has this code, or one that the format has no meaning for.
    DistanceSymbol = DISTANCE_SYMBOL: Malformed, "a code that is no distance";
    /// A match reaches back over the start of the content.
    Distance = DISTANCE: Malformed, "a match that reaches back over the start of the content";
    /// There is something behind the end of the stream.
    Trailing = TRAILING: Malformed, "something follows the end of the stream";
    /// The first two bytes are not those of a zlib stream or a gzip member.
    Header = HEADER: Malformed, "neither a zlib stream nor a gzip member begins so";
    /// The dictionary is not the one that the stream was made with.
    DictionaryId = DICTIONARY_ID: Checksum, "the stream was made with another dictionary";
    /// The header's checksum does not match.
    HeaderChecksum = HEADER_CHECKSUM: Checksum, "the checksum of the header does not match";
    /// The content's checksum does not match.
    Checksum = CHECKSUM: Checksum, "the checksum of the content, which ends here, does not match";
    /// The content has another length than is stored.
    Length = LENGTH: Checksum, "the content, which ends here, has another length than is stored";
    /// It is not DEFLATE.
    Method = METHOD: Unsupported, "compressed by another method than DEFLATE";
    /// Matches may reach back over more than 32 KiB.
    Window = WINDOW: Unsupported, "a window of more than 32 KiB";
    /// The header has flags that are reserved.
    HeaderFlags = HEADER_FLAGS: Unsupported, "flags that are reserved";
    /// The stream needs a dictionary.
    Dictionary = DICTIONARY: Unsupported, "the stream was made with a dictionary, and needs it";
} {
    /// The stream is damaged in a way that native code has no words for.
    Damaged: Malformed, "the stream is damaged";
    /// A stream had begun on a tier that can go on no more, and native code takes one up at its start only.
    Interrupted: Unsupported, "no tier is left that can go on with the stream";
    /// The content does not fit. That has no place.
    Room: OutputTooSmall, "the content is longer than the output has room for";
} }

/// Calls a decoder, and reads the content, which it writes to `dst`.
pub(super) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
    dst: Span,
    fault: Span,
) -> Result<Result<Vec<u8>, InflateError>, CallError> {
    let status = frame.invoke_i32(export, arguments)?;
    if let Ok(len) = u32::try_from(status) {
        return Ok(Ok(frame.read(dst.prefix(len)).to_vec()));
    }
    refusal(frame, export, status, fault).map(Err)
}

/// What a status means that is none of success.
pub(super) fn refusal<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    status: i32,
    fault: Span,
) -> Result<InflateError, CallError> {
    let error = match Status::from_code(status) {
        Some(Status::OutputTooSmall) => Some(InflateError::OUTPUT_TOO_SMALL),
        Some(status) if status.is_fault() => {
            let record = frame.read_fault(fault);
            let fault = InflateFault::from_code(record.code.into());
            fault
                .filter(|fault| fault.status() == status)
                .map(|fault| InflateError {
                    offset: record.start as usize,
                    fault,
                })
        }
        _ => None,
    };
    error.ok_or(CallError::Contract {
        export: export.name,
        value: Some(WasmValue::I32(status)),
    })
}
