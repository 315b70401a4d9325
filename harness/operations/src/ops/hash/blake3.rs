//! BLAKE3: of a message, with a key or without, and of one in pieces; of any length.

#[cfg(feature = "native")]
use ::blake3::Hasher;
#[cfg(feature = "native")]
use ::blake3::hazmat::{self, HasherExt as _, Mode};

use super::common::{invoke, read};
use crate::prelude::*;
use kilowat_kernels::blake3;
use kilowat_kernels::blake3::{blake3_fault, blake3_state as layout};

/// BLAKE3 of a message (the BLAKE3 paper), as many bytes as are wanted; 32 are the usual digest.
#[derive(Debug)]
pub struct Blake3;

/// The same with a key of 32 bytes.
#[derive(Debug)]
pub struct Blake3Keyed;

/// The state of a message in pieces after one more. It begins with [`Blake3::START`], or with
/// [`Blake3::start`] where there is a key, and [`Blake3Finish`] makes a digest of it.
#[derive(Debug)]
pub struct Blake3Update;

/// The digest of a message in pieces, from the state after the last of them, as many bytes as are wanted.
#[derive(Debug)]
pub struct Blake3Finish;

/// Why there is no digest with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Blake3Error {
    /// The key has not 32 bytes.
    #[error("the key has not 32 bytes")]
    KeyLength,
}

impl Refuses for Blake3Error {
    fn status(&self) -> Status {
        Status::Malformed
    }
}

impl Blake3 {
    /// The length of the usual digest, in bytes.
    pub const LEN: usize = 32;

    /// The length of a key, in bytes.
    pub const KEY_LEN: usize = 32;

    /// The length of the state of a message in pieces, in bytes.
    ///
    /// A state is the kernels' own. Native code makes the same of it to the last byte, so that each can go
    /// on where the other stopped.
    pub const STATE_LEN: usize = layout::SIZE;

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &[0; Self::STATE_LEN];

    /// The state of no bytes with a key.
    #[must_use]
    pub fn start(key: &[u8; Self::KEY_LEN]) -> [u8; Self::STATE_LEN] {
        let mut state = *Self::START;
        state[layout::KEYED.start] = 1;
        state[layout::KEY].copy_from_slice(key);
        state
    }

    /// The state of no bytes with the key of a message that has begun, if it has one.
    #[must_use]
    pub fn start_again(state: &[u8; Self::STATE_LEN]) -> [u8; Self::STATE_LEN] {
        let mut start = *Self::START;
        for field in [layout::KEYED, layout::KEY] {
            start[field.clone()].copy_from_slice(&state[field]);
        }
        start
    }
}

impl Stream<{ Blake3::STATE_LEN }> for Blake3 {
    const START: Option<&'static [u8; Self::STATE_LEN]> = Some(Self::START);
}

/// What a kernel that refuses a key has said.
fn refusal(
    frame: &mut impl Frame,
    export: &'static Export,
    status: i32,
    fault: Span,
) -> Result<Result<(), Blake3Error>, CallError> {
    if status == 0 {
        return Ok(Ok(()));
    }
    let code = u32::from(frame.read_fault(fault).code);
    match (Status::from_code(status), code) {
        (Some(Status::Malformed), blake3_fault::KEY) => Ok(Err(Blake3Error::KeyLength)),
        _ => Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(status)),
        }),
    }
}

/// Goes on with the message that a state is of.
fn go_on<'a>(
    frame: &mut impl Frame,
    state: Span,
    bytes: impl ByteString<'a>,
) -> Result<(), CallError> {
    let Span { ptr, len } = bytes.place(frame)?;
    let arguments = [state.ptr.into(), ptr.into(), len.into()];
    invoke(frame, &blake3::BLAKE3_UPDATE, &arguments)
}

/// The digest of the message that a state is of. A state that is not zero after that is an error, as the
/// contract says that it is.
fn end<F: Frame>(frame: &mut F, state: Span, len: usize) -> Result<Vec<u8>, CallError> {
    let export = &blake3::BLAKE3_FINISH;
    let dst = frame.output(len)?;
    invoke(
        frame,
        export,
        &[state.ptr.into(), dst.ptr.into(), dst.len.into()],
    )?;
    let digest = frame.read(dst).to_vec();
    match frame.read(state).iter().find(|byte| **byte != 0) {
        None => Ok(digest),
        Some(byte) => Err(CallError::Contract {
            export: export.name,
            value: Some(WasmValue::I32(i32::from(*byte))),
        }),
    }
}

impl Operation for Blake3 {
    const NAME: &'static str = "blake3";
    const SUMMARY: &'static str = "BLAKE3 digest of a message, of any length";
    const EXPORT: &'static Export = &blake3::BLAKE3;
    const PARAMETERS: Names = &[
        ("message", "what to digest"),
        ("len", "how many bytes the digest has, usually 32"),
    ];

    type Shape = (Bytes, Size);
    type Output = Vec<u8>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (message, len): Input<'a, Self, B>,
    ) -> Result<Vec<u8>, CallError> {
        let message = message.place(frame)?;
        let dst = frame.output(len)?;
        let arguments = [message, dst].map(|span| [span.ptr.into(), span.len.into()]);
        invoke(frame, Self::EXPORT, arguments.as_flattened())?;
        Ok(frame.read(dst).to_vec())
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (message, len): Input<'_, Self>,
        cuts: &[usize],
    ) -> Option<Result<Vec<u8>, CallError>> {
        let mut digest = || {
            let state = frame.output(Self::STATE_LEN)?;
            invoke(frame, &blake3::BLAKE3_INIT, &[state.ptr.into()])?;
            for piece in crate::ops::pieces(message, cuts) {
                go_on(frame, state, piece)?;
            }
            end(frame, state, len)
        };
        Some(digest())
    }
}

impl Operation for Blake3Keyed {
    const NAME: &'static str = "blake3_keyed";
    const SUMMARY: &'static str = "BLAKE3 digest of a message with a key, of any length";
    const EXPORT: &'static Export = &blake3::BLAKE3_KEYED;
    const PARAMETERS: Names = &[
        ("key", "the key, 32 bytes"),
        ("message", "what to digest"),
        ("len", "how many bytes the digest has, usually 32"),
    ];

    type Shape = (Bytes, Bytes, Size);
    type Output = Result<Vec<u8>, Blake3Error>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (key, message, len): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let spans = [key.place(frame)?, message.place(frame)?, frame.output(len)?];
        let dst = spans[2];
        let fault = frame.fault()?;
        let mut arguments = spans
            .map(|span| [span.ptr.into(), span.len.into()])
            .as_flattened()
            .to_vec();
        arguments.push(fault.ptr.into());
        let status = frame.invoke_i32(Self::EXPORT, &arguments)?;
        let refused = refusal(frame, Self::EXPORT, status, fault)?;
        Ok(refused.map(|()| frame.read(dst).to_vec()))
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        (key, message, len): Input<'_, Self>,
        cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        let export = &blake3::BLAKE3_INIT_KEYED;
        let mut digest = || {
            let state = frame.output(Blake3::STATE_LEN)?;
            let key = frame.input(key)?;
            let fault = frame.fault()?;
            let arguments = [
                state.ptr.into(),
                key.ptr.into(),
                key.len.into(),
                fault.ptr.into(),
            ];
            let status = frame.invoke_i32(export, &arguments)?;
            if let Err(error) = refusal(frame, export, status, fault)? {
                return Ok(Err(error));
            }
            for piece in crate::ops::pieces(message, cuts) {
                go_on(frame, state, piece)?;
            }
            end(frame, state, len).map(Ok)
        };
        Some(digest())
    }
}

impl Operation for Blake3Update {
    const NAME: &'static str = "blake3_update";
    const SUMMARY: &'static str = "state of BLAKE3 after one more piece of the message";
    const EXPORT: &'static Export = &blake3::BLAKE3_UPDATE;
    const PARAMETERS: Names = &[
        (
            "state",
            "the state before, or no bytes at the beginning, without a key",
        ),
        ("bytes", "the piece"),
    ];

    type Shape = (State<Blake3, { Blake3::STATE_LEN }>, Bytes);
    type Output = [u8; Blake3::STATE_LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): Input<'a, Self, B>,
    ) -> Result<Self::Output, CallError> {
        let state = frame.inout(state)?;
        go_on(frame, state, bytes)?;
        Ok(read(frame, state))
    }
}

impl Operation for Blake3Finish {
    const NAME: &'static str = "blake3_finish";
    const SUMMARY: &'static str =
        "BLAKE3 digest of a message in pieces, from the state after the last, of any length";
    const EXPORT: &'static Export = &blake3::BLAKE3_FINISH;
    const PARAMETERS: Names = &[
        (
            "state",
            "the state after the last piece, or no bytes for an empty message without a key",
        ),
        ("len", "how many bytes the digest has, usually 32"),
    ];

    type Shape = (State<Blake3, { Blake3::STATE_LEN }>, Size);
    type Output = Vec<u8>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, len): Input<'a, Self, B>,
    ) -> Result<Vec<u8>, CallError> {
        let state = frame.inout(state)?;
        end(frame, state, len)
    }
}

/// The length of a chunk, in bytes.
#[cfg(feature = "native")]
const CHUNK: usize = 1_024;

/// The length of a chaining value, in bytes.
#[cfg(feature = "native")]
const CV: usize = 32;

/// A state, natively: what of it the crate has no type for.
#[cfg(feature = "native")]
struct InPieces<'s> {
    state: &'s mut [u8; Blake3::STATE_LEN],
    /// How many chunks are on the stack.
    counter: u64,
    /// How many bytes are in the buffer.
    buffered: usize,
}

#[cfg(feature = "native")]
impl<'s> InPieces<'s> {
    fn new(state: &'s mut [u8; Blake3::STATE_LEN]) -> Self {
        let mut native = Self {
            state,
            counter: 0,
            buffered: 0,
        };
        if let Some(before_last) = native.length().checked_sub(1) {
            native.counter = before_last / CHUNK as u64;
            native.buffered = (before_last % CHUNK as u64) as usize + 1;
        }
        native
    }

    fn word(&self, field: std::ops::Range<usize>) -> u64 {
        let bytes = self.state[field].iter().rev();
        bytes.fold(0, |word, byte| (word << 8) | u64::from(*byte))
    }

    fn length(&self) -> u64 {
        self.word(layout::LENGTH)
    }

    fn key(&self) -> Option<[u8; Blake3::KEY_LEN]> {
        let is_keyed = self.word(layout::KEYED) != 0;
        is_keyed.then(|| cv(&self.state[layout::KEY]))
    }

    /// What begins a chunk or a subtree.
    fn hasher(&self) -> Hasher {
        match self.key() {
            None => Hasher::new(),
            Some(key) => Hasher::new_keyed(&key),
        }
    }

    fn level(&mut self, level: u32) -> &mut [u8] {
        &mut self.state[layout::STACK][CV * level as usize..][..CV]
    }

    /// Puts whole chunks, 2^level of them, onto the stack.
    fn push(&mut self, chunks: &[u8], mut level: u32) {
        let offset = self.counter * CHUNK as u64;
        let mut hasher = self.hasher();
        let mut joined = hasher
            .set_input_offset(offset)
            .update(chunks)
            .finalize_non_root();
        let after = self.counter + (1 << level);
        let key = self.key();
        while self.counter >> level & 1 == 1 {
            let left = self.level(level);
            joined = hazmat::merge_subtrees_non_root(&cv(left), &joined, mode(key.as_ref()));
            left.fill(0);
            level += 1;
        }
        self.level(level).copy_from_slice(&joined);
        self.counter = after & (u64::MAX >> 10);
    }

    fn update(mut self, mut bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let length = self.length().wrapping_add(bytes.len() as u64);
        self.state[layout::LENGTH].copy_from_slice(&length.to_le_bytes());
        if self.buffered > 0 {
            let room = &mut self.state[layout::BUFFER][self.buffered..];
            let (now, later) = bytes.split_at(bytes.len().min(room.len()));
            room[..now.len()].copy_from_slice(now);
            if later.is_empty() {
                return;
            }
            let chunk = self.state[layout::BUFFER].to_vec();
            self.push(&chunk, 0);
            bytes = later;
        }
        while bytes.len() > CHUNK {
            // The largest subtree of up to sixteen chunks that begins here, and behind which there is
            // something left.
            let fits = ((bytes.len() - 1) / CHUNK).ilog2();
            let level = fits.min((self.counter | 16).trailing_zeros());
            let (now, later) = bytes.split_at(CHUNK << level);
            self.push(now, level);
            bytes = later;
        }
        self.state[layout::BUFFER][..bytes.len()].copy_from_slice(bytes);
    }

    fn finish(mut self, len: usize) -> Vec<u8> {
        let mut digest = vec![0; len];
        let mut hasher = self.hasher();
        let last = &self.state[layout::BUFFER][..self.buffered];
        if self.counter == 0 {
            hasher.update(last).finalize_xof().fill(&mut digest);
            return digest;
        }
        let offset = self.counter * CHUNK as u64;
        let mut joined = hasher
            .set_input_offset(offset)
            .update(last)
            .finalize_non_root();
        let key = self.key();
        let mode = mode(key.as_ref());
        while !self.counter.is_power_of_two() {
            let level = self.counter.trailing_zeros();
            joined = hazmat::merge_subtrees_non_root(&cv(self.level(level)), &joined, mode);
            self.counter &= self.counter - 1;
        }
        let level = self.counter.trailing_zeros();
        hazmat::merge_subtrees_root_xof(&cv(self.level(level)), &joined, mode).fill(&mut digest);
        digest
    }
}

/// A chaining value, or a key.
#[cfg(feature = "native")]
fn cv(bytes: &[u8]) -> [u8; CV] {
    let mut value = [0; CV];
    value.copy_from_slice(bytes);
    value
}

#[cfg(feature = "native")]
fn mode(key: Option<&[u8; Blake3::KEY_LEN]>) -> Mode<'_> {
    key.map_or(Mode::Hash, Mode::KeyedHash)
}

/// A length of a digest: mostly the usual one.
#[cfg(feature = "native")]
fn digest_len(generator: &mut Generator) -> usize {
    match generator.number(0..=5) {
        0 => generator.number(0..=31),
        1 => 64 * generator.number(0..=3),
        2 => generator.number(33..=300),
        _ => Blake3::LEN,
    }
}

/// A length of a message: mostly the one that is asked for, and now and then one near so many chunks.
#[cfg(feature = "native")]
fn message_len(generator: &mut Generator, len: usize) -> usize {
    if len < 8 || !generator.one_in(3) {
        return len;
    }
    let chunks = generator.number(1..=len.min(36));
    (CHUNK * chunks + generator.number(0..=2)) - 1
}

/// The state after a message of any length, with a key or without; or any state, of which the length is not.
#[cfg(feature = "native")]
fn any_state(generator: &mut Generator, before: usize) -> [u8; Blake3::STATE_LEN] {
    if generator.one_in(4) {
        let mut state = [0; Blake3::STATE_LEN];
        state.copy_from_slice(&generator.random_bytes(Blake3::STATE_LEN));
        return state;
    }
    let mut state = if generator.one_in(2) {
        Blake3::start(&cv(&generator.random_bytes(Blake3::KEY_LEN)))
    } else {
        *Blake3::START
    };
    InPieces::new(&mut state).update(&generator.bytes(before));
    state
}

#[cfg(feature = "native")]
impl Native for Blake3 {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((message, len): Input<'_, Self>) -> Vec<u8> {
        let mut digest = vec![0; len];
        let mut hasher = Hasher::new();
        hasher.update(message).finalize_xof().fill(&mut digest);
        digest
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.bytes(len), digest_len(generator))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.source_text(len), Self::LEN)
    }
}

#[cfg(feature = "native")]
impl Native for Blake3Keyed {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((key, message, len): Input<'_, Self>) -> Self::Output {
        let key = key.try_into().map_err(|_| Blake3Error::KeyLength)?;
        let mut digest = vec![0; len];
        let mut hasher = Hasher::new_keyed(key);
        hasher.update(message).finalize_xof().fill(&mut digest);
        Ok(digest)
    }

    /// Now and then with a key that is none.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let key_len = match generator.number(0..=9) {
            0 => generator.number(0..=64),
            _ => Blake3::KEY_LEN,
        };
        let key = generator.random_bytes(key_len);
        (key, generator.bytes(len), digest_len(generator))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let key = generator.random_bytes(Blake3::KEY_LEN);
        (key, generator.source_text(len), Blake3::LEN)
    }
}

#[cfg(feature = "native")]
impl Native for Blake3Update {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((state, bytes): Input<'_, Self>) -> Self::Output {
        let mut after = *state;
        InPieces::new(&mut after).update(bytes);
        after
    }

    /// States with a buffer of every length, and with stacks of every kind.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let before = match generator.number(0..=2) {
            0 => generator.number(0..=1_100),
            1 => CHUNK * generator.number(0..=35),
            _ => generator.number(0..=40_000),
        };
        let state = any_state(generator, before);
        let len = message_len(generator, len);
        (state, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (*Blake3::START, generator.source_text(len))
    }
}

#[cfg(feature = "native")]
impl Native for Blake3Finish {
    fn native((state, len): Input<'_, Self>) -> Vec<u8> {
        let mut state = *state;
        InPieces::new(&mut state).finish(len)
    }

    /// The state after `len` bytes.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let len = message_len(generator, len);
        let state = any_state(generator, len);
        (state, digest_len(generator))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let mut state = *Blake3::START;
        InPieces::new(&mut state).update(&generator.source_text(len));
        (state, Blake3::LEN)
    }
}
