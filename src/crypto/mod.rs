//! Authenticated encryption: a message that is kept from others, and that nobody can change unseen. Authentication
//! alone, and keys that are made of secrets.
//!
//! A cipher takes a key, a nonce, the message, and associated data, which is authenticated with the message and
//! travels beside it. What it seals is 16 bytes longer: the tag stands behind. It opens only with the same key,
//! nonce and associated data, and only unchanged.
//!
//! The nonces are the caller's here, and no secret. **Two messages with one key and one nonce tell what they have in
//! common, and let others forge more.** Nonces of 24 bytes may be random; those of 12 bytes are too short for that
//! under a lasting key, and want a counter.
//!
//! [`hmac_sha256`] authenticates a message that everyone may read. Of one key [`hkdf_expand`] makes as many as there are
//! uses; a secret that is no key, such as one that two parties agreed on, is made one by [`hkdf_extract`], and a
//! password by [`pbkdf2_sha256`].

#[cfg(feature = "kdf")]
mod hmac;
#[cfg(feature = "kdf")]
mod kdf;

#[cfg(feature = "aead")]
use kilowat_operations::ops::{
    AesGcmOpen, AesGcmSeal, ChaCha20Poly1305Open, ChaCha20Poly1305Seal, CtEqual, Refusal,
    XChaCha20Poly1305Open, XChaCha20Poly1305Seal, Xaes256GcmOpen, Xaes256GcmSeal,
};

#[cfg(feature = "kdf")]
pub use hmac::{HmacError, HmacSha256};
#[cfg(feature = "kdf")]
pub use kdf::{hkdf_expand, hkdf_extract, hmac_sha256, pbkdf2_sha256};
#[cfg(feature = "aead")]
pub use kilowat_operations::ops::AeadError;
#[cfg(feature = "kdf")]
pub use kilowat_operations::ops::KdfError;

#[cfg(feature = "aead")]
use crate::runtime::{Error, Runtime};

/// Bytes that a sealed message has more than the message.
#[cfg(feature = "aead")]
const TAG: usize = 16;

#[cfg(feature = "aead")]
impl Runtime {
    /// `message` sealed with AES-GCM (SP 800-38D): with AES-128 where the key has 16 bytes, with AES-256 where it has
    /// 32. The nonce has at least one byte, at best 12. No nonce may be used twice with one key.
    ///
    /// # Errors
    /// [`Error::Input`] with an [`AeadError`] where the key is none, the nonce is empty, or the message or `aad` is
    /// too long; the others where no tier can answer.
    pub fn aes_gcm_seal_with_nonce(
        &self,
        key: &[u8],
        nonce: &[u8],
        aad: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let input = (key, nonce, aad, message, message.len() + TAG);
        let sealed = self.run_operation::<AesGcmSeal>(input)?;
        Ok(sealed.map_err(Refusal::from)?)
    }

    /// The message that [`aes_gcm_seal_with_nonce`](Self::aes_gcm_seal_with_nonce) has sealed.
    ///
    /// ```
    /// use kilowat::Error;
    /// use kilowat::crypto::AeadError;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let (key, nonce) = ([7; 32], [0; 12]);
    /// let mut sealed = runtime.aes_gcm_seal_with_nonce(&key, &nonce, b"", b"kilowatt")?;
    /// sealed[3] ^= 1;
    /// let Err(Error::Input(refusal)) = runtime.aes_gcm_open_with_nonce(&key, &nonce, b"", &sealed) else {
    ///     panic!("it has been changed");
    /// };
    /// assert_eq!(refusal.detail(), Some(&AeadError::Unauthentic));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with an [`AeadError`] where it is not authentic or too long, the key is none or the nonce is
    /// empty; the others where no tier can answer.
    pub fn aes_gcm_open_with_nonce(
        &self,
        key: &[u8],
        nonce: &[u8],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let capacity = sealed.len().saturating_sub(TAG);
        let message = self.run_operation::<AesGcmOpen>((key, nonce, aad, sealed, capacity))?;
        Ok(message.map_err(Refusal::from)?)
    }

    /// `message` sealed with XAES-256-GCM (C2SP). No nonce may be used twice with one key; random ones are not.
    ///
    /// # Errors
    /// As of [`chacha20_poly1305_seal_with_nonce`](Self::chacha20_poly1305_seal_with_nonce).
    pub fn xaes_256_gcm_seal_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        aad: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let input = (&key[..], &nonce[..], aad, message, message.len() + TAG);
        let sealed = self.run_operation::<Xaes256GcmSeal>(input)?;
        Ok(sealed.map_err(Refusal::from)?)
    }

    /// The message that [`xaes_256_gcm_seal_with_nonce`](Self::xaes_256_gcm_seal_with_nonce) has sealed.
    ///
    /// # Errors
    /// As of [`chacha20_poly1305_open_with_nonce`](Self::chacha20_poly1305_open_with_nonce).
    pub fn xaes_256_gcm_open_with_nonce(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let capacity = sealed.len().saturating_sub(TAG);
        let input = (&key[..], &nonce[..], aad, sealed, capacity);
        let message = self.run_operation::<Xaes256GcmOpen>(input)?;
        Ok(message.map_err(Refusal::from)?)
    }

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

    /// Whether two secrets are the same. How long that takes tells their lengths, and not where they differ.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert!(runtime.ct_equal(b"kilowatt", b"kilowatt")?);
    /// assert!(!runtime.ct_equal(b"kilowatt", b"megawatt")?);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn ct_equal(&self, a: &[u8], b: &[u8]) -> Result<bool, Error> {
        if a.len() != b.len() {
            return Ok(false);
        }
        self.run_operation::<CtEqual>((a, b))
    }
}
