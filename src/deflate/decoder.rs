//! DEFLATE streams and gzip files, as a [`Decoder`](crate::decoding::Decoder) reads them.

#[cfg(feature = "native")]
use kilowat_operations::ops::NativeInflate;
use kilowat_operations::ops::{
    InflateError, InflateFormat, InflateSource, InflateState, InflateStop, InflateUpdate,
};

#[cfg(not(feature = "native"))]
use super::Fault;
use super::{GzipHeader, StreamError, damaged};
use crate::decoding::{Outcome, Piece, Stop, Stream};
use crate::runtime::{Error, PIECE, Runtime};

/// How far back matches may reach.
const HISTORY: usize = 1 << 15;

/// A stream, or a gzip file, that is being read.
pub(super) struct Inflating {
    format: InflateFormat,
    reader: Reader,
    /// What a gzip file's first header says, when it has come whole.
    pub(super) header: Option<GzipHeader>,
    /// What was read of it until then. Nothing where it is not waited for.
    head: Option<Vec<u8>>,
}

/// Who reads it. Its state moves between the engines; what native code has begun, it goes on with.
enum Reader {
    Kernels(InflateState),
    #[cfg(feature = "native")]
    Native(Box<NativeInflate>),
}

impl Inflating {
    /// Where nothing was read yet, of a stream with a dictionary of this length.
    pub(super) fn new(format: InflateFormat, dictionary_len: usize) -> Self {
        Self {
            format,
            reader: Reader::Kernels(InflateState::start(dictionary_len)),
            header: None,
            head: (format == InflateFormat::Gzip).then(Vec::new),
        }
    }
}

impl Stream for Inflating {
    fn history(&self) -> usize {
        HISTORY
    }

    /// As long as a header has not come whole.
    fn look(&mut self, bytes: &[u8]) {
        if let Some(head) = &mut self.head {
            head.extend(bytes);
            self.header = GzipHeader::decode(head);
            if self.header.is_some() || head.len() >= PIECE {
                self.head = None;
            }
        }
    }

    fn step(&mut self, runtime: &Runtime, piece: Piece<'_>) -> Result<Outcome, Error> {
        let _series = runtime.piece::<InflateUpdate>(piece.src.len());
        match &mut self.reader {
            Reader::Kernels(state) => {
                let step = runtime.run_operation::<InflateUpdate>(InflateSource {
                    state: state.bytes(),
                    before: piece.before,
                    src: piece.src,
                    format: self.format,
                    trailing: false,
                    last: piece.last,
                    capacity: piece.capacity,
                })?;
                if let Some(next) = step.state {
                    let (consumed, ending) = (next.consumed(), next.stop());
                    *state = next;
                    return Ok(outcome(&piece, consumed, step.bytes, ending, step.error));
                }
            }
            #[cfg(feature = "native")]
            Reader::Native(decoder) => return Ok(native_outcome(decoder, &piece)),
        }
        // Native code has answered: it reads the stream from its first byte on.
        #[cfg(feature = "native")]
        {
            let mut decoder = Box::new(NativeInflate::new(self.format, piece.before, false));
            let outcome = native_outcome(&mut decoder, &piece);
            self.reader = Reader::Native(decoder);
            Ok(outcome)
        }
        #[cfg(not(feature = "native"))]
        Err(StreamError::Damaged {
            offset: piece.offset,
            fault: Fault::Interrupted,
        }
        .into())
    }

    fn too_long(limit: usize) -> Error {
        StreamError::TooLong { limit }.into()
    }
}

fn outcome(
    piece: &Piece<'_>,
    consumed: usize,
    bytes: Vec<u8>,
    stop: InflateStop,
    error: Option<InflateError>,
) -> Outcome {
    Outcome {
        consumed,
        bytes,
        stop: match stop {
            InflateStop::Source => Stop::Source,
            InflateStop::Room => Stop::Room,
            InflateStop::End => Stop::End,
        },
        error: error.map(|error| damaged(error, piece.offset).into()),
    }
}

#[cfg(feature = "native")]
fn native_outcome(decoder: &mut NativeInflate, piece: &Piece<'_>) -> Outcome {
    let step = decoder.step(piece.src, piece.last, piece.capacity);
    outcome(piece, step.consumed, step.bytes, step.stop, step.error)
}
