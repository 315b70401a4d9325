//! FNV-1a, 64 bits, of a byte string in pieces: one piece more.

use std::hash::Hasher;

use fnv::FnvHasher;

use crate::frame::{ByteString, CallError, Frame, Span};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use kilowat_engine::{EngineKind, Value};
use kilowat_kernels::{Export, string_ops};

/// The FNV-1a hash, 64 bits, of what a hash is the hash of, followed by more
/// (draft-eastlake-fnv). It begins with [`Fnv1a64::OFFSET_BASIS`](super::Fnv1a64::OFFSET_BASIS).
#[derive(Debug)]
pub struct Fnv1a64Update;

impl Fnv1a64Update {
    /// The same from one of the kernel's two bodies.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    pub fn by<'a>(
        export: &'static Export,
        frame: &mut impl Frame,
        (hash, bytes): (u64, impl ByteString<'a>),
    ) -> Result<u64, CallError> {
        let Span { ptr, len } = bytes.place(frame)?;
        let arguments: [Value; 3] = [hash.into(), ptr.into(), len.into()];
        Ok(frame.invoke_i64(export, &arguments)? as u64)
    }
}

impl Operation for Fnv1a64Update {
    const NAME: &'static str = "fnv1a64_update";
    const SUMMARY: &'static str = "FNV-1a hash after more bytes, 64 bits";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::integer("hash", "the hash of what comes before"),
        Parameter::bytes("bytes", "what follows"),
    ];

    /// The hash before, and what follows.
    type Case = (u64, Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (u64, B);
    type Output = u64;

    fn export() -> &'static Export {
        &string_ops::FNV1A64_UPDATE
    }

    fn input((hash, bytes): &(u64, Vec<u8>)) -> (u64, &[u8]) {
        (*hash, bytes)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [hash, bytes] = given::<Self, _>(arguments)?;
        Ok((hash.u64()?, bytes.bytes()?))
    }

    fn own((hash, bytes): (u64, &[u8])) -> (u64, Vec<u8>) {
        (hash, bytes.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, bytes): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((hash, bytes): (u64, &[u8])) -> u64 {
        let mut hasher = FnvHasher::with_key(hash);
        hasher.write(bytes);
        hasher.finish()
    }

    /// Bit plane by bit plane on an engine that compiles, byte by byte on one that interprets, where
    /// the planes' many instructions take three times as long.
    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Self::Input<'a, B>,
    ) -> Result<u64, CallError> {
        let export = match frame.engine() {
            EngineKind::Interpreter => &string_ops::FNV1A64_SERIAL,
            EngineKind::Jit | EngineKind::Native => Self::export(),
        };
        Self::by(export, frame, input)
    }

    fn generate(generator: &mut Generator, len: usize) -> (u64, Vec<u8>) {
        let hash = generator.random_bytes(size_of::<u64>());
        let hash = hash
            .iter()
            .fold(0, |hash, byte| (hash << 8) | u64::from(*byte));
        (hash, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> (u64, Vec<u8>) {
        (super::Fnv1a64::OFFSET_BASIS, generator.source_text(len))
    }
}
