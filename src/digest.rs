//! Message digests.

use std::io::{self, Write};

use kilowat_harness::ops::{self, Fnv1a32Batch, Fnv1a64Batch, Md5Batch, Messages, Sha256Batch};

use crate::runtime::{PIECE, Runtime};

impl Runtime {
    /// The SHA-256 of `bytes` (FIPS 180-4).
    #[must_use]
    pub fn sha256(&self, bytes: &[u8]) -> [u8; 32] {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Sha256>(bytes);
        }
        let mut sha256 = Sha256::new(self);
        sha256.update(bytes);
        sha256.finish()
    }

    /// The SHA-256 of each of many messages, in their order. Much faster than one after the other.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let digests = runtime.sha256_batch(&[b"one", b"two"]);
    /// assert_eq!(digests, [runtime.sha256(b"one"), runtime.sha256(b"two")]);
    /// ```
    #[must_use]
    pub fn sha256_batch(&self, messages: &[&[u8]]) -> Vec<[u8; 32]> {
        in_groups(
            messages,
            |message| self.sha256(message),
            |group| self.run_operation::<Sha256Batch>(Messages::Borrowed(group)),
        )
    }

    /// The 32-bit FNV-1a hash of each of many strings, in their order. Much faster than one after the
    /// other.
    #[must_use]
    pub fn fnv1a32_batch(&self, strings: &[&[u8]]) -> Vec<u32> {
        in_groups(
            strings,
            |string| self.fnv1a32(string),
            |group| self.run_operation::<Fnv1a32Batch>(Messages::Borrowed(group)),
        )
    }

    /// The 64-bit FNV-1a hash of each of many strings, in their order. Much faster than one after the
    /// other.
    #[must_use]
    pub fn fnv1a64_batch(&self, strings: &[&[u8]]) -> Vec<u64> {
        in_groups(
            strings,
            |string| self.fnv1a64(string),
            |group| self.run_operation::<Fnv1a64Batch>(Messages::Borrowed(group)),
        )
    }

    /// The MD5 of `bytes` (RFC 1321).
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    #[must_use]
    pub fn md5(&self, bytes: &[u8]) -> [u8; 16] {
        if bytes.len() <= PIECE {
            return self.run_operation::<ops::Md5>(bytes);
        }
        let mut md5 = Md5::new(self);
        md5.update(bytes);
        md5.finish()
    }

    /// The MD5 of each of many messages, in their order. Much faster than one after the other.
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    #[must_use]
    pub fn md5_batch(&self, messages: &[&[u8]]) -> Vec<[u8; 16]> {
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
    one: impl Fn(&[u8]) -> T,
    group: impl Fn(&[&[u8]]) -> Vec<T>,
) -> Vec<T> {
    const MOST: usize = 4_096;
    let mut digests = Vec::with_capacity(messages.len());
    let mut rest = messages;
    while let Some(first) = rest.first() {
        if first.len() > 4 * PIECE {
            digests.push(one(first));
            rest = &rest[1..];
            continue;
        }
        let mut bytes = 0;
        let fitting = rest.iter().take(MOST).take_while(|message| {
            bytes += message.len();
            bytes <= 4 * PIECE
        });
        let (now, later) = rest.split_at(fitting.count());
        digests.extend(group(now));
        rest = later;
    }
    digests
}

/// The SHA-256 of a message that comes in pieces.
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut sha256 = kilowat::Sha256::new(&runtime);
/// write!(sha256, "{} {}", "in", "pieces")?;
/// assert_eq!(sha256.finish(), runtime.sha256(b"in pieces"));
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
            pub fn update(&mut self, bytes: &[u8]) {
                for piece in bytes.chunks(PIECE) {
                    let input = (&self.state, piece);
                    self.state = self.runtime.run_operation::<ops::$update>(input);
                }
            }

            /// Ends the message.
            #[must_use]
            pub fn finish(self) -> [u8; ops::$name::LEN] {
                self.runtime.run_operation::<ops::$finish>(&self.state)
            }
        }

        /// Never fails, and takes all that it is given.
        impl Write for $name<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.update(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
    };
}

message_in_pieces!(Sha256, Sha256Update, Sha256Finish);
message_in_pieces!(Md5, Md5Update, Md5Finish);
