//! Streams from asynchronous readers.

use kilowat_operations::ops::InflateFormat;

use super::GzipHeader;
use super::decoder::Inflating;
use crate::decoding::Decoder;
use crate::decoding::asynchronous::impl_async_reader;
use crate::limit::Limit;
use crate::runtime::{Pieces, Runtime};

macro_rules! readers {
    ($($(#[$doc:meta])* $reader:ident: $format:ident;)*) => {
        $(
            $(#[$doc])*
            /// For asynchronous tasks, with the same content and the same errors. With the feature `tokio`.
            ///
            /// It awaits its turn for each piece, as [`Runtime::in_turn`] does, and lets the other tasks of its
            /// thread go on between two. A read that is given up loses nothing.
            pub struct $reader<R> {
                reader: R,
                decoder: Decoder<Inflating>,
                pieces: Pieces,
            }

            impl<R> $reader<R> {
                /// A reader of the content. The other reader needs no buffer.
                pub fn new(runtime: &Runtime, reader: R) -> Self {
                    Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
                }

                /// A reader of so much content at most. What is longer is an error behind that.
                pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
                    let stream = Inflating::new(InflateFormat::$format, 0);
                    Self {
                        reader,
                        decoder: Decoder::new(runtime, stream, &[], limit.get()),
                        pieces: Pieces::new(runtime),
                    }
                }
            }

            impl_async_reader!($reader);
        )*
    };
}

impl<R> AsyncGzipReader<R> {
    /// What the header of the first member says, as [`GzipReader::header`](super::GzipReader::header).
    pub fn header(&self) -> Option<&GzipHeader> {
        self.decoder.stream.header.as_ref()
    }
}

readers! {
    /// The content of a gzip file that an asynchronous reader gives, as of [`GzipReader`](super::GzipReader).
    AsyncGzipReader: Gzip;
    /// The content of a zlib stream that an asynchronous reader gives, as of [`ZlibReader`](super::ZlibReader).
    AsyncZlibReader: Zlib;
    /// The content of a raw DEFLATE stream that an asynchronous reader gives, as of
    /// [`DeflateReader`](super::DeflateReader).
    AsyncDeflateReader: Raw;
}
