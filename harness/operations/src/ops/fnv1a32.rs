//! FNV-1a, 32 bits.

use crate::frame::{ByteString, CallError, Frame, Span};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Fnv1a32Update, Operation};
use kilowat_engine::EngineKind;
use kilowat_kernels::{Export, string_ops};

/// FNV-1a, 32 bits, of a byte string (draft-eastlake-fnv).
#[derive(Debug)]
pub struct Fnv1a32;

impl Fnv1a32 {
    /// The hash of no bytes, which a stream of pieces begins with.
    pub const OFFSET_BASIS: u32 = 0x811c_9dc5;
}

impl Operation for Fnv1a32 {
    const NAME: &'static str = "fnv1a32";
    const SUMMARY: &'static str = "FNV-1a hash of a byte string, 32 bits";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes("bytes", "what to hash")];

    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = B;
    type Output = u32;

    fn export() -> &'static Export {
        &string_ops::FNV1A32
    }

    fn input(case: &Vec<u8>) -> &[u8] {
        case
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [bytes] = given::<Self, _>(arguments)?;
        bytes.bytes()
    }

    fn own(bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn input_len<'a, B: ByteString<'a>>(bytes: Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native(bytes: &[u8]) -> u32 {
        Fnv1a32Update::native((Self::OFFSET_BASIS, bytes))
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        bytes: Self::Input<'a, B>,
    ) -> Result<u32, CallError> {
        if frame.engine() == EngineKind::Interpreter {
            return Fnv1a32Update::kernel(frame, (Self::OFFSET_BASIS, bytes));
        }
        let Span { ptr, len } = bytes.place(frame)?;
        let hash = frame.invoke_i32(Self::export(), &[ptr.into(), len.into()])?;
        Ok(hash as u32)
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        bytes: &[u8],
        cuts: &[usize],
    ) -> Option<Result<u32, CallError>> {
        let mut pieces = super::pieces(bytes, cuts);
        Some(pieces.try_fold(Self::OFFSET_BASIS, |hash, piece| {
            Fnv1a32Update::kernel(frame, (hash, piece))
        }))
    }

    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.bytes(len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.source_text(len)
    }
}
