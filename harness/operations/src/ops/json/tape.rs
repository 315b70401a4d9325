//! Tapes: what may be wrong with one.

use crate::refusal::{Refuses, Status};
use kilowat_kernels::json::tape_fault;

/// Why there is no text from a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonTapeError {
    /// The text is longer than the capacity. The tape is well-formed.
    #[error("the text is longer than the output has room for")]
    OutputTooSmall,
    /// The tape is malformed.
    #[error("at word {word} of the tape: {fault}")]
    Malformed {
        /// The index of the first word that is wrong; where the tape ends too early, how many there are.
        word: u32,
        /// What is wrong with it.
        fault: JsonTapeFault,
    },
    /// The tape has more than 8,192 levels.
    #[error("at word {word} of the tape: more than 8,192 levels of arrays and objects")]
    TooDeep {
        /// The index of the word with which the next begins.
        word: u32,
    },
}

/// What is wrong with a word of a tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonTapeFault {
    /// The tape is no whole number of words, none at all, or of 2^28 or more.
    #[error("no tape has this length")]
    Length,
    /// What should stand there is not in the array, the object or the tape.
    #[error("the array, the object or the tape ends before its last value does")]
    Ends,
    /// There is a word behind the last value of an array, an object or the tape.
    #[error("a word behind the last value of the array, the object or the tape")]
    Behind,
    /// No value begins with such a word.
    #[error("no value begins with this word")]
    Tag,
    /// An array or an object ends nowhere behind its first word, or behind what it stands in.
    #[error("the array or object ends before it begins, or behind what it stands in")]
    Index,
    /// A key is no string.
    #[error("a key that is no string")]
    Key,
    /// Something stands behind a string in its last word.
    #[error("the string has something behind it in its last word")]
    Padding,
    /// A string is not UTF-8.
    #[error("the string is not UTF-8")]
    Utf8,
    /// A double is none of a number.
    #[error("the number is not finite")]
    NotFinite,
    /// An integer below 2^63 has the tag of those that are not.
    #[error("the integer is below 2^63, which its tag denies")]
    Small,
}

impl JsonTapeFault {
    /// What the code of a kernel's fault means.
    pub(super) fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            tape_fault::LENGTH => Self::Length,
            tape_fault::ENDS => Self::Ends,
            tape_fault::BEHIND => Self::Behind,
            tape_fault::TAG => Self::Tag,
            tape_fault::INDEX => Self::Index,
            tape_fault::KEY => Self::Key,
            tape_fault::PADDING => Self::Padding,
            tape_fault::UTF8 => Self::Utf8,
            tape_fault::NOT_FINITE => Self::NotFinite,
            tape_fault::SMALL => Self::Small,
            _ => return None,
        })
    }
}

impl Refuses for JsonTapeError {
    fn status(&self) -> Status {
        match self {
            Self::OutputTooSmall => Status::OutputTooSmall,
            Self::Malformed { .. } => Status::Malformed,
            Self::TooDeep { .. } => Status::TooLarge,
        }
    }

    fn offset(&self) -> Option<u64> {
        const WORD: u64 = size_of::<u64>() as u64;
        match *self {
            Self::OutputTooSmall => None,
            Self::Malformed { word, .. } | Self::TooDeep { word } => Some(WORD * u64::from(word)),
        }
    }
}
