//! A stream on its way from a source to its content, whoever reads the source.

#[cfg(feature = "native")]
use kilowat_operations::ops::NativeInflate;
use kilowat_operations::ops::{
    InflateError, InflateFormat, InflateSource, InflateState, InflateStop, InflateUpdate,
};

#[cfg(not(feature = "native"))]
use super::Fault;
use super::{GzipHeader, StreamError, damaged};
use crate::runtime::{Error, PIECE, Runtime};

/// Room for content that a step has.
const ROOM: usize = 2 * PIECE;

/// How far back matches may reach.
const HISTORY: usize = 1 << 15;

pub(super) struct Decoder {
    runtime: Runtime,
    format: InflateFormat,
    stream: Stream,
    /// What was read; `start..end` of it has not been taken.
    source: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the source has no more.
    at_end: bool,
    /// What the last step has ended at: before the first, there is no source.
    stop: InflateStop,
    /// The offset of `start` in all that the source has given.
    pub(super) offset: u64,
    /// What a gzip file's first header says, when it has come whole.
    pub(super) header: Option<GzipHeader>,
    /// What was read of it until then. Nothing where it is not waited for.
    head: Option<Vec<u8>>,
    /// The end of the content before the chunk, or the dictionary.
    before: Vec<u8>,
    /// Content; from `given` on it is still to be given.
    chunk: Vec<u8>,
    given: usize,
    /// How much content may still come.
    left: usize,
    limit: usize,
    /// What is wrong behind the chunk.
    pub(super) error: Option<Error>,
}

/// Who reads a stream. Its state moves between the engines; what native code has begun, it goes on with.
enum Stream {
    Kernels(InflateState),
    #[cfg(feature = "native")]
    Native(Box<NativeInflate>),
}

/// What is to be done next.
pub(super) enum Next {
    /// To give [content](Decoder::content), of which there is none at the end.
    Give,
    /// To read more of the source into the [space](Decoder::space) for it.
    Read,
    /// To take a [step](Decoder::step).
    Step,
}

/// What a step has come to, whoever took it.
struct Outcome {
    consumed: usize,
    bytes: Vec<u8>,
    stop: InflateStop,
    error: Option<InflateError>,
}

impl Decoder {
    pub(super) fn new(
        runtime: &Runtime,
        format: InflateFormat,
        dictionary: &[u8],
        limit: usize,
    ) -> Self {
        Self {
            runtime: runtime.clone(),
            format,
            stream: Stream::Kernels(InflateState::start(dictionary.len())),
            source: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            stop: InflateStop::Source,
            offset: 0,
            header: None,
            head: (format == InflateFormat::Gzip).then(Vec::new),
            before: dictionary.to_vec(),
            chunk: Vec::new(),
            given: 0,
            left: limit,
            limit,
            error: None,
        }
    }

    /// How many bytes of the source there are.
    pub(super) fn available(&self) -> usize {
        self.end - self.start
    }

    /// What is to be done next.
    ///
    /// # Errors
    /// What is wrong with the stream. It stays.
    pub(super) fn next(&mut self) -> Result<Next, Error> {
        if self.given < self.chunk.len() {
            return Ok(Next::Give);
        }
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        Ok(match self.stop {
            InflateStop::Room => Next::Step,
            InflateStop::Source if self.at_end => Next::Step,
            InflateStop::Source => Next::Read,
            // What may follow the stream is refused by another step.
            InflateStop::End if self.available() > 0 => Next::Step,
            InflateStop::End if !self.at_end => Next::Read,
            InflateStop::End => Next::Give,
        })
    }

    /// The content that is there.
    pub(super) fn content(&self) -> &[u8] {
        &self.chunk[self.given..]
    }

    /// So much of it was given.
    pub(super) fn consume(&mut self, len: usize) {
        self.given = self.chunk.len().min(self.given + len);
    }

    /// Where more of the source is read to.
    pub(super) fn space(&mut self) -> &mut [u8] {
        let held = self.start..self.end;
        self.source.copy_within(held.clone(), 0);
        self.start = 0;
        self.end = held.len();
        self.source.resize(self.end + PIECE, 0);
        &mut self.source[self.end..]
    }

    /// So much was read there; nothing at the end of the source.
    pub(super) fn was_read(&mut self, len: usize) {
        let before = self.end;
        self.end = self.source.len().min(self.end + len);
        self.read_header(before);
        self.at_end = len == 0;
        if len > 0 || self.stop != InflateStop::End {
            self.stop = InflateStop::Room;
        }
    }

    /// Looks into what was read behind `before`, as long as a header has not come whole.
    fn read_header(&mut self, before: usize) {
        if let Some(head) = &mut self.head {
            head.extend(&self.source[before..self.end]);
            self.header = GzipHeader::decode(head);
            if self.header.is_some() || head.len() >= PIECE {
                self.head = None;
            }
        }
    }

    /// Takes what is there.
    pub(super) fn step(&mut self) {
        self.keep_history();
        let outcome = match self.outcome() {
            Ok(outcome) => outcome,
            Err(error) => {
                self.error = Some(error);
                return;
            }
        };
        self.error = outcome
            .error
            .map(|error| damaged(error, self.offset).into());
        self.start += outcome.consumed.min(self.available());
        self.offset += outcome.consumed as u64;
        self.stop = outcome.stop;
        self.chunk = outcome.bytes;
        if self.chunk.len() > self.left {
            self.chunk.truncate(self.left);
            self.error = Some(StreamError::TooLong { limit: self.limit }.into());
        }
        self.left -= self.chunk.len();
    }

    /// What a tier gives. There is room for a byte more than is allowed, so that what is too long is told from what
    /// is not.
    fn outcome(&mut self) -> Result<Outcome, Error> {
        let source = &self.source[self.start..self.end];
        let _series = self.runtime.piece::<InflateUpdate>(source.len());
        let capacity = ROOM.min(self.left.saturating_add(1));
        match &mut self.stream {
            Stream::Kernels(state) => {
                let step = self.runtime.run_operation::<InflateUpdate>(InflateSource {
                    state: state.bytes(),
                    before: &self.before,
                    src: source,
                    format: self.format,
                    trailing: false,
                    last: self.at_end,
                    capacity,
                })?;
                if let Some(next) = step.state {
                    let outcome = Outcome {
                        consumed: next.consumed(),
                        bytes: step.bytes,
                        stop: next.stop(),
                        error: step.error,
                    };
                    *state = next;
                    return Ok(outcome);
                }
            }
            #[cfg(feature = "native")]
            Stream::Native(decoder) => {
                return Ok(native_outcome(decoder, source, self.at_end, capacity));
            }
        }
        // Native code has answered: it reads the stream from its first byte on.
        #[cfg(feature = "native")]
        {
            let mut decoder = Box::new(NativeInflate::new(self.format, &self.before, false));
            let outcome = native_outcome(&mut decoder, source, self.at_end, capacity);
            self.stream = Stream::Native(decoder);
            Ok(outcome)
        }
        #[cfg(not(feature = "native"))]
        Err(StreamError::Damaged {
            offset: self.offset,
            fault: Fault::Interrupted,
        }
        .into())
    }

    /// Moves the end of the chunk, which was given, to what matches may reach back to. A dictionary is kept whole
    /// while nothing was read.
    fn keep_history(&mut self) {
        if self.chunk.is_empty() {
            return;
        }
        let kept = self.chunk.len().min(HISTORY);
        let excess = (self.before.len() + kept).saturating_sub(HISTORY);
        self.before.drain(..excess.min(self.before.len()));
        self.before.extend(&self.chunk[self.chunk.len() - kept..]);
        self.chunk.clear();
        self.given = 0;
    }
}

#[cfg(feature = "native")]
fn native_outcome(
    decoder: &mut NativeInflate,
    source: &[u8],
    last: bool,
    capacity: usize,
) -> Outcome {
    let step = decoder.step(source, last, capacity);
    Outcome {
        consumed: step.consumed,
        bytes: step.bytes,
        stop: step.stop,
        error: step.error,
    }
}
