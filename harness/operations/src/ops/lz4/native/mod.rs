//! LZ4 in native code: `lz4_flex` makes and reads the blocks.
//!
//! The frames around them are ours. The reference crate's frames buffer and cut otherwise than the kernels
//! do, tell other errors apart and not where they are, and their states cannot be taken up in the middle;
//! and how a frame is cut into blocks is the [host's](super::frame::encode) affair on every tier. The tests
//! of the root package hold all of it to `lz4_flex` and to the `lz4` tool.

pub(crate) mod block;
mod decode;

pub(crate) use decode::{content_size, decode, decompress};

use super::error::Lz4Error;
use super::frame::{Lz4Encoded, Lz4EncoderState, Lz4FrameOptions, Lz4Last, encode};

/// A step in making a frame: `src` is the history and the piece behind it.
pub(crate) fn encode(
    state: Lz4EncoderState<&[u8]>,
    src: &[u8],
    last: Lz4Last,
    capacity: usize,
) -> Result<Lz4Encoded, Lz4Error> {
    let compress = |before: &[u8], block: &[u8]| Some(block::compress_behind(before, block));
    encode::step(state, src, last, capacity, compress)
}

/// The frame of a content that is to be timed: linked blocks, a checksum, and the content's size.
pub(crate) fn sample(content: &[u8]) -> Vec<u8> {
    let options = Lz4FrameOptions::new().content_size(Some(content.len() as u64));
    let state = Lz4EncoderState::new(&options);
    let encoded = encode(state.as_ref(), content, Lz4Last::Finish, usize::MAX);
    encoded.map_or_else(|_| Vec::new(), |encoded| encoded.bytes)
}
