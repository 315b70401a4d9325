//! Brotli on the shared runtime.

use super::BrotliOptions;
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};

/// The content of a Brotli stream, as of [`Runtime::unbrotli`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn unbrotli(stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
    Runtime::shared().unbrotli(stream, limit)
}

/// A Brotli stream of `bytes`, as of [`Runtime::brotli`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::Limit;
/// use kilowat::brotli::{self, Quality};
///
/// let stream = brotli::brotli(b"watt by watt", Quality::DEFAULT)?;
/// assert_eq!(brotli::unbrotli(&stream, Limit::default())?, b"watt by watt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn brotli(bytes: &[u8], options: impl Into<BrotliOptions>) -> Result<Vec<u8>, Error> {
    Runtime::shared().brotli(bytes, options)
}
