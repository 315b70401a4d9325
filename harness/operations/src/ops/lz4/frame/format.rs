//! The bytes of an LZ4 frame: flags, magic numbers and lengths (LZ4 Frame Format Description).

use kilowat_kernels::lz4::flag;

pub(crate) const VERSION: u32 = 0x40;
pub(crate) use flag::{
    BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, DICTIONARY, INDEPENDENT, RESERVED,
    SMALLEST_BLOCKS,
};

pub(crate) const MAGIC: u32 = 0x184d_2204;
pub(crate) const LEGACY_MAGIC: u32 = 0x184c_2102;
/// This one and the fifteen behind it.
pub(crate) const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
/// The bit of a block's length that says that the block is stored.
pub(crate) const STORED: u32 = 1 << 31;
pub(crate) const LONGEST_BLOCK: usize = 4 << 20;
pub(crate) const LEGACY_BLOCK: usize = 8 << 20;

/// No content is longer: positions behind it may overflow.
pub(crate) const FARTHEST: u64 = i64::MAX as u64;

pub(crate) fn block_size(flags: u32) -> usize {
    1 << (2 * (flags >> 12 & 7) + 8)
}

pub(crate) fn header_len(flags: u32) -> usize {
    (7 + (flags & CONTENT_SIZE) + 4 * (flags & DICTIONARY)) as usize
}

pub(crate) fn end_len(flags: u32) -> usize {
    (4 + (flags & CONTENT_CHECKSUM)) as usize
}

pub(crate) fn block_len(flags: u32, word: u32) -> usize {
    4 + data_len(word) + (flags & BLOCK_CHECKSUM) as usize / 4
}

pub(crate) fn data_len(word: u32) -> usize {
    (word & !STORED) as usize
}

/// The little-endian u32 at an offset, if it is there.
pub(crate) fn word_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

pub(crate) fn long_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}
