//! SHA-512: of a message, and of one in pieces.

use sha2::Digest as _;

#[cfg(feature = "native")]
use super::digest::Blocks;
use super::digest::{self, Steps, Streaming, digest_operation};
use super::stream::stream_operations;
use crate::prelude::*;
use kilowat_kernels::sha512;

/// The chaining words at the start.
const START: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// SHA-512 of a message (FIPS 180-4).
#[derive(Debug)]
pub struct Sha512;

impl Sha512 {
    /// The length of a digest, in bytes.
    pub const LEN: usize = 64;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = digest::state_len(128, Self::LEN);

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &digest::start_64(&START);

    const STEPS: Steps = Steps {
        update: &sha512::SHA512_UPDATE,
        finish: &sha512::SHA512_FINISH,
    };

    /// The kernels for a message in pieces.
    pub(super) const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &sha512::SHA512_INIT,
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
const BLOCKS: Blocks<u64, 128> = Blocks {
    compress: |chain, blocks| {
        if let Some((chain, [])) = chain.split_first_chunk_mut() {
            sha2::block_api::compress512(chain, blocks);
        }
    },
    big_endian: true,
};

digest_operation! {
    Sha512, "sha512", "SHA-512 digest of a message", sha512::SHA512, interpreted sha512::SHA512,
    native sha2::Sha512, Schedule::BRIEF
}

stream_operations! {
    Sha512([u8; Sha512::LEN]), a state after up to 400 bytes;

    /// The state of a message in pieces (FIPS 180-4) after one more. It begins with [`Sha512::START`], and
    /// [`Sha512Finish`] makes a digest of it.
    Sha512Update, "sha512_update", "state of SHA-512 after one more piece of the message", sha512::SHA512_UPDATE,
    ["the state before, or no bytes at the beginning", "the piece"];

    /// The digest of a message in pieces (FIPS 180-4), from the state after the last of them.
    Sha512Finish, "sha512_finish", "SHA-512 digest of a message in pieces, from the state after the last",
    sha512::SHA512_FINISH,
    ["the state after the last piece, or no bytes for an empty message"];
}
