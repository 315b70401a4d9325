//! A step in making a frame, with whoever compresses its blocks.

use kilowat_kernels::lz4::encode_phase;

use super::checksum::xxh32;
use super::format::{
    BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, DICTIONARY, MAGIC, STORED, block_size,
};
use super::state::Field;
use super::{Lz4Encoded, Lz4EncoderState, Lz4Last};
use crate::ops::lz4::error::Lz4Error;

/// The kernel's step, but that blocks are compressed by `compress`, from the content that matches may
/// reach back to and the block's own; without an answer they are stored, as where it is no shorter.
/// `src` is the history and the piece behind it.
///
/// The next state remembers no places of this piece: those that it had are still within the content, and
/// a kernel that goes on from there looks at the bytes before it takes them for the same.
pub(crate) fn step(
    state: Lz4EncoderState<&[u8]>,
    src: &[u8],
    last: Lz4Last,
    capacity: usize,
    compress: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>,
) -> Result<Lz4Encoded, Lz4Error> {
    let mut content = state.0.content();
    let flags = content.flags;
    let mut bytes = state.header().unwrap_or_default();
    if !state.has_begun() {
        content.begin();
    }
    let start = content.encoder_history();
    let mut at = start;
    loop {
        let len = (src.len() - at).min(block_size(flags));
        if len == 0 || (len < block_size(flags) && last == Lz4Last::WholeBlocks) {
            break;
        }
        let (before, block) = (&src[at - content.window()..at], &src[at..at + len]);
        write_block(&mut bytes, flags, block, compress(before, block));
        at += len;
        content.add(&src[..at], len);
    }
    if last == Lz4Last::Finish {
        if content.has(CONTENT_SIZE) && content.position != content.size {
            // Whatever comes first: a frame of the wrong size that does not fit is too long.
            return Err(if bytes.len() > capacity {
                Lz4Error::OutputTooSmall
            } else {
                Lz4Error::Malformed
            });
        }
        bytes.extend(end(flags, content.hash(&src[..at])));
    }
    if bytes.len() > capacity {
        return Err(Lz4Error::OutputTooSmall);
    }
    let mut next = state.to_owned();
    next.0.set(Field::Phase, encode_phase::BLOCKS);
    next.0.set_content(&content);
    next.0.set(Field::Consumed, (at - start) as u32);
    Ok(Lz4Encoded { state: next, bytes })
}

/// A frame's header.
pub(crate) fn header(flags: u32, content_size: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_le_bytes().to_vec();
    bytes.extend((flags as u16).to_le_bytes());
    if flags & CONTENT_SIZE != 0 {
        bytes.extend(content_size.to_le_bytes());
    }
    if flags & DICTIONARY != 0 {
        bytes.extend([0; 4]);
    }
    bytes.push((xxh32(&bytes[4..]) >> 8) as u8);
    bytes
}

/// Writes a block: compressed, or stored where that is not longer.
pub(crate) fn write_block(
    bytes: &mut Vec<u8>,
    flags: u32,
    content: &[u8],
    compressed: Option<Vec<u8>>,
) {
    let shorter = compressed.filter(|compressed| compressed.len() < content.len());
    let (data, bit) = match &shorter {
        Some(compressed) => (&compressed[..], 0),
        None => (content, STORED),
    };
    bytes.extend((data.len() as u32 | bit).to_le_bytes());
    bytes.extend(data);
    if flags & BLOCK_CHECKSUM != 0 {
        bytes.extend(xxh32(data).to_le_bytes());
    }
}

/// The end of a frame whose content has that hash.
pub(crate) fn end(flags: u32, hash: u32) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    if flags & CONTENT_CHECKSUM != 0 {
        bytes.extend(hash.to_le_bytes());
    }
    bytes
}
