//! What the xxHashes of 64 bits have in common: both take a seed of 64 bits, and a byte string in pieces
//! goes through three kernels.

use super::common::{invoke, read};
use crate::prelude::*;

/// A byte string in pieces: the kernels, and the same in native code. `S` is the length of a state, in
/// bytes.
///
/// A state is the kernels' own, as its layout in the kernel's text has it. Native code makes the same of
/// it to the last byte, so that each can go on where the other stopped.
pub(super) struct Streaming<const S: usize> {
    /// `init(state_ptr, seed)`.
    pub(super) init: &'static Export,
    /// `update(state_ptr, ptr, len)`.
    pub(super) update: &'static Export,
    /// `finish(state_ptr)`.
    pub(super) finish: &'static Export,
    /// The state of no bytes with a seed.
    #[cfg(feature = "native")]
    pub(super) start: fn(u64) -> [u8; S],
    /// The state after more bytes.
    #[cfg(feature = "native")]
    pub(super) native_update: fn(&[u8; S], &[u8]) -> [u8; S],
    /// The hash that a state comes to.
    #[cfg(feature = "native")]
    pub(super) native_finish: fn(&[u8; S]) -> u64,
}

impl<const S: usize> Streaming<S> {
    /// The hash of all pieces, one after the other, the state staying in the kernel's memory.
    pub(super) fn hash<'a, F: Frame>(
        &self,
        frame: &mut F,
        seed: u64,
        mut pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Result<u64, CallError> {
        let state = frame.output(S)?;
        invoke(frame, self.init, &[state.ptr.into(), seed.into()])?;
        pieces.try_for_each(|piece| self.go_on(frame, state, piece))?;
        self.end(frame, state)
    }

    /// The state after `bytes`, from the kernel.
    pub(super) fn update<'a>(
        &self,
        frame: &mut impl Frame,
        state: &[u8; S],
        bytes: impl ByteString<'a>,
    ) -> Result<[u8; S], CallError> {
        let state = frame.inout(state)?;
        self.go_on(frame, state, bytes)?;
        Ok(read(frame, state))
    }

    /// The hash that a state comes to, from the kernel.
    pub(super) fn finish<F: Frame>(
        &self,
        frame: &mut F,
        state: &[u8; S],
    ) -> Result<u64, CallError> {
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
        invoke(frame, self.update, &arguments)
    }

    /// A state that is not zero after that is an error, as the contract says that it is.
    fn end<F: Frame>(&self, frame: &mut F, state: Span) -> Result<u64, CallError> {
        let hash = frame.invoke_i64(self.finish, &[state.ptr.into()])? as u64;
        match frame.read(state).iter().find(|byte| **byte != 0) {
            None => Ok(hash),
            Some(byte) => Err(CallError::Contract {
                export: self.finish.name,
                value: Some(WasmValue::I32(i32::from(*byte))),
            }),
        }
    }
}

#[cfg(feature = "native")]
impl<const S: usize> Streaming<S> {
    /// The state after `bytes`, natively.
    pub(super) fn native_update(&self, state: &[u8; S], bytes: &[u8]) -> [u8; S] {
        (self.native_update)(state, bytes)
    }

    /// The hash that a state comes to, natively.
    pub(super) fn native_finish(&self, state: &[u8; S]) -> u64 {
        (self.native_finish)(state)
    }

    /// The state after so many bytes, or one that no byte string leads to; each is as good as any.
    pub(super) fn generate(&self, generator: &mut Generator, len: usize) -> [u8; S] {
        if generator.one_in(4) {
            return array(&generator.random_bytes(S));
        }
        let state = (self.start)(seed(generator));
        self.native_update(&state, &generator.bytes(len))
    }
}

/// A seed: often none.
#[cfg(feature = "native")]
pub(super) fn seed(generator: &mut Generator) -> u64 {
    match generator.number(0..=3) {
        0 | 1 => 0,
        2 => generator.number(0..=9) as u64,
        _ => u64::from_le_bytes(array(&generator.random_bytes(8))),
    }
}

/// The bytes of a field, whose length is known.
#[cfg(feature = "native")]
pub(super) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}

/// The words that bytes are, little-endian.
#[cfg(feature = "native")]
pub(super) fn words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    words
}

/// Writes words, little-endian.
#[cfg(feature = "native")]
pub(super) fn write_words(bytes: &mut [u8], words: &[u64]) {
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
}

/// The operation on a whole byte string and a seed.
macro_rules! whole_operation {
    ($whole:ident, $name:literal, $summary:literal, $export:path, native $native:expr) => {
        impl Operation for $whole {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const EXPORT: &'static Export = &$export;
            const PARAMETERS: Names = &[
                ("bytes", "what to hash"),
                ("seed", "where the hash begins, of 64 bits"),
            ];

            type Shape = (Bytes, U64);
            type Output = u64;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                (bytes, seed): Input<'a, Self, B>,
            ) -> Result<u64, CallError> {
                let span = bytes.place(frame)?;
                let arguments = [span.ptr.into(), span.len.into(), seed.into()];
                Ok(frame.invoke_i64(Self::EXPORT, &arguments)? as u64)
            }

            fn kernel_in_pieces<F: Frame>(
                frame: &mut F,
                (bytes, seed): (&[u8], u64),
                cuts: &[usize],
            ) -> Option<Result<u64, CallError>> {
                let pieces = crate::ops::pieces(bytes, cuts);
                Some(Self::STREAMING.hash(frame, seed, pieces))
            }
        }

        #[cfg(feature = "native")]
        impl Native for $whole {
            fn native((bytes, seed): (&[u8], u64)) -> u64 {
                $native(seed, bytes)
            }

            fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, u64) {
                let seed = xxhash::seed(generator);
                (generator.bytes(len), seed)
            }

            /// Without a seed.
            fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, u64) {
                (generator.source_text(len), 0)
            }
        }
    };
}
pub(super) use whole_operation;
