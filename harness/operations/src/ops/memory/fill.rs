//! Filling memory.

use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// So many times the same byte, which stands in the low eight bits of an integer.
#[derive(Debug)]
pub struct Fill;

impl Operation for Fill {
    const NAME: &'static str = "fill";
    const SUMMARY: &'static str = "the same byte many times";
    const EXPORT: &'static Export = &memory_ops::FILL;
    const PARAMETERS: Names = &[("byte", "which byte, 0 to 255"), ("len", "how often")];

    type Shape = (LowByte, Size);
    type Output = Vec<u8>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (byte, len): (u32, usize),
    ) -> Result<Vec<u8>, CallError> {
        let dst = frame.output(len)?;
        frame.invoke(Self::EXPORT, &[dst.ptr.into(), byte.into(), dst.len.into()])?;
        Ok(frame.read(dst).to_vec())
    }
}

#[cfg(feature = "native")]
impl Native for Fill {
    fn native((byte, len): (u32, usize)) -> Vec<u8> {
        vec![byte as u8; len]
    }

    fn generate(generator: &mut Generator, len: usize) -> (u32, usize) {
        let byte = generator.number(0..=255) as u32;
        let above: u32 = *generator.choose(&[0, 1, 0x00ff_ffff]);
        (above << 8 | byte, len)
    }

    fn workload(_: &mut Generator, len: usize) -> (u32, usize) {
        (b' '.into(), len)
    }
}
