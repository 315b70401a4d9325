//! Where memory differs.

use super::pair::{self, OneLength, invoke_on_pair};
use crate::prelude::*;
use kilowat_kernels::memory_ops;

/// The offset of the first byte in which two byte strings of one length differ.
#[derive(Debug)]
pub struct Mismatch;

impl Operation for Mismatch {
    const NAME: &'static str = "mismatch";
    const SUMMARY: &'static str = "first difference of two byte strings of one length";
    const EXPORT: &'static Export = &memory_ops::MISMATCH;
    const PARAMETERS: Names = &[
        ("a", "one of them"),
        ("b", "the other one, of the same length"),
    ];

    type Shape = OneLength;
    type Output = Option<usize>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Input<'a, Self, B>,
    ) -> Result<Option<usize>, CallError> {
        match invoke_on_pair(frame, Self::EXPORT, pair)? {
            -1 => Ok(None),
            offset => Ok(Some(offset as u32 as usize)),
        }
    }
}

#[cfg(feature = "native")]
impl Native for Mismatch {
    /// The standard library compares blocks fast, but says only that one differs.
    fn native((a, b): (&[u8], &[u8])) -> Option<usize> {
        const BLOCK: usize = 256;
        let mut blocks = a.chunks(BLOCK).zip(b.chunks(BLOCK));
        let block = blocks.position(|(a, b)| a != b)?;
        let start = block * BLOCK;
        let mut bytes = a[start..].iter().zip(&b[start..]);
        bytes.position(|(a, b)| a != b).map(|index| start + index)
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        pair::equal_text(generator, len)
    }
}
