//! Message digests.

use std::fmt;
use std::hash::Hasher;
use std::io::{self, Write};

use kilowat_operations::ops::{
    self, Fnv1a32Batch, Fnv1a64Batch, Md5Batch, Messages, Sha256Batch, Xxh32Finish, Xxh32Update,
};

use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::{Series, message_is_over};

impl Runtime {
    /// The SHA-256 of `bytes` (FIPS 180-4).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
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
    pub fn sha256_batch(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 32]>, Error> {
        in_groups(
            |bytes| self.series::<Sha256Batch>(bytes),
            messages,
            |message| self.sha256(message),
            |group| self.run_operation::<Sha256Batch>(Messages::Borrowed(group)),
        )
    }

    /// The 32-bit FNV-1a hash of each of many strings, in their order. Much faster than one after the
    /// other.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
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
    pub fn md5_batch(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 16]>, Error> {
        in_groups(
            |bytes| self.series::<Md5Batch>(bytes),
            messages,
            |message| self.md5(message),
            |group| self.run_operation::<Md5Batch>(Messages::Borrowed(group)),
        )
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

/// The SHA-256 of a message that comes in pieces. It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place.
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut sha256 = kilowat::Sha256::new(&runtime);
/// write!(sha256, "{} {}", "in", "pieces")?;
/// assert_eq!(sha256.finish()?, runtime.sha256(b"in pieces")?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// With the feature `digest` it has the traits of the crate of that name, `digest::Digest` and
/// `digest::DynDigest` among them. These cannot fail: where no tier of the runtime can answer, native
/// code in the process does, with a warning of [`tracing`], whatever the list of tiers says. `Default`,
/// and so `Digest::new()`, begins a message on [`Runtime::shared`].
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Sha256 {
    runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Sha256::STATE_LEN],
}

/// The MD5 of a message that comes in pieces. It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place. Its traits are those of [`Sha256`].
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Md5 {
    runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Md5::STATE_LEN],
}

macro_rules! message_in_pieces {
    ($name:ident, $update:ident, $finish:ident, $digest_len:ident) => {
        impl $name {
            /// Begins a message.
            pub fn new(runtime: &Runtime) -> Self {
                let state = *ops::$name::START;
                let runtime = runtime.clone();
                Self { runtime, state }
            }

            /// Goes on with the message.
            ///
            /// # Errors
            /// [`Error`] where no tier can answer. What comes before the piece of 256 KiB that could
            /// not be digested is part of the message.
            pub fn update(&mut self, bytes: &[u8]) -> Result<(), Error> {
                let mut series = self.runtime.piece::<ops::$update>(bytes.len());
                for piece in bytes.chunks(PIECE) {
                    series.next_call();
                    let input = (&self.state, piece);
                    self.state = self.runtime.run_operation::<ops::$update>(input)?;
                }
                Ok(())
            }

            /// Ends the message.
            ///
            /// # Errors
            /// [`Error`] where no tier can answer.
            pub fn finish(self) -> Result<[u8; ops::$name::LEN], Error> {
                let _series = self.runtime.piece::<ops::$update>(0);
                message_is_over();
                self.runtime.run_operation::<ops::$finish>(&self.state)
            }
        }

        /// Takes a piece of 256 KiB at a time at most; fails where no tier can answer.
        impl Write for $name {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let piece = &bytes[..bytes.len().min(PIECE)];
                self.update(piece)?;
                Ok(piece.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        /// Says nothing of the message.
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = stringify!($name);
                formatter.debug_struct(name).finish_non_exhaustive()
            }
        }

        /// Begins a message on [`Runtime::shared`].
        #[cfg(feature = "digest")]
        impl Default for $name {
            fn default() -> Self {
                Self::new(Runtime::shared())
            }
        }

        #[cfg(feature = "digest")]
        impl ::digest::HashMarker for $name {}

        #[cfg(feature = "digest")]
        impl ::digest::OutputSizeUser for $name {
            type OutputSize = ::digest::consts::$digest_len;
        }

        #[cfg(feature = "digest")]
        impl ::digest::common::BlockSizeUser for $name {
            type BlockSize = ::digest::consts::U64;
        }

        #[cfg(feature = "digest")]
        impl ::digest::Update for $name {
            fn update(&mut self, bytes: &[u8]) {
                let mut series = self.runtime.piece::<ops::$update>(bytes.len());
                for piece in bytes.chunks(PIECE) {
                    series.next_call();
                    let input = (&self.state, piece);
                    self.state = self.runtime.always::<ops::$update>(input);
                }
            }
        }

        #[cfg(feature = "digest")]
        impl ::digest::Reset for $name {
            fn reset(&mut self) {
                self.state = *ops::$name::START;
            }
        }

        #[cfg(feature = "digest")]
        impl ::digest::FixedOutput for $name {
            fn finalize_into(self, digest: &mut ::digest::Output<Self>) {
                let _series = self.runtime.piece::<ops::$update>(0);
                message_is_over();
                *digest = self.runtime.always::<ops::$finish>(&self.state).into();
            }
        }

        #[cfg(feature = "digest")]
        impl ::digest::FixedOutputReset for $name {
            fn finalize_into_reset(&mut self, digest: &mut ::digest::Output<Self>) {
                ::digest::FixedOutput::finalize_into(self.clone(), digest);
                ::digest::Reset::reset(self);
            }
        }
    };
}

message_in_pieces!(Sha256, Sha256Update, Sha256Finish, U32);
message_in_pieces!(Md5, Md5Update, Md5Finish, U16);

/// The 32-bit FNV-1a hash of bytes that come in pieces, as a [`Hasher`].
///
/// A hasher cannot fail: where no tier of the runtime can answer, native code in the process does, with
/// a warning of [`tracing`]. Each `write` is a call of the runtime, of some 200 ns: for strings and
/// longer, not for the keys of a map. Not for keys that others choose, either: anyone can make many
/// with one hash.
///
/// ```
/// use std::hash::Hasher as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut hasher = kilowat::Fnv1a32::new(&runtime);
/// hasher.write(b"foo");
/// hasher.write(b"bar");
/// assert_eq!(hasher.hash(), runtime.fnv1a32(b"foobar")?);
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Clone)]
pub struct Fnv1a32 {
    runtime: Runtime,
    hash: u32,
}

/// The 64-bit FNV-1a hash of bytes that come in pieces, as a [`Hasher`]; as [`Fnv1a32`], also in what it
/// costs.
#[derive(Clone)]
pub struct Fnv1a64 {
    runtime: Runtime,
    hash: u64,
}

macro_rules! hash_in_pieces {
    ($name:ident, $update:ident, $hash:ident) => {
        impl $name {
            /// Begins with no bytes.
            #[must_use]
            pub fn new(runtime: &Runtime) -> Self {
                let hash = ops::$name::OFFSET_BASIS;
                let runtime = runtime.clone();
                Self { runtime, hash }
            }

            /// The hash of all bytes so far.
            #[must_use]
            pub fn hash(&self) -> $hash {
                self.hash
            }
        }

        impl Hasher for $name {
            fn write(&mut self, bytes: &[u8]) {
                let mut series = self.runtime.piece::<ops::$update>(bytes.len());
                for piece in bytes.chunks(PIECE) {
                    series.next_call();
                    self.hash = self.runtime.always::<ops::$update>((self.hash, piece));
                }
            }

            fn finish(&self) -> u64 {
                self.hash.into()
            }
        }

        /// Takes a piece of 256 KiB at a time at most; fails where no tier can answer.
        impl Write for $name {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let piece = &bytes[..bytes.len().min(PIECE)];
                let input = (self.hash, piece);
                let _series = self.runtime.piece::<ops::$update>(piece.len());
                self.hash = self.runtime.run_operation::<ops::$update>(input)?;
                Ok(piece.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        /// Says nothing of the bytes.
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = stringify!($name);
                formatter.debug_struct(name).finish_non_exhaustive()
            }
        }
    };
}

hash_in_pieces!(Fnv1a32, Fnv1a32Update, u32);
hash_in_pieces!(Fnv1a64, Fnv1a64Update, u64);

/// The 32-bit xxHash of bytes that come in pieces, as a [`Hasher`], with the notes of [`Fnv1a32`]; and
/// as a [`Write`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut xxh32 = kilowat::Xxh32::new(&runtime, 0);
/// write!(xxh32, "{} {}", "in", "pieces")?;
/// assert_eq!(xxh32.hash()?, runtime.xxh32(b"in pieces", 0)?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Xxh32 {
    runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Xxh32::STATE_LEN],
}

impl Xxh32 {
    /// Begins with no bytes.
    #[must_use]
    pub fn new(runtime: &Runtime, seed: u32) -> Self {
        let state = ops::Xxh32::start(seed);
        let runtime = runtime.clone();
        Self { runtime, state }
    }

    /// Goes on with the bytes.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer. What comes before the piece of 256 KiB that could not be
    /// hashed has gone in.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for piece in bytes.chunks(PIECE) {
            let input = (&self.state, piece);
            self.state = self.runtime.run_operation::<Xxh32Update>(input)?;
        }
        Ok(())
    }

    /// The hash of all bytes so far, after which more may come.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn hash(&self) -> Result<u32, Error> {
        self.runtime.run_operation::<Xxh32Finish>(&self.state)
    }
}

/// Cannot fail: where no tier of the runtime can answer, native code does.
impl Hasher for Xxh32 {
    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            self.state = self.runtime.always::<Xxh32Update>((&self.state, piece));
        }
    }

    fn finish(&self) -> u64 {
        self.runtime.always::<Xxh32Finish>(&self.state).into()
    }
}

/// Takes a piece of 256 KiB at a time at most; fails where no tier can answer.
impl Write for Xxh32 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        self.update(piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says nothing of the bytes.
impl fmt::Debug for Xxh32 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Xxh32").finish_non_exhaustive()
    }
}
