//! What is wrong with a JSON text, or with a value that is to be one.

use std::fmt;

use kilowat_operations::ops::{JsonError, JsonTapeError};

/// What is wrong with a JSON text, or with a value that is to become one or was to be read from one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not valid JSON, or has what no tape can hold.
    #[error(transparent)]
    Text(Box<TextError>),
    /// A value is not what the type is written as or read from.
    #[error(transparent)]
    Data(Box<DataError>),
    /// The bytes are no tape, or one of too many levels.
    #[error(transparent)]
    Tape(#[from] JsonTapeError),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// No tier could answer, or there is no memory.
    #[error(transparent)]
    Runtime(#[from] crate::Error),
}

/// Why a text is not valid JSON, and where.
#[derive(Debug, Clone, thiserror::Error)]
#[error("line {line}, column {column}: {}", error.words())]
#[non_exhaustive]
pub struct TextError {
    /// The line, counted from 1. Lines end with a line feed.
    pub line: usize,
    /// The column, counted from 1 in Unicode characters; what is not UTF-8 counts as one a byte.
    pub column: usize,
    /// What is wrong, and its offset in bytes.
    pub error: JsonError,
}

impl TextError {
    /// Finds the line and the column of an error in its text.
    #[must_use]
    pub fn new(text: &[u8], error: JsonError) -> Self {
        let before = &text[..text.len().min(error.start as usize)];
        let feed = before.iter().rposition(|byte| *byte == b'\n');
        let line_start = feed.map_or(0, |feed| feed + 1);
        Self {
            line: 1 + bytecount::count(before, b'\n'),
            column: 1 + characters(&before[line_start..]),
            error,
        }
    }
}

/// How many characters there are, bytes that are not UTF-8 being one each.
fn characters(bytes: &[u8]) -> usize {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// Why a value does not fit its type, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataError {
    /// What is wrong.
    pub message: String,
    /// Where: the keys and indices that lead there, the innermost first.
    path: Vec<String>,
}

impl DataError {
    /// Where the value stands, as a JSON Pointer (RFC 6901); empty for the whole of it.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.path.iter().rev() {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return formatter.write_str(&self.message);
        }
        write!(formatter, "at `{}`: {}", self.pointer(), self.message)
    }
}

impl std::error::Error for DataError {}

impl Error {
    pub(super) fn data(message: impl Into<String>) -> Self {
        Self::Data(Box::new(DataError {
            message: message.into(),
            path: Vec::new(),
        }))
    }

    /// The same error, of a value in an array.
    #[cold]
    pub(super) fn below_index(self, index: u64) -> Self {
        self.below(|| index.to_string())
    }

    /// The same error, of a value in an object.
    #[cold]
    pub(super) fn below_key(self, key: &str) -> Self {
        self.below(|| key.to_owned())
    }

    fn below(mut self, step: impl FnOnce() -> String) -> Self {
        if let Self::Data(error) = &mut self {
            error.path.push(step());
        }
        self
    }
}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::data(message.to_string())
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::data(message.to_string())
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => error,
            Error::Runtime(error) => error.into(),
            error => Self::new(std::io::ErrorKind::InvalidData, error),
        }
    }
}
