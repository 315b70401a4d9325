//! What readers of content have in common.

use super::{Decode, advance};
use crate::runtime::Error;
use crate::semaphore::Series;

/// What a reader does besides being made, whose fields are the `reader` of its source and a `decoder`.
macro_rules! impl_reader {
    ($reader:ident) => {
        impl<R> $reader<R> {
            /// How many bytes of the source have been taken in. For progress: it is a piece ahead of the content
            /// that was given.
            #[must_use]
            pub fn source_offset(&self) -> u64 {
                $crate::decoding::Decode::offset(&self.decoder)
            }

            /// The reader of the source. It has given more than was taken in.
            pub fn get_ref(&self) -> &R {
                &self.reader
            }

            /// The same to be changed. What is read from it directly is missing from the stream.
            pub fn get_mut(&mut self) -> &mut R {
                &mut self.reader
            }

            /// Gives back the reader of the source. What it has given and was not taken in, is lost.
            pub fn into_inner(self) -> R {
                self.reader
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

        impl<R: std::io::Read> std::io::BufRead for $reader<R> {
            fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
                $crate::decoding::advance(&mut self.decoder, &mut self.reader)?;
                Ok($crate::decoding::Decode::content(&self.decoder))
            }

            fn consume(&mut self, len: usize) {
                $crate::decoding::Decode::consume(&mut self.decoder, len);
            }
        }

        impl<R: std::io::Read> std::io::Read for $reader<R> {
            fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
                if bytes.is_empty() {
                    return Ok(0);
                }
                let len = std::io::BufRead::fill_buf(self)?.read(bytes)?;
                std::io::BufRead::consume(self, len);
                Ok(len)
            }
        }
    };
}

pub(crate) use impl_reader;

/// All content of a stream in memory. `too_long` is the error where it is longer than `limit`.
pub(crate) fn read_to_limit(
    decoder: &mut impl Decode,
    mut stream: &[u8],
    limit: usize,
    too_long: impl FnOnce() -> Error,
    mut series: Series<'_>,
) -> Result<Vec<u8>, Error> {
    let mut content = Vec::new();
    // A slice gives no error of its own: what ends this is the end, or what is wrong.
    while advance(decoder, &mut stream).is_ok() {
        let chunk = decoder.content();
        if chunk.is_empty() {
            break;
        }
        if chunk.len() > limit - content.len() {
            return Err(too_long());
        }
        content.extend(chunk);
        let len = chunk.len();
        decoder.consume(len);
        series.next_call();
    }
    decoder.error().cloned().map_or(Ok(content), Err)
}
