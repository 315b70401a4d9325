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
        block::decompress(block, capacity)
    }

    /// Blocks, whole and damaged, sequences that no compressor writes, and bytes of no meaning; with
    /// enough room, a byte less, or any.
    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        let mut block = match generator.number(0..=6) {
            6 => return cut_short(generator, len),
            0 => return (generator.bytes(len), generator.number(0..=4 * len + 300)),
            1 => block::compress(&generator.source_text(len)),
            2 => block::compress(&generator.bytes(len)),
            3 => block::compress(&repetitive(generator, len)),
            _ => sequences(generator, len),
        };
        match generator.number(0..=5) {
            0 => block.truncate(generator.number(0..=block.len())),
            _ if block.is_empty() => {}
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
        // The most that a damaged block of few kilobytes may claim is let through.
        let complete = block::decompress(&block, 4 * len + 100_000);
        // What is wrong at the end is seen where there is room for all before it.
        let content_len = match &complete {
            Ok(content) => content.len(),
            Err(_) => generator.number(len..=4 * len + 1_000),
        };
        let capacity = match generator.number(0..=7) {
            0 if complete.is_ok() && content_len > 0 => content_len - 1,
            1 => generator.number(0..=len),
            // Most of what stands behind a place in the middle is still to come.
            2..=3 => generator.number(0..=content_len),
            4 => content_len + generator.number(0..=100),
            _ => content_len,
        };
        (block, capacity)
    }

    /// The block of a text of `len` bytes.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
        (block::compress(&generator.source_text(len)), len)
    }
}

/// A block of short steps that stands for at least `len` bytes, and room that ends somewhere among them.
#[cfg(feature = "native")]
fn cut_short(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
    let mut block = Vec::new();
    let mut produced = 0;
    while produced < len.max(100) {
        let literals = generator.number(usize::from(produced == 0)..=7);
        let match_len = match generator.number(0..=1) {
            0 => generator.number(4..=18),
            _ => generator.number(19..=60),
        };
        produced += literals;
        let distance = generator.number(1..=produced.min(24));
        let literals = generator.random_bytes(literals);
        write_sequence(&mut block, &literals, Some((distance, match_len)));
        produced += match_len;
    }
    write_sequence(&mut block, &generator.random_bytes(40), None);
    (block, generator.number(0..=produced))
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
        write_sequence(&mut block, &literals, Some((distance, match_len)));
        produced += match_len;
    }
    match generator.number(0..=9) {
        // It ends with a match, or in the length of one.
        0 => {}
        1 => {
            let first = generator.random_bytes(1);
            let match_len = generator.number(19..=300);
            write_sequence(&mut block, &first, Some((1, match_len)));
            block.pop();
        }
        _ => {
            let literals = generator.number(0..=40);
            write_sequence(&mut block, &generator.random_bytes(literals), None);
        }
    }
    block
}

/// Writes one sequence: literals, and the distance and length of a match where it is not the last.
#[cfg(feature = "native")]
fn write_sequence(block: &mut Vec<u8>, literals: &[u8], found: Option<(usize, usize)>) {
    let match_len = found.map_or(0, |(_, len)| len - 4);
    block.push((literals.len().min(15) << 4 | match_len.min(15)) as u8);
    write_run(block, literals.len());
    block.extend(literals);
    if let Some((distance, _)) = found {
        block.extend((distance as u16).to_le_bytes());
        write_run(block, match_len);
    }
}

/// Writes what a token cannot hold of a length.
#[cfg(feature = "native")]
fn write_run(block: &mut Vec<u8>, len: usize) {
    if let Some(rest) = len.checked_sub(15) {
        block.extend(std::iter::repeat_n(u8::MAX, rest / 255));
        block.push((rest % 255) as u8);
    }
}
