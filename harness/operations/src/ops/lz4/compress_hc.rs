//! LZ4 compression of blocks, of the high levels.

#[cfg(feature = "native")]
use super::compress::Lz4Compress;
use super::error::{Lz4Error, length};
use crate::prelude::*;
use kilowat_kernels::lz4;

/// An LZ4 block of a byte string, of a length that is limited (LZ4 Block Format Description), by a level: 3 to 12,
/// from the fastest to the tightest. What is below 3 counts as 3, what is above 12 as 12.
///
/// The engines make the same block; native code is `lz4_flex`, which has no levels and makes a longer one.
#[derive(Debug)]
pub struct Lz4CompressHc;

impl Operation for Lz4CompressHc {
    const NAME: &'static str = "lz4_compress_hc";
    const SUMMARY: &'static str = "LZ4 compression of a block, slower and tighter by levels";
    const EXPORT: &'static Export = &lz4::LZ4_COMPRESS_HC;
    const PARAMETERS: Names = &[
        ("bytes", "what to compress"),
        ("level", "3 to 12, from the fastest to the tightest"),
        ("capacity", "how long the block may be"),
    ];

    type Shape = (Bytes, U32, Size);
    type Output = Result<Vec<u8>, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, level, capacity): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let src = bytes.place(frame)?;
        let size = frame.size(&lz4::LZ4_COMPRESS_HC_WORK_SIZE, &[src.len.into()])?;
        let Some(size) = size else {
            return Ok(Err(Lz4Error::TooLarge));
        };
        let work = frame.work(size)?;
        let dst = frame.output(capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            level.into(),
            work.ptr.into(),
            work.len.into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let result = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let len = length(Self::EXPORT, result)?;
        Ok(len.map(|len| frame.read(dst.prefix(len)).to_vec()))
    }
}

#[cfg(feature = "native")]
impl Native for Lz4CompressHc {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((bytes, _, capacity): Input<'_, Self>) -> Self::Output {
        Lz4Compress::native((bytes, capacity))
    }

    /// As of [`Lz4Compress`].
    fn is_right((bytes, _, capacity): Input<'_, Self>, answer: &Self::Output) -> bool {
        Lz4Compress::is_right((bytes, capacity), answer)
    }

    /// As of [`Lz4Compress`], at any level.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let level = generator.number(2..=13) as u32;
        let (bytes, capacity) = Lz4Compress::generate(generator, len);
        (bytes, level, capacity)
    }

    /// Of the level that the tool calls its best but for the slow ones.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let (bytes, capacity) = Lz4Compress::workload(generator, len);
        (bytes, 9, capacity)
    }
}
