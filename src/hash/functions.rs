//! Hashes and digests on the shared runtime.

use crate::runtime::{Error, Runtime};

/// The SHA-256 of `bytes` (FIPS 180-4), as of [`Runtime::sha256`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// let digest = kilowat::hash::sha256(b"abc")?;
/// assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "sha256")]
pub fn sha256(bytes: &[u8]) -> Result<[u8; 32], Error> {
    Runtime::shared().sha256(bytes)
}

/// The SHA-256 of each of many messages, in their order, as of [`Runtime::sha256_batch`], on the [shared
/// runtime](Runtime::shared). Much faster than one after the other.
///
/// ```
/// use kilowat::hash::{sha256, sha256_batch};
///
/// assert_eq!(sha256_batch(&[b"one", b"two"])?, [sha256(b"one")?, sha256(b"two")?]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "sha256")]
pub fn sha256_batch(messages: &[&[u8]]) -> Result<Vec<[u8; 32]>, Error> {
    Runtime::shared().sha256_batch(messages)
}

/// The SHA-512 of `bytes` (FIPS 180-4), as of [`Runtime::sha512`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// let digest = kilowat::hash::sha512(b"abc")?;
/// assert_eq!(digest[..4], [0xdd, 0xaf, 0x35, 0xa1]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "sha512")]
pub fn sha512(bytes: &[u8]) -> Result<[u8; 64], Error> {
    Runtime::shared().sha512(bytes)
}

/// The BLAKE3 of `bytes` (the BLAKE3 paper), as of [`Runtime::blake3`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// let digest = kilowat::hash::blake3(b"abc")?;
/// assert_eq!(digest[..4], [0x64, 0x37, 0xb3, 0xac]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "blake3")]
pub fn blake3(bytes: &[u8]) -> Result<[u8; 32], Error> {
    Runtime::shared().blake3(bytes)
}

/// The BLAKE3 of `bytes`, `len` bytes of it, as of [`Runtime::blake3_xof`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "blake3")]
pub fn blake3_xof(bytes: &[u8], len: usize) -> Result<Vec<u8>, Error> {
    Runtime::shared().blake3_xof(bytes, len)
}

/// The BLAKE3 of `bytes` with a key, as of [`Runtime::blake3_keyed`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "blake3")]
pub fn blake3_keyed(key: &[u8; 32], bytes: &[u8]) -> Result<[u8; 32], Error> {
    Runtime::shared().blake3_keyed(key, bytes)
}

/// The MD5 of `bytes` (RFC 1321), as of [`Runtime::md5`], on the [shared runtime](Runtime::shared).
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
///
/// ```
/// let digest = kilowat::hash::md5(b"abc")?;
/// assert_eq!(digest[..4], [0x90, 0x01, 0x50, 0x98]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "md5")]
pub fn md5(bytes: &[u8]) -> Result<[u8; 16], Error> {
    Runtime::shared().md5(bytes)
}

/// The MD5 of each of many messages, in their order, as of [`Runtime::md5_batch`], on the [shared
/// runtime](Runtime::shared).
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
///
/// ```
/// use kilowat::hash::{md5, md5_batch};
///
/// assert_eq!(md5_batch(&[b"one", b"two"])?, [md5(b"one")?, md5(b"two")?]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "md5")]
pub fn md5_batch(messages: &[&[u8]]) -> Result<Vec<[u8; 16]>, Error> {
    Runtime::shared().md5_batch(messages)
}

/// The 32-bit FNV-1a hash of `bytes` (draft-eastlake-fnv), as of [`Runtime::fnv1a32`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::fnv1a32(b"foobar")?, 0xbf9c_f968);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "string_ops")]
pub fn fnv1a32(bytes: &[u8]) -> Result<u32, Error> {
    Runtime::shared().fnv1a32(bytes)
}

/// The 32-bit FNV-1a hash of each of many strings, in their order, as of [`Runtime::fnv1a32_batch`], on
/// the [shared runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::fnv1a32_batch(&[b"foobar", b""])?, [0xbf9c_f968, 0x811c_9dc5]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "string_ops")]
pub fn fnv1a32_batch(strings: &[&[u8]]) -> Result<Vec<u32>, Error> {
    Runtime::shared().fnv1a32_batch(strings)
}

/// The 64-bit FNV-1a hash of `bytes` (draft-eastlake-fnv), as of [`Runtime::fnv1a64`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::fnv1a64(b"foobar")?, 0x8594_4171_f739_67e8);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "string_ops")]
pub fn fnv1a64(bytes: &[u8]) -> Result<u64, Error> {
    Runtime::shared().fnv1a64(bytes)
}

/// The 64-bit FNV-1a hash of each of many strings, in their order, as of [`Runtime::fnv1a64_batch`], on
/// the [shared runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::fnv1a64_batch(&[b"foobar"])?, [0x8594_4171_f739_67e8]);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "string_ops")]
pub fn fnv1a64_batch(strings: &[&[u8]]) -> Result<Vec<u64>, Error> {
    Runtime::shared().fnv1a64_batch(strings)
}

/// The 32-bit xxHash of `bytes` with a seed, as of [`Runtime::xxh32`], on the [shared
/// runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::xxh32(b"abc", 0)?, 0x32d1_53ff);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "lz4")]
pub fn xxh32(bytes: &[u8], seed: u32) -> Result<u32, Error> {
    Runtime::shared().xxh32(bytes, seed)
}

/// The XXH64 of `bytes`, as of [`Runtime::xxh64`], on the [shared runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::xxh64(b"abc")?, 0x44bc_2cf5_ad77_0999);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "xxhash")]
pub fn xxh64(bytes: &[u8]) -> Result<u64, Error> {
    Runtime::shared().xxh64(bytes)
}

/// The XXH64 of `bytes` with a seed, as of [`Runtime::xxh64_with_seed`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "xxhash")]
pub fn xxh64_with_seed(bytes: &[u8], seed: u64) -> Result<u64, Error> {
    Runtime::shared().xxh64_with_seed(bytes, seed)
}

/// The XXH3 of `bytes`, 64 bits, as of [`Runtime::xxh3_64`], on the [shared runtime](Runtime::shared).
///
/// ```
/// assert_eq!(kilowat::hash::xxh3_64(b"abc")?, 0x78af_5f94_892f_3950);
/// # Ok::<(), kilowat::Error>(())
/// ```
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "xxhash")]
pub fn xxh3_64(bytes: &[u8]) -> Result<u64, Error> {
    Runtime::shared().xxh3_64(bytes)
}

/// The XXH3 of `bytes` with a seed, 64 bits, as of [`Runtime::xxh3_64_with_seed`], on the [shared
/// runtime](Runtime::shared).
///
/// # Errors
/// [`Error`] where no tier can answer.
#[cfg(feature = "xxhash")]
pub fn xxh3_64_with_seed(bytes: &[u8], seed: u64) -> Result<u64, Error> {
    Runtime::shared().xxh3_64_with_seed(bytes, seed)
}
