//! LZ4 frames read from any reader.

use std::fmt;
use std::io::{self, BufRead, Read};

use super::FrameError;
use super::decoder::{Decoder, Next};
use crate::runtime::{Error, Runtime};
use crate::semaphore::Series;

/// The content of LZ4 frames that a reader gives, one behind the other, in bounded memory: a few
/// blocks, which have 4 MiB at most, and 8 MiB in legacy frames. Those are read too, and skippable ones
/// passed over.
///
/// Whatever was read before damage is given first. Then an error says what is wrong and where: of kind
/// [`InvalidData`](io::ErrorKind::InvalidData), or [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) where
/// the source is cut short, with an [`Error::Lz4Frame`] inside. A source without any frame is an error
/// too, and so is an input that no tier can read. An error stays.
///
/// ```
/// use std::io::Read as _;
/// use kilowat::lz4::{FrameError, FrameFault, FrameReader};
/// use kilowat::Error;
///
/// let runtime = kilowat::Runtime::new();
/// let mut reader = FrameReader::new(&runtime, &b"no frame at all"[..]);
/// let error = reader.read(&mut [0; 100]).unwrap_err();
/// let fault = FrameFault::NoFrame;
/// let expected = FrameError::Damaged { offset: 0, fault };
/// assert!(matches!(error.downcast()?, Error::Lz4Frame(error) if error == expected));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// It owns a share of its runtime, so that it can go to another thread.
pub struct FrameReader<R> {
    reader: R,
    decoder: Decoder,
}

impl<R> FrameReader<R> {
    /// The length of the current frame's content, where its header says it. The header is read with
    /// the first bytes of content.
    #[must_use]
    pub fn content_size(&self) -> Option<u64> {
        self.decoder.state.content_size()
    }

    /// How many bytes of the frames have been taken in. For progress: it is a block ahead of the
    /// content that was given.
    #[must_use]
    pub fn source_offset(&self) -> u64 {
        self.decoder.offset
    }

    /// The reader that gives the frames. It has given more than was taken in.
    pub fn get_ref(&self) -> &R {
        &self.reader
    }

    /// The same to be changed. What is read from it directly is missing from the frames.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Gives back the reader that gives the frames. What it has given and was not taken in, is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

impl<R: Read> FrameReader<R> {
    /// A reader of the content of frames. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        let decoder = Decoder::new(runtime);
        Self { reader, decoder }
    }

    /// Makes sure that there is content to be given, unless there is no more.
    fn advance(&mut self) -> io::Result<()> {
        let Self { reader, decoder } = self;
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
}

/// Says where it is, and nothing of the content.
impl<R> fmt::Debug for FrameReader<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FrameReader")
            .field("state", &self.decoder.state)
            .field("source_offset", &self.decoder.offset)
            .field("error", &self.decoder.error)
            .finish_non_exhaustive()
    }
}

impl<R: Read> BufRead for FrameReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.advance()?;
        Ok(self.decoder.content())
    }

    fn consume(&mut self, len: usize) {
        self.decoder.consume(len);
    }
}

impl<R: Read> Read for FrameReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let len = self.fill_buf()?.read(bytes)?;
        self.consume(len);
        Ok(len)
    }
}

/// All content, unless it is longer than `limit`.
pub(super) fn read_to_limit(
    runtime: &Runtime,
    frames: &[u8],
    limit: usize,
    mut series: Series<'_>,
) -> Result<Vec<u8>, Error> {
    let mut reader = FrameReader::new(runtime, frames);
    let mut content = Vec::new();
    // A slice gives no error of its own: what ends this is the end, or what is wrong.
    while reader.advance().is_ok() {
        let chunk = reader.decoder.content();
        if chunk.is_empty() {
            break;
        }
        if chunk.len() > limit - content.len() {
            return Err(FrameError::TooLong { limit }.into());
        }
        content.extend(chunk);
        let len = chunk.len();
        reader.consume(len);
        series.next_call();
    }
    reader.decoder.error.map_or(Ok(content), Err)
}
