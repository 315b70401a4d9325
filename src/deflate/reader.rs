//! Streams read from any reader.

use std::fmt;
use std::io::{self, BufRead, Read};

use kilowat_operations::ops::InflateFormat;

use super::GzipHeader;
use super::decoder::{Decoder, Next};
use crate::limit::Limit;
use crate::runtime::{Error, Runtime};
use crate::semaphore::Series;

/// Makes sure that there is content to be given, unless there is no more.
fn advance(decoder: &mut Decoder, reader: &mut impl Read) -> io::Result<()> {
    loop {
        match decoder.next()? {
            Next::Give => return Ok(()),
            Next::Step => decoder.step(),
            Next::Read => match reader.read(decoder.space()) {
                Ok(len) => decoder.was_read(len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            },
        }
    }
}

macro_rules! readers {
    ($($(#[$doc:meta])* $reader:ident: $format:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// It takes bounded memory, whatever the length of the content. What was read before damage is given
            /// first. Then an error says what is wrong and where: of kind
            /// [`InvalidData`](io::ErrorKind::InvalidData), or [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) where
            /// the source is cut short, with an [`Error::Deflate`] inside. An error stays.
            ///
            /// It owns a share of its runtime, so that it can go to another thread.
            pub struct $reader<R> {
                reader: R,
                decoder: Decoder,
            }

            impl<R: Read> $reader<R> {
                /// A reader of the content, which may have 2^63 bytes and more. The other reader needs no buffer.
                pub fn new(runtime: &Runtime, reader: R) -> Self {
                    Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
                }

                /// A reader of so much content at most. What is longer is an error behind that.
                pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
                    let decoder = Decoder::new(runtime, InflateFormat::$format, &[], limit.get());
                    Self { reader, decoder }
                }
            }

            impl<R> $reader<R> {
                /// How many bytes of the source have been taken in. For progress: it is a piece ahead of the content
                /// that was given.
                #[must_use]
                pub fn source_offset(&self) -> u64 {
                    self.decoder.offset
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
            impl<R> fmt::Debug for $reader<R> {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter
                        .debug_struct(stringify!($reader))
                        .field("source_offset", &self.decoder.offset)
                        .field("error", &self.decoder.error)
                        .finish_non_exhaustive()
                }
            }

            impl<R: Read> BufRead for $reader<R> {
                fn fill_buf(&mut self) -> io::Result<&[u8]> {
                    advance(&mut self.decoder, &mut self.reader)?;
                    Ok(self.decoder.content())
                }

                fn consume(&mut self, len: usize) {
                    self.decoder.consume(len);
                }
            }

            impl<R: Read> Read for $reader<R> {
                fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                    if bytes.is_empty() {
                        return Ok(0);
                    }
                    let len = self.fill_buf()?.read(bytes)?;
                    self.consume(len);
                    Ok(len)
                }
            }
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
        self.decoder.header.as_ref()
    }
}

/// All content, unless it is longer than `limit`.
pub(super) fn read_to_limit(
    runtime: &Runtime,
    format: InflateFormat,
    mut stream: &[u8],
    dictionary: &[u8],
    limit: usize,
    mut series: Series<'_>,
) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(runtime, format, dictionary, limit);
    let mut content = Vec::new();
    // A slice gives no error of its own: what ends this is the end, or what is wrong.
    while advance(&mut decoder, &mut stream).is_ok() {
        let chunk = decoder.content();
        if chunk.is_empty() {
            break;
        }
        content.extend(chunk);
        let len = chunk.len();
        decoder.consume(len);
        series.next_call();
    }
    decoder.error.map_or(Ok(content), Err)
}
