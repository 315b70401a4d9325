//! FNV-1a, 32 bits, of a byte string in pieces: one piece more.

use crate::frame::{ByteString, CallError, Frame, Span};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use kilowat_engine::{EngineKind, Value};
use kilowat_kernels::{Export, string_ops};

/// The multiplier: 2^24 + 2^8 + 0x93.
const PRIME: u32 = 0x0100_0193;

/// The FNV-1a hash, 32 bits, of what a hash is the hash of, followed by more
/// (draft-eastlake-fnv). It begins with [`Fnv1a32::OFFSET_BASIS`](super::Fnv1a32::OFFSET_BASIS).
#[derive(Debug)]
pub struct Fnv1a32Update;

impl Fnv1a32Update {
    /// The same from one of the kernel's two bodies.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    pub fn by<'a>(
        export: &'static Export,
        frame: &mut impl Frame,
        (hash, bytes): (u32, impl ByteString<'a>),
    ) -> Result<u32, CallError> {
        let Span { ptr, len } = bytes.place(frame)?;
        let arguments: [Value; 3] = [hash.into(), ptr.into(), len.into()];
        Ok(frame.invoke_i32(export, &arguments)? as u32)
    }
}

impl Operation for Fnv1a32Update {
    const NAME: &'static str = "fnv1a32_update";
    const SUMMARY: &'static str = "FNV-1a hash after more bytes, 32 bits";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::integer("hash", "the hash of what comes before"),
        Parameter::bytes("bytes", "what follows"),
    ];

    /// The hash before, and what follows.
    type Case = (u32, Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (u32, B);
    type Output = u32;

    fn export() -> &'static Export {
        &string_ops::FNV1A32_UPDATE
    }

    fn input((hash, bytes): &(u32, Vec<u8>)) -> (u32, &[u8]) {
        (*hash, bytes)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [hash, bytes] = given::<Self, _>(arguments)?;
        Ok((hash.u32()?, bytes.bytes()?))
    }

    fn own((hash, bytes): (u32, &[u8])) -> (u32, Vec<u8>) {
        (hash, bytes.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, bytes): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((hash, bytes): (u32, &[u8])) -> u32 {
        bytes.iter().fold(hash, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(PRIME)
        })
    }

    /// Bit plane by bit plane on an engine that compiles, byte by byte on one that interprets, where
    /// the planes' many instructions take three times as long.
    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Self::Input<'a, B>,
    ) -> Result<u32, CallError> {
        let export = match frame.engine() {
            EngineKind::Interpreter => &string_ops::FNV1A32_SERIAL,
            EngineKind::Jit | EngineKind::Native => Self::export(),
        };
        Self::by(export, frame, input)
    }

    fn generate(generator: &mut Generator, len: usize) -> (u32, Vec<u8>) {
        let hash = generator.random_bytes(size_of::<u32>());
        let hash = hash
            .iter()
            .fold(0, |hash, byte| (hash << 8) | u32::from(*byte));
        (hash, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> (u32, Vec<u8>) {
        (super::Fnv1a32::OFFSET_BASIS, generator.source_text(len))
    }
}
