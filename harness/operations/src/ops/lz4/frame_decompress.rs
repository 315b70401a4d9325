//! The contents of LZ4 frames.

use super::error::{Lz4Error, length};
use super::frame::places::Places;
use super::frame::{Lz4DecoderState, format};
use super::frame_compress::{content, options};
use super::frame_decode::{self, Lz4Source};
use super::native;
use super::native::block::{self, Window};
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

/// Frames whose content has `len` bytes, of every kind and with blocks of any lengths; most of them as
/// they should be.
pub(crate) fn frames(generator: &mut Generator, len: usize) -> Vec<u8> {
    if generator.one_in(20) {
        return generator.bytes(len);
    }
    let bytes = content(generator, len);
    let mut frames = Vec::new();
    let mut rest = &bytes[..];
    loop {
        let cut = match generator.number(0..=3) {
            0 => generator.number(0..=rest.len()),
            _ => rest.len(),
        };
        let (now, later) = rest.split_at(cut);
        match generator.number(0..=9) {
            0 => skippable_frame(generator, &mut frames),
            1 => legacy_frame(generator, &mut frames, now),
            _ => frame(generator, &mut frames, now),
        }
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    damage(generator, &mut frames);
    frames
}

fn skippable_frame(generator: &mut Generator, frames: &mut Vec<u8>) {
    let magic = format::SKIPPABLE_MAGIC + generator.number(0..=15) as u32;
    let len = generator.number(0..=40);
    frames.extend(magic.to_le_bytes());
    frames.extend((len as u32).to_le_bytes());
    frames.extend(generator.random_bytes(len));
}

fn legacy_frame(generator: &mut Generator, frames: &mut Vec<u8>, content: &[u8]) {
    frames.extend(format::LEGACY_MAGIC.to_le_bytes());
    let mut rest = content;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(block_len(generator, rest.len()));
        let block = block::compress(now);
        frames.extend((block.len() as u32).to_le_bytes());
        frames.extend(block);
        rest = later;
    }
}

/// A frame whose blocks have any lengths. A header that is not to be taken is rare, and so is a
/// content size that is wrong.
fn frame(generator: &mut Generator, frames: &mut Vec<u8>, content: &[u8]) {
    let options = options(generator, content.len());
    let mut flags = options.flags();
    if generator.one_in(40) {
        flags = match generator.number(0..=4) {
            0 => flags | format::DICTIONARY,
            1 => flags | 2,
            2 => flags | 0x8000,
            3 => flags & 0x30ff,
            _ => flags ^ 0xc0,
        };
    }
    let mut size = content.len() as u64;
    if generator.one_in(20) {
        size = match generator.number(0..=2) {
            0 => size + 1,
            1 => size.saturating_sub(1),
            _ => generator.number(0..=usize::MAX) as u64,
        };
    }
    frames.extend(native::header(flags, size));
    let mut places = Places::default();
    let mut at = 0;
    while at < content.len() {
        let left = content.len() - at;
        let len = block_len(generator, left.min(options.block_bytes()));
        let is_linked = flags & format::INDEPENDENT == 0;
        let start = if is_linked { at.min(1 << 16) } else { 0 };
        let window = Window {
            bytes: &content[at - start..at + len],
            position: if is_linked { (at - start) as u64 } else { 0 },
            start,
        };
        if !is_linked {
            places = Places::default();
        }
        if generator.one_in(6) {
            native::write_stored(frames, flags, &content[at..at + len]);
        } else {
            native::write_block(frames, flags, &window, &mut places);
        }
        at += len;
    }
    frames.extend(native::end(flags, content));
}

/// A length of a block, of `most` at most.
fn block_len(generator: &mut Generator, most: usize) -> usize {
    match generator.number(0..=3) {
        0 => generator.number(1..=most),
        1 => most.min(generator.number(1..=100_000)),
        _ => most,
    }
}

fn damage(generator: &mut Generator, frames: &mut Vec<u8>) {
    match generator.number(0..=7) {
        0 => frames.truncate(generator.number(0..=frames.len())),
        1 if !frames.is_empty() => {
            for _ in 0..generator.number(1..=3) {
                let place = generator.number(0..=frames.len() - 1);
                frames[place] ^= 1 << generator.number(0..=7);
            }
        }
        2 => {
            let place = generator.number(0..=frames.len());
            let run = generator.number(1..=20);
            frames.splice(place..place, generator.random_bytes(run));
        }
        _ => {}
    }
}
