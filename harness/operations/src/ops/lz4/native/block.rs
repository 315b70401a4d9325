//! LZ4 blocks as the kernels make and read them.
//!
//! Every tier has to return the same bytes, and two LZ4 compressors hardly ever do: which matches
//! they find is their own affair. So the compressor here is the kernel's algorithm in plain Rust,
//! not the reference crate. The decompressor is written out too, because the reference crate tells
//! other errors apart than the kernels' status codes do. Both are held to `lz4_flex` by the tests
//! of the root package: each reads what the other has written, and they refuse the same blocks.

use crate::ops::lz4::error::{Lz4Error, bound};
use crate::ops::lz4::frame::places::{Places, TABLE_BITS};

const SHORTEST_MATCH: usize = 4;
/// A match begins so far before the end at the latest.
const NO_MATCH_TAIL: usize = 12;
/// So many bytes at the end are literals.
const LITERAL_TAIL: usize = 5;
/// What half a token can hold; a run of length bytes follows where it holds all of it.
const RUN: usize = 15;
/// A run that reaches this is given up, as in the kernel, where no memory could hold the result.
const ENDLESS: usize = 0xff01_0000;

const SPREAD: u64 = 0xcf1b_bcdc_bb00_0000;
const PATIENCE: u32 = 5;
/// How far a match is extended backwards.
const BACK: usize = 8;

/// What a block is compressed behind.
pub(crate) struct Window<'a> {
    /// What matches may reach back to, and then the block.
    pub(crate) bytes: &'a [u8],
    /// The position of its first byte.
    pub(crate) position: u64,
    /// Where the block begins.
    pub(crate) start: usize,
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
pub(crate) fn compress_behind(window: &Window<'_>, places: &mut Places) -> Vec<u8> {
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
pub(crate) fn write_sequence(dst: &mut Vec<u8>, literals: &[u8], found: Option<(usize, usize)>) {
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
pub(crate) fn decompress_behind(
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
