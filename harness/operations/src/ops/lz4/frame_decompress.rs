//! The contents of LZ4 frames.

use super::error::{Lz4Error, length};
use super::frame::Lz4DecoderState;
use super::frame_decode::{self, Lz4Source};
#[cfg(feature = "native")]
use super::{native, samples::frames};
use crate::ops::pieces;
use crate::prelude::*;
use kilowat_kernels::lz4;

/// The content of LZ4 frames, one behind the other (LZ4 Frame Format Description), of a length that is
/// limited.
#[derive(Debug)]
pub struct Lz4FrameDecompress;

impl Operation for Lz4FrameDecompress {
    const NAME: &'static str = "lz4_frame_decompress";
    const SUMMARY: &'static str = "LZ4 decompression of frames";
    const EXPORT: &'static Export = &lz4::LZ4_FRAME_DECOMPRESS;
    const PARAMETERS: Names = &[
        ("frames", "one behind the other"),
        ("capacity", "how long their content may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (frames, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = frames.place(frame)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let result = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let len = length(Self::EXPORT, result)?;
        Ok(len.map(|len| frame.read(dst.prefix(len)).to_vec()))
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (frames, capacity): (&[u8], usize),
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        Some(in_pieces(frame, frames, capacity, cuts))
    }
}

#[cfg(feature = "native")]
impl Native for Lz4FrameDecompress {
    fn native((frames, capacity): (&[u8], usize)) -> Self::Output {
        native::decompress(frames, capacity)
    }

    /// Frames, whole and damaged, and bytes of no meaning; with enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let frames = frames(generator, len);
        // The most that damaged frames may claim is let through.
        let needed = native::decompress(&frames, 4 * len + 100_000).map_or(len, |all| all.len());
        let capacity = match generator.number(0..=5) {
            0 => needed.saturating_sub(1),
            1 => generator.number(0..=len),
            2 => needed + generator.number(0..=100),
            _ => needed,
        };
        (frames, capacity)
    }

    /// The frame of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        (native::sample(&generator.source_text(len)), len)
    }
}

/// The content as a reader gives it whose source comes a piece at a time.
fn in_pieces<F: Frame>(
    frame: &mut F,
    frames: &[u8],
    capacity: usize,
    cuts: &[usize],
) -> Result<Result<Vec<u8>, Lz4Error>, CallError> {
    let mut state = Lz4DecoderState::default();
    let mut content = Vec::new();
    let (mut consumed, mut given) = (0, 0);
    // The cuts lie within the content's length. Counted from the end too, they come everywhere in
    // the frames.
    let cuts = cuts.iter().map(|cut| *cut.min(&frames.len()));
    let mut cuts: Vec<usize> = cuts.flat_map(|cut| [cut, frames.len() - cut]).collect();
    cuts.sort_unstable();
    for piece in pieces(frames, &cuts) {
        given += piece.len();
        let source = Lz4Source {
            state: state.as_ref(),
            before: &content,
            src: &frames[consumed..given],
            capacity: capacity - content.len(),
            exact: true,
        };
        let decoded = frame_decode::kernel(frame, source)?;
        if let Some(fault) = decoded.state.fault() {
            return Ok(Err(fault.status()));
        }
        state = decoded.state;
        consumed += state.consumed();
        content.extend(decoded.bytes);
    }
    let is_whole = consumed == frames.len() && state.may_end();
    Ok(if is_whole {
        Ok(content)
    } else {
        Err(Lz4Error::Malformed)
    })
}
