//! What the operations on message digests have in common.

use crate::engine::Value;
use crate::frame::{CallError, Frame, Span};
use crate::generator::Generator;
use crate::module::{Export, KernelModule};

/// Messages to be digested together, as callers hold them.
#[derive(Debug, Clone, Copy)]
pub enum Messages<'a> {
    /// Each of them is borrowed.
    Borrowed(&'a [&'a [u8]]),
    /// Each of them is owned.
    Owned(&'a [Vec<u8>]),
}

impl<'a> Messages<'a> {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Borrowed(messages) => messages.len(),
            Self::Owned(messages) => messages.len(),
        }
    }

    /// One of them.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn get(self, index: usize) -> &'a [u8] {
        match self {
            Self::Borrowed(messages) => messages[index],
            Self::Owned(messages) => &messages[index],
        }
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        (0..self.count()).map(move |index| self.get(index))
    }
}

/// Lengths around which the padding of a message changes, and the number of its blocks.
const EDGES: [usize; 12] = [0, 1, 8, 55, 56, 63, 64, 65, 119, 120, 128, 192];

/// The most messages of a generated batch, empty ones aside.
const MOST: usize = 16;

/// Messages of `len` bytes together, ragged, with empty ones between them.
pub(super) fn generate_batch(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut left = len;
    while left > 0 {
        let wanted = match generator.number(0..=3) {
            _ if messages.len() + 1 == MOST => left,
            0 => generator.number(1..=left),
            1 => generator.number(1..=left.div_ceil(8)),
            _ => *generator.choose(&EDGES[1..]),
        };
        let taken = wanted.min(left);
        messages.push(generator.bytes(taken));
        left -= taken;
    }
    for _ in 0..generator.number(0..=4) {
        let place = generator.number(0..=messages.len());
        messages.insert(place, Vec::new());
    }
    messages
}

/// Messages of 1 KiB, and a shorter one where `len` is no multiple of that.
pub(super) fn batch_workload(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
    let text = generator.source_text(len);
    text.chunks(1 << 10).map(<[u8]>::to_vec).collect()
}

/// The digest of one message, from `export(ptr, len, dst_ptr)`.
pub(super) fn one<const N: usize, F: Frame>(
    frame: &mut F,
    export: &'static Export,
    bytes: &[u8],
) -> Result<[u8; N], CallError> {
    let Span { ptr, len } = frame.input(bytes)?;
    let dst = frame.output(N)?;
    invoke(frame, export, &[ptr.into(), len.into(), dst.ptr.into()])?;
    Ok(read(frame, dst))
}

/// The digests of many messages, from `export(spans_ptr, count, dst_ptr)`.
pub(super) fn batch<const N: usize, F: Frame>(
    frame: &mut F,
    export: &'static Export,
    messages: Messages<'_>,
) -> Result<Vec<[u8; N]>, CallError> {
    let mut pairs = Vec::with_capacity(8 * messages.count());
    for message in messages.iter() {
        let Span { ptr, len } = frame.input(message)?;
        pairs.extend(ptr.to_le_bytes());
        pairs.extend(len.to_le_bytes());
    }
    let spans = frame.input(&pairs)?;
    let dst = frame.output(N * messages.count())?;
    let count = spans.len / 8;
    invoke(
        frame,
        export,
        &[spans.ptr.into(), count.into(), dst.ptr.into()],
    )?;
    Ok(frame.read(dst).as_chunks().0.to_vec())
}

/// A message in pieces: the kernels, what they work on, and the same in native code.
///
/// A state is the kernels' own, as the fragment `lib/digest` lays it out: the length so far as a
/// u64, a buffer of 64 bytes that holds the last length mod 64 of them, and the chaining words, all
/// little-endian. Native code reads and writes the same, so that it can go on where a kernel stopped.
pub struct Streaming<const N: usize> {
    /// `init(state_ptr)`.
    pub(super) init: &'static Export,
    /// `update(state_ptr, ptr, len)`.
    pub(super) update: &'static Export,
    /// `finish(state_ptr, dst_ptr)`.
    pub(super) finish: &'static Export,
    /// The chaining words at the start.
    pub(super) start: &'static [u32],
    /// Puts blocks into chaining words, natively.
    pub(super) compress: fn(&mut [u32], &[[u8; BLOCK]]),
    /// Whether lengths and digests are big-endian.
    pub(super) big_endian: bool,
}

/// The length of a block, in bytes.
const BLOCK: usize = 64;

/// Where the buffer of a state begins.
const BUFFER: usize = 8;

/// Where the chaining words of a state begin.
const CHAIN: usize = BUFFER + BLOCK;

impl<const N: usize> std::fmt::Debug for Streaming<N> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl<const N: usize> Streaming<N> {
    /// The name of the kernel that does the work.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.update.name
    }

    /// The module of the kernels.
    #[must_use]
    pub fn module(&self) -> &'static KernelModule {
        self.update.module
    }

    /// The size of the state, in bytes.
    #[must_use]
    pub fn state_size(&self) -> usize {
        CHAIN + N
    }

    /// The digest of all pieces, one after the other. A state that is not zero after that is an
    /// error, as the contract says that it is.
    pub(super) fn digest<'a, F: Frame>(
        &self,
        frame: &mut F,
        mut pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Result<[u8; N], CallError> {
        let state = frame.output(self.state_size())?;
        invoke(frame, self.init, &[state.ptr.into()])?;
        pieces.try_for_each(|piece| {
            let Span { ptr, len } = frame.input(piece)?;
            let arguments = [state.ptr.into(), ptr.into(), len.into()];
            invoke(frame, self.update, &arguments)
        })?;
        self.end(frame, state)
    }

    fn end<F: Frame>(&self, frame: &mut F, state: Span) -> Result<[u8; N], CallError> {
        let dst = frame.output(N)?;
        invoke(frame, self.finish, &[state.ptr.into(), dst.ptr.into()])?;
        let digest = read(frame, dst);
        match frame.read(state).iter().find(|byte| **byte != 0) {
            None => Ok(digest),
            Some(byte) => Err(CallError::Contract {
                export: self.finish.name,
                value: Some(Value::I32(i32::from(*byte))),
            }),
        }
    }

    /// The state after `bytes`, from the kernel.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    pub fn kernel_update<F: Frame>(
        &self,
        frame: &mut F,
        state: &[u8],
        bytes: &[u8],
    ) -> Result<Vec<u8>, CallError> {
        let state = frame.inout(state)?;
        let Span { ptr, len } = frame.input(bytes)?;
        let arguments = [state.ptr.into(), ptr.into(), len.into()];
        invoke(frame, self.update, &arguments)?;
        Ok(frame.read(state).to_vec())
    }

    /// The digest that a state comes to, from the kernel.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    pub fn kernel_finish<F: Frame>(
        &self,
        frame: &mut F,
        state: &[u8],
    ) -> Result<[u8; N], CallError> {
        let state = frame.inout(state)?;
        self.end(frame, state)
    }

    /// The state of no bytes.
    #[must_use]
    pub fn native_init(&self) -> Vec<u8> {
        let mut state = vec![0; CHAIN];
        state.extend(self.start.iter().flat_map(|word| word.to_le_bytes()));
        state
    }

    /// The state after `bytes`.
    ///
    /// # Panics
    /// Where `state` is none.
    #[must_use]
    pub fn native_update(&self, state: &[u8], bytes: &[u8]) -> Vec<u8> {
        let (length, buffered, mut chain) = self.parts(state);
        let pending = [buffered, bytes].concat();
        let (blocks, rest) = pending.as_chunks();
        (self.compress)(&mut chain, blocks);
        let length = length.wrapping_add(bytes.len() as u64);
        let mut after = length.to_le_bytes().to_vec();
        after.extend(rest);
        after.resize(CHAIN, 0);
        after.extend(chain.iter().flat_map(|word| word.to_le_bytes()));
        after
    }

    /// The digest that a state comes to.
    ///
    /// # Panics
    /// Where `state` is none.
    #[must_use]
    pub fn native_finish(&self, state: &[u8]) -> [u8; N] {
        let (length, buffered, mut chain) = self.parts(state);
        let mut pending = buffered.to_vec();
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

    /// The length, the buffered bytes and the chaining words of a state.
    fn parts<'a>(&self, state: &'a [u8]) -> (u64, &'a [u8], Vec<u32>) {
        assert_eq!(state.len(), self.state_size(), "a state of {}", self.name());
        let (words, _) = state[CHAIN..].as_chunks();
        let chain = words.iter().map(|word| u32::from_le_bytes(*word));
        let length = state[..BUFFER]
            .iter()
            .rev()
            .fold(0, |length, byte| (length << 8) | u64::from(*byte));
        let buffered = (length % BLOCK as u64) as usize;
        (length, &state[BUFFER..BUFFER + buffered], chain.collect())
    }
}

/// Calls a kernel that returns nothing.
fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[Value],
) -> Result<(), CallError> {
    match frame.invoke(export, arguments)? {
        None => Ok(()),
        value => Err(CallError::Contract {
            export: export.name,
            value,
        }),
    }
}

fn read<const N: usize>(frame: &mut impl Frame, span: Span) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(frame.read(span));
    bytes
}
