//! DEFLATE: raw streams, zlib streams and gzip files, in memory, from readers and to writers.
//!
//! A small input may stand for a very long content, so every decoder takes a [`Limit`].

#[cfg(feature = "tokio")]
mod asynchronous;
mod compress;
mod container;
mod decoder;
mod encoding;
mod functions;
mod header;
mod reader;
mod stored;
mod writer;

use kilowat_operations::ops::{
    GzipDecompress, Inflate, InflateError, InflateFormat, ZlibDecompress,
};

#[cfg(feature = "tokio")]
pub use asynchronous::{AsyncDeflateReader, AsyncGzipReader, AsyncZlibReader};
pub use compress::Level;
pub use encoding::UnknownEncodingError;
pub use functions::{deflate, gunzip, gzip, inflate, zlib_compress, zlib_decompress};
pub use header::GzipHeader;
pub use kilowat_operations::ops::DeflateError;
pub use kilowat_operations::ops::InflateFault as Fault;
pub use reader::{DeflateReader, GzipReader, ZlibReader};
pub use writer::{GzipWriter, ZlibWriter};

use crate::limit::Limit;
use crate::runtime::{Error, PIECE, Runtime};

/// Streams up to this length are taken in one call.
const ONE_CALL: usize = 4 * PIECE;

/// No byte of a stream stands for more bytes than this.
const HIGHEST_RATIO: usize = 1_032;

/// Why a compressed stream could not be read, and where. Offsets count the bytes of the input from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The stream is not as it should be, or needs what there is not.
    #[error("at byte {offset}: {fault}")]
    Damaged {
        /// The byte that has the last bit of what is wrong; the input's length where more should come.
        offset: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// There is more content than the caller wants.
    #[error("the content is longer than the limit of {limit} bytes")]
    TooLong {
        /// How much the caller wants at most.
        limit: usize,
    },
}

impl Runtime {
    /// The content of a raw DEFLATE stream (RFC 1951). For streams of any size there is [`DeflateReader`].
    ///
    /// ```
    /// use kilowat::Limit;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let stored = [1, 4, 0, 251, 255, b'w', b'a', b't', b't'];
    /// assert_eq!(runtime.inflate(&stored, Limit::default())?, b"watt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Deflate`]: what is wrong and where, also where something follows the stream, or the content is longer
    /// than the limit; the others where no tier can answer.
    pub fn inflate(&self, stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
        self.decompress(InflateFormat::Raw, stream, &[], limit)
    }

    /// The same of a stream whose matches may reach back to the end of a dictionary, which it was made with.
    ///
    /// # Errors
    /// As of [`inflate`](Self::inflate).
    pub fn inflate_with(
        &self,
        stream: &[u8],
        dictionary: &[u8],
        limit: Limit,
    ) -> Result<Vec<u8>, Error> {
        self.decompress(InflateFormat::Raw, stream, dictionary, limit)
    }

    /// The content of a zlib stream (RFC 1950). For streams of any size there is [`ZlibReader`].
    ///
    /// ```
    /// use kilowat::Limit;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let stream = [0x78, 1, 1, 4, 0, 251, 255, b'w', b'a', b't', b't', 4, 95, 1, 193];
    /// assert_eq!(runtime.zlib_decompress(&stream, Limit::default())?, b"watt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As of [`inflate`](Self::inflate).
    pub fn zlib_decompress(&self, stream: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
        self.decompress(InflateFormat::Zlib, stream, &[], limit)
    }

    /// The same of a stream that may say that it was made with a dictionary, and then with this one.
    ///
    /// # Errors
    /// As of [`inflate`](Self::inflate).
    pub fn zlib_decompress_with(
        &self,
        stream: &[u8],
        dictionary: &[u8],
        limit: Limit,
    ) -> Result<Vec<u8>, Error> {
        self.decompress(InflateFormat::Zlib, stream, dictionary, limit)
    }

    /// The content of a gzip file (RFC 1952): that of its members, one behind the other. Zeros may follow them, and
    /// nothing else. For files of any size there is [`GzipReader`].
    ///
    /// ```
    /// use kilowat::deflate::{Fault, StreamError};
    /// use kilowat::{Error, Limit};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let Err(Error::Deflate(error)) = runtime.gunzip(b"no gzip file", Limit::default()) else {
    ///     panic!("it is none");
    /// };
    /// assert!(matches!(error, StreamError::Damaged { fault: Fault::Header, .. }));
    /// ```
    ///
    /// # Errors
    /// As of [`inflate`](Self::inflate).
    pub fn gunzip(&self, file: &[u8], limit: Limit) -> Result<Vec<u8>, Error> {
        self.decompress(InflateFormat::Gzip, file, &[], limit)
    }

    fn decompress(
        &self,
        format: InflateFormat,
        stream: &[u8],
        dictionary: &[u8],
        limit: Limit,
    ) -> Result<Vec<u8>, Error> {
        let limit = limit.get();
        let most = stream.len().saturating_mul(HIGHEST_RATIO).min(limit);
        let series = self.series::<Inflate>(stream.len().max(most));
        // What is longer than it looks is read in pieces.
        if stream.len() <= ONE_CALL && dictionary.len() <= ONE_CALL {
            let capacity = likely(format, stream).min(4 * ONE_CALL).min(most);
            let content = match format {
                InflateFormat::Raw => {
                    self.run_operation::<Inflate>((stream, dictionary, false, capacity))?
                }
                InflateFormat::Zlib => {
                    self.run_operation::<ZlibDecompress>((stream, dictionary, false, capacity))?
                }
                InflateFormat::Gzip => {
                    self.run_operation::<GzipDecompress>((stream, false, capacity))?
                }
            };
            match content {
                Ok(content) => return Ok(content),
                Err(error) if error.fault == Fault::Room => {}
                Err(error) => return Err(damaged(error, 0).into()),
            }
        }
        reader::read_to_limit(self, format, stream, dictionary, limit, series)
    }
}

/// How long a content may well be.
fn likely(format: InflateFormat, stream: &[u8]) -> usize {
    let usual = 8 * stream.len() + 64;
    match (format, stream.last_chunk()) {
        // The last member's length modulo 2^32, if it is a file.
        (InflateFormat::Gzip, Some(length)) => (u32::from_le_bytes(*length) as usize).max(usual),
        _ => usual,
    }
}

/// What is wrong with a piece that begins at an offset.
fn damaged(error: InflateError, start: u64) -> StreamError {
    StreamError::Damaged {
        offset: start + error.offset as u64,
        fault: error.fault,
    }
}
