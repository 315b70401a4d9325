//! JSON (RFC 8259): checked, read, written and searched; exactly what the standard allows, nothing more.
//!
//! A text is read onto a [`Tape`], and a tape is written as text; any type that serde knows goes both ways.
//! Text is UTF-8, without a byte order mark.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Agent<'a> {
//!     name: &'a str,
//!     tasks: Vec<u32>,
//! }
//!
//! let agent: Agent = kilowat::json::from_slice(br#"{"name": "ada", "tasks": [1, 2]}"#)?;
//! assert_eq!(kilowat::json::to_string(&agent)?, r#"{"name":"ada","tasks":[1,2]}"#);
//!
//! let error = kilowat::json::validate(b"{\"name\": \"ada\",\n \"tasks\": [1 2]}").unwrap_err();
//! assert_eq!(error.to_string(), "line 2, column 14: expected `,` or `]`");
//! # Ok::<(), kilowat::json::Error>(())
//! ```

mod deserializer;
mod error;
mod functions;
#[cfg(feature = "serde_json")]
mod interchange;
mod layout;
mod lines;
mod serializer;
mod tape;
mod writer;

use std::io::Write;

use kilowat_operations::ops::{
    JsonEscape, JsonMinify, JsonParse, JsonSerialize, JsonUnescape, JsonValidate,
};
use serde::{Deserialize, Serialize};

pub use deserializer::TYPE_DEPTH;
pub use error::{DataError, Error, TextError};
pub use functions::{
    escape, from_slice, from_str, minify, parse, pretty, to_string, to_vec, to_writer, unescape,
    validate,
};
pub use kilowat_operations::ops::{
    JsonError, JsonErrorKind, JsonTapeError, JsonTapeFault, JsonWanted, JsonWhy, JsonWords,
};
pub use layout::Layout;
pub use lines::{LineError, Lines};
pub use tape::{Array, Members, Object, PointerError, Tape, Value, Values, check_pointer};

use crate::runtime::Runtime;
use deserializer::{Deserializer, OfText};
use layout::lay_out;

/// How many levels of arrays and objects there may be where nothing else is said.
pub const DEPTH: u32 = 1024;

impl Runtime {
    /// Whether `text` is valid JSON of `depth` levels of arrays and objects at most; 8,192 is the most.
    ///
    /// # Errors
    /// [`Error::Text`] where it is not: what is wrong, and where; [`Error::Runtime`] where no tier can answer.
    pub fn json_validate(&self, text: &[u8], depth: u32) -> Result<(), Error> {
        self.run_operation::<JsonValidate>((text, depth))?
            .map_err(|error| located(text, error))
    }

    /// Reads `text`, of `depth` levels at most, onto a tape.
    ///
    /// # Errors
    /// [`Error::Text`] where it is not valid JSON, or has what no tape can hold: a number over the range of doubles,
    /// or an escape of half a surrogate pair. [`Error::Runtime`] where no tier can answer.
    pub fn json_parse(&self, text: &[u8], depth: u32) -> Result<Tape, Error> {
        let limit = JsonParse::bound(text.len());
        // Two words for each eight bytes are enough for most texts.
        let mut capacity = limit.min(2 * text.len() + 256);
        loop {
            match self.run_operation::<JsonParse>((text, depth, capacity))? {
                Ok(tape) => return Ok(Tape::new(tape)),
                Err(error) if error.kind == JsonErrorKind::OutputTooSmall && capacity < limit => {
                    capacity = limit.min(2 * capacity);
                }
                Err(error) => return Err(located(text, error)),
            }
        }
    }

    /// The text of a tape.
    ///
    /// # Errors
    /// [`Error::Tape`] where a tape has more than 8,192 levels; [`Error::Runtime`] where no tier can answer.
    pub fn json_serialize(&self, tape: &Tape, layout: Layout) -> Result<Vec<u8>, Error> {
        self.serialize_bytes(tape.as_bytes(), layout)
    }

    fn serialize_bytes(&self, tape: &[u8], layout: Layout) -> Result<Vec<u8>, Error> {
        let (indented, tabs, indent) = layout.arguments();
        let mut capacity = tape.len() + 64;
        loop {
            let input = (tape, indented, tabs, indent, capacity);
            match self.run_operation::<JsonSerialize>(input)? {
                Ok(text) => return Ok(text),
                Err(JsonTapeError::OutputTooSmall) => capacity = capacity.saturating_mul(2),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// `text`, of `depth` levels at most, without white space between its tokens. Strings and numbers stay as they
    /// are written.
    ///
    /// # Errors
    /// As of [`json_validate`](Self::json_validate).
    pub fn json_minify(&self, text: &[u8], depth: u32) -> Result<Vec<u8>, Error> {
        self.run_operation::<JsonMinify>((text, depth, text.len()))?
            .map_err(|error| located(text, error))
    }

    /// `text`, of `depth` levels at most, laid out anew. Strings and numbers stay as they are written.
    ///
    /// # Errors
    /// As of [`json_validate`](Self::json_validate).
    pub fn json_pretty(&self, text: &[u8], depth: u32, layout: Layout) -> Result<Vec<u8>, Error> {
        Ok(lay_out(self.json_minify(text, depth)?, layout))
    }

    /// What stands between the quotes of the JSON string that is `text`: quotes, backslashes and control characters are
    /// escaped, and nothing else.
    ///
    /// # Errors
    /// [`Error::Runtime`] where no tier can answer.
    pub fn json_escape(&self, text: &str) -> Result<String, Error> {
        let bytes = text.as_bytes();
        // A control character takes six bytes at most.
        let mut capacity = bytes.len() + bytes.len() / 8 + 16;
        loop {
            match self.run_operation::<JsonEscape>((bytes, capacity))? {
                Ok(escaped) => return Ok(into_string(escaped)),
                Err(error) if error.kind == JsonErrorKind::OutputTooSmall => {
                    capacity = 6 * bytes.len();
                }
                Err(error) => return Err(located(bytes, error)),
            }
        }
    }

    /// The string of which `text` stands between the quotes in JSON.
    ///
    /// # Errors
    /// [`Error::Text`] where there is no such string; [`Error::Runtime`] where no tier can answer.
    pub fn json_unescape(&self, text: &[u8]) -> Result<String, Error> {
        let unescaped = self.run_operation::<JsonUnescape>((text, text.len()))?;
        unescaped
            .map(into_string)
            .map_err(|error| located(text, error))
    }

    /// The JSON of a value of any type that serde can write.
    ///
    /// # Errors
    /// [`Error::Data`] as of [`Tape::of`]; [`Error::Runtime`] where no tier can answer.
    pub fn json_to_vec<T: Serialize + ?Sized>(&self, value: &T) -> Result<Vec<u8>, Error> {
        self.serialize_bytes(&serializer::to_tape(value)?, Layout::Compact)
    }

    /// Writes the JSON of a value.
    ///
    /// # Errors
    /// As of [`json_to_vec`](Self::json_to_vec), and those of the writer.
    pub fn json_to_writer<T: Serialize + ?Sized>(
        &self,
        mut writer: impl Write,
        value: &T,
    ) -> Result<(), Error> {
        Ok(writer.write_all(&self.json_to_vec(value)?)?)
    }

    /// Reads a value of a type, which may borrow the strings of `text` that have no escapes. It may have
    /// [`TYPE_DEPTH`] levels.
    ///
    /// # Errors
    /// [`Error::Text`] as of [`json_parse`](Self::json_parse); [`Error::Data`] where the value does not fit the type,
    /// and where in the value that is; [`Error::Runtime`] where no tier can answer.
    pub fn json_from_slice<'a, T: Deserialize<'a>>(&self, text: &'a [u8]) -> Result<T, Error> {
        let tape = self.json_parse(text, TYPE_DEPTH)?;
        T::deserialize(Deserializer::new(tape.cursor(), OfText(text)))
    }
}

/// An error, with its line and its column.
fn located(text: &[u8], error: JsonError) -> Error {
    Error::Text(Box::new(TextError::new(text, error)))
}

/// Kernels write UTF-8, and are checked to; should one fail, nothing panics.
fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
