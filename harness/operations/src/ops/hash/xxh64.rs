//! XXH64: of a byte string, and of one in pieces.

#[cfg(feature = "native")]
use twox_hash::XxHash64;

use super::stream::stream_operations;
use super::xxhash::{self, Streaming, whole_operation};
use crate::prelude::*;
use kilowat_kernels::xxhash as kernels;
use kilowat_kernels::xxhash::xxh64_state as state;

/// The 64-bit xxHash of a byte string with a seed.
#[derive(Debug)]
pub struct Xxh64;

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
#[cfg(feature = "native")]
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
#[cfg(feature = "native")]
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
#[cfg(feature = "native")]
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// The length of a stripe, a word for each lane, in bytes.
#[cfg(feature = "native")]
const STRIPE: usize = 32;

/// A byte string in pieces. Its state is the kernel's own: the length so far as a u64, a buffer of 32
/// bytes that begins with the last length mod 32 of them, and the four lanes, all little-endian.
impl Xxh64 {
    /// The length of the state of a byte string in pieces, in bytes.
    pub const STATE_LEN: usize = state::SIZE;

    /// The state of no bytes with seed 0.
    pub const START: &[u8; Self::STATE_LEN] = &Self::start(0);

    /// The state of no bytes, which a byte string in pieces begins with.
    #[must_use]
    pub const fn start(seed: u64) -> [u8; Self::STATE_LEN] {
        let lanes = [
            seed.wrapping_add(PRIME_1).wrapping_add(PRIME_2),
            seed.wrapping_add(PRIME_2),
            seed,
            seed.wrapping_sub(PRIME_1),
        ];
        let mut bytes = [0; Self::STATE_LEN];
        let mut place = 0;
        while place < 32 {
            bytes[state::LANES.start + place] = lanes[place / 8].to_le_bytes()[place % 8];
            place += 1;
        }
        bytes
    }

    /// The kernels for a byte string in pieces.
    const STREAMING: Streaming<{ Self::STATE_LEN }> = Streaming {
        init: &kernels::XXH64_INIT,
        update: &kernels::XXH64_UPDATE,
        finish: &kernels::XXH64_FINISH,
        #[cfg(feature = "native")]
        start: Self::start,
        #[cfg(feature = "native")]
        native_update,
        #[cfg(feature = "native")]
        native_finish,
    };
}

/// The state after `bytes`.
#[cfg(feature = "native")]
fn native_update(before: &[u8; Xxh64::STATE_LEN], mut bytes: &[u8]) -> [u8; Xxh64::STATE_LEN] {
    let mut after = *before;
    let [length] = xxhash::words(&before[state::LENGTH]);
    let mut lanes = xxhash::words(&before[state::LANES]);
    let total: u64 = length.wrapping_add(bytes.len() as u64);
    let buffered = (length % STRIPE as u64) as usize;
    let buffer = &mut after[state::BUFFER];
    if buffered > 0 {
        let room = &mut buffer[buffered..];
        let (now, later) = bytes.split_at(bytes.len().min(room.len()));
        room[..now.len()].copy_from_slice(now);
        if now.len() == room.len() {
            add_stripes(&mut lanes, buffer.as_chunks().0);
        }
        bytes = later;
    }
    let (stripes, rest) = bytes.as_chunks();
    add_stripes(&mut lanes, stripes);
    buffer[..rest.len()].copy_from_slice(rest);
    xxhash::write_words(&mut after[state::LENGTH], &[total]);
    xxhash::write_words(&mut after[state::LANES], &lanes);
    after
}

/// Puts stripes into the lanes.
#[cfg(feature = "native")]
fn add_stripes(lanes: &mut [u64; 4], stripes: &[[u8; STRIPE]]) {
    for stripe in stripes {
        let words: [u64; 4] = xxhash::words(stripe);
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane = round(*lane, word);
        }
    }
}

#[cfg(feature = "native")]
fn round(lane: u64, word: u64) -> u64 {
    let added = lane.wrapping_add(word.wrapping_mul(PRIME_2));
    added.rotate_left(31).wrapping_mul(PRIME_1)
}

/// The hash that a state comes to.
#[cfg(feature = "native")]
fn native_finish(bytes: &[u8; Xxh64::STATE_LEN]) -> u64 {
    let [length] = xxhash::words(&bytes[state::LENGTH]);
    let lanes: [u64; 4] = xxhash::words(&bytes[state::LANES]);
    let rest = &bytes[state::BUFFER][..(length % STRIPE as u64) as usize];
    if length < STRIPE as u64 {
        // Nothing has changed the seed there.
        return XxHash64::oneshot(lanes[2], rest);
    }
    let mut hash = [1, 7, 12, 18]
        .iter()
        .zip(lanes)
        .fold(0, |hash, (by, lane)| {
            u64::wrapping_add(hash, lane.rotate_left(*by))
        });
    for lane in lanes {
        hash = (hash ^ round(0, lane)).wrapping_mul(PRIME_1);
        hash = hash.wrapping_add(PRIME_4);
    }
    hash = hash.wrapping_add(length);
    let (words, rest) = rest.as_chunks();
    for word in words {
        hash ^= round(0, u64::from_le_bytes(*word));
        hash = hash.rotate_left(27).wrapping_mul(PRIME_1);
        hash = hash.wrapping_add(PRIME_4);
    }
    let (words, rest) = rest.as_chunks();
    for word in words {
        hash ^= u64::from(u32::from_le_bytes(*word)).wrapping_mul(PRIME_1);
        hash = hash.rotate_left(23).wrapping_mul(PRIME_2);
        hash = hash.wrapping_add(PRIME_3);
    }
    for byte in rest {
        hash ^= u64::from(*byte).wrapping_mul(PRIME_5);
        hash = hash.rotate_left(11).wrapping_mul(PRIME_1);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(PRIME_2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(PRIME_3);
    hash ^ (hash >> 32)
}

whole_operation! {
    Xxh64, "xxh64", "xxHash of a byte string, 64 bits", kernels::XXH64, native XxHash64::oneshot
}

stream_operations! {
    Xxh64(u64), a state after up to 100 bytes;

    /// The state of a byte string in pieces after one more. It begins with [`Xxh64::start`], and
    /// [`Xxh64Finish`] makes a hash of it.
    Xxh64Update, "xxh64_update", "state of xxHash after one more piece, 64 bits", kernels::XXH64_UPDATE,
    ["the state before, or no bytes at the beginning, with seed 0", "the piece"];

    /// The hash of a byte string in pieces, from the state after the last of them.
    Xxh64Finish, "xxh64_finish", "xxHash of a byte string in pieces, 64 bits, from the state after the last",
    kernels::XXH64_FINISH,
    ["the state after the last piece, or no bytes for no piece, with seed 0"];
}
