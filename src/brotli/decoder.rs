//! Brotli streams, as a [`Decoder`](crate::decoding::Decoder) reads them.

#[cfg(feature = "native")]
use kilowat_operations::ops::NativeBrotli;
use kilowat_operations::ops::{
    BrotliDecode, BrotliDecoderState, BrotliError, BrotliFault, BrotliSource, BrotliStop, Refusal,
};

use crate::decoding::{Outcome, Piece, Stop, Stream};
use crate::runtime::{Error, Runtime};

/// A stream that is being read. Its state moves between the engines; what native code has begun, it goes on with.
pub(super) enum Reading {
    Kernels(BrotliDecoderState),
    #[cfg(feature = "native")]
    Native(Box<NativeBrotli>),
}

/// Where nothing was read yet.
impl Default for Reading {
    fn default() -> Self {
        Self::Kernels(BrotliDecoderState::default())
    }
}

impl Stream for Reading {
    fn history(&self) -> usize {
        match self {
            Self::Kernels(state) => state.history(),
            #[cfg(feature = "native")]
            Self::Native(_) => 0,
        }
    }

    fn step(&mut self, runtime: &Runtime, piece: Piece<'_>) -> Result<Outcome, Error> {
        let _series = runtime.piece::<BrotliDecode>(piece.src.len());
        match self {
            Self::Kernels(state) => {
                let step = runtime.run_operation::<BrotliDecode>(BrotliSource {
                    state: state.bytes(),
                    before: piece.before,
                    src: piece.src,
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
            Self::Native(decoder) => return Ok(native_outcome(decoder, &piece)),
        }
        // Native code has answered: it reads the stream from its first byte on.
        #[cfg(feature = "native")]
        {
            let mut decoder = Box::<NativeBrotli>::default();
            let outcome = native_outcome(&mut decoder, &piece);
            *self = Self::Native(decoder);
            Ok(outcome)
        }
        #[cfg(not(feature = "native"))]
        Err(refusal(&piece, 0, BrotliFault::Interrupted))
    }

    fn too_long(_limit: usize) -> Error {
        let fault = BrotliFault::Room;
        Refusal::from(BrotliError { offset: 0, fault }).into()
    }
}

/// What comes of a step. What follows the end of the stream is wrong.
fn outcome(
    piece: &Piece<'_>,
    consumed: usize,
    bytes: Vec<u8>,
    stop: BrotliStop,
    error: Option<BrotliError>,
) -> Outcome {
    let stop = match stop {
        BrotliStop::Source => Stop::Source,
        BrotliStop::Room => Stop::Room,
        BrotliStop::End => Stop::End,
    };
    let error = match error {
        Some(error) => Some(refusal(piece, error.offset, error.fault)),
        None if stop == Stop::End && consumed < piece.src.len() => {
            Some(refusal(piece, consumed, BrotliFault::Trailing))
        }
        None => None,
    };
    Outcome {
        consumed,
        bytes,
        stop,
        error,
    }
}

/// What is wrong at an offset of a piece. On machines of 32 bits an offset is told up to 4 GiB.
fn refusal(piece: &Piece<'_>, offset: usize, fault: BrotliFault) -> Error {
    let start = usize::try_from(piece.offset).unwrap_or(usize::MAX);
    let offset = start.saturating_add(offset);
    Refusal::from(BrotliError { offset, fault }).into()
}

#[cfg(feature = "native")]
fn native_outcome(decoder: &mut NativeBrotli, piece: &Piece<'_>) -> Outcome {
    let step = decoder.step(piece.src, piece.last, piece.capacity);
    outcome(piece, step.consumed, step.bytes, step.stop, step.error)
}
