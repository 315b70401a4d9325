//! Streams read from any reader.

use std::io::Read;

use kilowat_operations::ops::InflateFormat;

use super::GzipHeader;
use super::decoder::Inflating;
use crate::decoding::{self, Decoder, Stream as _, impl_reader};
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};
use crate::semaphore::Series;

macro_rules! readers {
    ($($(#[$doc:meta])* $reader:ident: $format:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// It takes bounded memory, whatever the length of the content. What was read before damage is given
            /// first. Then an error says what is wrong and where: of kind
            /// [`InvalidData`](std::io::ErrorKind::InvalidData), or
            /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) where
            /// the source is cut short, with an [`Error::Deflate`] inside. An error stays.
            ///
            /// It owns a share of its runtime, so that it can go to another thread.
            pub struct $reader<R> {
                reader: R,
                decoder: Decoder<Inflating>,
            }

            impl<R: Read> $reader<R> {
                /// A reader of the content, which may have 2^63 bytes and more. The other reader needs no buffer.
                pub fn new(runtime: &Runtime, reader: R) -> Self {
                    Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
                }

                /// A reader of so much content at most. What is longer is an error behind that.
                pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
                    let stream = Inflating::new(InflateFormat::$format, 0);
                    let decoder = Decoder::new(runtime, stream, &[], limit.get());
                    Self { reader, decoder }
                }
            }

            impl_reader!($reader);
        )*
    };
}

readers! {
    /// The content of a gzip file that a reader gives (RFC 1952): that of its members, one behind the other. Zeros
    /// may follow them, and nothing else.
    ///
    /// ```
    /// use std::io::Read as _;
    /// use kilowat::deflate::{Fault, GzipReader, StreamError};
    /// use kilowat::Error;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut reader = GzipReader::new(&runtime, &b"\x1f\x8b\x08"[..]);
    /// let error = reader.read(&mut [0; 100]).unwrap_err();
    /// let fault = Fault::CutShort;
    /// let expected = StreamError::Damaged { offset: 3, fault };
    /// assert!(matches!(error.downcast()?, Error::Deflate(error) if error == expected));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    GzipReader: Gzip;
    /// The content of a zlib stream that a reader gives (RFC 1950). Nothing may follow it.
    ZlibReader: Zlib;
    /// The content of a raw DEFLATE stream that a reader gives (RFC 1951). Nothing may follow it.
    DeflateReader: Raw;
}

impl<R> GzipReader<R> {
    /// What the header of the first member says, once content was asked for. Nothing where no header has come
    /// whole, or it is longer than 256 KiB.
    pub fn header(&self) -> Option<&GzipHeader> {
        self.decoder.stream.header.as_ref()
    }
}

/// All content, unless it is longer than `limit`.
pub(super) fn read_to_limit(
    runtime: &Runtime,
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
    limit: usize,
    series: Series<'_>,
) -> Result<Vec<u8>, Error> {
    let inflating = Inflating::new(format, dictionary.len());
    let mut decoder = Decoder::new(runtime, inflating, dictionary, limit);
    let too_long = || Inflating::too_long(limit);
    decoding::read_to_limit(&mut decoder, stream, limit, too_long, series)
}
