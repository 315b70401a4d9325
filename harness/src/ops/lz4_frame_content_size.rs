//! How long the contents of LZ4 frames are.

use crate::engine::Value;
use crate::frame::{CallError, Frame};
use crate::generator::Generator;
use crate::module::{Export, lz4};
use crate::ops::Operation;
use crate::ops::lz4_frame;
use crate::ops::lz4_frame_decompress::frames;

/// How long the content of LZ4 frames is together, as their headers say; nothing where one of them
/// does not say, or the input is no whole frames.
#[derive(Debug)]
pub struct Lz4FrameContentSize;

impl Operation for Lz4FrameContentSize {
    const NAME: &'static str = "lz4_frame_content_size";
    const SUMMARY: &'static str = "the length of LZ4 frames' content, as their headers say";

    type Case = Vec<u8>;
    type Input<'a> = &'a [u8];
    type Output = Option<u64>;

    fn export() -> &'static Export {
        &lz4::LZ4_FRAME_CONTENT_SIZE
    }

    fn input(frames: &Vec<u8>) -> &[u8] {
        frames
    }

    fn native(frames: &[u8]) -> Option<u64> {
        lz4_frame::content_size(frames)
    }

    fn kernel<F: Frame>(frame: &mut F, frames: &[u8]) -> Result<Option<u64>, CallError> {
        let src = frame.input(frames)?;
        let size = frame.invoke_i64(Self::export(), &[src.ptr.into(), src.len.into()])?;
        match size {
            0.. => Ok(Some(size as u64)),
            -1 => Ok(None),
            _ => Err(CallError::Contract {
                export: Self::export().name,
                value: Some(Value::I64(size)),
            }),
        }
    }

    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        frames(generator, len)
    }

    /// A frame that does say it.
    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        lz4_frame::sample(&generator.source_text(len))
    }
}
