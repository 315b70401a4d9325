//! Messages that are sealed as a whole, each with a random nonce in front.

use super::{AeadError, Key, TAG, random};
use crate::runtime::{Error, Runtime};
use kilowat_operations::ops::Refusal;

/// Bytes of a nonce.
const NONCE: usize = 24;

/// Bytes that a sealed message has more than the message: its nonce in front, and the tag behind.
pub const OVERHEAD: usize = NONCE + TAG;

/// A cipher whose nonces are long enough to be random under a lasting key.
///
/// Which one it was does not stand in the sealed message: it opens with the same one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cipher {
    /// XAES-256-GCM (C2SP): AES-256-GCM, which processors have instructions for, under a key that is derived from half of
    /// the nonce.
    #[default]
    Xaes256Gcm,
    /// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): several times as fast in the sandbox, which has no such
    /// instructions.
    XChaCha20Poly1305,
}

impl Runtime {
    /// `message` sealed with the default [`Cipher`]: a random nonce, the encrypted message, and its tag. `aad` is
    /// authenticated with it and is not in it; mostly it is empty.
    ///
    /// ```
    /// use kilowat::crypto::{Key, OVERHEAD};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let key = Key::generate()?;
    /// let sealed = runtime.seal(&key, b"kilowatt", b"")?;
    /// assert_eq!(sealed.len(), 8 + OVERHEAD);
    /// assert_ne!(sealed, runtime.seal(&key, b"kilowatt", b"")?, "their nonces differ");
    /// assert_eq!(runtime.open(&key, &sealed, b"")?, b"kilowatt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no nonce; [`Error::Input`] with an [`AeadError`] where the message or
    /// `aad` is too long; the others where no tier can answer.
    pub fn seal(&self, key: &Key, message: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
        self.seal_by(Cipher::default(), key, message, aad)
    }

    /// The message that [`seal`](Self::seal) has sealed, with the same key and `aad`.
    ///
    /// ```
    /// use kilowat::Error;
    /// use kilowat::crypto::{AeadError, Key};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let key = Key::generate()?;
    /// let mut sealed = runtime.seal(&key, b"kilowatt", b"")?;
    /// sealed[30] ^= 1;
    /// let Err(Error::Input(refusal)) = runtime.open(&key, &sealed, b"") else {
    ///     panic!("it has been changed");
    /// };
    /// assert_eq!(refusal.detail(), Some(&AeadError::Unauthentic));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with an [`AeadError`]: [`AeadError::Unauthentic`] where the key or `aad` is another one, or the
    /// message was changed, cut short, or never sealed, which are not told apart; the other errors where no tier can
    /// answer.
    pub fn open(&self, key: &Key, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
        self.open_by(Cipher::default(), key, sealed, aad)
    }

    /// As [`seal`](Self::seal), with a cipher of the caller's choice.
    ///
    /// # Errors
    /// As there.
    pub fn seal_by(
        &self,
        cipher: Cipher,
        key: &Key,
        message: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let nonce = random::array::<NONCE>()?;
        let key = key.as_bytes();
        let text = match cipher {
            Cipher::Xaes256Gcm => self.xaes_256_gcm_seal_with_nonce(key, &nonce, aad, message),
            Cipher::XChaCha20Poly1305 => {
                self.xchacha20_poly1305_seal_with_nonce(key, &nonce, aad, message)
            }
        }?;
        Ok([&nonce[..], &text].concat())
    }

    /// As [`open`](Self::open), for what [`seal_by`](Self::seal_by) has sealed with the same cipher.
    ///
    /// # Errors
    /// As there.
    pub fn open_by(
        &self,
        cipher: Cipher,
        key: &Key,
        sealed: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let Some((nonce, text)) = sealed.split_first_chunk::<NONCE>() else {
            return Err(Refusal::from(AeadError::Unauthentic).into());
        };
        let key = key.as_bytes();
        match cipher {
            Cipher::Xaes256Gcm => self.xaes_256_gcm_open_with_nonce(key, nonce, aad, text),
            Cipher::XChaCha20Poly1305 => {
                self.xchacha20_poly1305_open_with_nonce(key, nonce, aad, text)
            }
        }
    }
}
