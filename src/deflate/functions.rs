//! The same on the shared runtime.

use super::Level;
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};

/// The content of a raw DEFLATE stream, as of [`Runtime::inflate`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn inflate(stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
    Runtime::shared().inflate(stream, limit)
}

/// The content of a zlib stream, as of [`Runtime::zlib_decompress`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn zlib_decompress(stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
    Runtime::shared().zlib_decompress(stream, limit)
}

/// The content of a gzip file, as of [`Runtime::gunzip`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::Limit;
///
/// let file = [
///     0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, 4, 0, 251, 255, b'w', b'a', b't', b't', 249, 239, 130, 130, 4, 0, 0, 0,
/// ];
/// assert_eq!(kilowat::deflate::gunzip(&file, Limit::bytes(100))?, b"watt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn gunzip(file: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
    Runtime::shared().gunzip(file, limit)
}

/// A deflate stream of `bytes`, as of [`Runtime::deflate`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn deflate(bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
    Runtime::shared().deflate(bytes, level)
}

/// A zlib stream of `bytes`, as of [`Runtime::zlib_compress`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn zlib_compress(bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
    Runtime::shared().zlib_compress(bytes, level)
}

/// A gzip file of `bytes`, as of [`Runtime::gzip`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn gzip(bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
    Runtime::shared().gzip(bytes, level)
}
