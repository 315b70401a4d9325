//! Messages sealed and opened on the shared runtime.

use super::{Cipher, Key};
use crate::runtime::{Error, Runtime};

/// `message` sealed, as of [`Runtime::seal`], on the [shared runtime](Runtime::shared).
///
/// ```
/// use kilowat::crypto::{self, Key};
///
/// let key = Key::generate()?;
/// let sealed = crypto::seal(&key, b"kilowatt", b"")?;
/// assert_eq!(crypto::open(&key, &sealed, b"")?, b"kilowatt");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn seal(key: &Key, message: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().seal(key, message, aad)
}

/// The message that [`seal`] has sealed, as of [`Runtime::open`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn open(key: &Key, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().open(key, sealed, aad)
}

/// `message` sealed with a cipher of the caller's choice, as of [`Runtime::seal_by`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// use kilowat::crypto::{self, Cipher, Key};
///
/// let (cipher, key) = (Cipher::XChaCha20Poly1305, Key::generate()?);
/// let sealed = crypto::seal_by(cipher, &key, b"kilowatt", b"")?;
/// assert_eq!(crypto::open_by(cipher, &key, &sealed, b"")?, b"kilowatt");
/// assert!(crypto::open(&key, &sealed, b"").is_err(), "that is another cipher");
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// As of the method.
pub fn seal_by(cipher: Cipher, key: &Key, message: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().seal_by(cipher, key, message, aad)
}

/// The message that [`seal_by`] has sealed, as of [`Runtime::open_by`], on the [shared runtime](Runtime::shared).
///
/// # Errors
/// As of the method.
pub fn open_by(cipher: Cipher, key: &Key, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
    Runtime::shared().open_by(cipher, key, sealed, aad)
}
