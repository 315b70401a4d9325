//! The native twins of the LZ4 kernels.
//!
//! The reference crate finds other matches, buffers and cuts otherwise than the kernels do, and tells
//! other errors apart. So blocks and frames are made and read here as in the kernels, step by step; and
//! the tests of the root package hold both to `lz4_flex` and to the `lz4` tool.

pub(crate) mod block;
mod content;
mod decode;
mod encode;

pub(crate) use decode::{content_size, decode, decompress};
pub(crate) use encode::{encode, end, header, sample, write_block, write_stored};

use twox_hash::XxHash32;

fn hash(bytes: &[u8]) -> u32 {
    XxHash32::oneshot(0, bytes)
}
