//! What the operations on message digests have in common.

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

/// A message in pieces: the kernels, and the same in native code. `N` is the length of a digest and `S` that
/// of a state, in bytes.
///
/// A state is the kernels' own: the length so far as a u64, a buffer of a block that begins with what of the
/// message fills none, and the chaining words, all little-endian. Native code makes the same of it to
/// the last byte, so that each can go on where the other stopped.
pub(in crate::ops) struct Streaming<const N: usize, const S: usize> {
    /// `init(state_ptr)`, which a key may follow.
    pub(in crate::ops) init: &'static Export,
    /// The rest, for engines that compile.
    pub(in crate::ops) compiled: Steps,
    /// The rest, for engines that do not.
    pub(in crate::ops) interpreted: Steps,
    /// A state of no bytes.
    #[cfg(feature = "native")]
    pub(in crate::ops) start: fn(&mut Generator) -> [u8; S],
    /// The state after more bytes.
    #[cfg(feature = "native")]
    pub(in crate::ops) native_update: fn(&[u8; S], &[u8]) -> [u8; S],
    /// The digest that a state comes to.
    #[cfg(feature = "native")]
    pub(in crate::ops) native_finish: fn(&[u8; S]) -> [u8; N],
}

/// The kernels that a message in pieces goes through after the first.
pub(in crate::ops) struct Steps {
    /// `update(state_ptr, ptr, len)`.
    pub(in crate::ops) update: &'static Export,
    /// `finish(state_ptr, dst_ptr)`.
    pub(in crate::ops) finish: &'static Export,
}

/// Where the buffer of a state begins.
const BUFFER: usize = 8;

/// The length of the state of a digest of `len` bytes, whose blocks have `block` bytes.
pub(in crate::ops) const fn state_len(block: usize, len: usize) -> usize {
    BUFFER + block + len
}

/// The state of no bytes, whose chaining words are these, of 32 bits.
pub(in crate::ops) const fn start<const S: usize>(words: &[u32]) -> [u8; S] {
    let mut state = [0; S];
    let mut place = 0;
    while place < 4 * words.len() {
        state[S - 4 * words.len() + place] = words[place / 4].to_le_bytes()[place % 4];
        place += 1;
    }
    state
}

/// The same of 64 bits.
#[cfg(feature = "sha512")]
pub(in crate::ops) const fn start_64<const S: usize>(words: &[u64]) -> [u8; S] {
    let mut state = [0; S];
    let mut place = 0;
    while place < 8 * words.len() {
        state[S - 8 * words.len() + place] = words[place / 8].to_le_bytes()[place % 8];
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
    /// The state after `bytes`, natively.
    pub(in crate::ops) fn native_update(&self, state: &[u8; S], bytes: &[u8]) -> [u8; S] {
        (self.native_update)(state, bytes)
    }

    /// The digest that a state comes to, natively.
    pub(in crate::ops) fn native_finish(&self, state: &[u8; S]) -> [u8; N] {
        (self.native_finish)(state)
    }

    /// The state after so many bytes, or one that no message leads to; each is as good as any.
    pub(in crate::ops) fn generate(&self, generator: &mut Generator, len: usize) -> [u8; S] {
        if generator.one_in(4) {
            let mut state = [0; S];
            state.copy_from_slice(&generator.random_bytes(S));
            return state;
        }
        let start = (self.start)(generator);
        self.native_update(&start, &generator.bytes(len))
    }
}

/// A digest in native code: its words are `W`, and its blocks have `B` bytes.
#[cfg(feature = "native")]
pub(in crate::ops) struct Blocks<W, const B: usize> {
    /// Puts blocks into chaining words.
    pub(in crate::ops) compress: fn(&mut [W], &[[u8; B]]),
    /// Whether lengths and digests are big-endian.
    pub(in crate::ops) big_endian: bool,
}

/// A chaining word.
#[cfg(feature = "native")]
pub(in crate::ops) trait Word: Copy {
    /// Its length, in bytes. The length of a message has twice as many.
    const LEN: usize = size_of::<Self>();

    /// The word that bytes are, little-endian.
    fn read(bytes: &[u8]) -> Self;

    /// Writes it.
    fn write(self, bytes: &mut [u8], big_endian: bool);
}

#[cfg(feature = "native")]
macro_rules! words {
    ($($word:ty),*) => {
        $(
            impl Word for $word {
                fn read(bytes: &[u8]) -> Self {
                    let bytes = bytes.iter().rev();
                    bytes.fold(0, |word, byte| (word << 8) | Self::from(*byte))
                }

                fn write(self, bytes: &mut [u8], big_endian: bool) {
                    bytes.copy_from_slice(&if big_endian {
                        self.to_be_bytes()
                    } else {
                        self.to_le_bytes()
                    });
                }
            }
        )*
    };
}

#[cfg(feature = "native")]
words!(u32, u64, u128);

#[cfg(feature = "native")]
impl<W: Word, const B: usize> Blocks<W, B> {
    /// The state after `bytes`.
    pub(in crate::ops) fn update<const S: usize>(
        &self,
        state: &[u8; S],
        mut bytes: &[u8],
    ) -> [u8; S] {
        let mut after = *state;
        let (length, rest) = after.split_at_mut(BUFFER);
        let (buffer, words) = rest.split_at_mut(B);
        let before = u64::read(length);
        let total = before.wrapping_add(bytes.len() as u64);
        total.write(length, false);
        let mut chain: Vec<W> = words.chunks(W::LEN).map(W::read).collect();
        let buffered = (before % B as u64) as usize;
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
        for (bytes, word) in words.chunks_mut(W::LEN).zip(chain) {
            word.write(bytes, false);
        }
        after
    }

    /// The digest that a state comes to.
    pub(in crate::ops) fn finish<const N: usize, const S: usize>(
        &self,
        state: &[u8; S],
    ) -> [u8; N] {
        let (length, rest) = state.split_at(BUFFER);
        let (buffer, words) = rest.split_at(B);
        let length = u64::read(length);
        let mut chain: Vec<W> = words.chunks(W::LEN).map(W::read).collect();
        let mut pending = buffer[..(length % B as u64) as usize].to_vec();
        pending.push(0x80);
        // The length fills the last two words of a block.
        let blocks = (pending.len() + 2 * W::LEN).next_multiple_of(B);
        pending.resize(blocks, 0);
        let end = &mut pending[blocks - 2 * W::LEN..];
        if W::LEN == size_of::<u32>() {
            length.wrapping_mul(8).write(end, self.big_endian);
        } else {
            (u128::from(length) * 8).write(end, self.big_endian);
        }
        (self.compress)(&mut chain, pending.as_chunks().0);
        let mut digest = [0; N];
        for (bytes, word) in digest.chunks_mut(W::LEN).zip(chain) {
            word.write(bytes, self.big_endian);
        }
        digest
    }
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

/// SHA-256 in native code.
#[cfg(all(feature = "native", any(feature = "kdf", feature = "sha256")))]
pub(in crate::ops) const SHA256_BLOCKS: Blocks<u32, 64> = Blocks {
    compress: |chain, blocks| {
        if let Some((chain, [])) = chain.split_first_chunk_mut() {
            sha2::block_api::compress256(chain, blocks);
        }
    },
    big_endian: true,
};

/// The operation that digests a message that is whole.
macro_rules! digest_operation {
    (
        $whole:ident, $name:literal, $summary:literal, $export:path, interpreted $interpreted:path,
        native $native:ty, $checks:path
    ) => {
        impl Operation for $whole {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const EXPORT: &'static Export = &$export;
            const PARAMETERS: Names = &[("message", "what to digest")];

            type Shape = Bytes;
            type Output = [u8; $whole::LEN];

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                bytes: Input<'a, Self, B>,
            ) -> Result<Self::Output, CallError> {
                let export = match frame.engine() {
                    EngineKind::Interpreter => &$interpreted,
                    EngineKind::Jit | EngineKind::Native => Self::EXPORT,
                };
                digest::one(frame, export, bytes)
            }

            fn kernel_in_pieces<F: Frame>(
                frame: &mut F,
                bytes: &[u8],
                cuts: &[usize],
            ) -> Option<Result<Self::Output, CallError>> {
                let pieces = crate::ops::pieces(bytes, cuts);
                Some(Self::STREAMING.digest(frame, pieces))
            }
        }

        #[cfg(feature = "native")]
        impl Native for $whole {
            const CHECKS: Schedule = $checks;

            fn native(bytes: &[u8]) -> Self::Output {
                <$native>::digest(bytes).into()
            }

            fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
                generator.bytes(len)
            }

            fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
                generator.source_text(len)
            }
        }
    };
}
pub(super) use digest_operation;

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
