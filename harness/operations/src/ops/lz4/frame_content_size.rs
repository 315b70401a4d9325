//! How long the contents of LZ4 frames are.

#[cfg(feature = "native")]
use super::{
    frame::{Lz4FrameOptions, checksum::xxh32, encode},
    native,
    samples::frames,
};
use crate::prelude::*;
use kilowat_kernels::lz4;

/// How long the content of LZ4 frames is together, as their headers say; nothing where one of them
/// does not say, or the input is no whole frames.
#[derive(Debug)]
pub struct Lz4FrameContentSize;

impl Operation for Lz4FrameContentSize {
    const NAME: &'static str = "lz4_frame_content_size";
    const SUMMARY: &'static str = "the length of LZ4 frames' content, as their headers say";
    const EXPORT: &'static Export = &lz4::LZ4_FRAME_CONTENT_SIZE;
    const PARAMETERS: Names = &[("frames", "one behind the other")];

    type Shape = Bytes;
    type Output = Option<u64>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        frames: Input<'a, Self, B>,
    ) -> Result<Option<u64>, CallError> {
        let src = frames.place(frame)?;
        let size = frame.invoke_i64(Self::EXPORT, &[src.ptr.into(), src.len.into()])?;
        match size {
            0.. => Ok(Some(size as u64)),
            -1 => Ok(None),
            _ => Err(CallError::Contract {
                export: Self::EXPORT.name,
                value: Some(WasmValue::I64(size)),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl Native for Lz4FrameContentSize {
    fn native(frames: &[u8]) -> Option<u64> {
        native::content_size(frames)
    }

    /// Frames of every kind, and such as claim more than there can be, alone or together, or end in a header.
    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        if !generator.one_in(8) {
            return frames(generator, len);
        }
        let flags = Lz4FrameOptions::new().content_size(Some(0)).flags();
        let sizes = [0, 1 << 62, (1 << 63) - 1, 1 << 63, u64::MAX];
        let mut frames = Vec::new();
        for _ in 0..generator.number(1..=4) {
            frames.extend(encode::header(flags, *generator.choose(&sizes)));
            frames.extend(encode::end(flags, xxh32(&[])));
        }
        if generator.one_in(2) {
            frames.truncate(generator.number(0..=frames.len()));
        }
        frames
    }

    /// A frame that does say it.
    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        native::sample(&generator.source_text(len))
    }
}
