//! XXH3 of 64 bits: of a byte string, and of one in pieces.

#[cfg(feature = "native")]
use twox_hash::{
    XxHash3_64,
    xxhash3_64::{DEFAULT_SECRET_LENGTH, SecretBuffer},
};

use super::stream::stream_operations;
use super::xxhash::{self, Streaming, whole_operation};
use crate::prelude::*;
use kilowat_kernels::xxhash as kernels;
use kilowat_kernels::xxhash::xxh3_64_state as state;

/// The XXH3 of a byte string with a seed, 64 bits: with seed 0 that of the default secret, else that of
/// the secret that the seed makes of it.
#[derive(Debug)]
pub struct Xxh3_64;

const PRIME_32_1: u64 = 0x9e37_79b1;
const PRIME_32_2: u64 = 0x85eb_ca77;
const PRIME_32_3: u64 = 0xc2b2_ae3d;
const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// The accumulators of no bytes.
const START: [u64; 8] = [
    PRIME_32_3, PRIME_1, PRIME_2, PRIME_3, PRIME_4, PRIME_32_2, PRIME_5, PRIME_32_1,
];

/// The length of a stripe, a word for each accumulator, in bytes.
#[cfg(feature = "native")]
const STRIPE: usize = 64;

/// Stripes after which the accumulators are scrambled.
#[cfg(feature = "native")]
const STRIPES_A_BLOCK: usize = 16;

/// The length of a state's buffer.
#[cfg(feature = "native")]
const BUFFER: usize = 256;

/// The longest byte string that goes through no accumulators.
#[cfg(feature = "native")]
const LONGEST_FOLDED: u64 = 240;

/// A byte string in pieces. Its state is the kernel's own: the length so far and the seed, each a u64,
/// the eight accumulators, and the last 256 bytes, each at its place mod 256. In the accumulators are all
/// multiples of 256 bytes behind which there is another byte.
impl Xxh3_64 {
    /// The length of the state of a byte string in pieces, in bytes.
    pub const STATE_LEN: usize = state::SIZE;

    /// The state of no bytes with seed 0.
    pub const START: &[u8; Self::STATE_LEN] = &Self::start(0);

    /// The state of no bytes, which a byte string in pieces begins with.
    #[must_use]
    pub const fn start(seed: u64) -> [u8; Self::STATE_LEN] {
        let mut bytes = [0; Self::STATE_LEN];
        let mut place = 0;
        while place < 8 {
            bytes[state::SEED.start + place] = seed.to_le_bytes()[place];
            place += 1;
        }
        place = 0;
        while place < 64 {
            bytes[state::ACCUMULATORS.start + place] = START[place / 8].to_le_bytes()[place % 8];
            place += 1;
        }
        bytes
    }

    /// The kernels for a byte string in pieces.
    const STREAMING: Streaming<{ Self::STATE_LEN }> = Streaming {
        init: &kernels::XXH3_64_INIT,
        update: &kernels::XXH3_64_UPDATE,
        finish: &kernels::XXH3_64_FINISH,
        #[cfg(feature = "native")]
        start: Self::start,
        #[cfg(feature = "native")]
        native_update,
        #[cfg(feature = "native")]
        native_finish,
    };
}

/// The secret of a seed.
#[cfg(feature = "native")]
type Secret = [u8; DEFAULT_SECRET_LENGTH];

#[cfg(feature = "native")]
fn secret(seed: u64) -> Secret {
    match SecretBuffer::with_seed(seed, [0; DEFAULT_SECRET_LENGTH]) {
        Ok(buffer) => buffer.into_secret(),
        // Only one of another length is refused.
        Err(error) => error.into_secret(),
    }
}

/// How many bytes of a state are in its buffer alone, and how many stripes its accumulators have seen
/// since they were scrambled.
#[cfg(feature = "native")]
fn places(length: u64) -> (usize, usize) {
    match length.checked_sub(1) {
        None => (0, 0),
        Some(last) => {
            let stripes = last / BUFFER as u64 * (BUFFER / STRIPE) as u64;
            let before = (stripes % STRIPES_A_BLOCK as u64) as usize;
            ((last % BUFFER as u64) as usize + 1, before)
        }
    }
}

/// The state after `bytes`.
#[cfg(feature = "native")]
fn native_update(before: &[u8; Xxh3_64::STATE_LEN], mut bytes: &[u8]) -> [u8; Xxh3_64::STATE_LEN] {
    let mut after = *before;
    let [length, seed] = xxhash::words(&before[..state::ACCUMULATORS.start]);
    let mut accumulators = xxhash::words(&before[state::ACCUMULATORS]);
    let total = length.wrapping_add(bytes.len() as u64);
    let (buffered, mut stripes) = places(length);
    let secret = secret(seed);
    let buffer = &mut after[state::BUFFER];
    let room = &mut buffer[buffered..];
    let (now, later) = bytes.split_at(bytes.len().min(room.len()));
    room[..now.len()].copy_from_slice(now);
    bytes = later;
    // What fills the buffer goes into the accumulators when another byte comes.
    while !bytes.is_empty() {
        add_stripes(
            &mut accumulators,
            buffer.as_chunks().0,
            &mut stripes,
            &secret,
        );
        let (now, later) = bytes.split_at(bytes.len().min(BUFFER));
        buffer[..now.len()].copy_from_slice(now);
        bytes = later;
    }
    xxhash::write_words(&mut after[state::LENGTH], &[total]);
    xxhash::write_words(&mut after[state::ACCUMULATORS], &accumulators);
    after
}

/// Puts stripes into the accumulators, which have seen `before` since they were scrambled.
#[cfg(feature = "native")]
fn add_stripes(
    accumulators: &mut [u64; 8],
    stripes: &[[u8; STRIPE]],
    before: &mut usize,
    secret: &Secret,
) {
    for stripe in stripes {
        add_stripe(accumulators, stripe, &secret[8 * *before..]);
        *before += 1;
        if *before == STRIPES_A_BLOCK {
            *before = 0;
            let keys: [u64; 8] = xxhash::words(&secret[secret.len() - STRIPE..]);
            for (sum, key) in accumulators.iter_mut().zip(keys) {
                *sum = (*sum ^ (*sum >> 47) ^ key).wrapping_mul(PRIME_32_1);
            }
        }
    }
}

/// Puts one stripe into the accumulators: each gets its neighbour's word, and the product of the halves
/// of its own with the secret.
#[cfg(feature = "native")]
fn add_stripe(accumulators: &mut [u64; 8], stripe: &[u8; STRIPE], secret: &[u8]) {
    let words: [u64; 8] = xxhash::words(stripe);
    let keys: [u64; 8] = xxhash::words(secret);
    for (index, (word, key)) in words.into_iter().zip(keys).enumerate() {
        let mixed = word ^ key;
        let product = (mixed & u64::from(u32::MAX)) * (mixed >> 32);
        accumulators[index ^ 1] = accumulators[index ^ 1].wrapping_add(word);
        accumulators[index] = accumulators[index].wrapping_add(product);
    }
}

/// The hash that a state comes to.
#[cfg(feature = "native")]
fn native_finish(bytes: &[u8; Xxh3_64::STATE_LEN]) -> u64 {
    /// Where the secret of the last stripe begins, and that of the accumulators.
    const LAST: usize = 121;
    const MERGED: usize = 11;
    let [length, seed] = xxhash::words(&bytes[..state::ACCUMULATORS.start]);
    let buffer = &bytes[state::BUFFER];
    if length <= LONGEST_FOLDED {
        return XxHash3_64::oneshot_with_seed(seed, &buffer[..length as usize]);
    }
    let mut accumulators = xxhash::words(&bytes[state::ACCUMULATORS]);
    let (buffered, mut stripes) = places(length);
    let secret = secret(seed);
    // The last stripe begins in what went before where the buffer holds less than one.
    let twice = [buffer, buffer].concat();
    let (last, _) = twice[BUFFER + buffered - STRIPE..]
        .split_first_chunk()
        .unwrap_or((&[0; STRIPE], &[]));
    let whole = &buffer.as_chunks().0[..(buffered - 1) / STRIPE];
    add_stripes(&mut accumulators, whole, &mut stripes, &secret);
    add_stripe(&mut accumulators, last, &secret[LAST..]);
    let keys: [u64; 8] = xxhash::words(&secret[MERGED..]);
    let mut hash = length.wrapping_mul(PRIME_1);
    for (sums, keys) in accumulators
        .as_chunks::<2>()
        .0
        .iter()
        .zip(keys.as_chunks::<2>().0)
    {
        let product = u128::from(sums[0] ^ keys[0]) * u128::from(sums[1] ^ keys[1]);
        hash = hash.wrapping_add(product as u64 ^ (product >> 64) as u64);
    }
    hash = (hash ^ (hash >> 37)).wrapping_mul(0x1656_6791_9e37_79f9);
    hash ^ (hash >> 32)
}

whole_operation! {
    Xxh3_64, "xxh3_64", "XXH3 of a byte string, 64 bits", kernels::XXH3_64, native XxHash3_64::oneshot_with_seed
}

stream_operations! {
    Xxh3_64(u64), a state after up to 1300 bytes;

    /// The state of a byte string in pieces after one more. It begins with [`Xxh3_64::start`], and
    /// [`Xxh3_64Finish`] makes a hash of it.
    Xxh3_64Update, "xxh3_64_update", "state of XXH3 after one more piece, 64 bits", kernels::XXH3_64_UPDATE,
    ["the state before, or no bytes at the beginning, with seed 0", "the piece"];

    /// The hash of a byte string in pieces, from the state after the last of them.
    Xxh3_64Finish, "xxh3_64_finish", "XXH3 of a byte string in pieces, 64 bits, from the state after the last",
    kernels::XXH3_64_FINISH,
    ["the state after the last piece, or no bytes for no piece, with seed 0"];
}
