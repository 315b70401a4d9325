//! Hashes, checksums and message digests: of bytes at once, of many messages together, of what a reader gives, and
//! of what comes in pieces.

#[cfg(feature = "tokio")]
mod asynchronous;
#[cfg(feature = "text")]
mod checksum;
mod functions;
#[cfg(any(
    feature = "lz4",
    feature = "string_ops",
    feature = "text",
    feature = "xxhash"
))]
mod hasher;
#[cfg(any(
    feature = "blake3",
    feature = "md5",
    feature = "sha256",
    feature = "sha512"
))]
mod message;

#[cfg(feature = "string_ops")]
use std::io::{self, Read};

#[cfg(feature = "md5")]
use kilowat_operations::ops::Md5Batch;
#[cfg(feature = "sha256")]
use kilowat_operations::ops::Sha256Batch;
use kilowat_operations::ops::{self, Messages};
#[cfg(feature = "string_ops")]
use kilowat_operations::ops::{Fnv1a32Batch, Fnv1a32Update, Fnv1a64Batch, Fnv1a64Update};

#[cfg(feature = "tokio")]
pub use asynchronous::{Hashing, Sink};
#[cfg(feature = "text")]
pub use checksum::{adler32, crc32, crc32c};
#[cfg(feature = "sha512")]
pub use functions::sha512;
#[cfg(feature = "lz4")]
pub use functions::xxh32;
#[cfg(feature = "blake3")]
pub use functions::{blake3, blake3_keyed, blake3_xof};
#[cfg(feature = "string_ops")]
pub use functions::{fnv1a32, fnv1a32_batch, fnv1a64, fnv1a64_batch};
#[cfg(feature = "md5")]
pub use functions::{md5, md5_batch};
#[cfg(feature = "sha256")]
pub use functions::{sha256, sha256_batch};
#[cfg(feature = "xxhash")]
pub use functions::{xxh3_64, xxh3_64_with_seed, xxh64, xxh64_with_seed};
#[cfg(feature = "lz4")]
pub use hasher::Xxh32;
#[cfg(feature = "text")]
pub use hasher::{Adler32, Crc32, Crc32c};
#[cfg(feature = "string_ops")]
pub use hasher::{Fnv1a32, Fnv1a64};
#[cfg(feature = "xxhash")]
pub use hasher::{Xxh3_64, Xxh64};
#[cfg(feature = "blake3")]
pub use message::Blake3;
#[cfg(feature = "md5")]
pub use message::Md5;
#[cfg(feature = "sha256")]
pub use message::Sha256;
#[cfg(feature = "sha512")]
pub use message::Sha512;

#[cfg(feature = "string_ops")]
use crate::readers::for_each_buffer;
use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::Series;

impl Runtime {
    /// The SHA-256 of `bytes` (FIPS 180-4).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "sha256")]
    pub fn sha256(&self, bytes: &[u8]) -> Result<[u8; 32], Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Sha256>(bytes);
        }
        let mut series = self.series::<ops::Sha256Update>(bytes.len());
        let mut sha256 = Sha256::new(self);
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            sha256.update(piece)?;
        }
        sha256.finish()
    }

    /// The SHA-256 of each of many messages, in their order. Much faster than one after the other.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let digests = runtime.sha256_batch(&[b"one", b"two"])?;
    /// assert_eq!(digests, [runtime.sha256(b"one")?, runtime.sha256(b"two")?]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "sha256")]
    pub fn sha256_batch(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 32]>, Error> {
        in_groups(
            |bytes| self.series::<Sha256Batch>(bytes),
            messages,
            |message| self.sha256(message),
            |group| self.run_operation::<Sha256Batch>(Messages::Borrowed(group)),
        )
    }

    /// The SHA-512 of `bytes` (FIPS 180-4).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "sha512")]
    pub fn sha512(&self, bytes: &[u8]) -> Result<[u8; 64], Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Sha512>(bytes);
        }
        let mut series = self.series::<ops::Sha512Update>(bytes.len());
        let mut sha512 = Sha512::new(self);
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            sha512.update(piece)?;
        }
        sha512.finish()
    }

    /// The BLAKE3 of `bytes` (the BLAKE3 paper).
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.blake3(b"abc")?[..4], [0x64, 0x37, 0xb3, 0xac]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "blake3")]
    pub fn blake3(&self, bytes: &[u8]) -> Result<[u8; 32], Error> {
        let digest = self.blake3_xof(bytes, ops::Blake3::LEN)?;
        Ok(message::usual(&digest))
    }

    /// The BLAKE3 of `bytes` (the BLAKE3 paper), `len` bytes of it. The first 32 are those of
    /// [`blake3`](Self::blake3).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "blake3")]
    pub fn blake3_xof(&self, bytes: &[u8], len: usize) -> Result<Vec<u8>, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Blake3>((bytes, len));
        }
        self.blake3_pieces(Blake3::new(self), bytes)?
            .finish_xof(len)
    }

    /// The BLAKE3 of `bytes` with a key (the BLAKE3 paper): without it, nobody can make or check the
    /// digest. Digests that others send are compared in constant time, as `ct_equal` of the module
    /// `aead` does.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "blake3")]
    pub fn blake3_keyed(&self, key: &[u8; 32], bytes: &[u8]) -> Result<[u8; 32], Error> {
        if bytes.len() <= PIECE {
            let input = (&key[..], bytes, ops::Blake3::LEN);
            let digest = self.run_operation::<ops::Blake3Keyed>(input)?;
            return Ok(message::usual(&digest.map_err(ops::Refusal::from)?));
        }
        self.blake3_pieces(Blake3::with_key(self, key), bytes)?
            .finish()
    }

    #[cfg(feature = "blake3")]
    fn blake3_pieces(&self, mut blake3: Blake3, bytes: &[u8]) -> Result<Blake3, Error> {
        let mut series = self.series::<ops::Blake3Update>(bytes.len());
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            blake3.update(piece)?;
        }
        Ok(blake3)
    }

    /// The 32-bit FNV-1a hash of each of many strings, in their order. Much faster than one after the
    /// other.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a32_batch(&self, strings: &[&[u8]]) -> Result<Vec<u32>, Error> {
        in_groups(
            |bytes| self.series::<Fnv1a32Batch>(bytes),
            strings,
            |string| self.fnv1a32(string),
            |group| self.run_operation::<Fnv1a32Batch>(Messages::Borrowed(group)),
        )
    }

    /// The 64-bit FNV-1a hash of each of many strings, in their order. Much faster than one after the
    /// other.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a64_batch(&self, strings: &[&[u8]]) -> Result<Vec<u64>, Error> {
        in_groups(
            |bytes| self.series::<Fnv1a64Batch>(bytes),
            strings,
            |string| self.fnv1a64(string),
            |group| self.run_operation::<Fnv1a64Batch>(Messages::Borrowed(group)),
        )
    }

    /// The MD5 of `bytes` (RFC 1321).
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "md5")]
    pub fn md5(&self, bytes: &[u8]) -> Result<[u8; 16], Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Md5>(bytes);
        }
        let mut series = self.series::<ops::Md5Update>(bytes.len());
        let mut md5 = Md5::new(self);
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            md5.update(piece)?;
        }
        md5.finish()
    }

    /// The MD5 of each of many messages, in their order. Much faster than one after the other.
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "md5")]
    pub fn md5_batch(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 16]>, Error> {
        in_groups(
            |bytes| self.series::<Md5Batch>(bytes),
            messages,
            |message| self.md5(message),
            |group| self.run_operation::<Md5Batch>(Messages::Borrowed(group)),
        )
    }

    /// The 32-bit FNV-1a hash of `bytes` (draft-eastlake-fnv).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a32(&self, bytes: &[u8]) -> Result<u32, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Fnv1a32>(bytes);
        }
        let series = self.series::<Fnv1a32Update>(bytes.len());
        self.fnv1a32_pieces(series, ops::Fnv1a32::OFFSET_BASIS, bytes)
    }

    /// The hash of what `hash` is the hash of, followed by `bytes`.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let hash = runtime.fnv1a32(b"foo")?;
    /// assert_eq!(runtime.fnv1a32_update(hash, b"bar")?, runtime.fnv1a32(b"foobar")?);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a32_update(&self, hash: u32, bytes: &[u8]) -> Result<u32, Error> {
        let series = self.piece::<Fnv1a32Update>(bytes.len());
        self.fnv1a32_pieces(series, hash, bytes)
    }

    #[cfg(feature = "string_ops")]
    fn fnv1a32_pieces(
        &self,
        mut series: Series<'_>,
        hash: u32,
        bytes: &[u8],
    ) -> Result<u32, Error> {
        bytes.chunks(PIECE).try_fold(hash, |hash, piece| {
            series.next_call();
            self.run_operation::<Fnv1a32Update>((hash, piece))
        })
    }

    /// The 64-bit FNV-1a hash of `bytes` (draft-eastlake-fnv).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a64(&self, bytes: &[u8]) -> Result<u64, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Fnv1a64>(bytes);
        }
        let series = self.series::<Fnv1a64Update>(bytes.len());
        self.fnv1a64_pieces(series, ops::Fnv1a64::OFFSET_BASIS, bytes)
    }

    /// The hash of what `hash` is the hash of, followed by `bytes`.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a64_update(&self, hash: u64, bytes: &[u8]) -> Result<u64, Error> {
        let series = self.piece::<Fnv1a64Update>(bytes.len());
        self.fnv1a64_pieces(series, hash, bytes)
    }

    #[cfg(feature = "string_ops")]
    fn fnv1a64_pieces(
        &self,
        mut series: Series<'_>,
        hash: u64,
        bytes: &[u8],
    ) -> Result<u64, Error> {
        bytes.chunks(PIECE).try_fold(hash, |hash, piece| {
            series.next_call();
            self.run_operation::<Fnv1a64Update>((hash, piece))
        })
    }

    /// The 32-bit FNV-1a hash of all that a reader gives.
    ///
    /// # Errors
    /// Those of the reader, and an [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a32_reader(&self, reader: impl Read) -> io::Result<u32> {
        let mut hash = ops::Fnv1a32::OFFSET_BASIS;
        for_each_buffer(reader, |bytes| {
            hash = self.fnv1a32_update(hash, bytes)?;
            Ok(())
        })?;
        Ok(hash)
    }

    /// The 64-bit FNV-1a hash of all that a reader gives.
    ///
    /// # Errors
    /// Those of the reader, and an [`Error`] where no tier can answer.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a64_reader(&self, reader: impl Read) -> io::Result<u64> {
        let mut hash = ops::Fnv1a64::OFFSET_BASIS;
        for_each_buffer(reader, |bytes| {
            hash = self.fnv1a64_update(hash, bytes)?;
            Ok(())
        })?;
        Ok(hash)
    }

    /// The 32-bit xxHash of `bytes` with a seed: with 0, the checksum of LZ4 frames.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "lz4")]
    pub fn xxh32(&self, bytes: &[u8], seed: u32) -> Result<u32, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Xxh32>((bytes, seed));
        }
        let mut xxh32 = Xxh32::new(self, seed);
        xxh32.update(bytes)?;
        xxh32.hash()
    }

    /// The XXH64 of `bytes` (the xxHash specification), with seed 0.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.xxh64(b"abc")?, 0x44bc_2cf5_ad77_0999);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "xxhash")]
    pub fn xxh64(&self, bytes: &[u8]) -> Result<u64, Error> {
        self.xxh64_with_seed(bytes, 0)
    }

    /// The XXH64 of `bytes` with a seed (the xxHash specification).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "xxhash")]
    pub fn xxh64_with_seed(&self, bytes: &[u8], seed: u64) -> Result<u64, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Xxh64>((bytes, seed));
        }
        let mut series = self.series::<ops::Xxh64Update>(bytes.len());
        let mut xxh64 = Xxh64::new(self, seed);
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            xxh64.update(piece)?;
        }
        xxh64.hash()
    }

    /// The XXH3 of `bytes`, 64 bits (the xxHash specification), with seed 0. The fastest hash that there
    /// is here.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// assert_eq!(runtime.xxh3_64(b"abc")?, 0x78af_5f94_892f_3950);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "xxhash")]
    pub fn xxh3_64(&self, bytes: &[u8]) -> Result<u64, Error> {
        self.xxh3_64_with_seed(bytes, 0)
    }

    /// The XXH3 of `bytes` with a seed, 64 bits (the xxHash specification).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    #[cfg(feature = "xxhash")]
    pub fn xxh3_64_with_seed(&self, bytes: &[u8], seed: u64) -> Result<u64, Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Xxh3_64>((bytes, seed));
        }
        let mut series = self.series::<ops::Xxh3_64Update>(bytes.len());
        let mut xxh3 = Xxh3_64::new(self, seed);
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            xxh3.update(piece)?;
        }
        xxh3.hash()
    }
}

/// Digests messages in groups of a few pieces together, and each that is longer by itself.
fn in_groups<'a, T>(
    series: impl FnOnce(usize) -> Series<'a>,
    messages: &[&[u8]],
    one: impl Fn(&[u8]) -> Result<T, Error>,
    group: impl Fn(&[&[u8]]) -> Result<Vec<T>, Error>,
) -> Result<Vec<T>, Error> {
    const MOST: usize = 4_096;
    /// Shorter messages take no less time than those of so many bytes.
    const SHORTEST: usize = 64;
    let lengths = messages.iter().map(|message| message.len());
    let mut series = series(lengths.sum::<usize>().max(SHORTEST * messages.len()));
    let mut digests = Vec::with_capacity(messages.len());
    let mut rest = messages;
    while let Some(first) = rest.first() {
        series.next_call();
        if first.len() > 4 * PIECE {
            digests.push(one(first)?);
            rest = &rest[1..];
            continue;
        }
        let mut bytes = 0;
        let fitting = rest.iter().take(MOST).take_while(|message| {
            bytes += message.len();
            bytes <= 4 * PIECE
        });
        let (now, later) = rest.split_at(fitting.count());
        digests.extend(group(now)?);
        rest = later;
    }
    Ok(digests)
}
