//! Hashes of what comes in pieces, as hashers of the standard library.

use std::fmt;
#[cfg(feature = "native")]
use std::hash::Hasher;
use std::io::{self, Write};

use kilowat_operations::ops;

#[cfg(any(feature = "lz4", feature = "xxhash"))]
use crate::runtime::Error;
use crate::runtime::{PIECE, Runtime};

/// The 32-bit FNV-1a hash of bytes that come in pieces, as a [`Hasher`].
///
/// A hasher cannot fail, and so it is one with the feature `native` only: where no tier of the runtime can answer, native code in the process does, with
/// a warning of [`tracing`]. Each `write` is a call of the runtime, of some 200 ns: for strings and
/// longer, not for the keys of a map. Not for keys that others choose, either: anyone can make many
/// with one hash.
///
/// ```
/// use std::hash::Hasher as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut hasher = kilowat::hash::Fnv1a32::new(&runtime);
/// hasher.write(b"foo");
/// hasher.write(b"bar");
/// assert_eq!(hasher.hash(), runtime.fnv1a32(b"foobar")?);
/// # Ok::<(), kilowat::Error>(())
/// ```
#[cfg(feature = "string_ops")]
#[derive(Clone)]
pub struct Fnv1a32 {
    pub(super) runtime: Runtime,
    hash: u32,
}

/// The 64-bit FNV-1a hash of bytes that come in pieces, as a [`Hasher`]; as [`Fnv1a32`], also in what it
/// costs.
#[cfg(feature = "string_ops")]
#[derive(Clone)]
pub struct Fnv1a64 {
    pub(super) runtime: Runtime,
    hash: u64,
}

#[cfg(any(feature = "string_ops", feature = "text"))]
macro_rules! hash_in_pieces {
    ($name:ident, $update:ident, $hash:ident, $empty:ident) => {
        impl $name {
            /// Begins with no bytes.
            #[must_use]
            pub fn new(runtime: &Runtime) -> Self {
                let hash = ops::$name::$empty;
                let runtime = runtime.clone();
                Self { runtime, hash }
            }

            /// The hash of all bytes so far.
            #[must_use]
            pub fn hash(&self) -> $hash {
                self.hash
            }
        }

        #[cfg(feature = "native")]
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

#[cfg(feature = "string_ops")]
hash_in_pieces!(Fnv1a32, Fnv1a32Update, u32, OFFSET_BASIS);
#[cfg(feature = "string_ops")]
hash_in_pieces!(Fnv1a64, Fnv1a64Update, u64, OFFSET_BASIS);

/// The CRC-32 of bytes that come in pieces, that of gzip and PNG (ISO 3309), as a [`Hasher`], with the
/// notes of [`Fnv1a32`]; and as a [`Write`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut crc32 = kilowat::hash::Crc32::new(&runtime);
/// write!(crc32, "1234{}", 56789)?;
/// assert_eq!(crc32.hash(), 0xcbf4_3926);
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "text")]
#[derive(Clone)]
pub struct Crc32 {
    pub(super) runtime: Runtime,
    hash: u32,
}

/// The CRC-32C of bytes that come in pieces, that of iSCSI and ext4 (RFC 3720); as [`Crc32`].
#[cfg(feature = "text")]
#[derive(Clone)]
pub struct Crc32c {
    pub(super) runtime: Runtime,
    hash: u32,
}

/// The Adler-32 of bytes that come in pieces, that of zlib (RFC 1950); as [`Crc32`].
#[cfg(feature = "text")]
#[derive(Clone)]
pub struct Adler32 {
    pub(super) runtime: Runtime,
    hash: u32,
}

#[cfg(feature = "text")]
hash_in_pieces!(Crc32, Crc32Update, u32, EMPTY);
#[cfg(feature = "text")]
hash_in_pieces!(Crc32c, Crc32cUpdate, u32, EMPTY);
#[cfg(feature = "text")]
hash_in_pieces!(Adler32, Adler32Update, u32, EMPTY);

/// The 32-bit xxHash of bytes that come in pieces, as a [`Hasher`], with the notes of [`Fnv1a32`]; and
/// as a [`Write`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut xxh32 = kilowat::hash::Xxh32::new(&runtime, 0);
/// write!(xxh32, "{} {}", "in", "pieces")?;
/// assert_eq!(xxh32.hash()?, runtime.xxh32(b"in pieces", 0)?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "lz4")]
#[derive(Clone)]
pub struct Xxh32 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Xxh32::STATE_LEN],
}

/// The XXH64 of bytes that come in pieces, as a [`Hasher`], with the notes of [`Fnv1a32`]; and as a
/// [`Write`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut xxh64 = kilowat::hash::Xxh64::new(&runtime, 0);
/// write!(xxh64, "{} {}", "in", "pieces")?;
/// assert_eq!(xxh64.hash()?, runtime.xxh64(b"in pieces")?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "xxhash")]
#[derive(Clone)]
pub struct Xxh64 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Xxh64::STATE_LEN],
}

/// The XXH3 of 64 bits of bytes that come in pieces; as [`Xxh64`].
#[cfg(feature = "xxhash")]
#[derive(Clone)]
pub struct Xxh3_64 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Xxh3_64::STATE_LEN],
}

#[cfg(any(feature = "lz4", feature = "xxhash"))]
macro_rules! xxhash_in_pieces {
    ($name:ident, $update:ident, $finish:ident, $hash:ident) => {
        impl $name {
            /// Begins with no bytes.
            #[must_use]
            pub fn new(runtime: &Runtime, seed: $hash) -> Self {
                let state = ops::$name::start(seed);
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
                    self.state = self.runtime.run_operation::<ops::$update>(input)?;
                }
                Ok(())
            }

            /// The hash of all bytes so far, after which more may come.
            ///
            /// # Errors
            /// [`Error`] where no tier can answer.
            pub fn hash(&self) -> Result<$hash, Error> {
                self.runtime.run_operation::<ops::$finish>(&self.state)
            }
        }

        /// Cannot fail: where no tier of the runtime can answer, native code does.
        #[cfg(feature = "native")]
        impl Hasher for $name {
            fn write(&mut self, bytes: &[u8]) {
                for piece in bytes.chunks(PIECE) {
                    let input = (&self.state, piece);
                    self.state = self.runtime.always::<ops::$update>(input);
                }
            }

            fn finish(&self) -> u64 {
                self.runtime.always::<ops::$finish>(&self.state).into()
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

        /// Says nothing of the bytes.
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = stringify!($name);
                formatter.debug_struct(name).finish_non_exhaustive()
            }
        }
    };
}

#[cfg(feature = "lz4")]
xxhash_in_pieces!(Xxh32, Xxh32Update, Xxh32Finish, u32);
#[cfg(feature = "xxhash")]
xxhash_in_pieces!(Xxh64, Xxh64Update, Xxh64Finish, u64);
#[cfg(feature = "xxhash")]
xxhash_in_pieces!(Xxh3_64, Xxh3_64Update, Xxh3_64Finish, u64);
