//! A Brotli stream that comes in pieces, with the streaming form of the kernel.

use super::decode::{BrotliDecoderState, BrotliSource, BrotliStop, Spans, step};
use super::error::{BrotliError, BrotliFault};
use crate::prelude::*;

/// How much content a step may give at least, where so much is left.
const ROOM: usize = 1_000;

/// A stream's content, `capacity` bytes at most, where the stream comes in pieces that end at the cuts. Of the
/// content before a step it has what the state asks for.
pub(super) fn decompress<F: Frame>(
    frame: &mut F,
    stream: &[u8],
    capacity: usize,
    cuts: &[usize],
) -> Result<Result<Vec<u8>, BrotliError>, CallError> {
    // The cuts lie within the length of all arguments together.
    let cuts = cuts.iter().map(|cut| *cut.min(&stream.len()));
    let mut ends = cuts.chain([stream.len()]);
    let mut end = ends.next().unwrap_or_default();
    // All steps have the same: to place it takes long. A metablock's header and the piece behind it may share bytes,
    // and each is part of the stream.
    let spans = Spans::place(frame, stream.len().saturating_mul(2))?;
    let mut state = BrotliDecoderState::default();
    let mut content: Vec<u8> = Vec::new();
    let mut consumed = 0;
    loop {
        let source = BrotliSource {
            state: state.bytes(),
            before: &content,
            src: &stream[consumed..end],
            last: end == stream.len(),
            capacity: (capacity - content.len()).min(ROOM.max(capacity / 8)),
        };
        let step = step(frame, source, spans)?;
        content.extend(step.bytes);
        // A kernel gives one.
        state = step.state.unwrap_or_default();
        if let Some(mut error) = step.error {
            error.offset += consumed;
            // Of a whole stream that is said in another order.
            let is_room =
                error.fault == BrotliFault::Overlong && content.len() + state.left() > capacity;
            return Ok(Err(if is_room { BrotliError::ROOM } else { error }));
        }
        consumed += state.consumed();
        match state.stop() {
            BrotliStop::End if consumed < stream.len() => {
                return Ok(Err(BrotliError {
                    offset: consumed,
                    fault: BrotliFault::Trailing,
                }));
            }
            BrotliStop::End => return Ok(Ok(content)),
            BrotliStop::Room if content.len() == capacity => return Ok(Err(BrotliError::ROOM)),
            BrotliStop::Room => {}
            BrotliStop::Source => end = ends.next().unwrap_or(stream.len()),
        }
    }
}
