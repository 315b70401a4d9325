//! Tags of messages that come in pieces.

use std::fmt;
use std::io::{self, Write};

use ctutils::CtEq as _;
use kilowat_operations::ops::{self, Refusal, Refuses, Status};
use zeroize::Zeroize as _;

use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::message_is_over;

/// Why a message is not taken for that of whoever has the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HmacError {
    /// The tag is not that of the message: one of them has been changed, or was made with another key.
    #[error("the message is not authentic")]
    Unauthentic,
}

impl Refuses for HmacError {
    fn status(&self) -> Status {
        match self {
            Self::Unauthentic => Status::Unauthentic,
        }
    }
}

/// The HMAC-SHA-256 of a message that comes in pieces (RFC 2104). It owns a share of its runtime, so that it can go to
/// another thread; a clone goes on from the same place.
///
/// ```
/// use std::io::Write as _;
/// use kilowat::crypto::HmacSha256;
///
/// let runtime = kilowat::Runtime::new();
/// let key = [7; 32];
/// let mut hmac = HmacSha256::new(&runtime, &key)?;
/// write!(hmac, "{} {}", "in", "pieces")?;
/// assert_eq!(hmac.clone().finish()?, runtime.hmac_sha256(&key, b"in pieces")?);
/// assert!(hmac.verify(&[0; 32]).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Its state holds what is as good as the key. It is zeroed when the message ends, and when this is dropped.
#[derive(Clone)]
#[must_use = "a message that is not finished has no tag"]
pub struct HmacSha256 {
    runtime: Runtime,
    /// Kept here between calls, so that no instance of a kernel is held. Every tier goes on from it.
    state: [u8; ops::HmacSha256::STATE_LEN],
}

impl HmacSha256 {
    /// Begins a message with a key of any length; it should have 32 bytes or more, and be random.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn new(runtime: &Runtime, key: &[u8]) -> Result<Self, Error> {
        let state = runtime.run_operation::<ops::HmacSha256Init>(key)?;
        let runtime = runtime.clone();
        Ok(Self { runtime, state })
    }

    /// Goes on with the message.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer. What comes before the piece of 256 KiB that could not be digested is part of
    /// the message.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut series = self.runtime.piece::<ops::HmacSha256Update>(bytes.len());
        for piece in bytes.chunks(PIECE) {
            series.next_call();
            let input = (&self.state, piece);
            self.state = self.runtime.run_operation::<ops::HmacSha256Update>(input)?;
        }
        Ok(())
    }

    /// Ends the message: its tag. Whether it is the one that came with the message, ask [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn finish(self) -> Result<[u8; ops::HmacSha256::LEN], Error> {
        let _series = self.runtime.piece::<ops::HmacSha256Update>(0);
        message_is_over();
        self.runtime
            .run_operation::<ops::HmacSha256Finish>(&self.state)
    }

    /// Ends the message, and says whether this is its tag: all 32 bytes of it. That takes as long whatever the tag is.
    ///
    /// # Errors
    /// [`Error::Input`] with an [`HmacError`] where it is not; the others where no tier can answer.
    pub fn verify(self, tag: &[u8]) -> Result<(), Error> {
        let mut own = self.finish()?;
        let is_equal = own.as_slice().ct_eq(tag).to_bool();
        own.zeroize();
        if is_equal {
            Ok(())
        } else {
            Err(Refusal::from(HmacError::Unauthentic).into())
        }
    }
}

impl Drop for HmacSha256 {
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

/// Takes a piece of 256 KiB at a time at most; fails where no tier can answer.
impl Write for HmacSha256 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        self.update(piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says nothing of the key and the message.
impl fmt::Debug for HmacSha256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HmacSha256").finish_non_exhaustive()
    }
}
