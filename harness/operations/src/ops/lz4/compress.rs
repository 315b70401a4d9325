//! LZ4 compression of blocks.

use super::error::{self, LONGEST, Lz4Error, length};
#[cfg(feature = "native")]
use super::{native::block, samples::repetitive};
use crate::prelude::*;
use kilowat_kernels::lz4;

/// An LZ4 block of a byte string, of a length that is limited (LZ4 Block Format Description).
///
/// There are many right blocks of it. The engines make the same; native code is `lz4_flex`, which makes
/// another. With [`bound`](Self::bound) as the capacity there is room for any of them.
#[derive(Debug)]
pub struct Lz4Compress;

impl Lz4Compress {
    /// The longest input.
    pub const LONGEST: usize = LONGEST;

    /// How long the block of `len` bytes may be, where `len` is at most [`Self::LONGEST`].
    #[must_use]
    pub fn bound(len: usize) -> usize {
        error::bound(len)
    }
}

impl Operation for Lz4Compress {
    const NAME: &'static str = "lz4_compress";
    const SUMMARY: &'static str = "LZ4 compression of a block";
    const EXPORT: &'static Export = &lz4::LZ4_COMPRESS;
    const PARAMETERS: Names = &[
        ("bytes", "what to compress"),
        ("capacity", "how long the block may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, capacity): Input<'a, Self, B>,
    ) -> Result<Result<Vec<u8>, Lz4Error>, CallError> {
        let src = bytes.place(frame)?;
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
}

#[cfg(feature = "native")]
impl Native for Lz4Compress {
    fn native((bytes, capacity): (&[u8], usize)) -> Result<Vec<u8>, Lz4Error> {
        if bytes.len() > LONGEST {
            return Err(Lz4Error::TooLarge);
        }
        let block = block::compress(bytes);
        if block.len() > capacity {
            return Err(Lz4Error::OutputTooSmall);
        }
        Ok(block)
    }

    /// Any block that fits and decompresses to the input. Where there is less room than every compressor
    /// gets along with, one may say that it is too little.
    fn is_right((bytes, capacity): (&[u8], usize), answer: &Self::Output) -> bool {
        match answer {
            _ if bytes.len() > LONGEST => *answer == Err(Lz4Error::TooLarge),
            Ok(block) => {
                let content = block::decompress(block, bytes.len());
                block.len() <= capacity && content.as_deref() == Ok(bytes)
            }
            Err(error) => *error == Lz4Error::OutputTooSmall && capacity < Self::bound(bytes.len()),
        }
    }

    /// Mixed patterns, and what repeats at distances that matter; with all the room that there may
    /// be need of, with exactly enough, with a byte less, or with any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let bytes = match generator.number(0..=4) {
            0 => generator.source_text(len),
            1 => generator.random_bytes(len),
            2 => repetitive(generator, len),
            _ => generator.bytes(len),
        };
        let capacity = match generator.number(0..=5) {
            0 => block::compress(&bytes).len(),
            1 => block::compress(&bytes).len() - 1,
            2 => generator.number(0..=len),
            _ => error::bound(len),
        };
        (bytes, capacity)
    }

    /// With more room than the bound: some peers ask for a tenth more before they begin.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let capacity = error::bound(len) + len / 8 + 16;
        (generator.source_text(len), capacity)
    }
}
