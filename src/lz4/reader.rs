//! LZ4 frames read from any reader.

use std::io::Read;

use super::FrameError;
use super::decoder::Decoder;
use crate::decoding::{self, impl_reader};
use crate::runtime::{Error, Runtime};
use crate::semaphore::Series;

/// The content of LZ4 frames that a reader gives, one behind the other, in bounded memory: a few
/// blocks, which have 4 MiB at most, and 8 MiB in legacy frames. Those are read too, and skippable ones
/// passed over.
///
/// Whatever was read before damage is given first. Then an error says what is wrong and where: of kind
/// [`InvalidData`](std::io::ErrorKind::InvalidData), or [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) where
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
}

impl<R: Read> FrameReader<R> {
    /// A reader of the content of frames. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        let decoder = Decoder::new(runtime);
        Self { reader, decoder }
    }
}

impl_reader!(FrameReader);

/// All content, unless it is longer than `limit`.
pub(super) fn read_to_limit(
    runtime: &Runtime,
    frames: &[u8],
    limit: usize,
    series: Series<'_>,
) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(runtime);
    let too_long = || FrameError::TooLong { limit }.into();
    decoding::read_to_limit(&mut decoder, frames, limit, too_long, series)
}
