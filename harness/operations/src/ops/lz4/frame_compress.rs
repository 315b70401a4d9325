//! LZ4 frames of whole contents.

use super::error::{LONGEST, Lz4Error, frame_bound, length};
use super::frame::{FrameFlags, Lz4EncoderState, Lz4FrameOptions, Lz4Last, format};
use super::frame_encode::{self, Lz4Piece};
#[cfg(feature = "native")]
use super::{
    frame::encode,
    native,
    samples::{content, options},
};
use crate::ops::pieces;
use crate::prelude::*;
use kilowat_kernels::lz4;

/// The LZ4 frame of a byte string (LZ4 Frame Format Description), of a length that is limited.
///
/// There are many right frames of it. The engines make the same; native code cuts it into the same blocks,
/// which `lz4_flex` compresses to others. With [`bound`](Self::bound) as the capacity there is room for any
/// of them. Where the options have a content size, it is the input's.
#[derive(Debug)]
pub struct Lz4FrameCompress;

impl Lz4FrameCompress {
    /// How long the frame of `len` bytes may be, where `len` is at most
    /// [`Lz4Compress::LONGEST`](crate::ops::Lz4Compress::LONGEST).
    #[must_use]
    pub fn bound(len: usize) -> usize {
        frame_bound(len)
    }
}

impl Operation for Lz4FrameCompress {
    const NAME: &'static str = "lz4_frame_compress";
    const SUMMARY: &'static str = "LZ4 compression to a frame";
    const EXPORT: &'static Export = &lz4::LZ4_FRAME_COMPRESS;
    const PARAMETERS: Names = &[
        ("bytes", "what to compress"),
        (
            "flags",
            "how: the first two bytes of the frame's descriptor and above them the level, FLG + 256 BD \
             + 65536 LEVEL, or 0 for linked blocks of 256 KiB and a checksum of the content",
        ),
        ("capacity", "how long the frame may be"),
    ];

    type Shape = (Bytes, FrameFlags, Size);
    type Output = Result<Vec<u8>, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, options, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let work = frame_encode::work(frame, options.flags())?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            options.flags().into(),
            work.ptr.into(),
            work.len.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let result = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let len = length(Self::EXPORT, result)?;
        Ok(len.map(|len| frame.read(dst.prefix(len)).to_vec()))
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (bytes, options, capacity): Input<'_, Self>,
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        Some(in_pieces(frame, bytes, options, capacity, cuts))
    }
}

#[cfg(feature = "native")]
impl Native for Lz4FrameCompress {
    fn native((bytes, options, capacity): Input<'_, Self>) -> Self::Output {
        if bytes.len() > LONGEST {
            return Err(Lz4Error::TooLarge);
        }
        let state = begin(bytes, options);
        native::encode(state.as_ref(), bytes, Lz4Last::Finish, capacity)
            .map(|encoded| encoded.bytes)
    }

    /// Any frame of the input that fits and has those options. Where there is less room than every
    /// compressor gets along with, one may say that it is too little.
    fn is_right((bytes, options, capacity): Input<'_, Self>, answer: &Self::Output) -> bool {
        match answer {
            _ if bytes.len() > LONGEST => *answer == Err(Lz4Error::TooLarge),
            Ok(frame) => {
                let header = encode::header(options.flags(), bytes.len() as u64);
                let content = native::decompress(frame, bytes.len());
                frame.len() <= capacity
                    && frame.starts_with(&header)
                    && content.as_deref() == Ok(bytes)
            }
            Err(error) => *error == Lz4Error::OutputTooSmall && capacity < Self::bound(bytes.len()),
        }
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = content(generator, len);
        let options = options(generator, len);
        let needed = || {
            native::encode(
                begin(&bytes, options).as_ref(),
                &bytes,
                Lz4Last::Finish,
                usize::MAX,
            )
        };
        let needed = || needed().map_or(0, |encoded| encoded.bytes.len());
        let capacity = match generator.number(0..=5) {
            0 => needed(),
            1 => needed() - 1,
            2 => generator.number(0..=len + 24),
            _ => frame_bound(len),
        };
        (bytes, options, capacity)
    }

    /// Linked blocks of 256 KiB and a checksum of the content: what is made where nothing else is said.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let bytes = generator.source_text(len);
        (bytes, Lz4FrameOptions::new(), frame_bound(len))
    }
}

/// A frame of the bytes that has not begun.
fn begin(bytes: &[u8], options: Lz4FrameOptions) -> Lz4EncoderState {
    Lz4EncoderState::new(&sized(bytes, options))
}

/// The options, with the size that the bytes have where there is one.
fn sized(bytes: &[u8], options: Lz4FrameOptions) -> Lz4FrameOptions {
    let has_size = options.flags() & format::CONTENT_SIZE != 0;
    options.content_size(has_size.then_some(bytes.len() as u64))
}

/// The frame as a writer makes it that is given a piece at a time.
fn in_pieces<F: Frame>(
    frame: &mut F,
    bytes: &[u8],
    options: Lz4FrameOptions,
    capacity: usize,
    cuts: &[usize],
) -> Result<Result<Vec<u8>, Lz4Error>, CallError> {
    let mut state = begin(bytes, options);
    let mut written = Vec::new();
    let (mut taken, mut given) = (0, 0);
    for piece in pieces(bytes, cuts) {
        given += piece.len();
        let last = given == bytes.len();
        if !last && given - taken < options.block_bytes() {
            continue;
        }
        let input = Lz4Piece {
            state: state.as_ref(),
            src: &bytes[taken - state.history()..given],
            last: if last {
                Lz4Last::Finish
            } else {
                Lz4Last::WholeBlocks
            },
            capacity: capacity - written.len(),
        };
        match frame_encode::kernel(frame, input)? {
            Err(error) => return Ok(Err(error)),
            Ok(encoded) => {
                state = encoded.state;
                taken += state.consumed();
                written.extend(encoded.bytes);
            }
        }
        // There may be empty pieces behind the end.
        if last {
            break;
        }
    }
    Ok(Ok(written))
}
