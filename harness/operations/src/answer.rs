//! What operations answer: in a form that can be compared byte by byte, and by name.

use std::cmp::Ordering;
use std::fmt::Debug;

use crate::argument::ArgumentError;
use crate::datum::Datum;
use crate::frame::CallError;
#[cfg(feature = "text")]
use crate::ops::{EncodingError, Utf8Fault};
#[cfg(feature = "json")]
use crate::ops::{JsonError, JsonGetError, JsonTapeError, JsonTextError};
#[cfg(feature = "lz4")]
use crate::ops::{Lz4Error, Lz4FrameFault};
#[cfg(feature = "memory_ops")]
use crate::ops::{NotFinite, NumbersChanged};
use kilowat_engine::EngineError;

/// An answer of an operation.
pub trait Answer: Debug + Clone + PartialEq + Send + 'static {
    /// The answer as bytes, in the order in which a difference is looked for.
    fn bytes(&self) -> Vec<u8>;

    /// The answer for callers that have chosen the operation at run time.
    ///
    /// # Errors
    /// [`OperationError`] where the answer is that there is none.
    fn value(self) -> Result<Datum, OperationError>;

    /// The answer that a [value](Self::value) is. Encoders' answers are taken back like that, to see whether
    /// they are right: of other operations there is one right value.
    #[must_use]
    fn from_value(_: &Result<Datum, OperationError>) -> Option<Self> {
        None
    }
}

/// Why there is no right answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The kernel could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The kernel's answer is not the native one.
    #[error("{operation} answers {actual} where the native code answers {expected}")]
    Wrong {
        /// The operation.
        operation: &'static str,
        /// The native answer, shortened.
        expected: String,
        /// The kernel's, shortened.
        actual: String,
    },
}

impl From<EngineError> for AnswerError {
    fn from(error: EngineError) -> Self {
        Self::Call(error.into())
    }
}

/// Why an operation has no result. That is an answer too: every tier gives the same one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// It cannot be called with these arguments.
    #[error(transparent)]
    Argument(#[from] Box<ArgumentError>),
    /// Compression or decompression.
    #[cfg(feature = "lz4")]
    #[error(transparent)]
    Lz4(#[from] Lz4Error),
    /// A piece of LZ4 frames.
    #[cfg(feature = "lz4")]
    #[error("at byte {offset} of the piece: {fault}")]
    Lz4Frame {
        /// Where in the piece that begins.
        offset: usize,
        /// What is wrong with it.
        fault: Lz4FrameFault,
    },
    /// JSON.
    #[cfg(feature = "json")]
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON that is made from a text, or such a text that is made from JSON.
    #[cfg(feature = "json")]
    #[error(transparent)]
    JsonText(#[from] JsonTextError),
    /// JSON that is made from a tape.
    #[cfg(feature = "json")]
    #[error(transparent)]
    JsonTape(#[from] JsonTapeError),
    /// A value of a tape.
    #[cfg(feature = "json")]
    #[error(transparent)]
    JsonGet(#[from] JsonGetError),
    /// Aggregates.
    #[cfg(feature = "memory_ops")]
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// Aggregates of what comes in pieces, again and again.
    #[cfg(feature = "memory_ops")]
    #[error(transparent)]
    NumbersChanged(#[from] NumbersChanged),
    /// Hexadecimal digits and base64.
    #[cfg(feature = "text")]
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// What is to be UTF-8.
    #[cfg(feature = "text")]
    #[error(transparent)]
    Utf8(#[from] Utf8Fault),
}

impl From<ArgumentError> for OperationError {
    fn from(error: ArgumentError) -> Self {
        Self::Argument(Box::new(error))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(
            impl Answer for $integer {
                fn bytes(&self) -> Vec<u8> {
                    self.to_le_bytes().to_vec()
                }

                fn value(self) -> Result<Datum, OperationError> {
                    Ok(Datum::Integer(self.into()))
                }
            }

            impl Answer for Vec<$integer> {
                fn bytes(&self) -> Vec<u8> {
                    self.iter().flat_map(Answer::bytes).collect()
                }

                fn value(self) -> Result<Datum, OperationError> {
                    Ok(Datum::Integers(self.into_iter().map(u64::from).collect()))
                }
            }
        )*
    };
}

integers!(u32, u64);

impl Answer for Vec<f64> {
    fn bytes(&self) -> Vec<u8> {
        self.iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Numbers(self))
    }
}

impl Answer for Vec<u8> {
    fn bytes(&self) -> Vec<u8> {
        self.clone()
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bytes(self))
    }
}

impl<const N: usize> Answer for [u8; N] {
    fn bytes(&self) -> Vec<u8> {
        self.to_vec()
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bytes(self.into()))
    }
}

impl<const N: usize> Answer for Vec<[u8; N]> {
    fn bytes(&self) -> Vec<u8> {
        self.concat()
    }

    fn value(self) -> Result<Datum, OperationError> {
        let list = self.into_iter().map(Vec::from);
        Ok(Datum::BytesList(list.collect()))
    }
}

impl Answer for bool {
    fn bytes(&self) -> Vec<u8> {
        vec![u8::from(*self)]
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bool(self))
    }
}

impl Answer for Ordering {
    fn bytes(&self) -> Vec<u8> {
        vec![*self as i8 as u8]
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Order(self))
    }
}

impl Answer for Option<usize> {
    fn bytes(&self) -> Vec<u8> {
        self.map_or(u64::MAX, |offset| offset as u64).bytes()
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(self.map_or(Datum::Nothing, |offset| Datum::Integer(offset as u64)))
    }
}

impl Answer for Option<u64> {
    fn bytes(&self) -> Vec<u8> {
        self.unwrap_or(u64::MAX).bytes()
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(self.map_or(Datum::Nothing, Datum::Integer))
    }
}

/// An answer for a message: its beginning, where it is long.
#[must_use]
pub fn shortened(answer: &(impl Debug + ?Sized)) -> String {
    const LONGEST: usize = 200;
    let mut text = format!("{answer:?}");
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}
