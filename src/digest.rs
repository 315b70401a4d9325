//! Message digests.

use std::io::{self, Write};

use kilowat_harness::ops::{self, Fnv1a32Batch, Fnv1a64Batch, Md5Batch, Messages, Sha256Batch};

use crate::runtime::{Error, PIECE, Runtime};

impl Runtime {
    /// The SHA-256 of `bytes` (FIPS 180-4).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn sha256(&self, bytes: &[u8]) -> Result<[u8; 32], Error> {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Sha256>(bytes);
        }
        let mut sha256 = Sha256::new(self);
        sha256.update(bytes)?;
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
        let mut md5 = Md5::new(self);
        md5.update(bytes)?;
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
            messages,
            |message| self.md5(message),
            |group| self.run_operation::<Md5Batch>(Messages::Borrowed(group)),
        )
    }
}

/// Digests messages in groups of a few pieces together, and each that is longer by itself.
fn in_groups<T>(
    messages: &[&[u8]],
    one: impl Fn(&[u8]) -> Result<T, Error>,
    group: impl Fn(&[&[u8]]) -> Result<Vec<T>, Error>,
) -> Result<Vec<T>, Error> {
    const MOST: usize = 4_096;
    let mut digests = Vec::with_capacity(messages.len());
    let mut rest = messages;
    while let Some(first) = rest.first() {
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

/// The SHA-256 of a message that comes in pieces.
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
#[derive(Debug)]
pub struct Sha256<'a> {
    runtime: &'a Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Sha256::STATE_LEN],
}

/// The MD5 of a message that comes in pieces.
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5<'a> {
    runtime: &'a Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Md5::STATE_LEN],
}

macro_rules! message_in_pieces {
    ($name:ident, $update:ident, $finish:ident) => {
        impl<'a> $name<'a> {
            /// Begins a message.
            #[must_use]
            pub fn new(runtime: &'a Runtime) -> Self {
                let state = *ops::$name::START;
                Self { runtime, state }
            }

            /// Goes on with the message.
            ///
            /// # Errors
            /// [`Error`] where no tier can answer. What comes before the piece of 256 KiB that could
            /// not be digested is part of the message.
            pub fn update(&mut self, bytes: &[u8]) -> Result<(), Error> {
                for piece in bytes.chunks(PIECE) {
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
                self.runtime.run_operation::<ops::$finish>(&self.state)
            }
        }

        /// Takes a piece of 256 KiB at a time at most; fails where no tier can answer.
        impl Write for $name<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let piece = &bytes[..bytes.len().min(PIECE)];
                self.update(piece)?;
                Ok(piece.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
    };
}

message_in_pieces!(Sha256, Sha256Update, Sha256Finish);
message_in_pieces!(Md5, Md5Update, Md5Finish);
