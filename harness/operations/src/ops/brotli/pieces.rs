//! A Brotli stream that comes in pieces, with the streaming form of the kernel.

use kilowat_kernels::brotli::{self, decode_option, decode_state, verdict};

use super::error::{BrotliError, BrotliFault};
use crate::prelude::*;

/// How much content a step may give at least, where so much is left.
const ROOM: usize = 1_000;

/// The little-endian u32 that is a field of a state.
fn field(state: &[u8], place: std::ops::Range<usize>) -> u32 {
    let bytes = state.get(place).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// A stream's content, `capacity` bytes at most, where the stream comes in pieces that end at the cuts. Of the
/// content before a step, and of the metablock's header, it has what the state asks for.
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
    let size = &brotli::BROTLI_DECOMPRESS_WORK_SIZE;
    let size = frame.size(size, &[(stream.len() as u32).saturating_mul(2).into()])?;
    // All steps have the same: to place it takes long. A metablock's header and the piece behind it may share bytes,
    // and each is part of the stream.
    let spans = Spans {
        work: frame.work(size.unwrap_or_default())?,
        fault: frame.fault()?,
    };
    let mut state = vec![0; decode_state::SIZE];
    let mut header = Vec::new();
    let mut content: Vec<u8> = Vec::new();
    let mut consumed = 0;
    loop {
        let last = end == stream.len();
        let room = (capacity - content.len()).min(ROOM.max(capacity / 8));
        let piece = &stream[consumed..end];
        let step = step(frame, spans, &state, &header, piece, last, &content, room)?;
        state = step.state;
        let field = |place| field(&state, place) as usize;
        content.extend(step.bytes);
        if let Err(mut error) = step.result {
            error.offset += consumed;
            // Of a whole stream that is said in another order.
            let is_room = error.fault == BrotliFault::Overlong
                && content.len() + field(decode_state::LEFT) > capacity;
            return Ok(Err(if is_room { BrotliError::ROOM } else { error }));
        }
        if field(decode_state::HEADER_LEN) > 0 {
            let start = consumed + field(decode_state::HEADER_AT);
            header = stream[start..start + field(decode_state::HEADER_LEN)].to_vec();
        }
        consumed += field(decode_state::CONSUMED);
        match field(decode_state::STOPPED) as u32 {
            verdict::END if consumed < stream.len() => {
                return Ok(Err(BrotliError {
                    offset: consumed,
                    fault: BrotliFault::Trailing,
                }));
            }
            verdict::END => return Ok(Ok(content)),
            verdict::ROOM => {
                if content.len() == capacity {
                    return Ok(Err(BrotliError::ROOM));
                }
            }
            _ => end = ends.next().unwrap_or(stream.len()),
        }
    }
}

/// What all steps write to.
#[derive(Clone, Copy)]
struct Spans {
    work: Span,
    fault: Span,
}

/// What a step gives.
struct Step {
    state: Vec<u8>,
    bytes: Vec<u8>,
    result: Result<(), BrotliError>,
}

/// Calls the kernel once.
#[expect(clippy::too_many_arguments, reason = "the kernel has more")]
fn step<F: Frame>(
    frame: &mut F,
    Spans { work, fault }: Spans,
    state: &[u8],
    header: &[u8],
    piece: &[u8],
    last: bool,
    content: &[u8],
    room: usize,
) -> Result<Step, CallError> {
    let export = &brotli::BROTLI_DECODE;
    let history = field(state, decode_state::HISTORY) as usize;
    let before = &content[content.len() - history..];
    let state = frame.input(state)?;
    let next = frame.output(decode_state::SIZE)?;
    let header = frame.input(header)?;
    let src = frame.input(piece)?;
    let dst = frame.output_behind(before, room)?;
    let options = if last { decode_option::LAST } else { 0 };
    let arguments = [
        state.ptr.into(),
        next.ptr.into(),
        header.ptr.into(),
        header.len.into(),
        src.ptr.into(),
        src.len.into(),
        options.into(),
        work.ptr.into(),
        work.len.into(),
        dst.ptr.into(),
        dst.len.into(),
        fault.ptr.into(),
    ];
    let result = match frame.invoke_i32(export, &arguments)? {
        0 => Ok(()),
        status => Err(BrotliError::of_kernel(
            export,
            status,
            frame.read_fault(fault),
        )?),
    };
    let state = frame.read(next).to_vec();
    let produced = field(&state, decode_state::PRODUCED);
    let bytes = frame
        .read(dst.behind(history as u32).prefix(produced))
        .to_vec();
    Ok(Step {
        state,
        bytes,
        result,
    })
}
