//! The chunks of a sealed stream, one after the other.

use super::CHUNK;
use crate::crypto::{AeadError, Key};
use crate::runtime::{Error, Runtime};

/// Bytes of a nonce.
const NONCE: usize = 12;

/// Seals or opens chunks. The nonce of each has its number and whether it is the last one (STREAM of Hoang, Reyhanitabar,
/// Rogaway and Vizar), so that a chunk opens in its own place only.
pub(super) struct Chunks {
    key: Key,
    /// The number of the next one.
    number: u64,
}

impl Chunks {
    /// Those of a key that no other stream has.
    pub(super) fn new(key: Key) -> Self {
        Self { key, number: 0 }
    }

    /// How much content the chunks before have.
    pub(super) fn offset(&self) -> u64 {
        self.number.saturating_mul(CHUNK as u64)
    }

    /// Seals the next chunk. After an error it is still the next one.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub(super) fn seal(
        &mut self,
        runtime: &Runtime,
        chunk: &[u8],
        is_last: bool,
    ) -> Result<Vec<u8>, Error> {
        let nonce = self.nonce(is_last);
        let key = self.key.as_bytes();
        let sealed = runtime.chacha20_poly1305_seal_with_nonce(key, &nonce, b"", chunk)?;
        self.number += 1;
        Ok(sealed)
    }

    /// Opens the next chunk; `None` where it is not that.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub(super) fn open(
        &mut self,
        runtime: &Runtime,
        sealed: &[u8],
        is_last: bool,
    ) -> Result<Option<Vec<u8>>, Error> {
        let nonce = self.nonce(is_last);
        let key = self.key.as_bytes();
        match runtime.chacha20_poly1305_open_with_nonce(key, &nonce, b"", sealed) {
            Ok(chunk) => {
                self.number += 1;
                Ok(Some(chunk))
            }
            Err(Error::Input(refusal)) if refusal.detail() == Some(&AeadError::Unauthentic) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn nonce(&self, is_last: bool) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        nonce[3..NONCE - 1].copy_from_slice(&self.number.to_be_bytes());
        nonce[NONCE - 1] = u8::from(is_last);
        nonce
    }
}
