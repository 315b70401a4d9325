//! Frames as the kernels make them.

use kilowat_kernels::lz4::encode_phase;

use super::block::{self, Window};
use crate::ops::lz4::error::Lz4Error;
use crate::ops::lz4::frame::format::{
    BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, DICTIONARY, INDEPENDENT, MAGIC, STORED,
    block_size,
};
use crate::ops::lz4::frame::places::Places;
use crate::ops::lz4::frame::state::{Field, PLACES_FIELD};
use crate::ops::lz4::frame::{Lz4Encoded, Lz4EncoderState, Lz4FrameOptions, Lz4Last};

/// The kernel's step: `src` is the history and the piece behind it.
pub(crate) fn encode(
    state: Lz4EncoderState<&[u8]>,
    src: &[u8],
    last: Lz4Last,
    capacity: usize,
) -> Result<Lz4Encoded, Lz4Error> {
    let mut content = state.0.content();
    let flags = content.flags;
    let mut places = Places::read(&state.bytes()[PLACES_FIELD..]);
    let mut bytes = Vec::new();
    if state.0.get(Field::Phase) == encode_phase::HEADER {
        content.begin();
        bytes.extend(header(flags, content.size));
    }
    let start = content.encoder_history();
    let mut at = start;
    loop {
        let len = (src.len() - at).min(block_size(flags));
        if len == 0 || (len < block_size(flags) && last == Lz4Last::WholeBlocks) {
            break;
        }
        if content.has(INDEPENDENT) {
            let mut unseen = Places::default();
            let window = Window {
                bytes: &src[at..at + len],
                position: 0,
                start: 0,
            };
            write_block(&mut bytes, flags, &window, &mut unseen);
        } else {
            let window = Window {
                bytes: &src[at - content.window()..at + len],
                position: content.position - content.window() as u64,
                start: content.window(),
            };
            write_block(&mut bytes, flags, &window, &mut places);
        }
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
        bytes.extend([0; 4]);
        if content.has(CONTENT_CHECKSUM) {
            bytes.extend(content.hash(&src[..at]).to_le_bytes());
        }
    }
    if bytes.len() > capacity {
        return Err(Lz4Error::OutputTooSmall);
    }
    let mut next = state.to_owned();
    next.0.set(Field::Phase, encode_phase::BLOCKS);
    next.0.set_content(&content);
    next.0.set(Field::Consumed, (at - start) as u32);
    if !content.has(INDEPENDENT) {
        places.write(&mut next.0.0[PLACES_FIELD..]);
    }
    Ok(Lz4Encoded { state: next, bytes })
}

pub(crate) fn header(flags: u32, content_size: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_le_bytes().to_vec();
    bytes.extend((flags as u16).to_le_bytes());
    if flags & CONTENT_SIZE != 0 {
        bytes.extend(content_size.to_le_bytes());
    }
    if flags & DICTIONARY != 0 {
        bytes.extend([0; 4]);
    }
    bytes.push((super::hash(&bytes[4..]) >> 8) as u8);
    bytes
}

/// The end of a frame of that content.
pub(crate) fn end(flags: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    if flags & CONTENT_CHECKSUM != 0 {
        bytes.extend(super::hash(content).to_le_bytes());
    }
    bytes
}

/// The frame of a content that is to be timed: linked blocks, a checksum, and the content's size.
pub(crate) fn sample(content: &[u8]) -> Vec<u8> {
    let options = Lz4FrameOptions::new().content_size(Some(content.len() as u64));
    let state = Lz4EncoderState::new(&options);
    let encoded = encode(state.as_ref(), content, Lz4Last::Finish, usize::MAX);
    encoded.map_or_else(|_| Vec::new(), |encoded| encoded.bytes)
}

/// Writes a block: compressed, or stored where that is not longer.
pub(crate) fn write_block(
    bytes: &mut Vec<u8>,
    flags: u32,
    window: &Window<'_>,
    places: &mut Places,
) {
    let content = &window.bytes[window.start..];
    let compressed = block::compress_behind(window, places);
    if compressed.len() < content.len() {
        write_data(bytes, flags, compressed.len() as u32, &compressed);
    } else {
        write_data(bytes, flags, content.len() as u32 | STORED, content);
    }
}

pub(crate) fn write_stored(bytes: &mut Vec<u8>, flags: u32, content: &[u8]) {
    write_data(bytes, flags, content.len() as u32 | STORED, content);
}

fn write_data(bytes: &mut Vec<u8>, flags: u32, word: u32, data: &[u8]) {
    bytes.extend(word.to_le_bytes());
    bytes.extend(data);
    if flags & BLOCK_CHECKSUM != 0 {
        bytes.extend(super::hash(data).to_le_bytes());
    }
}
