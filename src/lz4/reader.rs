//! LZ4 frames read from any reader.

use std::fmt;
use std::io::{self, BufRead, Read};

use kilowat_operations::ops::{Lz4Decoded, Lz4DecoderState, Lz4FrameDecode, Lz4Source};

use super::FrameError;
use crate::runtime::{Error, PIECE, Runtime};
use crate::semaphore::Series;

/// Room for content that a step has at first; longer blocks ask for more.
const ROOM: usize = 2 * PIECE;

/// How far back blocks may refer.
const HISTORY: usize = 1 << 16;

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
    runtime: Runtime,
    reader: R,
    state: Lz4DecoderState,
    /// What was read; `start..end` of it has not been taken.
    source: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the reader has no more.
    at_end: bool,
    /// The offset of `start` in all that the reader has given.
    offset: u64,
    /// The last 64 KiB of content before the chunk.
    before: Vec<u8>,
    /// Content; from `given` on it is still to be given.
    chunk: Vec<u8>,
    given: usize,
    room: usize,
    /// What is wrong behind the chunk.
    error: Option<Error>,
}

impl<R: Read> FrameReader<R> {
    /// A reader of the content of frames. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        Self {
            runtime: runtime.clone(),
            reader,
            state: Lz4DecoderState::default(),
            source: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            offset: 0,
            before: Vec::new(),
            chunk: Vec::new(),
            given: 0,
            room: ROOM,
            error: None,
        }
    }

    /// The length of the current frame's content, where its header says it. The header is read with
    /// the first bytes of content.
    #[must_use]
    pub fn content_size(&self) -> Option<u64> {
        self.state.content_size()
    }

    /// How many bytes of the frames have been taken in. For progress: it is a block ahead of the
    /// content that was given.
    #[must_use]
    pub fn source_offset(&self) -> u64 {
        self.offset
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

    /// Makes sure that there is a chunk to be given, unless there is no more content.
    fn advance(&mut self) -> io::Result<()> {
        while self.given == self.chunk.len() {
            if let Some(error) = &self.error {
                return Err(error.clone().into());
            }
            let needed = self.state.source_needed().unwrap_or(1);
            self.fill(needed)?;
            let available = self.end - self.start;
            if available == 0 && self.state.may_end() {
                return Ok(());
            }
            if available < needed {
                let end = self.offset + available as u64;
                let offset = self.offset;
                self.error = Some(FrameError::CutShort { offset, end }.into());
                continue;
            }
            self.step();
        }
        Ok(())
    }

    /// Reads until `needed` bytes are there, or no more come.
    fn fill(&mut self, needed: usize) -> io::Result<()> {
        while self.end - self.start < needed && !self.at_end {
            let held = self.start..self.end;
            self.end = held.len();
            self.start = 0;
            if self.source.len() < needed.max(PIECE) {
                let mut longer = vec![0; needed.max(PIECE)];
                longer[..held.len()].copy_from_slice(&self.source[held]);
                self.source = longer;
            } else {
                self.source.copy_within(held, 0);
            }
            match self.reader.read(&mut self.source[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(len) => self.end += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes what is there as a whole.
    fn step(&mut self) {
        self.keep_history();
        let source = &self.source[self.start..self.end];
        let _series = self.runtime.piece::<Lz4FrameDecode>(source.len());
        let decoded = self.runtime.run_operation::<Lz4FrameDecode>(Lz4Source {
            state: self.state.as_ref(),
            before: &self.before,
            src: source,
            capacity: self.room,
            exact: false,
        });
        let Lz4Decoded { state, bytes } = match decoded {
            Ok(decoded) => decoded,
            Err(error) => {
                self.error = Some(error);
                return;
            }
        };
        self.start += state.consumed();
        self.offset += state.consumed() as u64;
        self.room = self.room.max(state.room_needed().unwrap_or_default());
        let offset = self.offset;
        self.error = (state.fault()).map(|fault| FrameError::Damaged { offset, fault }.into());
        self.state = state;
        self.chunk = bytes;
    }

    /// Moves the end of the chunk, which was given, to what blocks may refer to.
    fn keep_history(&mut self) {
        let kept = self.chunk.len().min(HISTORY);
        let excess = (self.before.len() + kept).saturating_sub(HISTORY);
        self.before.drain(..excess);
        self.before.extend(&self.chunk[self.chunk.len() - kept..]);
        self.chunk.clear();
        self.given = 0;
    }
}

/// Says where it is, and nothing of the content.
impl<R> fmt::Debug for FrameReader<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FrameReader")
            .field("state", &self.state)
            .field("source_offset", &self.offset)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl<R: Read> BufRead for FrameReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.advance()?;
        Ok(&self.chunk[self.given..])
    }

    fn consume(&mut self, len: usize) {
        self.given = self.chunk.len().min(self.given + len);
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
        let chunk = &reader.chunk[reader.given..];
        if chunk.is_empty() {
            break;
        }
        if chunk.len() > limit - content.len() {
            return Err(FrameError::TooLong { limit }.into());
        }
        content.extend(chunk);
        reader.given = reader.chunk.len();
        series.next_call();
    }
    reader.error.map_or(Ok(content), Err)
}
