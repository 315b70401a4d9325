//! Frames as the kernels read them.

use super::block::{HIGHEST_RATIO, decompress_behind};
use crate::ops::lz4::error::{Lz4Error, bound};
use crate::ops::lz4::frame::checksum::xxh32;
use crate::ops::lz4::frame::format::{
    BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, DICTIONARY, INDEPENDENT, LEGACY_BLOCK,
    LEGACY_MAGIC, LONGEST_BLOCK, MAGIC, RESERVED, SKIPPABLE_MAGIC, SMALLEST_BLOCKS, STORED,
    VERSION, block_len, block_size, data_len, end_len, header_len, long_at, word_at,
};
use crate::ops::lz4::frame::state::{Content, Field};
use crate::ops::lz4::frame::{Lz4DecoderState, Lz4FrameFault, Phase};

/// Frames that are being read, while a step is made.
struct Decoder {
    phase: Phase,
    content: Content,
    block_size: usize,
    to_skip: u32,
    source_needed: usize,
    room_needed: usize,
}

/// How far an element led.
enum Step {
    /// So many bytes of the source.
    Taken(usize),
    /// The element is not there as a whole, or its content would not fit.
    Stopped,
}

/// The kernel's step. `dst` ends with the history; the new content goes behind it.
pub(crate) fn decode(
    state: Lz4DecoderState<&[u8]>,
    src: &[u8],
    dst: &mut Vec<u8>,
    capacity: usize,
    exact: bool,
) -> Lz4DecoderState {
    let mut decoder = Decoder {
        phase: state.phase(),
        content: state.0.content(),
        block_size: state.0.get(Field::BlockSize) as usize,
        to_skip: state.0.get(Field::ToSkip),
        source_needed: 0,
        room_needed: 0,
    };
    let start = dst.len();
    let mut consumed = 0;
    let fault = loop {
        let room = capacity - (dst.len() - start);
        match decoder.element(&src[consumed..], dst, room, exact) {
            Ok(Step::Taken(len)) => consumed += len,
            Ok(Step::Stopped) => break None,
            Err(fault) => break Some(fault),
        }
    };
    let mut next = state.to_owned();
    let bytes = &mut next.0;
    bytes.set(Field::Phase, decoder.phase as u32);
    bytes.set_content(&decoder.content);
    bytes.set(Field::Consumed, consumed as u32);
    bytes.set(Field::Produced, (dst.len() - start) as u32);
    bytes.set(Field::BlockSize, decoder.block_size as u32);
    bytes.set(Field::ToSkip, decoder.to_skip);
    bytes.set(Field::SourceNeeded, decoder.source_needed as u32);
    bytes.set(Field::RoomNeeded, decoder.room_needed as u32);
    bytes.set(Field::Wrong, fault.map_or(0, Lz4FrameFault::number));
    next
}

impl Decoder {
    fn element(
        &mut self,
        src: &[u8],
        dst: &mut Vec<u8>,
        room: usize,
        exact: bool,
    ) -> Result<Step, Lz4FrameFault> {
        if self.phase == Phase::Skipping {
            if self.is_short(src, 1) {
                return Ok(Step::Stopped);
            }
            let len = src.len().min(self.to_skip as usize);
            self.to_skip -= len as u32;
            if self.to_skip == 0 {
                self.phase = Phase::Between;
            }
            return Ok(Step::Taken(len));
        }
        if self.is_short(src, 4) {
            return Ok(Step::Stopped);
        }
        let word = word_at(src, 0).unwrap_or_default();
        match self.phase {
            Phase::Blocks if word == 0 => return self.end(src, dst),
            Phase::Blocks if data_len(word) > self.block_size => {
                return Err(Lz4FrameFault::BlockLength);
            }
            Phase::Blocks => return self.block(src, word, dst, room, exact),
            Phase::Legacy if word as usize <= bound(LEGACY_BLOCK) => {
                return self.block(src, word, dst, room, exact);
            }
            _ => {}
        }
        match word {
            MAGIC => self.begin(src),
            LEGACY_MAGIC => {
                self.content.begin();
                self.content.flags = INDEPENDENT;
                self.phase = Phase::Legacy;
                self.block_size = LEGACY_BLOCK;
                Ok(Step::Taken(4))
            }
            _ if word & !15 == SKIPPABLE_MAGIC => {
                if self.is_short(src, 8) {
                    return Ok(Step::Stopped);
                }
                self.to_skip = word_at(src, 4).unwrap_or_default();
                self.phase = if self.to_skip == 0 {
                    Phase::Between
                } else {
                    Phase::Skipping
                };
                Ok(Step::Taken(8))
            }
            _ => Err(Lz4FrameFault::NoFrame),
        }
    }

    fn is_short(&mut self, src: &[u8], len: usize) -> bool {
        if src.len() < len {
            self.source_needed = len;
        }
        src.len() < len
    }

    fn begin(&mut self, src: &[u8]) -> Result<Step, Lz4FrameFault> {
        if self.is_short(src, 7) {
            return Ok(Step::Stopped);
        }
        let flags = u32::from(src[4]) | u32::from(src[5]) << 8;
        let len = header_len(flags);
        if has_version(flags) && self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        check_header(src)?;
        self.content.begin();
        self.content.flags = flags;
        if self.content.has(CONTENT_SIZE) {
            self.content.size = long_at(src, 6).unwrap_or_default();
        }
        self.phase = Phase::Blocks;
        self.block_size = block_size(flags);
        Ok(Step::Taken(len))
    }

    fn end(&mut self, src: &[u8], dst: &[u8]) -> Result<Step, Lz4FrameFault> {
        let len = end_len(self.content.flags);
        if self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        if self.content.has(CONTENT_SIZE) && self.content.position != self.content.size {
            return Err(Lz4FrameFault::ContentSize);
        }
        if self.content.has(CONTENT_CHECKSUM) && word_at(src, 4) != Some(self.content.hash(dst)) {
            return Err(Lz4FrameFault::ContentChecksum);
        }
        self.phase = Phase::Between;
        Ok(Step::Taken(len))
    }

    fn block(
        &mut self,
        src: &[u8],
        word: u32,
        dst: &mut Vec<u8>,
        room: usize,
        exact: bool,
    ) -> Result<Step, Lz4FrameFault> {
        let len = block_len(self.content.flags, word);
        if self.is_short(src, len) {
            return Ok(Step::Stopped);
        }
        let data = &src[4..4 + data_len(word)];
        let is_stored = word & STORED != 0;
        let mut most = if is_stored {
            data.len()
        } else {
            self.block_size.min(HIGHEST_RATIO * data.len())
        };
        let mut excess = Lz4FrameFault::BlockLength;
        if self.content.has(CONTENT_SIZE) {
            let claimed = self.content.size - self.content.position;
            if claimed < most as u64 {
                excess = Lz4FrameFault::ContentSize;
                most = claimed as usize;
            }
        }
        if room < most && !exact {
            self.room_needed = most;
            return Ok(Step::Stopped);
        }
        if self.content.has(BLOCK_CHECKSUM) && word_at(src, 4 + data.len()) != Some(xxh32(data)) {
            return Err(Lz4FrameFault::BlockChecksum);
        }
        if room < most {
            excess = Lz4FrameFault::Room;
            most = room;
        }
        let start = dst.len();
        let decoded = if !is_stored {
            let window = start - self.content.window();
            decompress_behind(dst, window, data, most)
        } else if data.len() > most {
            Err(Lz4Error::OutputTooSmall)
        } else {
            dst.extend(data);
            Ok(())
        };
        if let Err(error) = decoded {
            return Err(match error {
                Lz4Error::OutputTooSmall => excess,
                _ => Lz4FrameFault::Block,
            });
        }
        self.content.add(dst, dst.len() - start);
        Ok(Step::Taken(len))
    }
}

fn has_version(flags: u32) -> bool {
    flags & 0xc0 == VERSION
}

/// What is wrong in a header, which is there as a whole if its version is ours.
fn check_header(src: &[u8]) -> Result<(), Lz4FrameFault> {
    let flags = u32::from(src[4]) | u32::from(src[5]) << 8;
    if !has_version(flags) {
        return Err(Lz4FrameFault::Version);
    }
    let len = header_len(flags);
    if (xxh32(&src[4..len - 1]) >> 8) as u8 != src[len - 1] {
        return Err(Lz4FrameFault::HeaderChecksum);
    }
    if flags & RESERVED != 0 {
        return Err(Lz4FrameFault::Reserved);
    }
    if flags < SMALLEST_BLOCKS {
        return Err(Lz4FrameFault::BlockSize);
    }
    if flags & DICTIONARY != 0 {
        return Err(Lz4FrameFault::Dictionary);
    }
    Ok(())
}

/// The content of all frames, `capacity` bytes at most.
pub(crate) fn decompress(src: &[u8], capacity: usize) -> Result<Vec<u8>, Lz4Error> {
    let mut dst = Vec::new();
    let capacity = capacity.min(i32::MAX as usize);
    let state = decode(Lz4DecoderState::start(), src, &mut dst, capacity, true);
    if let Some(fault) = state.fault() {
        return Err(fault.status());
    }
    if state.consumed() < src.len() || !state.may_end() {
        return Err(Lz4Error::Malformed);
    }
    Ok(dst)
}

/// How long the content of all frames is, as their headers say.
pub(crate) fn content_size(mut src: &[u8]) -> Option<u64> {
    let mut sum = 0_i64;
    loop {
        if src.len() < 8 {
            return None;
        }
        let len = if word_at(src, 0)? & !15 == SKIPPABLE_MAGIC {
            8 + word_at(src, 4)? as usize
        } else {
            let len = frame_len(src)?;
            let size = i64::try_from(long_at(src, 6)?).ok()?;
            sum = sum.checked_add(size)?;
            len
        };
        src = src.get(len..)?;
        if src.is_empty() {
            return Some(sum as u64);
        }
    }
}

/// The length of the frame at the start, where that has a content size.
fn frame_len(src: &[u8]) -> Option<usize> {
    let flags = u32::from(*src.get(4)?) | u32::from(*src.get(5)?) << 8;
    if word_at(src, 0)? != MAGIC || flags & CONTENT_SIZE == 0 {
        return None;
    }
    let mut at = header_len(flags);
    src.get(..at)?;
    check_header(src).ok()?;
    loop {
        let word = word_at(src, at)?;
        if data_len(word) > LONGEST_BLOCK {
            return None;
        }
        at += if word == 0 {
            end_len(flags)
        } else {
            block_len(flags, word)
        };
        src.get(..at)?;
        if word == 0 {
            return Some(at);
        }
    }
}
