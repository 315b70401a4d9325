//! Brotli (RFC 7932): streams in memory, from readers and to writers.
//!
//! A small stream may stand for a very long content, so every decoder takes a [`Limit`].

#[cfg(feature = "tokio")]
mod asynchronous;
mod decoder;
mod format;
mod functions;
mod options;
mod reader;
mod writer;

use kilowat_operations::ops::{BrotliDecompress, Refusal};

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncBrotliReader;
pub use functions::{brotli, unbrotli};
pub use kilowat_operations::ops::{BrotliCompressError, BrotliError, BrotliFault};
pub use options::{BrotliOptions, Mode, Quality, Window};
pub use reader::BrotliReader;
pub use writer::BrotliWriter;

use crate::encoding::whole;
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};

/// How many times as long as its stream a content is taken to be at first.
const LIKELY_RATIO: usize = 6;

/// The least room that a content is given at first.
const LEAST_ROOM: usize = 1 << 12;

/// How many times as much room is given where there was too little.
const GROWTH: usize = 4;

impl Runtime {
    /// The content of a Brotli stream (RFC 7932), which is not longer than the limit. Nothing may follow the stream.
    /// For streams of any size there is [`BrotliReader`].
    ///
    /// ```
    /// use kilowat::Limit;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// // A metablock of stored bytes, and an empty one that is the last.
    /// let stream = b"\x30\x00\x10watt\x03";
    /// assert_eq!(runtime.unbrotli(stream, Limit::default())?, b"watt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with a [`BrotliError`], whose [fault](BrotliError::fault) is [`BrotliFault::Room`] where the
    /// content is longer than the limit; the others where no tier can answer.
    pub fn unbrotli(&self, stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
        let mut series = self.series::<BrotliDecompress>(stream.len());
        let mut capacity = stream.len().saturating_mul(LIKELY_RATIO).max(LEAST_ROOM);
        loop {
            series.next_call();
            capacity = capacity.min(limit.get());
            match self.run_operation::<BrotliDecompress>((stream, capacity))? {
                Ok(content) => return Ok(content),
                Err(error) if error.fault == BrotliFault::Room && capacity < limit.get() => {
                    capacity = capacity.saturating_mul(GROWTH);
                }
                Err(error) => return Err(Refusal::from(error).into()),
            }
        }
    }

    /// A Brotli stream of `bytes` (RFC 7932), by a [`Quality`] or by [options](BrotliOptions). Its window is no wider
    /// than the bytes need. The engines make the same to the byte; native code is another compressor, and makes another
    /// stream of the same content. For content of any size there is [`BrotliWriter`].
    ///
    /// ```
    /// use kilowat::Limit;
    /// use kilowat::brotli::Quality;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let stream = runtime.brotli(&[b'x'; 1_000], Quality::DEFAULT)?;
    /// assert!(stream.len() < 20);
    /// assert_eq!(runtime.unbrotli(&stream, Limit::default())?, [b'x'; 1_000]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn brotli(
        &self,
        bytes: &[u8],
        options: impl Into<BrotliOptions>,
    ) -> Result<Vec<u8>, Error> {
        let options = options.into().with_size_hint(bytes.len() as u64);
        whole(self, &options, bytes)
    }
}
