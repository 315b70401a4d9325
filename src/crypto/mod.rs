//! Authenticated encryption: a message that is kept from others, and that nobody can change unseen.
//!
//! A cipher takes a key, a nonce, the message, and associated data, which is authenticated with the message and
//! travels beside it. What it seals is 16 bytes longer: the tag stands behind. It opens only with the same key,
//! nonce and associated data, and only unchanged.
//!
//! The nonces are the caller's here, and no secret. **Two messages with one key and one nonce tell what they have in
//! common, and let others forge more.** Nonces of 24 bytes may be random; those of 12 bytes are too short for that
//! under a lasting key, and want a counter.

use kilowat_operations::ops::{
    ChaCha20Poly1305Open, ChaCha20Poly1305Seal, Refusal, XChaCha20Poly1305Open,
    XChaCha20Poly1305Seal,
};

pub use kilowat_operations::ops::AeadError;

use crate::runtime::{Error, Runtime};

/// Bytes that a sealed message has more than the message.
const TAG: usize = 16;

impl Runtime {
    /// `message` sealed with ChaCha20-Poly1305 (RFC 8439). No nonce may be used twice with one key.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let (key, nonce) = ([7; 32], [0; 12]);
    /// let sealed = runtime.chacha20_poly1305_seal_with_nonce(&key, &nonce, b"to whom", b"kilowatt")?;
    /// assert_eq!(sealed.len(), 8 + 16);
    /// let opened = runtime.chacha20_poly1305_open_with_nonce(&key, &nonce, b"to whom", &sealed)?;
    /// assert_eq!(opened, b"kilowatt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with an [`AeadError`] where the message or `aad` is too long; the others where no tier can
    /// answer.
    pub fn chacha20_poly1305_seal_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 12],
        aad: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let input = (&key[..], &nonce[..], aad, message, message.len() + TAG);
        let sealed = self.run_operation::<ChaCha20Poly1305Seal>(input)?;
        Ok(sealed.map_err(Refusal::from)?)
    }

    /// The message that [`chacha20_poly1305_seal_with_nonce`](Self::chacha20_poly1305_seal_with_nonce) has sealed.
    ///
    /// # Errors
    /// [`Error::Input`] with an [`AeadError`] where it is not authentic or too long; the others where no tier can
    /// answer.
    pub fn chacha20_poly1305_open_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let capacity = sealed.len().saturating_sub(TAG);
        let input = (&key[..], &nonce[..], aad, sealed, capacity);
        let message = self.run_operation::<ChaCha20Poly1305Open>(input)?;
        Ok(message.map_err(Refusal::from)?)
    }

    /// `message` sealed with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha). No nonce may be used twice with one key;
    /// random ones are not.
    ///
    /// # Errors
    /// As of [`chacha20_poly1305_seal_with_nonce`](Self::chacha20_poly1305_seal_with_nonce).
    pub fn xchacha20_poly1305_seal_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        aad: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let input = (&key[..], &nonce[..], aad, message, message.len() + TAG);
        let sealed = self.run_operation::<XChaCha20Poly1305Seal>(input)?;
        Ok(sealed.map_err(Refusal::from)?)
    }

    /// The message that [`xchacha20_poly1305_seal_with_nonce`](Self::xchacha20_poly1305_seal_with_nonce) has sealed.
    ///
    /// # Errors
    /// As of [`chacha20_poly1305_open_with_nonce`](Self::chacha20_poly1305_open_with_nonce).
    pub fn xchacha20_poly1305_open_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let capacity = sealed.len().saturating_sub(TAG);
        let input = (&key[..], &nonce[..], aad, sealed, capacity);
        let message = self.run_operation::<XChaCha20Poly1305Open>(input)?;
        Ok(message.map_err(Refusal::from)?)
    }
}
