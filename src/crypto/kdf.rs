//! Messages that are authenticated with a key, and keys that are made of secrets.

use kilowat_operations::ops::{HkdfExpand, HkdfExtract, HmacSha256, Pbkdf2Sha256, Refusal};

use crate::runtime::{Error, Runtime};

impl Runtime {
    /// The HMAC-SHA-256 of `message` with a key (RFC 2104), a tag that only who has the key can make. The key may have
    /// any length; it should have 32 bytes or more, and be random.
    ///
    /// What comes in pieces, and whether a message has a tag: [`HmacSha256`](super::HmacSha256). No `==` compares tags, for
    /// it takes longer the more of them is alike, which tells others how to find one.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let tag = runtime.hmac_sha256(b"Jefe", b"what do ya want for nothing?")?;
    /// assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn hmac_sha256(&self, key: &[u8], message: &[u8]) -> Result<[u8; 32], Error> {
        self.run_operation::<HmacSha256>((key, message))
    }

    /// The pseudorandom key that HKDF with SHA-256 makes of a secret (RFC 5869, 2.2), for
    /// [`hkdf_expand`](Self::hkdf_expand). The secret is as hard to guess as a key, such as one that two parties agreed
    /// on, and has any length; passwords are not. The salt is random and no secret; without one it is empty.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn hkdf_extract(&self, salt: &[u8], secret: &[u8]) -> Result<[u8; 32], Error> {
        self.run_operation::<HkdfExtract>((salt, secret))
    }

    /// `len` bytes that HKDF with SHA-256 makes of a pseudorandom key (RFC 5869, 2.3), which has 32 bytes or more:
    /// that of [`hkdf_extract`](Self::hkdf_extract), or random ones. `info` says what they are for; other uses have other
    /// bytes, and none of them tells anything of the key.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let key = runtime.hkdf_extract(b"a salt", b"a secret of both parties")?;
    /// let [there, back] = [b"there", b"back!"].map(|info| runtime.hkdf_expand(&key, info, 32));
    /// assert_ne!(there?, back?);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with a [`KdfError`](super::KdfError) where `len` is more than 8160, which is 255 times 32, or the
    /// key has fewer than 32 bytes; the others where no tier can answer.
    pub fn hkdf_expand(&self, key: &[u8], info: &[u8], len: usize) -> Result<Vec<u8>, Error> {
        let output = self.run_operation::<HkdfExpand>((key, info, len))?;
        Ok(output.map_err(Refusal::from)?)
    }

    /// `len` bytes that PBKDF2 with HMAC-SHA-256 makes of a password (RFC 8018, 5.2). The salt is random and no secret; it
    /// has 16 bytes or more, and each password its own. The iterations are there to take long, for whoever guesses
    /// passwords most of all: 600,000 of them are 0.2 seconds on the JIT, and some seconds on the interpreter. A call has
    /// no deadline, and holds its turn all the while.
    ///
    /// Whoever asks for 32 bytes or fewer waits for one output, and so does a guesser. For more it is as many outputs, of
    /// which four are made at a time: better ask for 32, and make more of them with [`hkdf_expand`](Self::hkdf_expand).
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let key = runtime.pbkdf2_sha256(b"password", b"sixteen or more!", 1_000, 32)?;
    /// assert_eq!(key.len(), 32);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with a [`KdfError`](super::KdfError) where there are no iterations or more than 10,000,000, or
    /// `len` is 2 GiB or more; the others where no tier can answer.
    pub fn pbkdf2_sha256(
        &self,
        password: &[u8],
        salt: &[u8],
        iterations: u32,
        len: usize,
    ) -> Result<Vec<u8>, Error> {
        let output = self.run_operation::<Pbkdf2Sha256>((password, salt, iterations, len))?;
        Ok(output.map_err(Refusal::from)?)
    }
}

/// The HMAC-SHA-256 of `message` with a key (RFC 2104), as of [`Runtime::hmac_sha256`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<[u8; 32], Error> {
    Runtime::shared().hmac_sha256(key, message)
}

/// The pseudorandom key that HKDF makes of a secret (RFC 5869, 2.2), as of [`Runtime::hkdf_extract`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
pub fn hkdf_extract(salt: &[u8], secret: &[u8]) -> Result<[u8; 32], Error> {
    Runtime::shared().hkdf_extract(salt, secret)
}

/// Bytes that HKDF makes of a pseudorandom key (RFC 5869, 2.3), as of [`Runtime::hkdf_expand`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error::Input`] with a [`KdfError`](super::KdfError) where `len` is more than 8160 or the key has fewer than 32 bytes;
/// the others where no tier can answer.
pub fn hkdf_expand(key: &[u8], info: &[u8], len: usize) -> Result<Vec<u8>, Error> {
    Runtime::shared().hkdf_expand(key, info, len)
}

/// Bytes that PBKDF2 makes of a password (RFC 8018, 5.2), as of [`Runtime::pbkdf2_sha256`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error::Input`] with a [`KdfError`](super::KdfError) where there are no iterations or more than 10,000,000, or `len` is
/// 2 GiB or more; the others where no tier can answer.
pub fn pbkdf2_sha256(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    len: usize,
) -> Result<Vec<u8>, Error> {
    Runtime::shared().pbkdf2_sha256(password, salt, iterations, len)
}
