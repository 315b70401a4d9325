//! How long the contents of LZ4 frames are.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::lz4_frame;
use crate::ops::lz4_frame_decompress::frames;
use kilowat_engine::Value;
use kilowat_kernels::{Export, lz4};

/// How long the content of LZ4 frames is together, as their headers say; nothing where one of them
/// does not say, or the input is no whole frames.
#[derive(Debug)]
pub struct Lz4FrameContentSize;

impl Operation for Lz4FrameContentSize {
    const NAME: &'static str = "lz4_frame_content_size";
    const SUMMARY: &'static str = "the length of LZ4 frames' content, as their headers say";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes("frames", "one behind the other")];

    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = B;
    type Output = Option<u64>;

    fn export() -> &'static Export {
        &lz4::LZ4_FRAME_CONTENT_SIZE
    }

    fn input(frames: &Vec<u8>) -> &[u8] {
        frames
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [frames] = given::<Self, _>(arguments)?;
        frames.bytes()
    }

    fn own(frames: &[u8]) -> Vec<u8> {
        frames.to_vec()
    }

    fn input_len<'a, B: ByteString<'a>>(frames: Self::Input<'a, B>) -> u64 {
        frames.len() as u64
    }

    fn native(frames: &[u8]) -> Option<u64> {
        lz4_frame::content_size(frames)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        frames: Self::Input<'a, B>,
    ) -> Result<Option<u64>, CallError> {
        let src = frames.place(frame)?;
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
