//! Hashes and digests as asynchronous writers.

use std::fmt;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use crate::runtime::{PIECE, Pieces, Runtime};

/// What a [`Sink`] can be made of: [`Sha256`](super::Sha256), [`Sha512`](super::Sha512),
/// [`Blake3`](super::Blake3), [`Md5`](super::Md5),
/// [`Xxh32`](super::Xxh32), [`Xxh64`](super::Xxh64), [`Xxh3_64`](super::Xxh3_64), [`Fnv1a32`](super::Fnv1a32) and [`Fnv1a64`](super::Fnv1a64);
/// [`Crc32`](super::Crc32), [`Crc32c`](super::Crc32c) and [`Adler32`](super::Adler32).
pub trait Hashing: Write + Unpin + sealed::OnARuntime {}

mod sealed {
    use crate::Runtime;

    pub trait OnARuntime {
        fn runtime(&self) -> &Runtime;
    }
}

macro_rules! hashing {
    ($($name:ident),*) => {
        $(
            impl Hashing for super::$name {}

            impl sealed::OnARuntime for super::$name {
                fn runtime(&self) -> &Runtime {
                    &self.runtime
                }
            }
        )*
    };
}

#[cfg(feature = "sha256")]
hashing!(Sha256);
#[cfg(feature = "sha512")]
hashing!(Sha512);
#[cfg(feature = "blake3")]
hashing!(Blake3);
#[cfg(feature = "md5")]
hashing!(Md5);
#[cfg(feature = "lz4")]
hashing!(Xxh32);
#[cfg(feature = "xxhash")]
hashing!(Xxh64, Xxh3_64);
#[cfg(feature = "string_ops")]
hashing!(Fnv1a32, Fnv1a64);
#[cfg(feature = "text")]
hashing!(Crc32, Crc32c, Adler32);

/// Hashes what is written to it, for asynchronous tasks. With the feature `tokio`.
///
/// It takes a piece of 256 KiB at a time at most, awaits its turn for each, as [`Runtime::in_turn`]
/// does, and lets the other tasks of its thread go on between two. A write that is given up has not
/// been taken.
///
/// ```
/// use kilowat::hash::{Sha256, Sink};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let runtime = kilowat::Runtime::new();
/// let mut sink = Sink::new(Sha256::new(&runtime));
/// tokio::io::copy(&mut &b"of any size"[..], &mut sink).await?;
/// assert_eq!(sink.into_inner().finish()?, runtime.sha256(b"of any size")?);
/// # Ok(())
/// # }
/// ```
pub struct Sink<H> {
    hash: H,
    pieces: Pieces,
}

impl<H: Hashing> Sink<H> {
    /// Goes on with what has been hashed so far.
    #[must_use]
    pub fn new(hash: H) -> Self {
        Self {
            pieces: Pieces::new(hash.runtime()),
            hash,
        }
    }

    /// What all that was written has gone into.
    #[must_use]
    pub fn into_inner(self) -> H {
        self.hash
    }
}

/// Fails where no tier can answer.
impl<H: Hashing> AsyncWrite for Sink<H> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { hash, pieces } = self.get_mut();
        let piece = &bytes[..bytes.len().min(PIECE)];
        let written = ready!(pieces.poll_work(context, piece.len(), || hash.write(piece)));
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Says nothing of what was written.
impl<H> fmt::Debug for Sink<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sink").finish_non_exhaustive()
    }
}
