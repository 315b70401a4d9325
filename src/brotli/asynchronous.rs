//! Streams from asynchronous readers.

use super::decoder::Reading;
use crate::decoding::Decoder;
use crate::decoding::asynchronous::impl_async_reader;
use crate::limit::Limit;
use crate::runtime::{Pieces, Runtime};

/// The content of a Brotli stream that an asynchronous reader gives, as of [`BrotliReader`](super::BrotliReader). For
/// asynchronous tasks, with the same content and the same errors. With the feature `tokio`.
///
/// It awaits its turn for each piece, as [`Runtime::in_turn`] does, and lets the other tasks of its thread go on between
/// two. A read that is given up loses nothing.
pub struct AsyncBrotliReader<R> {
    reader: R,
    decoder: Decoder<Reading>,
    pieces: Pieces,
}

impl<R> AsyncBrotliReader<R> {
    /// A reader of the content. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
    }

    /// A reader of so much content at most. What is longer is an error behind that.
    pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
        Self {
            reader,
            decoder: Decoder::new(runtime, Reading::default(), &[], limit.get()),
            pieces: Pieces::new(runtime),
        }
    }
}

impl_async_reader!(AsyncBrotliReader);
