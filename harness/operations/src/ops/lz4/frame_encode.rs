//! A step in making an LZ4 frame whose content comes in pieces.

use super::error::{Lz4Error, frame_bound, length};
use super::frame::{Lz4Encoded, Lz4EncoderState, Lz4FrameOptions, Lz4Last};
#[cfg(feature = "native")]
use super::{
    frame::Lz4DecoderState,
    native,
    samples::{content, options},
};
use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;
use kilowat_kernels::lz4;

/// A piece of the content of a frame.
#[derive(Debug, Clone, Copy)]
pub struct Lz4Piece<'a, B> {
    /// What came of the pieces before.
    pub state: Lz4EncoderState<&'a [u8]>,
    /// As much of the content before as the state [wants](Lz4EncoderState::history), and the piece.
    pub src: B,
    /// How much of it is taken, and whether it is the last one.
    pub last: Lz4Last,
    /// How many bytes of the frame may be written.
    pub capacity: usize,
}

/// The shape of an [`Lz4Piece`].
#[derive(Debug)]
pub struct EncoderPiece;

impl Shape for EncoderPiece {
    /// The state, the content before and the piece, how much of it is taken, and how much of the frame
    /// may be written.
    type Case = (Lz4EncoderState, Vec<u8>, Lz4Last, usize);
    type Input<'a, B: ByteString<'a>> = Lz4Piece<'a, B>;

    const KINDS: &'static [Kind] = <(Bytes, Bytes, Size, Size)>::KINDS;

    const STATE_LEN: Option<usize> = Some(Lz4EncoderState::SIZE);

    fn borrow((state, src, last, capacity): &Self::Case) -> Lz4Piece<'_, &[u8]> {
        Lz4Piece {
            state: state.as_ref(),
            src,
            last: *last,
            capacity: *capacity,
        }
    }

    fn own(piece: Lz4Piece<'_, &[u8]>) -> Self::Case {
        (
            piece.state.to_owned(),
            piece.src.to_vec(),
            piece.last,
            piece.capacity,
        )
    }

    fn len<'a, B: ByteString<'a>>(piece: Lz4Piece<'a, B>) -> u64 {
        (piece.src.len() - piece.state.history()) as u64
    }

    fn values<'a>(piece: Lz4Piece<'a, &'a [u8]>) -> Option<Vec<Value>> {
        let (state, last) = (piece.state.bytes(), piece.last as usize);
        <(Bytes, Bytes, Size, Size)>::values((state, piece.src, last, piece.capacity))
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<Lz4Piece<'a, B>, ArgumentError> {
        let before = arguments.get(0);
        let state = match before.own_bytes()? {
            [] => Some(Lz4EncoderState::start()),
            bytes => Lz4EncoderState::parse(bytes),
        };
        let state = state.ok_or_else(|| before.is_no("a state of a frame that is being made"))?;
        Ok(Lz4Piece {
            state,
            src: arguments.get(1).bytes_from_len(state.history())?,
            last: Lz4Last::ALL[arguments.get(2).at_most(2)? as usize],
            capacity: arguments.get(3).size()?,
        })
    }
}

/// Goes on with an LZ4 frame by the whole blocks of a piece, by all of it, or to its end. The pieces of
/// a content give the same frame as the whole of it, where none is [flushed](Lz4Last::Flush).
#[derive(Debug)]
pub struct Lz4FrameEncode;

impl Operation for Lz4FrameEncode {
    const NAME: &'static str = "lz4_frame_encode";
    const SUMMARY: &'static str = "LZ4 compression to a frame, one piece";
    const EXPORT: &'static Export = &lz4::LZ4_FRAME_ENCODE;
    const PARAMETERS: Names = &[
        (
            "state",
            "the state before, or no bytes at the beginning; there, for other options than those that \
             are meant, zeros but for the frame's flags at 4 (u32), FLG + 256 BD + 65536 LEVEL, and its \
             content size at 8 (u64)",
        ),
        (
            "bytes",
            "as much of the content before as the state's `history`, and then what was not consumed",
        ),
        (
            "last",
            "0 to take whole blocks, 1 to take all and end the frame, 2 to take all and go on",
        ),
        ("capacity", "how many bytes of the frame may be written"),
    ];

    type Shape = EncoderPiece;
    type Output = Result<Lz4Encoded, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        piece: Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        kernel(frame, piece)
    }
}

#[cfg(feature = "native")]
impl Native for Lz4FrameEncode {
    fn native(piece: Input<'_, Self>) -> Self::Output {
        assert!(
            piece.src.len() >= piece.state.history(),
            "content is missing"
        );
        native::encode(piece.state, piece.src, piece.last, piece.capacity)
    }

    /// Bytes of a frame that fit and stand for what is taken of the piece, and the state behind it, which may
    /// remember any places of the content. Where there is less room than every compressor gets along with,
    /// one may say that it is too little.
    fn is_right(piece: Input<'_, Self>, answer: &Self::Output) -> bool {
        let stored = piece.state.store(piece.src, piece.last);
        match (answer, stored) {
            (Ok(encoded), Ok(stored)) => {
                encoded.bytes.len() <= piece.capacity
                    && encoded.state.without_places() == stored.state.without_places()
                    && encoded.state.has_sound_places()
                    && stands_for(piece, encoded)
            }
            (Err(Lz4Error::OutputTooSmall), _) => {
                piece.capacity < frame_bound(piece.src.len() - piece.state.history())
            }
            (Err(error), Err(expected)) => *error == expected,
            _ => false,
        }
    }

    /// Beginnings of frames, what follows after a flush, and for long pieces after whole blocks too; now
    /// and then with a content size that is not the content's.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let mut options = options(generator, len);
        let last = *generator.choose(&[
            Lz4Last::WholeBlocks,
            Lz4Last::Finish,
            Lz4Last::Finish,
            Lz4Last::Flush,
        ]);
        let (before, is_flushed) = if generator.one_in(4) {
            (generator.number(0..=len + 40), true)
        } else if len > 1_000 {
            (generator.number(0..=2) * options.block_bytes(), false)
        } else {
            (0, false)
        };
        if generator.one_in(3) {
            options = options.content_size(Some((before + len) as u64));
        }
        let bytes = content(generator, before + len);
        let mut state = Lz4EncoderState::new(&options);
        if before > 0 || generator.one_in(4) {
            let how = if is_flushed {
                Lz4Last::Flush
            } else {
                Lz4Last::WholeBlocks
            };
            let step = native::encode(state.as_ref(), &bytes[..before], how, usize::MAX);
            state = step.map_or(state, |encoded| encoded.state);
            remember_places(generator, &mut state);
        }
        let src = bytes[before - state.history()..].to_vec();
        let capacity = match generator.number(0..=5) {
            0 => native::encode(state.as_ref(), &src, last, usize::MAX)
                .map_or(len, |encoded| encoded.bytes.len()),
            1 => generator.number(0..=len + 24),
            _ => frame_bound(len),
        };
        (state, src, last, capacity)
    }

    /// A piece from the middle of a frame.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let options = Lz4FrameOptions::new();
        let before = options.block_bytes();
        let text = generator.source_text(before + len);
        let state = Lz4EncoderState::new(&options);
        let how = Lz4Last::WholeBlocks;
        let step = native::encode(state.as_ref(), &text[..before], how, usize::MAX);
        let state = step.map_or(state, |encoded| encoded.state);
        let src = text[before - state.history()..].to_vec();
        (state, src, Lz4Last::Finish, frame_bound(len))
    }
}

/// Has a state remember any places that are behind it.
#[cfg(feature = "native")]
fn remember_places(generator: &mut Generator, state: &mut Lz4EncoderState) {
    let last = state.position().min(u16::MAX.into()) as usize;
    state.remember(|| generator.number(0..=last) as u16);
}

/// Whether bytes of a frame stand for what a step has taken. That the content has the size that the header
/// says is asked at the end of a frame only.
#[cfg(feature = "native")]
fn stands_for(piece: Lz4Piece<'_, &[u8]>, encoded: &Lz4Encoded) -> bool {
    let header = piece.state.header().unwrap_or_default();
    let Some(blocks) = encoded.bytes.strip_prefix(&header[..]) else {
        return false;
    };
    let (before, new) = piece.src.split_at(piece.state.history());
    let taken = &new[..encoded.state.consumed()];
    let mut content = before.to_vec();
    let state = Lz4DecoderState::behind(piece.state);
    let state = native::decode(state.as_ref(), blocks, &mut content, taken.len(), true);
    state.fault().is_none()
        && state.consumed() == blocks.len()
        && state.may_end() == (piece.last == Lz4Last::Finish)
        && content[before.len()..] == *taken
}

pub(crate) fn kernel<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    piece: Lz4Piece<'a, B>,
) -> Result<Result<Lz4Encoded, Lz4Error>, CallError> {
    let state = frame.input(piece.state.bytes())?;
    let next = frame.output(Lz4EncoderState::SIZE)?;
    let src = piece.src.place(frame)?;
    let work = work(frame, piece.state.options().flags())?;
    let dst = frame.output(piece.capacity)?;
    let arguments = [
        state.ptr.into(),
        next.ptr.into(),
        src.ptr.into(),
        src.len.into(),
        (piece.last as u32).into(),
        work.ptr.into(),
        work.len.into(),
        dst.ptr.into(),
        dst.len.into(),
    ];
    let result = frame.invoke_i32(Lz4FrameEncode::EXPORT, &arguments)?;
    let len = length(Lz4FrameEncode::EXPORT, result)?;
    Ok(len.map(|len| Lz4Encoded {
        state: Lz4EncoderState::from_bytes(frame.read(next)),
        bytes: frame.read(dst.prefix(len)).to_vec(),
    }))
}

/// What a frame with these flags is made in.
pub(crate) fn work<F: Frame>(frame: &mut F, flags: u32) -> Result<Span, CallError> {
    let size = frame.size(&lz4::LZ4_FRAME_WORK_SIZE, &[flags.into()])?;
    frame.work(size.unwrap_or_default())
}
