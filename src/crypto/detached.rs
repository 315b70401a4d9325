//! Ciphers whose nonces are the caller's, and comparison in constant time.

use kilowat_operations::ops::{
    AesGcmOpen, AesGcmSeal, ChaCha20Poly1305Open, ChaCha20Poly1305Seal, CtEqual, Input, Listed,
    Operation, Refusal, XChaCha20Poly1305Open, XChaCha20Poly1305Seal, Xaes256GcmOpen,
    Xaes256GcmSeal,
};

use super::{AeadError, TAG};
use crate::runtime::{Error, Runtime};

impl Runtime {
    fn run_cipher<O>(&self, input: Input<'_, O>) -> Result<Vec<u8>, Error>
    where
        O: Listed + Operation<Output = Result<Vec<u8>, AeadError>>,
    {
        let answer = self.run_operation::<O>(input)?;
        Ok(answer.map_err(Refusal::from)?)
    }

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
        self.run_cipher::<AesGcmSeal>((key, nonce, aad, message, message.len() + TAG))
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
        self.run_cipher::<AesGcmOpen>((key, nonce, aad, sealed, capacity))
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
        self.run_cipher::<Xaes256GcmSeal>((&key[..], &nonce[..], aad, message, message.len() + TAG))
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
        self.run_cipher::<Xaes256GcmOpen>((&key[..], &nonce[..], aad, sealed, capacity))
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
        self.run_cipher::<ChaCha20Poly1305Seal>((
            &key[..],
            &nonce[..],
            aad,
            message,
            message.len() + TAG,
        ))
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
        self.run_cipher::<ChaCha20Poly1305Open>((&key[..], &nonce[..], aad, sealed, capacity))
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
        self.run_cipher::<XChaCha20Poly1305Seal>((
            &key[..],
            &nonce[..],
            aad,
            message,
            message.len() + TAG,
        ))
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
        self.run_cipher::<XChaCha20Poly1305Open>((&key[..], &nonce[..], aad, sealed, capacity))
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
