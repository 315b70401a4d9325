//! What the operations on message digests have in common.

// The layout of a state is that of the fragment `lib/digest`, in each module that has it.
#[cfg(not(any(feature = "md5", feature = "sha256")))]
use kilowat_kernels::kdf::state;
#[cfg(all(feature = "md5", not(feature = "sha256")))]
use kilowat_kernels::md5::state;
#[cfg(feature = "sha256")]
use kilowat_kernels::sha256::state;

use super::common::{invoke, read};
use crate::prelude::*;

/// The digest of one message, from `export(ptr, len, dst_ptr)`.
pub(in crate::ops) fn one<'a, const N: usize>(
    frame: &mut impl Frame,
    export: &'static Export,
    bytes: impl ByteString<'a>,
) -> Result<[u8; N], CallError> {
    let Span { ptr, len } = bytes.place(frame)?;
    let dst = frame.output(N)?;
    invoke(frame, export, &[ptr.into(), len.into(), dst.ptr.into()])?;
    Ok(read(frame, dst))
}

/// A message in pieces: the kernels, what they work on, and the same in native code. `N` is the
/// length of a digest and `S` that of a state, in bytes.
///
/// A state is the kernels' own, as the fragment `lib/digest` lays it out: the length so far as a
/// u64, a buffer of 64 bytes that begins with the last length mod 64 of them, and the chaining words,
/// all little-endian. Native code makes the same of it to the last byte, so that each can go on where
/// the other stopped.
pub(in crate::ops) struct Streaming<const N: usize, const S: usize> {
    /// `init(state_ptr)`, which a key may follow.
    pub(in crate::ops) init: &'static Export,
    /// The rest, for engines that compile.
    pub(in crate::ops) compiled: Steps,
    /// The rest, for engines that do not.
    pub(in crate::ops) interpreted: Steps,
    /// The state of no bytes, without a key.
    pub(in crate::ops) start: [u8; S],
    /// Puts blocks into chaining words, natively; those of a key may stand behind them.
    #[cfg(feature = "native")]
    pub(in crate::ops) compress: fn(&mut [u32], &[[u8; BLOCK]]),
    /// Whether lengths and digests are big-endian.
    #[cfg(feature = "native")]
    pub(in crate::ops) big_endian: bool,
}

/// The kernels that a message in pieces goes through after the first.
pub(in crate::ops) struct Steps {
    /// `update(state_ptr, ptr, len)`.
    pub(in crate::ops) update: &'static Export,
    /// `finish(state_ptr, dst_ptr)`.
    pub(in crate::ops) finish: &'static Export,
}

/// The chaining words of SHA-256 at the start.
#[cfg(any(feature = "kdf", feature = "sha256"))]
pub(in crate::ops) const SHA256_START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The length of a block, in bytes.
const BLOCK: usize = 64;

/// Where the buffer of a state begins.
const BUFFER: usize = state::BUFFER.start;

/// Where the chaining words of a state begin.
const CHAIN: usize = state::CHAIN.start;

/// The length of the state of a digest of `len` bytes.
pub(in crate::ops) const fn state_len(len: usize) -> usize {
    CHAIN + len
}

/// The state of no bytes, whose chaining words are these.
pub(in crate::ops) const fn start<const S: usize>(words: &[u32]) -> [u8; S] {
    let mut state = [0; S];
    let mut place = 0;
    while place < 4 * words.len() {
        state[CHAIN + place] = words[place / 4].to_le_bytes()[place % 4];
        place += 1;
    }
    state
}

impl<const N: usize, const S: usize> Streaming<N, S> {
    /// The digest of all pieces, one after the other, the state staying in the kernel's memory.
    pub(in crate::ops) fn digest<'a, F: Frame>(
        &self,
        frame: &mut F,
        pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Result<[u8; N], CallError> {
        let state = frame.output(S)?;
        invoke(frame, self.init, &[state.ptr.into()])?;
        self.go_through(frame, state, pieces)
    }

    /// The digest of all pieces behind what a state in the kernel's memory has gone through.
    pub(in crate::ops) fn go_through<'a, F: Frame>(
        &self,
        frame: &mut F,
        state: Span,
        mut pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Result<[u8; N], CallError> {
        pieces.try_for_each(|piece| self.go_on(frame, state, piece))?;
        self.end(frame, state)
    }

    /// The state after `bytes`, from the kernel.
    pub(in crate::ops) fn update<'a>(
        &self,
        frame: &mut impl Frame,
        state: &[u8; S],
        bytes: impl ByteString<'a>,
    ) -> Result<[u8; S], CallError> {
        let state = frame.inout(state)?;
        self.go_on(frame, state, bytes)?;
        Ok(read(frame, state))
    }

    /// The digest that a state comes to, from the kernel.
    pub(in crate::ops) fn finish<F: Frame>(
        &self,
        frame: &mut F,
        state: &[u8; S],
    ) -> Result<[u8; N], CallError> {
        let state = frame.inout(state)?;
        self.end(frame, state)
    }

    fn go_on<'a>(
        &self,
        frame: &mut impl Frame,
        state: Span,
        bytes: impl ByteString<'a>,
    ) -> Result<(), CallError> {
        let Span { ptr, len } = bytes.place(frame)?;
        let arguments = [state.ptr.into(), ptr.into(), len.into()];
        invoke(frame, self.steps(frame).update, &arguments)
    }

    fn steps(&self, frame: &impl Frame) -> &Steps {
        match frame.engine() {
            EngineKind::Interpreter => &self.interpreted,
            EngineKind::Jit | EngineKind::Native => &self.compiled,
        }
    }

    /// A state that is not zero after that is an error, as the contract says that it is.
    fn end<F: Frame>(&self, frame: &mut F, state: Span) -> Result<[u8; N], CallError> {
        let dst = frame.output(N)?;
        let finish = self.steps(frame).finish;
        invoke(frame, finish, &[state.ptr.into(), dst.ptr.into()])?;
        let digest = read(frame, dst);
        match frame.read(state).iter().find(|byte| **byte != 0) {
            None => Ok(digest),
            Some(byte) => Err(CallError::Contract {
                export: finish.name,
                value: Some(WasmValue::I32(i32::from(*byte))),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl<const N: usize, const S: usize> Streaming<N, S> {
    /// The state after `bytes`.
    pub(in crate::ops) fn native_update(&self, state: &[u8; S], mut bytes: &[u8]) -> [u8; S] {
        let mut after = *state;
        let (head, words) = after.split_at_mut(CHAIN);
        let (length, buffer) = head.split_at_mut(BUFFER);
        let before = length_so_far(length);
        let total = before.wrapping_add(bytes.len() as u64);
        length.copy_from_slice(&total.to_le_bytes());
        let mut chain = chain(words);
        let buffered = (before % BLOCK as u64) as usize;
        if buffered > 0 {
            let room = &mut buffer[buffered..];
            let (now, later) = bytes.split_at(bytes.len().min(room.len()));
            room[..now.len()].copy_from_slice(now);
            if now.len() == room.len() {
                (self.compress)(&mut chain, buffer.as_chunks().0);
            }
            bytes = later;
        }
        let (blocks, rest) = bytes.as_chunks();
        (self.compress)(&mut chain, blocks);
        buffer[..rest.len()].copy_from_slice(rest);
        for (bytes, word) in words.as_chunks_mut().0.iter_mut().zip(chain) {
            *bytes = word.to_le_bytes();
        }
        after
    }

    /// The digest that a state comes to.
    pub(in crate::ops) fn native_finish(&self, state: &[u8; S]) -> [u8; N] {
        let (head, words) = state.split_at(CHAIN);
        let (length, buffer) = head.split_at(BUFFER);
        let length = length_so_far(length);
        let mut chain = chain(words);
        let mut pending = buffer[..(length % BLOCK as u64) as usize].to_vec();
        pending.push(0x80);
        // The length fills the last eight bytes of a block.
        pending.resize((pending.len() + 8).next_multiple_of(BLOCK) - 8, 0);
        let bits = length.wrapping_mul(8);
        let (bits, word): (_, fn(u32) -> [u8; 4]) = if self.big_endian {
            (bits.to_be_bytes(), u32::to_be_bytes)
        } else {
            (bits.to_le_bytes(), u32::to_le_bytes)
        };
        pending.extend(bits);
        (self.compress)(&mut chain, pending.as_chunks().0);
        let mut digest = [0; N];
        let words = digest.as_chunks_mut::<4>().0;
        for (bytes, value) in words.iter_mut().zip(chain) {
            *bytes = word(value);
        }
        digest
    }

    /// The state after so many bytes, or one that no message leads to; each is as good as any.
    pub(in crate::ops) fn generate(&self, generator: &mut Generator, len: usize) -> [u8; S] {
        if generator.one_in(4) {
            let mut state = [0; S];
            state.copy_from_slice(&generator.random_bytes(S));
            return state;
        }
        self.native_update(&self.start, &generator.bytes(len))
    }
}

/// The length field of a state.
fn length_so_far(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |length, byte| (length << 8) | u64::from(*byte))
}

/// The chaining words of a state.
fn chain(bytes: &[u8]) -> Vec<u32> {
    let words = bytes.as_chunks().0.iter();
    words.map(|word| u32::from_le_bytes(*word)).collect()
}

/// The operation that digests many messages.
macro_rules! batch_operation {
    (
        $whole:ident;
        $(#[$doc:meta])*
        $batch:ident, $name:literal, $summary:literal, $export:path, interpreted $interpreted:path
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $batch;

        impl Operation for $batch {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const EXPORT: &'static Export = &$export;
            const PARAMETERS: Names = &[("messages", "what to digest")];

            type Shape = BytesList;
            type Output = Vec<[u8; $whole::LEN]>;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                messages: Messages<'a>,
            ) -> Result<Self::Output, CallError> {
                let export = match frame.engine() {
                    EngineKind::Interpreter => &$interpreted,
                    EngineKind::Jit | EngineKind::Native => Self::EXPORT,
                };
                common::batch(frame, export, messages)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $batch {
            const CHECKS: Schedule = Schedule::BRIEF;

            fn native(messages: Messages<'_>) -> Self::Output {
                messages.iter().map($whole::native).collect()
            }

            /// Ragged messages of `len` bytes together.
            fn generate(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
                common::generate_batch(generator, len)
            }

            /// Messages of 1 KiB.
            fn workload(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
                common::batch_workload(generator, len, 1 << 10)
            }
        }
    };
}
pub(super) use batch_operation;
