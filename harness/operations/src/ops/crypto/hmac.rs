//! HMAC-SHA-256: of a message, and of one in pieces.

#[cfg(feature = "native")]
use ::hmac::{Hmac, KeyInit as _, Mac as _};
#[cfg(feature = "native")]
use sha2::Digest as _;

use super::super::hash::common::{invoke, read};
#[cfg(feature = "native")]
use super::super::hash::digest::{self, SHA256_BLOCKS};
use super::super::hash::digest::{Steps, Streaming};
use crate::prelude::*;
use kilowat_kernels::kdf::{self, hmac_state, state};

/// The HMAC-SHA-256 of a message with a key (RFC 2104).
#[derive(Debug)]
pub struct HmacSha256;

impl HmacSha256 {
    /// The length of a tag, in bytes.
    pub const LEN: usize = 32;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = hmac_state::SIZE;

    /// The kernels for a message in pieces. In front of the state is that of SHA-256 after the key.
    const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &kdf::HMAC_SHA256_INIT,
        compiled: STEPS,
        interpreted: STEPS,
        #[cfg(feature = "native")]
        start: |generator| {
            let key = HmacSha256Init::generate(generator, Self::LEN);
            HmacSha256Init::native(&key)
        },
        #[cfg(feature = "native")]
        native_update: |state, bytes| {
            let (inner, outer) = parted(state);
            joined(SHA256_BLOCKS.update(&inner, bytes), outer)
        },
        #[cfg(feature = "native")]
        native_finish: |state| {
            let (inner, outer) = parted(state);
            let digest: [u8; Self::LEN] = SHA256_BLOCKS.finish(&inner);
            // The chain over the key, as that of a message that had a block so far.
            let mut over_key = SHA256_BLOCKS.update(&SHA256_STATE, &[0; BLOCK]);
            over_key[state::CHAIN].copy_from_slice(&outer);
            SHA256_BLOCKS.finish(&SHA256_BLOCKS.update(&over_key, &digest))
        },
    };
}

/// The state of SHA-256 of no bytes.
#[cfg(feature = "native")]
const SHA256_STATE: [u8; state::SIZE] = digest::start(&digest::SHA256_START);

/// The two parts of a state: SHA-256 of the key and the message so far, and the chain over the key for the other digest.
#[cfg(feature = "native")]
fn parted(state: &[u8; HmacSha256::STATE_LEN]) -> ([u8; state::SIZE], [u8; HmacSha256::LEN]) {
    let (mut inner, mut outer) = ([0; state::SIZE], [0; HmacSha256::LEN]);
    inner.copy_from_slice(&state[..state::SIZE]);
    outer.copy_from_slice(&state[hmac_state::OUTER]);
    (inner, outer)
}

/// The state of two parts.
#[cfg(feature = "native")]
fn joined(inner: [u8; state::SIZE], outer: [u8; HmacSha256::LEN]) -> [u8; HmacSha256::STATE_LEN] {
    let mut state = [0; HmacSha256::STATE_LEN];
    state[..state::SIZE].copy_from_slice(&inner);
    state[hmac_state::OUTER].copy_from_slice(&outer);
    state
}

const STEPS: Steps = Steps {
    update: &kdf::HMAC_SHA256_UPDATE,
    finish: &kdf::HMAC_SHA256_FINISH,
};

impl Stream<{ Self::STATE_LEN }> for HmacSha256 {
    const START: Option<&'static [u8; Self::STATE_LEN]> = None;
}

/// The length of a block of SHA-256, in bytes.
#[cfg(feature = "native")]
const BLOCK: usize = 64;

/// A state, as shapes have it.
type HmacState = State<HmacSha256, { HmacSha256::STATE_LEN }>;

impl Operation for HmacSha256 {
    const NAME: &'static str = "hmac_sha256";
    const SUMMARY: &'static str = "HMAC-SHA-256 of a message with a key";
    const EXPORT: &'static Export = &kdf::HMAC_SHA256;
    const PARAMETERS: Names = &[
        ("key", "the key, of any length, at best 32 bytes or more"),
        ("message", "what is authenticated"),
    ];

    type Shape = (Bytes, Bytes);
    type Output = [u8; HmacSha256::LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (key, message): (B, B),
    ) -> Result<Self::Output, CallError> {
        tag(frame, Self::EXPORT, key, message)
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (key, message): (&[u8], &[u8]),
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        let pieces = crate::ops::pieces(message, cuts);
        Some(begin(frame, key).and_then(|state| Self::STREAMING.go_through(frame, state, pieces)))
    }
}

#[cfg(feature = "native")]
impl Native for HmacSha256 {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((key, message): (&[u8], &[u8])) -> Self::Output {
        hmac(key, message)
    }

    /// Keys of every length around that of a block.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let key_len = generator.number(0..=140);
        (generator.bytes(key_len), generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.random_bytes(32), generator.source_text(len))
    }
}

/// The state of a message in pieces (RFC 2104) that begins with a key.
#[derive(Debug)]
pub struct HmacSha256Init;

impl Operation for HmacSha256Init {
    const NAME: &'static str = "hmac_sha256_init";
    const SUMMARY: &'static str = "state of HMAC-SHA-256 with a key before the first piece";
    const EXPORT: &'static Export = &kdf::HMAC_SHA256_INIT;
    const PARAMETERS: Names = &[("key", "the key, of any length, at best 32 bytes or more")];

    type Shape = Bytes;
    type Output = [u8; HmacSha256::STATE_LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        key: B,
    ) -> Result<Self::Output, CallError> {
        let state = begin(frame, key)?;
        Ok(read(frame, state))
    }
}

#[cfg(feature = "native")]
impl Native for HmacSha256Init {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native(key: &[u8]) -> Self::Output {
        let mut block = [0; BLOCK];
        match block.get_mut(..key.len()) {
            Some(place) => place.copy_from_slice(key),
            None => block[..HmacSha256::LEN].copy_from_slice(&sha2::Sha256::digest(key)),
        }
        let [inner, outer] = [0x36, 0x5c]
            .map(|pattern| SHA256_BLOCKS.update(&SHA256_STATE, &block.map(|byte| byte ^ pattern)));
        let mut chain = [0; HmacSha256::LEN];
        chain.copy_from_slice(&outer[state::CHAIN]);
        joined(inner, chain)
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        generator.bytes(len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        generator.random_bytes(len)
    }
}

/// The state of a message in pieces (RFC 2104) after one more. It begins with [`HmacSha256Init`], and
/// [`HmacSha256Finish`] makes a tag of it.
#[derive(Debug)]
pub struct HmacSha256Update;

impl Operation for HmacSha256Update {
    const NAME: &'static str = "hmac_sha256_update";
    const SUMMARY: &'static str = "state of HMAC-SHA-256 after one more piece of the message";
    const EXPORT: &'static Export = &kdf::HMAC_SHA256_UPDATE;
    const PARAMETERS: Names = &[("state", "the state before"), ("bytes", "the piece")];

    type Shape = (HmacState, Bytes);
    type Output = [u8; HmacSha256::STATE_LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        HmacSha256::STREAMING.update(frame, state, bytes)
    }
}

#[cfg(feature = "native")]
impl Native for HmacSha256Update {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((state, bytes): Input<'_, Self>) -> Self::Output {
        HmacSha256::STREAMING.native_update(state, bytes)
    }

    /// States with a buffer of every length.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let before = generator.number(0..=200);
        (
            HmacSha256::STREAMING.generate(generator, before),
            generator.bytes(len),
        )
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let key = generator.random_bytes(HmacSha256::LEN);
        (HmacSha256Init::native(&key), generator.source_text(len))
    }
}

/// The tag of a message in pieces (RFC 2104), from the state after the last of them.
#[derive(Debug)]
pub struct HmacSha256Finish;

impl Operation for HmacSha256Finish {
    const NAME: &'static str = "hmac_sha256_finish";
    const SUMMARY: &'static str =
        "HMAC-SHA-256 of a message in pieces, from the state after the last";
    const EXPORT: &'static Export = &kdf::HMAC_SHA256_FINISH;
    const PARAMETERS: Names = &[("state", "the state after the last piece")];

    type Shape = HmacState;
    type Output = [u8; HmacSha256::LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        state: Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        HmacSha256::STREAMING.finish(frame, state)
    }
}

#[cfg(feature = "native")]
impl Native for HmacSha256Finish {
    fn native(state: Input<'_, Self>) -> Self::Output {
        HmacSha256::STREAMING.native_finish(state)
    }

    /// The state after `len` bytes.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        HmacSha256::STREAMING.generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let (state, text) = HmacSha256Update::workload(generator, len);
        HmacSha256::STREAMING.native_update(&state, &text)
    }
}

/// Begins a message in pieces in a kernel's memory.
fn begin<'a, F: Frame>(frame: &mut F, key: impl ByteString<'a>) -> Result<Span, CallError> {
    let key = key.place(frame)?;
    let state = frame.output(HmacSha256::STATE_LEN)?;
    let arguments = [state.ptr.into(), key.ptr.into(), key.len.into()];
    invoke(frame, HmacSha256::STREAMING.init, &arguments)?;
    Ok(state)
}

/// 32 bytes that a kernel makes of two byte strings: `export(a_ptr, a_len, b_ptr, b_len, dst_ptr)`.
pub(super) fn tag<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    export: &'static Export,
    a: B,
    b: B,
) -> Result<[u8; HmacSha256::LEN], CallError> {
    let [a, b] = [a.place(frame)?, b.place(frame)?];
    let dst = frame.output(HmacSha256::LEN)?;
    let arguments = [
        a.ptr.into(),
        a.len.into(),
        b.ptr.into(),
        b.len.into(),
        dst.ptr.into(),
    ];
    invoke(frame, export, &arguments)?;
    Ok(read(frame, dst))
}

/// The tag of a message in native code.
#[cfg(feature = "native")]
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; HmacSha256::LEN] {
    let hmac = Hmac::<sha2::Sha256>::new_from_slice(key);
    // No length of a key is refused.
    hmac.map_or([0; HmacSha256::LEN], |hmac| {
        hmac.chain_update(message).finalize().into_bytes().into()
    })
}
