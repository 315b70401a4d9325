//! SHA-256: of a message, of one in pieces, and of many.

use sha2::Digest as _;

use super::common;
#[cfg(feature = "native")]
use super::digest::SHA256_BLOCKS;
use super::digest::{self, Steps, Streaming, batch_operation, digest_operation};
use super::stream::stream_operations;
use crate::prelude::*;
use kilowat_kernels::sha256;

/// SHA-256 of a message (FIPS 180-4).
#[derive(Debug)]
pub struct Sha256;

impl Sha256 {
    /// The length of a digest, in bytes.
    pub const LEN: usize = 32;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = digest::state_len(64, Self::LEN);

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &digest::start(&digest::SHA256_START);

    /// The kernels for a message in pieces.
    pub(super) const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &sha256::SHA256_INIT,
        compiled: Steps {
            update: &sha256::SHA256_UPDATE,
            finish: &sha256::SHA256_FINISH,
        },
        interpreted: Steps {
            update: &sha256::SHA256_UPDATE_SERIAL,
            finish: &sha256::SHA256_FINISH_SERIAL,
        },
        #[cfg(feature = "native")]
        start: |_| *Self::START,
        #[cfg(feature = "native")]
        native_update: |state, bytes| SHA256_BLOCKS.update(state, bytes),
        #[cfg(feature = "native")]
        native_finish: |state| SHA256_BLOCKS.finish(state),
    };
}

digest_operation! {
    Sha256, "sha256", "SHA-256 digest of a message", sha256::SHA256, interpreted sha256::SHA256_SERIAL,
    native sha2::Sha256, Schedule::BRIEF
}

stream_operations! {
    Sha256([u8; Sha256::LEN]), a state after up to 200 bytes;

    /// The state of a message in pieces (FIPS 180-4) after one more. It begins with [`Sha256::START`], and
    /// [`Sha256Finish`] makes a digest of it.
    Sha256Update, "sha256_update", "state of SHA-256 after one more piece of the message", sha256::SHA256_UPDATE,
    ["the state before, or no bytes at the beginning", "the piece"];

    /// The digest of a message in pieces (FIPS 180-4), from the state after the last of them.
    Sha256Finish, "sha256_finish", "SHA-256 digest of a message in pieces, from the state after the last",
    sha256::SHA256_FINISH,
    ["the state after the last piece, or no bytes for an empty message"];
}

batch_operation! {
    Sha256;

    /// SHA-256 of each of many messages (FIPS 180-4), in their order.
    Sha256Batch, "sha256_batch", "SHA-256 digests of many messages", sha256::SHA256_BATCH, interpreted sha256::SHA256_BATCH_SERIAL
}
