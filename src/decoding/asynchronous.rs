//! What asynchronous readers of content have in common.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::{Decode, Next};
use crate::runtime::Pieces;

/// Makes sure that there is content to be given, unless there is no more.
pub(crate) fn poll_advance<R: AsyncRead + Unpin>(
    decoder: &mut impl Decode,
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

/// What an asynchronous reader does besides being made, whose fields are the `reader` of its source, a `decoder` and
/// `pieces`.
macro_rules! impl_async_reader {
    ($reader:ident) => {
        impl<R> $reader<R> {
            /// How many bytes of the source have been taken in.
            #[must_use]
            pub fn source_offset(&self) -> u64 {
                $crate::decoding::Decode::offset(&self.decoder)
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

        impl<R: tokio::io::AsyncRead + Unpin> tokio::io::AsyncRead for $reader<R> {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
                buffer: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let this = self.get_mut();
                if buffer.remaining() == 0 {
                    return std::task::Poll::Ready(Ok(()));
                }
                let filled = std::pin::Pin::new(&mut *this);
                let bytes =
                    std::task::ready!(tokio::io::AsyncBufRead::poll_fill_buf(filled, context))?;
                let len = bytes.len().min(buffer.remaining());
                buffer.put_slice(&bytes[..len]);
                $crate::decoding::Decode::consume(&mut this.decoder, len);
                std::task::Poll::Ready(Ok(()))
            }
        }

        impl<R: tokio::io::AsyncRead + Unpin> tokio::io::AsyncBufRead for $reader<R> {
            fn poll_fill_buf(
                self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<&[u8]>> {
                let Self {
                    reader,
                    decoder,
                    pieces,
                } = self.get_mut();
                std::task::ready!($crate::decoding::asynchronous::poll_advance(
                    decoder, pieces, reader, context
                ))?;
                std::task::Poll::Ready(Ok($crate::decoding::Decode::content(decoder)))
            }

            fn consume(self: std::pin::Pin<&mut Self>, len: usize) {
                $crate::decoding::Decode::consume(&mut self.get_mut().decoder, len);
            }
        }

        /// Says where it is, and nothing of the content.
        impl<R> std::fmt::Debug for $reader<R> {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .debug_struct(stringify!($reader))
                    .field("source_offset", &self.source_offset())
                    .field("error", &$crate::decoding::Decode::error(&self.decoder))
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use impl_async_reader;
