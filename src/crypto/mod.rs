//! Authenticated encryption: messages that are kept from others, and that nobody can change unseen. Authentication
//! alone, and keys that are made of secrets.
//!
//! # Messages
//! A message is sealed with a [`Key`], and opened with the same one. Associated data is authenticated with the message
//! and travels beside it, or is known on both sides, such as the name of the file that it is in. What was changed by a
//! bit, or cut short, or sealed with another key or other associated data, does not open: not a byte of it is given.
//!
#![cfg_attr(
    feature = "aead",
    doc = r#"
```
use kilowat::crypto::{self, Key};

let key = Key::generate()?;
let sealed = crypto::seal(&key, b"kilowatt", b"to whom")?;
assert_eq!(crypto::open(&key, &sealed, b"to whom")?, b"kilowatt");
assert!(crypto::open(&key, &sealed, b"to somebody else").is_err());
# Ok::<(), kilowat::Error>(())
```
"#
)]
//!
//! Each message is sealed with a nonce of its own, 24 random bytes that stand in front of it. They do not run out: 2^80
//! messages with one key leave a chance of one in 2^32 that two of them have the same. The cipher is XAES-256-GCM
//! unless another one is asked for.
//!
//! A sealed message has 40 bytes more than the message, and so tells its length. It does not tell when it was sealed,
//! nor that an older one was put in its place: what must not be taken twice has a number in its associated data.
//!
//! # Streams
//! Content that does not fit into memory, or comes from a reader, is sealed in chunks, as a stream that can be read and
//! written a piece at a time. Nothing can be cut off, put in or exchanged unseen there either.
#![cfg_attr(
    all(feature = "aead", feature = "kdf"),
    doc = "[`SealWriter`] makes one, and [`OpenReader`] reads it."
)]
//!
//! # Nonces of your own
//! Formats that say what the nonce is have methods whose names end in `_with_nonce`. There the tag is all that stands
//! behind the message, and nothing in front. **Two messages with one key and one nonce tell what they have in common,
//! and let others forge more.** Nonces of 24 bytes may be random; those of 12 bytes are too short for that under a
//! lasting key, and want a counter.
//!
//! # Tags and derived keys
//! HMAC-SHA-256 authenticates a message that everyone may read. Of one key HKDF makes as many as there are uses; a
//! secret that is no key, such as one that two parties agreed on, is made one by HKDF too. What can be guessed, such as a
//! password, is made one by PBKDF2, which takes long on purpose.

#[cfg(feature = "aead")]
mod detached;
#[cfg(feature = "aead")]
mod functions;
#[cfg(feature = "kdf")]
mod hmac;
#[cfg(feature = "kdf")]
mod kdf;
mod key;
#[cfg(feature = "aead")]
mod message;
#[cfg(feature = "kdf")]
mod pbkdf2;
mod random;
#[cfg(all(feature = "aead", feature = "kdf"))]
mod stream;

#[cfg(feature = "aead")]
pub use functions::{open, open_by, seal, seal_by};
#[cfg(feature = "kdf")]
pub use hmac::{HmacError, HmacSha256};
#[cfg(feature = "kdf")]
pub use kdf::{hkdf_expand, hkdf_extract, hmac_sha256, pbkdf2_sha256};
pub use key::Key;
#[cfg(feature = "aead")]
pub use kilowat_operations::ops::AeadError;
#[cfg(feature = "kdf")]
pub use kilowat_operations::ops::KdfError;
#[cfg(feature = "aead")]
pub use message::{Cipher, OVERHEAD};
#[cfg(feature = "kdf")]
pub use pbkdf2::Pbkdf2;
#[cfg(all(feature = "aead", feature = "kdf"))]
pub use stream::{OpenReader, SealWriter, SealedStreamError};

/// Bytes of a tag.
#[cfg(feature = "aead")]
const TAG: usize = 16;
