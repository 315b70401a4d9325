//! Brotli on the shared runtime.

use crate::limit::Limit;
use crate::runtime::{Error, Runtime};

/// The content of a Brotli stream, as of [`Runtime::unbrotli`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn unbrotli(stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
    Runtime::shared().unbrotli(stream, limit)
}
