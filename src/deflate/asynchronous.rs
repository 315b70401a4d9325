//! Streams from asynchronous readers.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kilowat_operations::ops::InflateFormat;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::GzipHeader;
use super::decoder::{Decoder, Next};
use crate::limit::Limit;
use crate::runtime::{Pieces, Runtime};

/// Makes sure that there is content to be given, unless there is no more.
fn poll_advance<R: AsyncRead + Unpin>(
    decoder: &mut Decoder,
    pieces: &mut Pieces,
    reader: &mut R,
    context: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    loop {
        match decoder.next()? {
            Next::Give => return Poll::Ready(Ok(())),
            Next::Step => {
                let bytes = decoder.available();
                ready!(pieces.poll_work(context, bytes, || decoder.step()));
            }
            Next::Read => {
                let mut buffer = ReadBuf::new(decoder.space());
                ready!(Pin::new(&mut *reader).poll_read(context, &mut buffer))?;
                let len = buffer.filled().len();
                decoder.was_read(len);
            }
        }
    }
}

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
                decoder: Decoder,
                pieces: Pieces,
            }

            impl<R> $reader<R> {
                /// A reader of the content. The other reader needs no buffer.
                pub fn new(runtime: &Runtime, reader: R) -> Self {
                    Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
                }

                /// A reader of so much content at most. What is longer is an error behind that.
                pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
                    Self {
                        reader,
                        decoder: Decoder::new(runtime, InflateFormat::$format, &[], limit.get()),
                        pieces: Pieces::new(runtime),
                    }
                }

                /// How many bytes of the source have been taken in.
                #[must_use]
                pub fn source_offset(&self) -> u64 {
                    self.decoder.offset
                }

                /// The reader of the source. It has given more than was taken in.
                pub fn get_ref(&self) -> &R {
                    &self.reader
                }

                /// Gives back the reader of the source. What it has given and was not taken in, is lost.
                pub fn into_inner(self) -> R {
                    self.reader
                }
            }

            impl<R: AsyncRead + Unpin> AsyncRead for $reader<R> {
                fn poll_read(
                    self: Pin<&mut Self>,
                    context: &mut Context<'_>,
                    buffer: &mut ReadBuf<'_>,
                ) -> Poll<io::Result<()>> {
                    let Self { reader, decoder, pieces } = self.get_mut();
                    if buffer.remaining() == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    ready!(poll_advance(decoder, pieces, reader, context))?;
                    let bytes = decoder.content();
                    let len = bytes.len().min(buffer.remaining());
                    buffer.put_slice(&bytes[..len]);
                    decoder.consume(len);
                    Poll::Ready(Ok(()))
                }
            }

            impl<R: AsyncRead + Unpin> AsyncBufRead for $reader<R> {
                fn poll_fill_buf(
                    self: Pin<&mut Self>,
                    context: &mut Context<'_>,
                ) -> Poll<io::Result<&[u8]>> {
                    let Self { reader, decoder, pieces } = self.get_mut();
                    ready!(poll_advance(decoder, pieces, reader, context))?;
                    Poll::Ready(Ok(decoder.content()))
                }

                fn consume(self: Pin<&mut Self>, len: usize) {
                    self.get_mut().decoder.consume(len);
                }
            }

            /// Says where it is, and nothing of the content.
            impl<R> fmt::Debug for $reader<R> {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter
                        .debug_struct(stringify!($reader))
                        .field("source_offset", &self.decoder.offset)
                        .field("error", &self.decoder.error)
                        .finish_non_exhaustive()
                }
            }
        )*
    };
}

impl<R> AsyncGzipReader<R> {
    /// What the header of the first member says, as [`GzipReader::header`](super::GzipReader::header).
    pub fn header(&self) -> Option<&GzipHeader> {
        self.decoder.header.as_ref()
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
