//! MD5: of a message, of one in pieces, and of many.

#[cfg(feature = "native")]
use ::md5::Digest as _;

use super::common;
#[cfg(feature = "native")]
use super::digest::Blocks;
use super::digest::{self, Steps, Streaming, batch_operation, digest_operation};
use super::stream::stream_operations;
use crate::prelude::*;
use kilowat_kernels::md5;

/// The chaining words at the start.
const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// MD5 of a message (RFC 1321).
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5;

impl Md5 {
    /// The length of a digest, in bytes.
    pub const LEN: usize = 16;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = digest::state_len(64, Self::LEN);

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &digest::start(&START);

    const STEPS: Steps = Steps {
        update: &md5::MD5_UPDATE,
        finish: &md5::MD5_FINISH,
    };

    /// The kernels for a message in pieces.
    pub(super) const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &md5::MD5_INIT,
        compiled: Self::STEPS,
        interpreted: Self::STEPS,
        #[cfg(feature = "native")]
        start: |_| *Self::START,
        #[cfg(feature = "native")]
        native_update: |state, bytes| BLOCKS.update(state, bytes),
        #[cfg(feature = "native")]
        native_finish: |state| BLOCKS.finish(state),
    };
}

/// The same in native code.
#[cfg(feature = "native")]
const BLOCKS: Blocks<u32, 64> = Blocks {
    compress: |chain, blocks| {
        if let Some((chain, [])) = chain.split_first_chunk_mut() {
            ::md5::block_api::compress(chain, blocks);
        }
    },
    big_endian: false,
};

digest_operation! {
    Md5, "md5", "MD5 digest of a message", md5::MD5, interpreted md5::MD5,
    native ::md5::Md5, Schedule::WHOLE
}

stream_operations! {
    Md5([u8; Md5::LEN]), a state after up to 200 bytes;

    /// The state of a message in pieces (RFC 1321) after one more. It begins with [`Md5::START`], and
    /// [`Md5Finish`] makes a digest of it.
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    Md5Update, "md5_update", "state of MD5 after one more piece of the message", md5::MD5_UPDATE,
    ["the state before, or no bytes at the beginning", "the piece"];

    /// The digest of a message in pieces (RFC 1321), from the state after the last of them.
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    Md5Finish, "md5_finish", "MD5 digest of a message in pieces, from the state after the last",
    md5::MD5_FINISH,
    ["the state after the last piece, or no bytes for an empty message"];
}

batch_operation! {
    Md5;

    /// MD5 of each of many messages (RFC 1321), in their order.
    ///
    /// Broken for security: anyone can make two messages with one digest. For checksums only.
    Md5Batch, "md5_batch", "MD5 digests of many messages", md5::MD5_BATCH, interpreted md5::MD5_BATCH
}
