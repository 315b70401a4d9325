//! Message digests.

use std::io::{self, Write};

use kilowat_harness::ops::{self, Md5Batch, Messages, Sha256Batch, Streaming};

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
fn in_groups<const N: usize>(
    messages: &[&[u8]],
    one: impl Fn(&[u8]) -> [u8; N],
    group: impl Fn(&[&[u8]]) -> Vec<[u8; N]>,
) -> Vec<[u8; N]> {
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

/// A message in pieces, on a runtime: its state is kept here between calls, so that no instance of
/// a kernel is held. Every tier goes on from the same state.
#[derive(Debug)]
struct Message<'a, const N: usize> {
    runtime: &'a Runtime,
    streaming: &'static Streaming<N>,
    state: Vec<u8>,
}

impl<'a, const N: usize> Message<'a, N> {
    fn new(runtime: &'a Runtime, streaming: &'static Streaming<N>) -> Self {
        Self {
            runtime,
            streaming,
            state: streaming.native_init(),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            let (streaming, before) = (self.streaming, &self.state);
            self.state = self.runtime.run(
                streaming.name(),
                |session| {
                    let mut frame = session.frame(streaming.module())?;
                    streaming.kernel_update(&mut frame, before, piece)
                },
                || streaming.native_update(before, piece),
            );
        }
    }

    fn finish(self) -> [u8; N] {
        let Self {
            runtime,
            streaming,
            state,
        } = self;
        runtime.run(
            streaming.name(),
            |session| {
                let mut frame = session.frame(streaming.module())?;
                streaming.kernel_finish(&mut frame, &state)
            },
            || streaming.native_finish(&state),
        )
    }
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
pub struct Sha256<'a>(Message<'a, 32>);

/// The MD5 of a message that comes in pieces.
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5<'a>(Message<'a, 16>);

macro_rules! message_in_pieces {
    ($name:ident, $len:literal) => {
        impl<'a> $name<'a> {
            /// Begins a message.
            #[must_use]
            pub fn new(runtime: &'a Runtime) -> Self {
                Self(Message::new(runtime, &ops::$name::STREAMING))
            }

            /// Goes on with the message.
            pub fn update(&mut self, bytes: &[u8]) {
                self.0.update(bytes);
            }

            /// Ends the message.
            #[must_use]
            pub fn finish(self) -> [u8; $len] {
                self.0.finish()
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

message_in_pieces!(Sha256, 32);
message_in_pieces!(Md5, 16);
