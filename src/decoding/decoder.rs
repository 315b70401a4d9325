//! Streams whose state is the caller's, and which any tier begins to read.

use super::{Decode, Next};
use crate::runtime::{Error, PIECE, Runtime};

/// Room for content that a step has at least.
const ROOM: usize = 2 * PIECE;

/// How many times as long as a piece of the source the content before it may be. It is copied in front of each.
const MOST_HISTORY: usize = 4;

/// Who reads a stream: its format, and how far it has come.
pub(crate) trait Stream {
    /// How much of the content before the next step wants, at its end.
    fn history(&self) -> usize;

    /// Looks at bytes that were read, before a step takes them.
    fn look(&mut self, _bytes: &[u8]) {}

    /// Takes a piece of the source, with the content before it.
    ///
    /// # Errors
    /// Those of the tiers. What is wrong with the stream is in the outcome.
    fn step(&mut self, runtime: &Runtime, piece: Piece<'_>) -> Result<Outcome, Error>;

    /// The error where the content is longer than a limit.
    fn too_long(limit: usize) -> Error;
}

/// What a step works on.
pub(crate) struct Piece<'a> {
    /// The end of the content before, at least as much as is wanted of it.
    pub(crate) before: &'a [u8],
    /// What comes next of the source.
    pub(crate) src: &'a [u8],
    /// Where that begins in all of it.
    pub(crate) offset: u64,
    /// Whether the source ends with it.
    pub(crate) last: bool,
    /// How much content may be given.
    pub(crate) capacity: usize,
}

/// What a step has ended at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// More of the source is needed.
    Source,
    /// More room is needed.
    Room,
    /// The stream has ended.
    End,
}

/// What a step has come to, whoever took it.
pub(crate) struct Outcome {
    pub(crate) consumed: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) stop: Stop,
    /// What is wrong behind the content.
    pub(crate) error: Option<Error>,
}

pub(crate) struct Decoder<S> {
    runtime: Runtime,
    pub(crate) stream: S,
    /// What was read; `start..end` of it has not been taken.
    source: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the source has no more.
    at_end: bool,
    /// What the last step has ended at: before the first, there is no source.
    stop: Stop,
    /// The offset of `start` in all that the source has given.
    offset: u64,
    /// The end of the content before the chunk, or the dictionary.
    before: Vec<u8>,
    /// Content; from `given` on it is still to be given.
    chunk: Vec<u8>,
    given: usize,
    /// How much content may still come.
    left: usize,
    limit: usize,
    /// What is wrong behind the chunk.
    error: Option<Error>,
}

impl<S: Stream> Decoder<S> {
    /// A decoder of so much content at most, which may reach back to what is `before` it.
    pub(crate) fn new(runtime: &Runtime, stream: S, before: &[u8], limit: usize) -> Self {
        Self {
            runtime: runtime.clone(),
            stream,
            source: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            stop: Stop::Source,
            offset: 0,
            before: before.to_vec(),
            chunk: Vec::new(),
            given: 0,
            left: limit,
            limit,
            error: None,
        }
    }

    /// Moves the end of the chunk, which was given, to what may be reached back to. A dictionary is kept whole while
    /// nothing was read.
    fn keep_history(&mut self) {
        if self.chunk.is_empty() {
            return;
        }
        let history = self.stream.history();
        let kept = self.chunk.len().min(history);
        let excess = (self.before.len() + kept).saturating_sub(history);
        self.before.drain(..excess.min(self.before.len()));
        self.before.extend(&self.chunk[self.chunk.len() - kept..]);
        self.chunk.clear();
        self.given = 0;
    }
}

impl<S: Stream> Decode for Decoder<S> {
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
        Ok(match self.stop {
            Stop::Room => Next::Step,
            Stop::Source if self.at_end => Next::Step,
            Stop::Source => Next::Read,
            // What may follow the stream is refused by another step.
            Stop::End if self.available() > 0 => Next::Step,
            Stop::End if !self.at_end => Next::Read,
            Stop::End => Next::Give,
        })
    }

    fn content(&self) -> &[u8] {
        &self.chunk[self.given..]
    }

    fn consume(&mut self, len: usize) {
        self.given = self.chunk.len().min(self.given + len);
    }

    fn space(&mut self) -> &mut [u8] {
        let held = self.start..self.end;
        self.source.copy_within(held.clone(), 0);
        self.start = 0;
        self.end = held.len();
        let more = PIECE.max(self.stream.history() / MOST_HISTORY);
        self.source.resize(self.end + more, 0);
        &mut self.source[self.end..]
    }

    fn was_read(&mut self, len: usize) {
        let before = self.end;
        self.end = self.source.len().min(self.end + len);
        self.stream.look(&self.source[before..self.end]);
        self.at_end = len == 0;
        if len > 0 || self.stop != Stop::End {
            self.stop = Stop::Room;
        }
    }

    /// There is room for a byte more than is allowed, so that what is too long is told from what is not.
    fn step(&mut self) {
        self.keep_history();
        let piece = Piece {
            before: &self.before,
            src: &self.source[self.start..self.end],
            offset: self.offset,
            last: self.at_end,
            capacity: ROOM
                .max(self.stream.history())
                .min(self.left.saturating_add(1)),
        };
        let outcome = match self.stream.step(&self.runtime, piece) {
            Ok(outcome) => outcome,
            Err(error) => {
                self.error = Some(error);
                return;
            }
        };
        self.error = outcome.error;
        self.start += outcome.consumed.min(self.available());
        self.offset += outcome.consumed as u64;
        self.stop = outcome.stop;
        self.chunk = outcome.bytes;
        if self.chunk.len() > self.left {
            self.chunk.truncate(self.left);
            self.error = Some(S::too_long(self.limit));
        }
        self.left -= self.chunk.len();
    }
}
