//! A step in reading LZ4 frames that come in pieces.

use super::frame::{Lz4Decoded, Lz4DecoderState, Lz4FrameFault};
#[cfg(feature = "native")]
use super::{native, samples::frames};
use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;
use kilowat_kernels::lz4;

/// A piece of a source of frames.
#[derive(Debug, Clone, Copy)]
pub struct Lz4Source<'a, B> {
    /// What came of the pieces before.
    pub state: Lz4DecoderState<&'a [u8]>,
    /// As much of the content before as the state [wants](Lz4DecoderState::history), at its end.
    pub before: &'a [u8],
    /// What the step before has not taken of the source, and what follows that.
    pub src: B,
    /// How many bytes of content may be written.
    pub capacity: usize,
    /// Whether blocks that may not fit are tried.
    pub exact: bool,
}

/// The shape of an [`Lz4Source`].
#[derive(Debug)]
pub struct DecoderPiece;

impl Shape for DecoderPiece {
    /// The state, the content before, the source, how much content may be written, and whether blocks
    /// that may not fit are tried.
    type Case = (Lz4DecoderState, Vec<u8>, Vec<u8>, usize, bool);
    type Input<'a, B: ByteString<'a>> = Lz4Source<'a, B>;

    const KINDS: &'static [Kind] = <(Bytes, Bytes, Bytes, Size, Flag)>::KINDS;

    const STATE_LEN: Option<usize> = Some(Lz4DecoderState::SIZE);

    fn borrow((state, before, src, capacity, exact): &Self::Case) -> Lz4Source<'_, &[u8]> {
        Lz4Source {
            state: state.as_ref(),
            before,
            src,
            capacity: *capacity,
            exact: *exact,
        }
    }

    fn own(source: Lz4Source<'_, &[u8]>) -> Self::Case {
        (
            source.state.to_owned(),
            source.history().to_vec(),
            source.src.to_vec(),
            source.capacity,
            source.exact,
        )
    }

    fn len<'a, B: ByteString<'a>>(source: Lz4Source<'a, B>) -> u64 {
        source.src.len() as u64
    }

    fn values<'a>(source: Lz4Source<'a, &'a [u8]>) -> Option<Vec<Value>> {
        <(Bytes, Bytes, Bytes, Size, Flag)>::values((
            source.state.bytes(),
            source.before,
            source.src,
            source.capacity,
            source.exact,
        ))
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<Lz4Source<'a, B>, ArgumentError> {
        let state_before = arguments.get(0);
        let state = match state_before.own_bytes()? {
            [] => Some(Lz4DecoderState::start()),
            bytes => Lz4DecoderState::parse(bytes),
        };
        let state =
            state.ok_or_else(|| state_before.is_no("a state of frames that are being read"))?;
        Ok(Lz4Source {
            state,
            before: arguments.get(1).bytes_from_len(state.history())?,
            src: arguments.get(2).bytes()?,
            capacity: arguments.get(3).size()?,
            exact: arguments.get(4).boolean()?,
        })
    }
}

/// Goes on with reading LZ4 frames by the whole elements of a piece: headers, blocks, ends.
#[derive(Debug)]
pub struct Lz4FrameDecode;

impl Operation for Lz4FrameDecode {
    const NAME: &'static str = "lz4_frame_decode";
    const SUMMARY: &'static str = "LZ4 decompression of frames, one piece";
    const EXPORT: &'static Export = &lz4::LZ4_FRAME_DECODE;
    const PARAMETERS: Names = &[
        ("state", "the state before, or no bytes at the beginning"),
        (
            "before",
            "the content before, or as much of its end as the state's `history`",
        ),
        (
            "frames",
            "what was not consumed of the frames before, and what follows",
        ),
        ("capacity", "how many bytes of content may be written"),
        ("exact", "whether blocks that may not fit are tried"),
    ];

    type Shape = DecoderPiece;
    type Output = Lz4Decoded;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        source: Input<'a, Self, B>,
    ) -> Result<Lz4Decoded, CallError> {
        kernel(frame, source)
    }
}

#[cfg(feature = "native")]
impl Native for Lz4FrameDecode {
    fn native(source: Input<'_, Self>) -> Lz4Decoded {
        let mut dst = source.history().to_vec();
        let start = dst.len();
        let (state, capacity) = (source.state, source.capacity);
        let state = native::decode(state, source.src, &mut dst, capacity, source.exact);
        Lz4Decoded {
            state,
            bytes: dst.split_off(start),
        }
    }

    /// Frames, whole and damaged, from anywhere in them to anywhere; with enough room, or any.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let src = frames(generator, len);
        let mut state = Lz4DecoderState::default();
        let mut content = Vec::new();
        let mut consumed = 0;
        if generator.one_in(2) {
            let end = generator.number(0..=src.len());
            let step = native::decode(state.as_ref(), &src[..end], &mut content, 2 * len, true);
            // After a fault there is nothing to go on with.
            if step.fault().is_none() {
                consumed = step.consumed();
                state = step;
            } else {
                content.clear();
            }
        }
        let end = match generator.number(0..=3) {
            0 => generator.number(consumed..=src.len()),
            _ => src.len(),
        };
        let before = content.split_off(content.len() - state.history());
        let capacity = match generator.number(0..=3) {
            0 => generator.number(0..=len),
            1 => len,
            _ => 2 * len + 600,
        };
        let src = src[consumed..end].to_vec();
        (state, before, src, capacity, generator.one_in(3))
    }

    /// A frame of linked blocks but for its header, as whole blocks of it are read.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let text = generator.source_text(len);
        let frame = native::sample(&text);
        let state = Lz4DecoderState::default();
        (state, Vec::new(), frame, len + (256 << 10), false)
    }
}

impl<'a, B> Lz4Source<'a, B> {
    fn history(&self) -> &'a [u8] {
        let history = self.state.history();
        assert!(self.before.len() >= history, "content is missing");
        &self.before[self.before.len() - history..]
    }
}

pub(crate) fn kernel<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    source: Lz4Source<'a, B>,
) -> Result<Lz4Decoded, CallError> {
    let history = source.history();
    let state = frame.input(source.state.bytes())?;
    let next = frame.output(Lz4DecoderState::SIZE)?;
    let src = source.src.place(frame)?;
    let dst = frame.output_behind(history, source.capacity)?;
    let arguments = [
        state.ptr.into(),
        next.ptr.into(),
        src.ptr.into(),
        src.len.into(),
        dst.ptr.into(),
        dst.len.into(),
        u32::from(source.exact).into(),
    ];
    let export = Lz4FrameDecode::EXPORT;
    let status = frame.invoke_i32(export, &arguments)?;
    let state = Lz4DecoderState::from_bytes(frame.read(next));
    let expected = state.fault().map_or(0, Lz4FrameFault::code);
    if status != expected {
        return Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(status)),
        });
    }
    let produced = dst
        .behind(history.len() as u32)
        .prefix(state.produced() as u32);
    let bytes = frame.read(produced).to_vec();
    Ok(Lz4Decoded { state, bytes })
}
