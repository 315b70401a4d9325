//! Text on the shared runtime.

use super::{Base64, HexCase};
use crate::runtime::{Error, Runtime};

/// Whether `bytes` are UTF-8, as of [`Runtime::utf8_validate`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn utf8_validate(bytes: &[u8]) -> Result<(), Error> {
    Runtime::shared().utf8_validate(bytes)
}

/// How many Unicode scalar values there are in UTF-8, as of [`Runtime::utf8_count`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn utf8_count(bytes: &[u8]) -> Result<usize, Error> {
    Runtime::shared().utf8_count(bytes)
}

/// How many units of 16 bits UTF-8 has as UTF-16, as of [`Runtime::utf16_len`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::text::utf16_len("⚡😀".as_bytes())?, 3);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn utf16_len(bytes: &[u8]) -> Result<usize, Error> {
    Runtime::shared().utf16_len(bytes)
}

/// Where the lines of `text` begin, as of [`Runtime::line_starts`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn line_starts(text: &[u8], separators: bool) -> Result<Vec<usize>, Error> {
    Runtime::shared().line_starts(text, separators)
}

/// The hexadecimal digits of `bytes`, in small letters, as of [`Runtime::hex_encode`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::text::{hex_decode, hex_encode};
///
/// assert_eq!(hex_encode(b"watt")?, "77617474");
/// assert_eq!(hex_decode(b"77617474")?, b"watt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn hex_encode(bytes: &[u8]) -> Result<String, Error> {
    Runtime::shared().hex_encode(bytes, HexCase::Lower)
}

/// The bytes that hexadecimal digits stand for, as of [`Runtime::hex_decode`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn hex_decode(text: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().hex_decode(text)
}

/// The base64 of `bytes`, as of [`Runtime::base64_encode`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::text::{Base64, base64_decode, base64_encode};
///
/// assert_eq!(base64_encode(b"watt", Base64::Standard)?, "d2F0dA==");
/// assert_eq!(base64_decode(b"d2F0dA==", Base64::Standard)?, b"watt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn base64_encode(bytes: &[u8], variant: Base64) -> Result<String, Error> {
    Runtime::shared().base64_encode(bytes, variant)
}

/// The bytes whose base64 is `text`, as of [`Runtime::base64_decode`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn base64_decode(text: &[u8], variant: Base64) -> Result<Vec<u8>, Error> {
    Runtime::shared().base64_decode(text, variant)
}
