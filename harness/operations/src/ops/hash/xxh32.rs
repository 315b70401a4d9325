//! xxHash, 32 bits: of a byte string, and of one in pieces.

#[cfg(feature = "native")]
use twox_hash::XxHash32;

use super::common::{invoke, read};
use super::stream::stream_operations;
use crate::prelude::*;
use kilowat_kernels::lz4;

/// The 32-bit xxHash of a byte string with a seed: the checksum of LZ4 frames.
#[derive(Debug)]
pub struct Xxh32;

const PRIME_1: u32 = 0x9e37_79b1;
const PRIME_2: u32 = 0x85eb_ca77;
const PRIME_3: u32 = 0xc2b2_ae3d;
const PRIME_4: u32 = 0x27d4_eb2f;
const PRIME_5: u32 = 0x1656_67b1;

/// The length of a stripe, a word for each lane, in bytes.
pub(crate) const STRIPE: usize = 16;

/// Where the buffer of a state begins.
const BUFFER: usize = lz4::xxh32_state::BUFFER.start;

/// Where the lanes of a state begin.
const LANES: usize = lz4::xxh32_state::LANES.start;

/// A byte string in pieces. Its state is the kernel's own: the length so far as a u64, a buffer of 16
/// bytes that begins with the last length mod 16 of them, and the four lanes, all little-endian. Native
/// code makes the same of it to the last byte, so that each can go on where the other stopped.
impl Xxh32 {
    /// The length of the state of a byte string in pieces, in bytes.
    pub const STATE_LEN: usize = lz4::xxh32_state::SIZE;

    /// The state of no bytes with seed 0.
    pub const START: &[u8; Self::STATE_LEN] = &Self::start(0);

    /// The state of no bytes, which a byte string in pieces begins with.
    #[must_use]
    pub const fn start(seed: u32) -> [u8; Self::STATE_LEN] {
        let lanes = start_lanes(seed);
        let mut state = [0; Self::STATE_LEN];
        let mut place = 0;
        while place < 16 {
            state[LANES + place] = lanes[place / 4].to_le_bytes()[place % 4];
            place += 1;
        }
        state
    }

    /// The kernels for a byte string in pieces.
    const STREAMING: Lanes = Lanes;
}

/// The four sums of the hash of a byte string in pieces.
struct Lanes;

#[expect(
    clippy::unused_self,
    reason = "the streaming of a digest has the same functions"
)]
impl Lanes {
    /// The state after `bytes`, from the kernel.
    fn update<'a>(
        &self,
        frame: &mut impl Frame,
        state: &[u8; Xxh32::STATE_LEN],
        bytes: impl ByteString<'a>,
    ) -> Result<[u8; Xxh32::STATE_LEN], CallError> {
        let state = frame.inout(state)?;
        go_on(frame, state, bytes)?;
        Ok(read(frame, state))
    }

    /// The hash that a state comes to, from the kernel.
    fn finish<F: Frame>(
        &self,
        frame: &mut F,
        state: &[u8; Xxh32::STATE_LEN],
    ) -> Result<u32, CallError> {
        let state = frame.inout(state)?;
        end(frame, state)
    }
}

#[cfg(feature = "native")]
#[expect(
    clippy::unused_self,
    reason = "the streaming of a digest has the same functions"
)]
impl Lanes {
    /// The state after `bytes`.
    fn native_update(
        &self,
        state: &[u8; Xxh32::STATE_LEN],
        mut bytes: &[u8],
    ) -> [u8; Xxh32::STATE_LEN] {
        let mut after = *state;
        let (head, words) = after.split_at_mut(LANES);
        let (length, buffer) = head.split_at_mut(BUFFER);
        let before = u64::from_le_bytes(read_array(length));
        let total = before.wrapping_add(bytes.len() as u64);
        length.copy_from_slice(&total.to_le_bytes());
        let mut lanes = lanes(words);
        let buffered = (before % STRIPE as u64) as usize;
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
        for (bytes, lane) in words.as_chunks_mut().0.iter_mut().zip(lanes) {
            *bytes = lane.to_le_bytes();
        }
        after
    }

    /// The hash that a state comes to.
    fn native_finish(&self, state: &[u8; Xxh32::STATE_LEN]) -> u32 {
        let (head, words) = state.split_at(LANES);
        let (length, buffer) = head.split_at(BUFFER);
        let length = u64::from_le_bytes(read_array(length));
        let rest = &buffer[..(length % STRIPE as u64) as usize];
        hash_of(lanes(words), length, rest)
    }

    /// The state after so many bytes, or one that no byte string leads to; each is as good as any.
    fn generate(&self, generator: &mut Generator, len: usize) -> [u8; Xxh32::STATE_LEN] {
        if generator.one_in(4) {
            return read_array(&generator.random_bytes(Xxh32::STATE_LEN));
        }
        let seed = generator.number(0..=u32::MAX as usize) as u32;
        self.native_update(&Xxh32::start(seed), &generator.bytes(len))
    }
}

/// The lanes of no bytes.
pub(crate) const fn start_lanes(seed: u32) -> [u32; 4] {
    [
        seed.wrapping_add(PRIME_1).wrapping_add(PRIME_2),
        seed.wrapping_add(PRIME_2),
        seed,
        seed.wrapping_sub(PRIME_1),
    ]
}

/// The hash of so many bytes, the last of which are in no stripe, and the others in the lanes.
pub(crate) fn hash_of(lanes: [u32; 4], length: u64, rest: &[u8]) -> u32 {
    let [lane_1, lane_2, lane_3, lane_4] = lanes;
    let hash = if length >= STRIPE as u64 {
        let (a, b) = (lane_1.rotate_left(1), lane_2.rotate_left(7));
        let (c, d) = (lane_3.rotate_left(12), lane_4.rotate_left(18));
        a.wrapping_add(b).wrapping_add(c).wrapping_add(d)
    } else {
        // Nothing has changed the seed there.
        lane_3.wrapping_add(PRIME_5)
    };
    // The hash takes the length mod 2^32.
    let mut hash = hash.wrapping_add(length as u32);
    let (words, bytes) = rest.as_chunks();
    for word in words {
        let added = u32::from_le_bytes(*word).wrapping_mul(PRIME_3);
        hash = hash.wrapping_add(added).rotate_left(17);
        hash = hash.wrapping_mul(PRIME_4);
    }
    for byte in bytes {
        let added = u32::from(*byte).wrapping_mul(PRIME_5);
        hash = hash.wrapping_add(added).rotate_left(11);
        hash = hash.wrapping_mul(PRIME_1);
    }
    hash = (hash ^ (hash >> 15)).wrapping_mul(PRIME_2);
    hash = (hash ^ (hash >> 13)).wrapping_mul(PRIME_3);
    hash ^ (hash >> 16)
}

/// Puts stripes into the lanes.
pub(crate) fn add_stripes(lanes: &mut [u32; 4], stripes: &[[u8; STRIPE]]) {
    for stripe in stripes {
        for (lane, word) in lanes.iter_mut().zip(stripe.as_chunks().0) {
            let added = u32::from_le_bytes(*word).wrapping_mul(PRIME_2);
            *lane = lane.wrapping_add(added).rotate_left(13);
            *lane = lane.wrapping_mul(PRIME_1);
        }
    }
}

/// The lanes of a state.
fn lanes(bytes: &[u8]) -> [u32; 4] {
    let bytes: [u8; STRIPE] = read_array(bytes);
    let mut lanes = [0; 4];
    for (lane, word) in lanes.iter_mut().zip(bytes.as_chunks().0) {
        *lane = u32::from_le_bytes(*word);
    }
    lanes
}

/// The bytes of a field, whose length is known.
fn read_array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}

/// Goes on with a state in the kernel's memory.
fn go_on<'a>(
    frame: &mut impl Frame,
    state: Span,
    bytes: impl ByteString<'a>,
) -> Result<(), CallError> {
    let Span { ptr, len } = bytes.place(frame)?;
    let arguments = [state.ptr.into(), ptr.into(), len.into()];
    invoke(frame, &lz4::XXH32_UPDATE, &arguments)
}

/// Ends a state in the kernel's memory. One that is not zero after that is an error, as the contract
/// says that it is.
fn end<F: Frame>(frame: &mut F, state: Span) -> Result<u32, CallError> {
    let export = &lz4::XXH32_FINISH;
    let hash = frame.invoke_i32(export, &[state.ptr.into()])? as u32;
    match frame.read(state).iter().find(|byte| **byte != 0) {
        None => Ok(hash),
        Some(byte) => Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(i32::from(*byte))),
        }),
    }
}

impl Operation for Xxh32 {
    const NAME: &'static str = "xxh32";
    const SUMMARY: &'static str = "xxHash of a byte string, 32 bits";
    const EXPORT: &'static Export = &lz4::XXH32;
    const PARAMETERS: Names = &[
        ("bytes", "what to hash"),
        ("seed", "where the hash begins, of 32 bits"),
    ];

    type Shape = (Bytes, U32);
    type Output = u32;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, seed): Input<'a, Self, B>,
    ) -> Result<u32, CallError> {
        let span = bytes.place(frame)?;
        let arguments = [span.ptr.into(), span.len.into(), seed.into()];
        Ok(frame.invoke_i32(Self::EXPORT, &arguments)? as u32)
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (bytes, seed): (&[u8], u32),
        cuts: &[usize],
    ) -> Option<Result<u32, CallError>> {
        let mut in_pieces = || {
            let state = frame.output(Self::STATE_LEN)?;
            let arguments = [state.ptr.into(), seed.into()];
            invoke(frame, &lz4::XXH32_INIT, &arguments)?;
            for piece in crate::ops::pieces(bytes, cuts) {
                go_on(frame, state, piece)?;
            }
            end(frame, state)
        };
        Some(in_pieces())
    }
}

#[cfg(feature = "native")]
impl Native for Xxh32 {
    fn native((bytes, seed): (&[u8], u32)) -> u32 {
        XxHash32::oneshot(seed, bytes)
    }

    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        let seed = match generator.number(0..=2) {
            0 => 0,
            _ => generator.number(0..=u32::MAX as usize) as u32,
        };
        (generator.bytes(len), seed)
    }

    /// With the seed of LZ4 frames.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        (generator.source_text(len), 0)
    }
}

stream_operations! {
    Xxh32(u32), a state after up to 50 bytes;

    /// The state of a byte string in pieces after one more. It begins with [`Xxh32::start`], and
    /// [`Xxh32Finish`] makes a hash of it.
    Xxh32Update, "xxh32_update", "state of xxHash after one more piece, 32 bits", lz4::XXH32_UPDATE,
    ["the state before, or no bytes at the beginning, with seed 0", "the piece"];

    /// The hash of a byte string in pieces, from the state after the last of them.
    Xxh32Finish, "xxh32_finish", "xxHash of a byte string in pieces, from the state after the last",
    lz4::XXH32_FINISH,
    ["the state after the last piece, or no bytes for no piece, with seed 0"];
}
