//! Brotli by the crates `brotli` and `brotli-decompressor`.

use std::fmt;

use super::decode::BrotliStop;
use super::error::{BrotliError, BrotliFault};
use brotli::enc::{BrotliEncoderParams, StandardAlloc};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

/// How much content is taken from the decoder at a time.
const CHUNK: usize = 1 << 16;

/// A decoder at the start of a stream.
fn new_state() -> State {
    BrotliState::new_strict(
        StandardAlloc::default(),
        StandardAlloc::default(),
        StandardAlloc::default(),
    )
}

/// A stream that native code reads in pieces, from its first byte on.
pub struct NativeBrotli {
    state: State,
    has_ended: bool,
}

/// What a step of native code gives.
#[derive(Debug)]
pub struct NativeBrotliStep {
    /// How many bytes of the source it has taken.
    pub consumed: usize,
    /// Content.
    pub bytes: Vec<u8>,
    /// What it has ended at.
    pub stop: BrotliStop,
    /// What is wrong behind the content. Its offset counts from the start of the piece.
    pub error: Option<BrotliError>,
}

/// At the start of a stream.
impl Default for NativeBrotli {
    fn default() -> Self {
        Self {
            state: new_state(),
            has_ended: false,
        }
    }
}

impl fmt::Debug for NativeBrotli {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NativeBrotli")
            .field("state", &self.state.state)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

impl NativeBrotli {
    /// Goes on by a piece of the source, which is the `last` one or not; with so much room for content. What follows
    /// the stream is left alone.
    pub fn step(&mut self, src: &[u8], last: bool, capacity: usize) -> NativeBrotliStep {
        let mut bytes = vec![0; capacity];
        let (mut consumed, mut written) = (0, 0);
        let mut available = src.len();
        let mut room = capacity;
        let result = if self.has_ended {
            BrotliResult::ResultSuccess
        } else {
            BrotliDecompressStream(
                &mut available,
                &mut consumed,
                src,
                &mut room,
                &mut written,
                &mut bytes,
                &mut 0,
                &mut self.state,
            )
        };
        bytes.truncate(written);
        let wrong = |offset, fault| (BrotliStop::End, Some(BrotliError { offset, fault }));
        let (stop, error) = match result {
            BrotliResult::NeedsMoreOutput => (BrotliStop::Room, None),
            BrotliResult::NeedsMoreInput if last => wrong(src.len(), BrotliFault::Ends),
            BrotliResult::NeedsMoreInput => (BrotliStop::Source, None),
            BrotliResult::ResultSuccess => {
                self.has_ended = true;
                (BrotliStop::End, None)
            }
            BrotliResult::ResultFailure => {
                let fault = fault(&self.state);
                wrong(place(consumed, fault), fault)
            }
        };
        NativeBrotliStep {
            consumed,
            bytes,
            stop,
            error,
        }
    }
}

/// Where a fault is that the decoder has found at `offset`: behind the byte that says of a large window, which is the
/// first one.
fn place(offset: usize, fault: BrotliFault) -> usize {
    if fault == BrotliFault::LargeWindow {
        0
    } else {
        offset
    }
}

/// What a stream stands for, `capacity` bytes at most.
pub(super) fn decompress(stream: &[u8], capacity: usize) -> Result<Vec<u8>, BrotliError> {
    let mut state = new_state();
    let mut content = Vec::new();
    let mut available = stream.len();
    let mut offset = 0;
    let mut total = 0;
    loop {
        let start = content.len();
        // One byte more than there is room for tells that there is more.
        let len = CHUNK.min(capacity.saturating_add(1) - start);
        content.resize(start + len, 0);
        let mut room = len;
        let mut written = start;
        let result = BrotliDecompressStream(
            &mut available,
            &mut offset,
            stream,
            &mut room,
            &mut written,
            &mut content,
            &mut total,
            &mut state,
        );
        content.truncate(written);
        if content.len() > capacity {
            return Err(BrotliError::ROOM);
        }
        let fault = match result {
            BrotliResult::NeedsMoreOutput => continue,
            BrotliResult::ResultSuccess if available == 0 => return Ok(content),
            BrotliResult::ResultSuccess => BrotliFault::Trailing,
            BrotliResult::NeedsMoreInput => BrotliFault::Ends,
            BrotliResult::ResultFailure if has_no_room(&state, capacity) => BrotliFault::Room,
            BrotliResult::ResultFailure => fault(&state),
        };
        return Err(match fault {
            BrotliFault::Room => BrotliError::ROOM,
            _ => BrotliError {
                offset: place(offset, fault),
                fault,
            },
        });
    }
}

/// Whether a decoder that has failed had more content by then than there is room for. Of a command that goes over the
/// end of its metablock that is said of the metablock.
fn has_no_room(state: &State, capacity: usize) -> bool {
    let ring = u64::try_from(state.ringbuffer_size).unwrap_or_default();
    let mut position = (state.rb_roundtrips * ring) as i64 + i64::from(state.pos);
    let over = i64::from(state.meta_block_remaining_len);
    if over < 0 {
        position += over;
        // Within a command, its whole length was taken off the metablock already.
        let within = [
            "BROTLI_STATE_COMMAND_INNER",
            "BROTLI_STATE_COMMAND_INNER_WRITE",
            "BROTLI_STATE_COMMAND_POST_WRAP_COPY",
            "BROTLI_STATE_COMMAND_POST_WRITE_2",
        ];
        if within.contains(&format!("{:?}", state.state).as_str()) {
            position += i64::from(state.loop_counter);
        }
    }
    position > capacity as i64
}

/// What the decoder has failed at.
fn fault(state: &State) -> BrotliFault {
    match state.error_code as i32 {
        -1 | -3 => BrotliFault::Length,
        -2 => BrotliFault::Reserved,
        -4 | -5 => BrotliFault::Symbol,
        -8 => BrotliFault::Map,
        -9 | -10 => BrotliFault::Overlong,
        -13 => BrotliFault::LargeWindow,
        -14 | -15 => BrotliFault::Padding,
        -17 => BrotliFault::Block,
        -11 | -12 | -16 => BrotliFault::Distance,
        _ => BrotliFault::Code,
    }
}

/// The stream of a content.
pub(super) fn compress(content: &[u8], parameters: &BrotliEncoderParams) -> Vec<u8> {
    let mut stream = Vec::new();
    let written = brotli::BrotliCompress(&mut &*content, &mut stream, parameters);
    // Neither a slice nor a vector fails.
    written.map(|_| stream).unwrap_or_default()
}
