//! Why a JSON text is refused, and where.

use std::fmt;

use crate::frame::{CallError, FaultRecord};
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::{Export, json};

/// Why a JSON text is refused, and where.
///
/// Each tier refuses the same texts for reasons of the same [`kind`](Self::kind). A kernel says the rest as
/// precisely as it can be said; native code says the place about as well, and leaves out what it does not know. So
/// two errors are equal where they are of one kind.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{}{}", self.place(), self.words())]
pub struct JsonError {
    /// What it comes to.
    pub kind: JsonErrorKind,
    /// Offset of the first byte at which no valid text can go on, or of what has no tape.
    pub start: u32,
    /// Offset of the byte behind it; the same where the text ends too early.
    pub end: u32,
    /// What is wrong with the text there.
    pub why: JsonWhy,
    /// What should stand there.
    pub wanted: JsonWanted,
}

/// What the refusal of a JSON text comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// It is not valid JSON (RFC 8259).
    Malformed,
    /// It has more levels of arrays and objects than are allowed.
    TooDeep,
    /// It has a number that is too large for a double.
    TooLarge,
    /// The text is valid, and what becomes of it is longer than the room for it. That has no place.
    OutputTooSmall,
}

impl PartialEq for JsonError {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for JsonError {}

impl JsonError {
    /// There is less room than is needed.
    pub(super) const OUTPUT_TOO_SMALL: Self = Self {
        kind: JsonErrorKind::OutputTooSmall,
        start: 0,
        end: 0,
        why: JsonWhy::Room,
        wanted: JsonWanted::Nothing,
    };

    fn place(&self) -> String {
        match self.kind {
            JsonErrorKind::OutputTooSmall => String::new(),
            _ => format!("at byte {}: ", self.start),
        }
    }

    /// What is wrong, in words, without the place.
    #[must_use]
    pub fn words(&self) -> JsonWords {
        JsonWords(*self)
    }
}

/// What is wrong with a JSON text, in words.
#[derive(Debug, Clone, Copy)]
pub struct JsonWords(JsonError);

impl fmt::Display for JsonWords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let JsonError { why, wanted, .. } = self.0;
        match (why, wanted.words()) {
            (JsonWhy::Ends, None) => formatter.write_str("the text ends too early"),
            (JsonWhy::Ends, Some(wanted)) => write!(formatter, "the text ends: expected {wanted}"),
            (JsonWhy::Byte, None) => formatter.write_str("this is not valid JSON"),
            (JsonWhy::Byte | JsonWhy::Escape, Some(wanted)) => {
                write!(formatter, "expected {wanted}")
            }
            (JsonWhy::Control, _) => {
                formatter.write_str("a control character in a string: it is to be escaped")
            }
            (JsonWhy::Escape, None) => formatter.write_str("a backslash that begins no escape"),
            (JsonWhy::Utf8, _) => formatter.write_str("this is not UTF-8"),
            (JsonWhy::Depth, _) => {
                formatter.write_str("more levels of arrays and objects than are allowed")
            }
            (JsonWhy::Surrogate, _) => {
                formatter.write_str("half of a pair of surrogates, which stands for no character")
            }
            (JsonWhy::Number, _) => formatter.write_str("a number that is too large for a double"),
            (JsonWhy::Room, _) => {
                formatter.write_str("the result is longer than the output has room for")
            }
        }
    }
}

/// An enumeration whose values a kernel has in a table; behind them may be some that it has not.
macro_rules! codes {
    (
        $(#[$doc:meta])*
        $name:ident: $table:ident {
            $($(#[$case_doc:meta])* $case:ident = $code:ident,)*
            $(;$($(#[$other_doc:meta])* $other:ident,)*)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$case_doc])* $case,)*
            $($($(#[$other_doc])* $other,)*)?
        }

        impl $name {
            fn from_code(code: u16) -> Option<Self> {
                $(if u32::from(code) == json::$table::$code as u32 {
                    return Some(Self::$case);
                })*
                None
            }
        }
    };
}

codes! {
    /// What is wrong with a JSON text.
    JsonWhy: why {
        /// It ends where it should go on.
        Ends = ENDS,
        /// A byte does not belong there.
        Byte = BYTE,
        /// A control character in a string, where it has to be escaped.
        Control = CONTROL,
        /// A backslash in a string, and no escape that there is.
        Escape = ESCAPE,
        /// It is not UTF-8.
        Utf8 = UTF8,
        /// A level too many begins.
        Depth = DEPTH,
        /// The escape of half of a pair of surrogates is alone.
        Surrogate = SURROGATE,
        /// A number rounds to infinity.
        Number = NUMBER,
        ;
        /// Nothing is; there is less room for the result than it needs.
        Room,
    }
}

codes! {
    /// What should stand in a JSON text.
    JsonWanted: wanted {
        /// Nothing in particular, or it is not known.
        Nothing = NOTHING,
        /// A value.
        Value = VALUE,
        /// A value, or the end of the array.
        ValueOrEnd = VALUE_OR_END,
        /// A key, or the end of the object.
        KeyOrEnd = KEY_OR_END,
        /// A key.
        Key = KEY,
        /// The colon behind a key.
        Colon = COLON,
        /// A comma, or the end of the object.
        CommaOrBrace = COMMA_OR_BRACE,
        /// A comma, or the end of the array.
        CommaOrBracket = COMMA_OR_BRACKET,
        /// The end of the text.
        End = END,
        /// A decimal digit.
        Digit = DIGIT,
        /// A hexadecimal digit.
        HexDigit = HEX_DIGIT,
        /// The rest of `true`, `false` or `null`.
        Literal = LITERAL,
        /// The end of a string.
        Quote = QUOTE,
    }
}

impl JsonWanted {
    fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::Nothing => return None,
            Self::Value => "a value",
            Self::ValueOrEnd => "a value or `]`",
            Self::KeyOrEnd => "a string or `}`",
            Self::Key => "a string",
            Self::Colon => "`:`",
            Self::CommaOrBrace => "`,` or `}`",
            Self::CommaOrBracket => "`,` or `]`",
            Self::End => "the end of the text",
            Self::Digit => "a digit",
            Self::HexDigit => "four hexadecimal digits",
            Self::Literal => "`true`, `false` or `null`",
            Self::Quote => "`\"` at the end of the string",
        })
    }
}

impl Refuses for JsonError {
    fn status(&self) -> Status {
        match self.kind {
            JsonErrorKind::Malformed => Status::Malformed,
            JsonErrorKind::TooDeep | JsonErrorKind::TooLarge => Status::TooLarge,
            JsonErrorKind::OutputTooSmall => Status::OutputTooSmall,
        }
    }

    fn offset(&self) -> Option<u64> {
        (self.kind != JsonErrorKind::OutputTooSmall).then_some(self.start.into())
    }
}

/// The error that a kernel speaks of.
pub(super) fn refusal(
    export: &'static Export,
    status: i32,
    record: FaultRecord,
) -> Result<JsonError, CallError> {
    let why = JsonWhy::from_code(record.code);
    let kind = match (Status::from_code(status), why) {
        (Some(Status::Malformed), _) => Some(JsonErrorKind::Malformed),
        (Some(Status::TooLarge), Some(JsonWhy::Number)) => Some(JsonErrorKind::TooLarge),
        (Some(Status::TooLarge), _) => Some(JsonErrorKind::TooDeep),
        _ => None,
    };
    let wanted = JsonWanted::from_code(record.wanted);
    match (kind, why, wanted) {
        (Some(kind), Some(why), Some(wanted)) => Ok(JsonError {
            kind,
            start: record.start,
            end: record.end,
            why,
            wanted,
        }),
        _ => Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(status)),
        }),
    }
}
