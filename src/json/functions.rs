//! JSON on the shared runtime.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::{DEPTH, Error, Layout, Tape, into_string};
use crate::runtime::Runtime;

/// Whether `text` is valid JSON, as of [`Runtime::json_validate`], of [`DEPTH`] levels at most, on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn validate(text: &[u8]) -> Result<(), Error> {
    Runtime::shared().json_validate(text, DEPTH)
}

/// Reads a text of [`DEPTH`] levels at most onto a tape, as of [`Runtime::json_parse`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn parse(text: &[u8]) -> Result<Tape, Error> {
    Runtime::shared().json_parse(text, DEPTH)
}

/// A text of [`DEPTH`] levels at most without white space, as of [`Runtime::json_minify`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::json::minify(b"[1.0, {\"a\" : null}]")?, b"[1.0,{\"a\":null}]");
/// # Ok::<(), kilowat::json::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn minify(text: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().json_minify(text, DEPTH)
}

/// A text of [`DEPTH`] levels at most, laid out anew, as of [`Runtime::json_pretty`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::json::Layout;
///
/// let pretty = kilowat::json::pretty(b"[1.0,{}]", Layout::Spaces(2))?;
/// assert_eq!(pretty, b"[\n  1.0,\n  {}\n]");
/// # Ok::<(), kilowat::json::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn pretty(text: &[u8], layout: Layout) -> Result<Vec<u8>, Error> {
    Runtime::shared().json_pretty(text, DEPTH, layout)
}

/// What stands between the quotes of a JSON string, as of [`Runtime::json_escape`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::json::escape("a \"b\"\n")?, r#"a \"b\"\n"#);
/// # Ok::<(), kilowat::json::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn escape(text: &str) -> Result<String, Error> {
    Runtime::shared().json_escape(text)
}

/// The string of what stands between the quotes, as of [`Runtime::json_unescape`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::json::unescape(br"\u00e9\ud83d\ude00")?, "é😀");
/// # Ok::<(), kilowat::json::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn unescape(text: &[u8]) -> Result<String, Error> {
    Runtime::shared().json_unescape(text)
}

/// The JSON of a value, as of [`Runtime::json_to_vec`], on the [shared runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::json::to_vec(&(1, "two", [3.0]))?, br#"[1,"two",[3.0]]"#);
/// # Ok::<(), kilowat::json::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    Runtime::shared().json_to_vec(value)
}

/// The JSON of a value as a string, as of [`Runtime::json_to_vec`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    to_vec(value).map(into_string)
}

/// Writes the JSON of a value, as of [`Runtime::json_to_writer`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn to_writer<T: Serialize + ?Sized>(writer: impl Write, value: &T) -> Result<(), Error> {
    Runtime::shared().json_to_writer(writer, value)
}

/// Reads a value of a type, as of [`Runtime::json_from_slice`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn from_slice<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Error> {
    Runtime::shared().json_from_slice(text)
}

/// The same from a string.
///
/// # Errors
/// As of [`Runtime::json_from_slice`].
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    from_slice(text.as_bytes())
}
