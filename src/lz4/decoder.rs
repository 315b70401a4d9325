//! LZ4 frames on their way from a source to their content, whoever reads the source.

use kilowat_operations::ops::{Lz4Decoded, Lz4DecoderState, Lz4FrameDecode, Lz4Source};

use super::FrameError;
use crate::decoding::{Decode, Next};
use crate::runtime::{Error, PIECE, Runtime};

/// Room for content that a step has at first; longer blocks ask for more.
const ROOM: usize = 2 * PIECE;

/// How far back blocks may refer.
const HISTORY: usize = 1 << 16;

pub(super) struct Decoder {
    runtime: Runtime,
    pub(super) state: Lz4DecoderState,
    /// What was read; `start..end` of it has not been taken.
    source: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the source has no more.
    at_end: bool,
    /// The offset of `start` in all that the source has given.
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

impl Decoder {
    pub(super) fn new(runtime: &Runtime) -> Self {
        Self {
            runtime: runtime.clone(),
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

    /// How many bytes of the source a step needs.
    fn needed(&self) -> usize {
        self.state.source_needed().unwrap_or(1)
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

impl Decode for Decoder {
    fn offset(&self) -> u64 {
        self.offset
    }

    fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    fn available(&self) -> usize {
        self.end - self.start
    }

    fn next(&mut self) -> Result<Next, Error> {
        if self.given < self.chunk.len() {
            return Ok(Next::Give);
        }
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let is_short = self.available() < self.needed();
        if is_short && !self.at_end {
            return Ok(Next::Read);
        }
        if self.available() == 0 && self.state.may_end() {
            return Ok(Next::Give);
        }
        if is_short {
            let (offset, end) = (self.offset, self.offset + self.available() as u64);
            let error = Error::from(FrameError::CutShort { offset, end });
            self.error = Some(error.clone());
            return Err(error);
        }
        Ok(Next::Step)
    }

    fn content(&self) -> &[u8] {
        &self.chunk[self.given..]
    }

    fn consume(&mut self, len: usize) {
        self.given = self.chunk.len().min(self.given + len);
    }

    fn space(&mut self) -> &mut [u8] {
        let held = self.start..self.end;
        let len = self.needed().max(PIECE);
        self.end = held.len();
        self.start = 0;
        if self.source.len() < len {
            let mut longer = vec![0; len];
            longer[..held.len()].copy_from_slice(&self.source[held]);
            self.source = longer;
        } else {
            self.source.copy_within(held, 0);
        }
        &mut self.source[self.end..]
    }

    fn was_read(&mut self, len: usize) {
        self.end = self.source.len().min(self.end + len);
        self.at_end = len == 0;
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
}
