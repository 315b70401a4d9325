//! LZ4 blocks as `lz4_flex` makes and reads them.

use crate::ops::lz4::error::Lz4Error;

const SHORTEST_MATCH: usize = 4;
/// What half a token can hold; a run of length bytes follows where it holds all of it.
const RUN: usize = 15;
/// A run that reaches this is given up, as in the kernel, where no memory could hold the result.
const ENDLESS: usize = 0xff01_0000;

/// No byte of a block stands for more bytes than this.
pub(crate) const HIGHEST_RATIO: usize = 255;

/// A block of `src`.
pub(crate) fn compress(src: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress(src)
}

/// A block of what follows other content, the last 64 KiB of which matches may reach back to.
pub(crate) fn compress_behind(before: &[u8], src: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress_with_dict(src, before)
}

/// What a block stands for, `capacity` bytes at most.
pub(crate) fn decompress(src: &[u8], capacity: usize) -> Result<Vec<u8>, Lz4Error> {
    let room = capacity.min(src.len().saturating_mul(HIGHEST_RATIO));
    // Memory that is zero from the beginning is not touched before it is written.
    let mut dst = vec![0; room];
    let len = lz4_flex::block::decompress_into(src, &mut dst)
        .map_err(|_| what_is_wrong(src, 0, capacity))?;
    dst.truncate(len);
    Ok(dst)
}

/// Decompresses a block behind what `dst` holds already, `capacity` bytes at most. Matches reach back
/// to `window` at most. What is refused leaves `dst` as it was.
pub(crate) fn decompress_behind(
    dst: &mut Vec<u8>,
    window: usize,
    src: &[u8],
    capacity: usize,
) -> Result<(), Lz4Error> {
    let start = dst.len();
    let room = capacity.min(src.len().saturating_mul(HIGHEST_RATIO));
    dst.resize(start + room, 0);
    let (before, room) = dst.split_at_mut(start);
    let before = &before[window..];
    let decompressed = if before.is_empty() {
        lz4_flex::block::decompress_into(src, room)
    } else {
        lz4_flex::block::decompress_into_with_dict(src, room, before)
    };
    let outcome = decompressed.map_err(|_| what_is_wrong(src, start - window, capacity));
    dst.truncate(start + *outcome.as_ref().unwrap_or(&0));
    outcome.map(drop)
}

/// What is wrong first in a block that `lz4_flex` refuses, by the kernels' statuses. The crate cannot say
/// that: it looks whether a match fits before it looks where the match begins, and the kernels the other
/// way round; and it reads lengths to their end that the kernels give up.
fn what_is_wrong(src: &[u8], window: usize, capacity: usize) -> Lz4Error {
    let first = first_refusal(src, window, capacity);
    first.err().unwrap_or(Lz4Error::Malformed)
}

/// Goes through the lengths and distances of a block as the kernels do, and copies nothing.
fn first_refusal(mut src: &[u8], window: usize, capacity: usize) -> Result<(), Lz4Error> {
    let mut room = capacity;
    let mut take_room = |len: usize| {
        room = room.checked_sub(len).ok_or(Lz4Error::OutputTooSmall)?;
        Ok(window + capacity - room)
    };
    loop {
        let token = usize::from(take(&mut src, 1)?[0]);
        let literal_len = read_length(&mut src, token >> 4)?;
        take(&mut src, literal_len)?;
        let reach = take_room(literal_len)?;
        if src.is_empty() {
            return Ok(());
        }
        let bytes = take(&mut src, 2)?;
        let distance = usize::from(u16::from_le_bytes([bytes[0], bytes[1]]));
        if distance == 0 || distance > reach {
            return Err(Lz4Error::Malformed);
        }
        take_room(read_length(&mut src, token & RUN)? + SHORTEST_MATCH)?;
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
