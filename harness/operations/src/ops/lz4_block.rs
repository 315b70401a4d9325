//! LZ4 blocks: the native twins of the kernels.
//!
//! Every tier has to return the same bytes, and two LZ4 compressors hardly ever do: which matches
//! they find is their own affair. So the compressor here is the kernel's algorithm in plain Rust,
//! not the reference crate. The decompressor is written out too, because the reference crate tells
//! other errors apart than the kernels' status codes do. Both are held to `lz4_flex` by the tests
//! of the root package: each reads what the other has written, and they refuse the same blocks.

use crate::frame::CallError;
use crate::ops::answer::OperationError;
use crate::ops::{Answer, Datum};
use kilowat_kernels::Export;

/// Why there is no LZ4 output. The last two are said of frames only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lz4Error {
    /// The result is longer than the capacity.
    #[error("the result is longer than the output has room for")]
    OutputTooSmall,
    /// The input is not LZ4.
    #[error("the input is damaged, cut short, or not LZ4")]
    Malformed,
    /// The input is longer than the kernel takes: `0x7e00_0000` bytes.
    #[error("the input is longer than {LONGEST} bytes, the most that LZ4 takes at once")]
    TooLarge,
    /// A checksum in the input does not match.
    #[error("a checksum does not match: the input is damaged")]
    Checksum,
    /// The input, or what is asked for, needs a dictionary, another version of the format, or what
    /// the format reserves.
    #[error("a frame needs a dictionary, another version of the format, or what is reserved in it")]
    Unsupported,
}

/// The longest input of a compression.
pub(crate) const LONGEST: usize = 0x7e00_0000;

impl Answer for Result<Vec<u8>, Lz4Error> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Ok(bytes) => bytes.clone(),
            Err(error) => vec![*error as u8],
        }
    }

    fn value(self) -> Result<Datum, OperationError> {
        Ok(Datum::Bytes(self?))
    }
}

/// What a kernel's result means: a length, or an error.
pub(crate) fn length(
    export: &'static Export,
    result: i32,
) -> Result<Result<u32, Lz4Error>, CallError> {
    match result {
        0.. => Ok(Ok(result as u32)),
        -2 => Ok(Err(Lz4Error::OutputTooSmall)),
        -3 => Ok(Err(Lz4Error::Malformed)),
        -4 => Ok(Err(Lz4Error::Checksum)),
        -5 => Ok(Err(Lz4Error::Unsupported)),
        -6 => Ok(Err(Lz4Error::TooLarge)),
        _ => Err(CallError::Contract {
            export: export.name,
            value: Some(kilowat_engine::Value::I32(result)),
        }),
    }
}

/// How long the block of `len` bytes may be.
pub(crate) fn bound(len: usize) -> usize {
    len + len / 255 + 16
}

const SHORTEST_MATCH: usize = 4;
/// A match begins so far before the end at the latest.
const NO_MATCH_TAIL: usize = 12;
/// So many bytes at the end are literals.
const LITERAL_TAIL: usize = 5;
/// What half a token can hold; a run of length bytes follows where it holds all of it.
const RUN: usize = 15;
/// A run that reaches this is given up, as in the kernel, where no memory could hold the result.
const ENDLESS: usize = 0xff01_0000;

pub(super) const TABLE_BITS: u32 = 13;
const SPREAD: u64 = 0xcf1b_bcdc_bb00_0000;
const PATIENCE: u32 = 5;
/// How far a match is extended backwards.
const BACK: usize = 8;

/// For each hash the low half of the position where it was last seen.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Places(Vec<u16>);

impl Default for Places {
    /// Everything was last seen at position 0.
    fn default() -> Self {
        Self(vec![0; 1 << TABLE_BITS])
    }
}

impl Places {
    /// The table as the kernel's state holds it.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let entries = bytes.as_chunks().0.iter().copied();
        Self(entries.map(u16::from_le_bytes).collect())
    }

    /// Whether none lies behind a position.
    pub(super) fn are_within(&self, position: u64) -> bool {
        self.0.iter().all(|entry| u64::from(*entry) <= position)
    }

    pub(super) fn write(&self, bytes: &mut [u8]) {
        for (entry, bytes) in self.0.iter().zip(bytes.as_chunks_mut().0) {
            *bytes = entry.to_le_bytes();
        }
    }
}

/// What a block is compressed behind.
pub(super) struct Window<'a> {
    /// What matches may reach back to, and then the block.
    pub(super) bytes: &'a [u8],
    /// The position of its first byte.
    pub(super) position: u64,
    /// Where the block begins.
    pub(super) start: usize,
}

/// The block that the kernel makes of `src`.
pub(crate) fn compress(src: &[u8]) -> Vec<u8> {
    let window = Window {
        bytes: src,
        position: 0,
        start: 0,
    };
    compress_behind(&window, &mut Places::default())
}

/// The block that the kernel makes of what follows other content. Every one of the places is that of
/// a byte in the window, or of one more than 64 KiB before the block.
pub(super) fn compress_behind(window: &Window<'_>, places: &mut Places) -> Vec<u8> {
    let src = window.bytes;
    let block_len = src.len() - window.start;
    let mut dst = Vec::with_capacity(bound(block_len / 2));
    let mut anchor = window.start;
    if block_len > NO_MATCH_TAIL {
        let last_start = src.len() - NO_MATCH_TAIL;
        // Nothing stands before the first byte of all.
        let mut from = window.start.max(1);
        while let Some((found, distance)) = find_match(window, places, from, last_start) {
            let forward = equal_bytes(
                src[found + SHORTEST_MATCH..src.len() - LITERAL_TAIL].iter(),
                src[found + SHORTEST_MATCH - distance..].iter(),
            );
            let end = found + SHORTEST_MATCH + forward;
            let mut start = found;
            if found - distance >= BACK {
                start -= equal_bytes(
                    src[anchor..found].iter().rev().take(BACK),
                    src[..found - distance].iter().rev(),
                );
            }
            write_sequence(&mut dst, &src[anchor..start], Some((distance, end - start)));
            anchor = end;
            if end > last_start {
                break;
            }
            from = end;
        }
    }
    write_sequence(&mut dst, &src[anchor..], None);
    dst
}

/// The first place from `from` on where a match is found, and its distance.
fn find_match(
    window: &Window<'_>,
    places: &mut Places,
    from: usize,
    last_start: usize,
) -> Option<(usize, usize)> {
    let src = window.bytes;
    let mut here = from;
    let mut tries = 1 << PATIENCE;
    while here <= last_start {
        let entry = &mut places.0[place(src, here)];
        let position = (window.position as u16).wrapping_add(here as u16);
        let distance = usize::from(position.wrapping_sub(*entry));
        *entry = position;
        let is_match = src[here - distance..][..SHORTEST_MATCH] == src[here..][..SHORTEST_MATCH];
        // An entry of 64 KiB ago says that its bytes stand here.
        if is_match && distance > 0 {
            return Some((here, distance));
        }
        here += tries >> PATIENCE;
        tries += 1;
    }
    None
}

/// The hash of the five bytes from `here` on; there are eight.
fn place(src: &[u8], here: usize) -> usize {
    let bytes = src[here..]
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    (bytes.wrapping_mul(SPREAD) >> (u64::BITS - TABLE_BITS)) as usize
}

/// How many bytes are equal before the first difference, or before either ends.
fn equal_bytes<'a>(a: impl Iterator<Item = &'a u8>, b: impl Iterator<Item = &'a u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Writes one sequence: literals, and the distance and length of a match where it is not the last.
pub(super) fn write_sequence(dst: &mut Vec<u8>, literals: &[u8], found: Option<(usize, usize)>) {
    let match_len = found.map_or(0, |(_, len)| len - SHORTEST_MATCH);
    dst.push((literals.len().min(RUN) << 4 | match_len.min(RUN)) as u8);
    write_run(dst, literals.len());
    dst.extend(literals);
    if let Some((distance, _)) = found {
        dst.extend((distance as u16).to_le_bytes());
        write_run(dst, match_len);
    }
}

fn write_run(dst: &mut Vec<u8>, len: usize) {
    if let Some(rest) = len.checked_sub(RUN) {
        dst.extend(std::iter::repeat_n(u8::MAX, rest / 255));
        dst.push((rest % 255) as u8);
    }
}

/// Decompresses a block, `capacity` bytes at most.
pub(crate) fn decompress_into(
    dst: &mut Vec<u8>,
    src: &[u8],
    capacity: usize,
) -> Result<(), Lz4Error> {
    decompress_behind(dst, 0, src, capacity)
}

/// Decompresses a block behind what `dst` holds already, `capacity` bytes at most. Matches reach back
/// to `window` at most.
pub(super) fn decompress_behind(
    dst: &mut Vec<u8>,
    window: usize,
    mut src: &[u8],
    capacity: usize,
) -> Result<(), Lz4Error> {
    let full = dst.len() + capacity;
    loop {
        let token = usize::from(take(&mut src, 1)?[0]);
        let literal_len = read_length(&mut src, token >> 4)?;
        if literal_len > src.len() {
            return Err(Lz4Error::Malformed);
        }
        if literal_len > full - dst.len() {
            return Err(Lz4Error::OutputTooSmall);
        }
        dst.extend(take(&mut src, literal_len)?);
        if src.is_empty() {
            return Ok(());
        }
        let bytes = take(&mut src, 2)?;
        let distance = usize::from(u16::from_le_bytes([bytes[0], bytes[1]]));
        if distance == 0 || distance > dst.len() - window {
            return Err(Lz4Error::Malformed);
        }
        let match_len = read_length(&mut src, token & RUN)? + SHORTEST_MATCH;
        if match_len > full - dst.len() {
            return Err(Lz4Error::OutputTooSmall);
        }
        // What is copied may reach into what is written: then it repeats.
        let start = dst.len() - distance;
        let mut left = match_len;
        while left > 0 {
            let len = left.min(dst.len() - start);
            dst.extend_from_within(start..start + len);
            left -= len;
        }
    }
}

fn take<'a>(src: &mut &'a [u8], len: usize) -> Result<&'a [u8], Lz4Error> {
    src.split_off(..len).ok_or(Lz4Error::Malformed)
}

/// A length whose half of the token is `half`.
fn read_length(src: &mut &[u8], half: usize) -> Result<usize, Lz4Error> {
    let mut len = half;
    if half == RUN {
        loop {
            let byte = take(src, 1)?[0];
            len += usize::from(byte);
            if byte != u8::MAX || len >= ENDLESS {
                break;
            }
        }
    }
    Ok(len)
}
