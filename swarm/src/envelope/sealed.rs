//! Bodies that nobody can read or change who has not the key: AES-256-GCM.
//!
//! A sealed body stands behind 32 bytes that say what opens it:
//!
//! | from byte | what |
//! |--:|---|
//! | 0 | number of the key, 8 bytes, which HKDF makes of it |
//! | 8 | salt, 16 random bytes, which each process draws for itself |
//! | 24 | u64 counter: which of the messages of that salt it is |
//! | 32 | what is sealed, and 16 bytes of its tag |
//!
//! It is sealed with a key of the process, HKDF-SHA256 of the key and the salt; the nonce is four zeros and the counter.
//! So no nonce comes twice under one key, though processes know nothing of each other: random nonces of 12 bytes under
//! one key would be used up in five days at 10,000 messages a second. What is authenticated with the body is all that
//! stands before it, but for the sum: flags, priority, lengths, identity, header, and these 32 bytes. They are not in
//! the header, which is JSON: so they are a third as long, and a header has all its 4 KiB.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use kilowat::Runtime;
use kilowat::crypto::Key;
use zeroize::Zeroizing;

use super::EnvelopeError;
use crate::rollback::{System, of_process};

/// Bytes before what is sealed.
const FRONT: usize = 32;

/// How much longer a body is when it is sealed.
pub(super) const OVERHEAD: usize = FRONT + 16;

/// What keys are made for: of one key no other use gets the same.
const FOR_MESSAGES: &[u8] = b"kilowat KWM1 AES-256-GCM";
const FOR_NUMBERS: &[u8] = b"kilowat KWM1 number of a key";

/// After so many messages a process draws another salt.
const MOST: u64 = 1 << 32;

/// So many derived keys are kept. A process that reads has one for each that writes.
const KEPT: usize = 64;

const SALT: usize = 16;

/// A number by which a key is known, and which tells nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyNumber([u8; 8]);

impl fmt::Display for KeyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u64::from_be_bytes(self.0);
        write!(formatter, "{number:016x}")
    }
}

impl fmt::Debug for KeyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The keys of a channel: one that seals, and perhaps older ones that only open. Clones are the same.
///
/// ```
/// use kilowat::crypto::Key;
/// use kilowat_swarm::envelope::Keyring;
/// use kilowat_swarm::messenger::Message;
///
/// # let folder = tempfile::tempdir()?;
/// # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
/// let (key, last_years) = (Key::generate()?, Key::generate()?);
/// let keys = Keyring::new(&key)?.opens_with(&last_years)?;
/// let jobs = swarm.queue("reviews").sealed(&keys).open()?;
/// jobs.send(Message::json("review", &17)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
    /// Those that open, by their numbers; the one that seals is among them.
    keys: BTreeMap<KeyNumber, Key>,
    seals: KeyNumber,
    compresses: bool,
}

/// The keys of processes, by the key that they are made of and their salt.
type Derived = BTreeMap<(KeyNumber, [u8; SALT]), Arc<Key>>;

/// What the clones share: a counter is counted once.
struct Shared {
    sealer: Mutex<Option<Sealer>>,
    derived: Mutex<Derived>,
    most: u64,
}

/// The key of this process, and how far it has counted.
struct Sealer {
    salt: [u8; SALT],
    key: Arc<Key>,
    next: u64,
}

impl fmt::Debug for Keyring {
    /// Says nothing of the keys but their numbers.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("seals", &self.seals)
            .field("opens", &self.keys.keys())
            .field("compresses", &self.compresses)
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// A key that seals and opens, such as `kilowat keygen` makes.
    ///
    /// # Errors
    /// Where no tier of the [shared runtime](Runtime::shared) can answer; or native code cannot, where the messages of
    /// a swarm of this process are [rolled back](crate::rollback).
    pub fn new(key: &Key) -> Result<Self, kilowat::Error> {
        Self::with_most(key, MOST)
    }

    fn with_most(key: &Key, most: u64) -> Result<Self, kilowat::Error> {
        let seals = number(key)?;
        Ok(Self {
            shared: Arc::new(Shared {
                sealer: Mutex::default(),
                derived: Mutex::default(),
                most,
            }),
            keys: BTreeMap::from([(seals, key.clone())]),
            seals,
            compresses: false,
        })
    }

    /// A key that opens, too: the one before, where keys are changed.
    ///
    /// # Errors
    /// As of [`new`](Self::new).
    pub fn opens_with(mut self, key: &Key) -> Result<Self, kilowat::Error> {
        self.keys.insert(number(key)?, key.clone());
        Ok(self)
    }

    /// Whether bodies are compressed before they are sealed. They are not, unless this is set: how short a body has
    /// become tells something of what it says.
    #[must_use]
    pub fn compresses(mut self, compresses: bool) -> Self {
        self.compresses = compresses;
        self
    }

    /// The number of the key that seals.
    #[must_use]
    pub fn number(&self) -> KeyNumber {
        self.seals
    }

    pub(super) fn is_to_compress(&self) -> bool {
        self.compresses
    }

    /// Adds a body, sealed, to what stands before it.
    pub(super) fn seal(
        &self,
        runtime: &Runtime,
        bytes: &mut Vec<u8>,
        body: &[u8],
    ) -> Result<(), EnvelopeError> {
        let (salt, key, counter) = self.next(runtime)?;
        bytes.extend(self.seals.0);
        bytes.extend(salt);
        bytes.extend(counter.to_le_bytes());
        let nonce = nonce(counter);
        let sealed = runtime.aes_gcm_seal_with_nonce(key.as_bytes(), &nonce, bytes, body)?;
        bytes.extend(sealed);
        Ok(())
    }

    /// The next nonce, and what it is used with. None is given out twice, whatever becomes of the message.
    fn next(&self, runtime: &Runtime) -> Result<([u8; SALT], Arc<Key>, u64), EnvelopeError> {
        let mut sealer = lock(&self.shared.sealer);
        let sealer = match &mut *sealer {
            Some(sealer) if sealer.next < self.shared.most => sealer,
            spent => {
                let salt = random()?;
                let key = self.derived(runtime, self.seals, salt)?;
                spent.insert(Sealer { salt, key, next: 0 })
            }
        };
        let counter = sealer.next;
        sealer.next += 1;
        Ok((sealer.salt, Arc::clone(&sealer.key), counter))
    }

    /// Opens a sealed body, behind what stands before it.
    pub(super) fn open(
        &self,
        runtime: &Runtime,
        before: &[u8],
        body: &[u8],
    ) -> Result<Vec<u8>, EnvelopeError> {
        let front = Front::read(body)?;
        if !self.keys.contains_key(&front.key) {
            return Err(EnvelopeError::OtherKey { key: front.key });
        }
        let key = self.derived(runtime, front.key, front.salt)?;
        let aad = [before, &body[..FRONT]].concat();
        let nonce = nonce(front.counter);
        match runtime.aes_gcm_open_with_nonce(key.as_bytes(), &nonce, &aad, &body[FRONT..]) {
            Ok(body) => Ok(body),
            Err(kilowat::Error::Input(_)) => Err(EnvelopeError::Unauthentic),
            Err(error) => Err(error.into()),
        }
    }

    /// The key of a process.
    fn derived(
        &self,
        runtime: &Runtime,
        number: KeyNumber,
        salt: [u8; SALT],
    ) -> Result<Arc<Key>, EnvelopeError> {
        let mut kept = lock(&self.shared.derived);
        if let Some(key) = kept.get(&(number, salt)) {
            return Ok(Arc::clone(key));
        }
        let master = self
            .keys
            .get(&number)
            .ok_or(EnvelopeError::OtherKey { key: number })?;
        let secret = Zeroizing::new(runtime.hkdf_extract(&salt, master.as_bytes())?);
        let key = Arc::new(expanded(runtime, &secret[..], FOR_MESSAGES)?);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert((number, salt), Arc::clone(&key));
        Ok(key)
    }
}

/// The number of the key that a sealed body is for.
pub(super) fn key_of(body: &[u8]) -> Result<KeyNumber, EnvelopeError> {
    Ok(Front::read(body)?.key)
}

struct Front {
    key: KeyNumber,
    salt: [u8; SALT],
    counter: u64,
}

impl Front {
    fn read(body: &[u8]) -> Result<Self, EnvelopeError> {
        let cut = EnvelopeError::Unauthentic;
        if body.len() < OVERHEAD {
            return Err(cut);
        }
        let (key, rest) = body.split_first_chunk().ok_or(cut)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(EnvelopeError::Unauthentic)?;
        let counter = rest.first_chunk().ok_or(EnvelopeError::Unauthentic)?;
        Ok(Self {
            key: KeyNumber(*key),
            salt: *salt,
            counter: u64::from_le_bytes(*counter),
        })
    }
}

fn nonce(counter: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_le_bytes());
    nonce
}

fn number(key: &Key) -> Result<KeyNumber, kilowat::Error> {
    let runtime = of_process(System::Messages);
    let bytes = runtime.hkdf_expand(key.as_bytes(), FOR_NUMBERS, 8)?;
    let mut number = [0; 8];
    number.copy_from_slice(&bytes);
    Ok(KeyNumber(number))
}

fn expanded(runtime: &Runtime, secret: &[u8], purpose: &[u8]) -> Result<Key, kilowat::Error> {
    let bytes = Zeroizing::new(runtime.hkdf_expand(secret, purpose, Key::LEN)?);
    let mut key = Zeroizing::new([0; Key::LEN]);
    key.copy_from_slice(&bytes);
    Ok(Key::from_bytes(&key))
}

/// Bytes that nobody can guess.
fn random() -> Result<[u8; SALT], kilowat::Error> {
    let mut salt = [0; SALT];
    salt.copy_from_slice(&Key::generate()?.as_bytes()[..SALT]);
    Ok(salt)
}

/// What is behind these locks is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_nonce_comes_twice_and_a_salt_is_not_used_for_ever() {
        let runtime = Runtime::shared();
        let key = Key::generate().unwrap();
        let mut seen = BTreeSet::new();
        let mut salts = BTreeSet::new();
        // Two processes, each with clones.
        for keys in [(); 2].map(|()| Keyring::with_most(&key, 3).unwrap()) {
            for keys in [keys.clone(), keys] {
                for _ in 0..5 {
                    let (salt, _, counter) = keys.next(runtime).unwrap();
                    assert!(counter < 3);
                    assert!(seen.insert((salt, counter)));
                    salts.insert(salt);
                }
            }
        }
        assert_eq!((seen.len(), salts.len()), (20, 8));
    }

    #[test]
    fn derived_keys_are_those_of_hkdf() {
        let runtime = Runtime::shared();
        let key = Key::from_bytes(&[7; 32]);
        let keys = Keyring::new(&key).unwrap();
        let salt = [9; SALT];
        let derived = keys.derived(runtime, keys.seals, salt).unwrap();
        let secret = runtime.hmac_sha256(&salt, &[7; 32]).unwrap();
        let info = [FOR_MESSAGES, &[1]].concat();
        assert_eq!(
            derived.as_bytes(),
            &runtime.hmac_sha256(&secret, &info).unwrap()
        );
        assert_eq!(
            format!("{keys:?}"),
            format!(
                "Keyring {{ seals: {0}, opens: [{0}], compresses: false, .. }}",
                keys.number()
            )
        );
        for salt in 0..100 {
            keys.derived(runtime, keys.seals, [salt; SALT]).unwrap();
        }
        assert!(lock(&keys.shared.derived).len() <= KEPT);
    }
}
