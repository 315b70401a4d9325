//! A key, and where it comes from.

use std::fmt;

use zeroize::Zeroizing;

use super::random;
use crate::runtime::Error;

/// A secret of 32 bytes, which seals and opens messages and streams.
///
/// It stands in one place of the heap, where it is zeroed when it is dropped; to move a `Key` leaves no copy behind.
/// It has no `Display`, and `Debug` says nothing of its bytes. There is no `==`: a comparison that ends at the first
/// byte that differs tells how many are right.
///
/// ```
/// use kilowat::crypto::Key;
///
/// let key = Key::generate()?;
/// let same = Key::from_bytes(key.as_bytes());
/// assert_eq!(same.as_bytes(), key.as_bytes());
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// # Ok::<(), kilowat::Error>(())
/// ```
pub struct Key(Box<Zeroizing<[u8; Self::LEN]>>);

impl Key {
    /// Bytes of a key.
    pub const LEN: usize = 32;

    /// A key that nobody has, from the system's generator.
    ///
    /// # Errors
    /// [`Error::Random`] where that gives none.
    pub fn generate() -> Result<Self, Error> {
        let mut key = Self::zero();
        random::fill(&mut key.0[..])?;
        Ok(key)
    }

    /// The key of these bytes, which are to come from a [generator](Self::generate), a key exchange or a key
    /// derivation: a text that people remember is no key. They are copied; the caller's stay as they are.
    ///
    /// Keys of another length are none, and do not compile:
    ///
    /// ```compile_fail
    /// kilowat::crypto::Key::from_bytes(b"sixteen bytes...");
    /// ```
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let mut key = Self::zero();
        key.0.copy_from_slice(bytes);
        key
    }

    /// Its bytes, to be kept where nobody else can read them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The place of a key. It is filled there, so that its bytes are nowhere else.
    fn zero() -> Self {
        Self(Box::new(Zeroizing::new([0; Self::LEN])))
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Self::from_bytes(self.as_bytes())
    }
}

impl fmt::Debug for Key {
    /// Says nothing of the bytes.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(..)")
    }
}
