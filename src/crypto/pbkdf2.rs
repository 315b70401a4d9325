//! Keys that are made of passwords.

use kilowat_operations::ops::Pbkdf2Sha256;
use zeroize::Zeroizing;

use super::Key;
use crate::runtime::{Error, Runtime};

/// How long it takes to make a key of a password by PBKDF2 with HMAC-SHA-256 (RFC 8018): for who knows it, and for each
/// guess of who does not.
///
/// ```
/// use kilowat::crypto::Pbkdf2;
///
/// assert_eq!(Pbkdf2::default().iterations(), 600_000);
/// assert_eq!(Pbkdf2::new(1_000_000).map(Pbkdf2::iterations), Some(1_000_000));
/// assert!(Pbkdf2::new(0).is_none());
/// assert!(Pbkdf2::new(Pbkdf2::MOST_ITERATIONS + 1).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pbkdf2 {
    iterations: u32,
}

impl Pbkdf2 {
    /// The most iterations that are taken: so that whoever sends something to be opened cannot have it take for hours.
    pub const MOST_ITERATIONS: u32 = Pbkdf2Sha256::MOST_ITERATIONS;

    /// So many iterations, from 1 to [`MOST_ITERATIONS`](Self::MOST_ITERATIONS); there are no others. Fewer than the
    /// default are for tests, and for what was sealed when machines were slower.
    #[must_use]
    pub fn new(iterations: u32) -> Option<Self> {
        let is_taken = (1..=Self::MOST_ITERATIONS).contains(&iterations);
        is_taken.then_some(Self { iterations })
    }

    /// How many iterations.
    #[must_use]
    pub fn iterations(self) -> u32 {
        self.iterations
    }
}

/// 600,000 iterations, which the OWASP recommends in 2023: some 0.2 seconds.
impl Default for Pbkdf2 {
    fn default() -> Self {
        Self {
            iterations: 600_000,
        }
    }
}

impl Runtime {
    /// The key that PBKDF2 makes of a password, or of any other secret that can be guessed. The salt is random and no
    /// secret, has 16 bytes or more, and is stored, with the iterations, beside what the key seals. With one password and
    /// one salt it is always the same key.
    ///
    /// ```
    /// use kilowat::crypto::Pbkdf2;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let salt = b"sixteen and more";
    /// let few = Pbkdf2::new(1_000).unwrap(); // for the test's sake
    /// let key = runtime.derive_key(b"correct horse battery staple", salt, few)?;
    /// let same = runtime.derive_key(b"correct horse battery staple", salt, few)?;
    /// assert_eq!(key.as_bytes(), same.as_bytes());
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn derive_key(&self, password: &[u8], salt: &[u8], pbkdf2: Pbkdf2) -> Result<Key, Error> {
        let derived = self.pbkdf2_sha256(password, salt, pbkdf2.iterations, Key::LEN)?;
        let derived = Zeroizing::new(derived);
        let mut bytes = Zeroizing::new([0; Key::LEN]);
        bytes.copy_from_slice(&derived);
        Ok(Key::from_bytes(&bytes))
    }
}

impl Key {
    /// The key that PBKDF2 makes of a password, as of [`Runtime::derive_key`], on the [shared
    /// runtime](Runtime::shared).
    ///
    /// ```
    /// use kilowat::crypto::{Key, Pbkdf2};
    ///
    /// let salt = *Key::generate()?.as_bytes(); // random, and to be stored beside what is sealed
    /// let key = Key::derive(b"correct horse battery staple", &salt, Pbkdf2::default())?;
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As of the method.
    pub fn derive(password: &[u8], salt: &[u8], pbkdf2: Pbkdf2) -> Result<Self, Error> {
        Runtime::shared().derive_key(password, salt, pbkdf2)
    }
}
