//! LZ4 decompression of blocks.

use super::error::{Lz4Error, length};
#[cfg(feature = "native")]
use super::{native::block, samples::repetitive};
use crate::prelude::*;
use kilowat_kernels::lz4;

/// What an LZ4 block stands for, of a length that is limited (LZ4 Block Format Description).
#[derive(Debug)]
pub struct Lz4Decompress;

impl Operation for Lz4Decompress {
    const NAME: &'static str = "lz4_decompress";
    const SUMMARY: &'static str = "LZ4 decompression of a block";
    const EXPORT: &'static Export = &lz4::LZ4_DECOMPRESS;
    const PARAMETERS: Names = &[
        ("block", "what to decompress"),
        ("capacity", "how long its content may be"),
    ];

    type Shape = (Bytes, Size);
    type Output = Result<Vec<u8>, Lz4Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (block, capacity): Input<'a, Self, B>,
    ) -> Result<Result<Vec<u8>, Lz4Error>, CallError> {
        let src = block.place(frame)?;
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
impl Native for Lz4Decompress {
    fn native((block, capacity): (&[u8], usize)) -> Result<Vec<u8>, Lz4Error> {
        let mut bytes = Vec::with_capacity(capacity.min(block.len().saturating_mul(256)));
        block::decompress_into(&mut bytes, block, capacity)?;
        Ok(bytes)
    }

    /// Blocks, whole and damaged, sequences that no compressor writes, and bytes of no meaning; with
    /// enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let mut block = match generator.number(0..=5) {
            0 => return (generator.bytes(len), generator.number(0..=4 * len + 300)),
            1 => block::compress(&generator.source_text(len)),
            2 => block::compress(&generator.bytes(len)),
            3 => block::compress(&repetitive(generator, len)),
            _ => sequences(generator, len),
        };
        match generator.number(0..=5) {
            0 => block.truncate(generator.number(0..=block.len())),
            1 => {
                for _ in 0..generator.number(1..=4) {
                    let place = generator.number(0..=block.len() - 1);
                    block[place] ^= 1 << generator.number(0..=7);
                }
            }
            2 => {
                let place = generator.number(0..=block.len() - 1);
                let run = generator.number(1..=64);
                block.splice(place..place, std::iter::repeat_n(u8::MAX, run));
            }
            _ => {}
        }
        let mut bytes = Vec::new();
        // The most that a damaged block of few kilobytes may claim is let through.
        let complete = block::decompress_into(&mut bytes, &block, 4 * len + 100_000);
        let capacity = match generator.number(0..=5) {
            0 if complete.is_ok() && !bytes.is_empty() => bytes.len() - 1,
            1 => generator.number(0..=len),
            2 => bytes.len() + generator.number(0..=100),
            _ => bytes.len(),
        };
        (block, capacity)
    }

    /// The block of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        (block::compress(&generator.source_text(len)), len)
    }
}

/// A block of sequences with lengths and distances of every kind, that stands for about `len` bytes.
#[cfg(feature = "native")]
fn sequences(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut block = Vec::new();
    let mut produced = 0;
    let length = |generator: &mut Generator| match generator.number(0..=9) {
        0 => generator.number(0..=600),
        1 => generator.number(13..=20),
        2 => *generator.choose(&[269, 270, 271, 524, 525]),
        3..=5 => 0,
        _ => generator.number(0..=16),
    };
    while produced < len {
        let literals = length(generator).max(usize::from(produced == 0));
        let match_len = 4 + length(generator);
        produced += literals;
        let distance = match generator.number(0..=9) {
            0 => produced.min(65_535),
            1 => generator.number(1..=produced.min(65_535)),
            _ => generator.number(1..=produced.min(24)),
        };
        // Once in a while one that is none.
        let distance = match generator.number(0..=400) {
            0 => 0,
            1 => (produced + 1).min(65_535),
            _ => distance,
        };
        let literals = generator.random_bytes(literals);
        block::write_sequence(&mut block, &literals, Some((distance, match_len)));
        produced += match_len;
    }
    let literals = generator.number(0..=40);
    block::write_sequence(&mut block, &generator.random_bytes(literals), None);
    block
}
