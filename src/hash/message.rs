//! Message digests of what comes in pieces.

use std::fmt;
use std::io::{self, Write};

use kilowat_operations::ops;
#[cfg(feature = "blake3")]
use zeroize::Zeroize as _;

use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::message_is_over;

/// The SHA-256 of a message that comes in pieces. It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place.
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut sha256 = kilowat::hash::Sha256::new(&runtime);
/// write!(sha256, "{} {}", "in", "pieces")?;
/// assert_eq!(sha256.finish()?, runtime.sha256(b"in pieces")?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// With the feature `digest` it has the traits of the crate of that name, `digest::Digest` and
/// `digest::DynDigest` among them. These cannot fail: where no tier of the runtime can answer, native
/// code in the process does, with a warning of [`tracing`], whatever the list of tiers says. `Default`,
/// and so `Digest::new()`, begins a message on [`Runtime::shared`].
#[cfg(feature = "sha256")]
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Sha256 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Sha256::STATE_LEN],
}

/// The SHA-512 of a message that comes in pieces. It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place. Its traits are those of [`Sha256`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut sha512 = kilowat::hash::Sha512::new(&runtime);
/// write!(sha512, "{} {}", "in", "pieces")?;
/// assert_eq!(sha512.finish()?, runtime.sha512(b"in pieces")?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "sha512")]
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Sha512 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Sha512::STATE_LEN],
}

/// The BLAKE3 of a message that comes in pieces, with a key or without. It owns a share of its runtime, so
/// that it can go to another thread; a clone goes on from the same place. It is zeroed when it is dropped, as
/// it may have a key. Its traits are those of [`Sha256`].
///
/// ```
/// use std::io::Write as _;
///
/// let runtime = kilowat::Runtime::new();
/// let mut blake3 = kilowat::hash::Blake3::new(&runtime);
/// write!(blake3, "{} {}", "in", "pieces")?;
/// assert_eq!(blake3.finish()?, runtime.blake3(b"in pieces")?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[cfg(feature = "blake3")]
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Blake3 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Blake3::STATE_LEN],
}

/// The MD5 of a message that comes in pieces. It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place. Its traits are those of [`Sha256`].
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[cfg(feature = "md5")]
#[derive(Clone)]
#[must_use = "a message that is not finished has no digest"]
pub struct Md5 {
    pub(super) runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::Md5::STATE_LEN],
}

macro_rules! message_in_pieces {
    (
        $name:ident, $update:ident, $finish:ident, $digest_len:ident, $block_len:ident,
        $state:ident => $input:expr, $answer:ident => $digest:expr, $old:ident => $start:expr
    ) => {
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
                let $state = &self.state;
                let $answer = self.runtime.run_operation::<ops::$finish>($input)?;
                Ok($digest)
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
            type BlockSize = ::digest::consts::$block_len;
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
                let $old = &self.state;
                self.state = $start;
            }
        }

        #[cfg(feature = "digest")]
        impl ::digest::FixedOutput for $name {
            fn finalize_into(self, digest: &mut ::digest::Output<Self>) {
                let _series = self.runtime.piece::<ops::$update>(0);
                message_is_over();
                let $state = &self.state;
                let $answer = self.runtime.always::<ops::$finish>($input);
                *digest = $digest.into();
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

/// What is finished by its state alone, and begins anew with no bytes.
#[cfg(any(feature = "md5", feature = "sha256", feature = "sha512"))]
macro_rules! plain_message_in_pieces {
    ($name:ident, $update:ident, $finish:ident, $digest_len:ident, $block_len:ident) => {
        message_in_pieces! {
            $name, $update, $finish, $digest_len, $block_len,
            state => state, digest => digest, _state => *ops::$name::START
        }
    };
}

#[cfg(feature = "sha256")]
plain_message_in_pieces!(Sha256, Sha256Update, Sha256Finish, U32, U64);
#[cfg(feature = "sha512")]
plain_message_in_pieces!(Sha512, Sha512Update, Sha512Finish, U64, U128);
#[cfg(feature = "md5")]
plain_message_in_pieces!(Md5, Md5Update, Md5Finish, U16, U64);
// A message that begins anew has the same key.
#[cfg(feature = "blake3")]
message_in_pieces! {
    Blake3, Blake3Update, Blake3Finish, U32, U64,
    state => (state, ops::Blake3::LEN), digest => usual(&digest), state => ops::Blake3::start_again(state)
}

/// The state has the key, where there is one.
#[cfg(feature = "blake3")]
impl Drop for Blake3 {
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

#[cfg(feature = "blake3")]
impl Blake3 {
    /// Begins a message with a key: without it, nobody can make or check the digest.
    pub fn with_key(runtime: &Runtime, key: &[u8; ops::Blake3::KEY_LEN]) -> Self {
        Self {
            runtime: runtime.clone(),
            state: ops::Blake3::start(key),
        }
    }

    /// Ends the message, with a digest of `len` bytes. Its first 32 are those of [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn finish_xof(self, len: usize) -> Result<Vec<u8>, Error> {
        let _series = self.runtime.piece::<ops::Blake3Update>(0);
        message_is_over();
        let input = (&self.state, len);
        self.runtime.run_operation::<ops::Blake3Finish>(input)
    }
}

/// A digest of the usual length, which is that of each that was asked for with it.
#[cfg(feature = "blake3")]
pub(super) fn usual(digest: &[u8]) -> [u8; ops::Blake3::LEN] {
    let mut usual = [0; ops::Blake3::LEN];
    usual.copy_from_slice(digest);
    usual
}
