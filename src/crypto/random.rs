//! Bytes that nobody can guess.

use crate::runtime::Error;

/// Fills bytes from the system's generator.
///
/// # Errors
/// [`Error::Random`].
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::Random(error.to_string()))
}

/// So many bytes from the system's generator.
///
/// # Errors
/// [`Error::Random`].
pub(super) fn array<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}
