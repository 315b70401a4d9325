//! Where memory differs.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::memory_equal::{invoke_on_pair, pair_of_one_length};
use crate::ops::{Operation, Pair};
use kilowat_kernels::{Export, memory_ops};

/// The offset of the first byte in which two byte strings of one length differ.
#[derive(Debug)]
pub struct Mismatch;

impl Operation for Mismatch {
    const NAME: &'static str = "mismatch";
    const SUMMARY: &'static str = "first difference of two byte strings of one length";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("a", "one of them"),
        Parameter::bytes("b", "the other one, of the same length"),
    ];

    type Case = Pair;
    type Input<'a, B: ByteString<'a>> = (B, B);
    type Output = Option<usize>;

    fn export() -> &'static Export {
        &memory_ops::MISMATCH
    }

    fn input(case: &Pair) -> (&[u8], &[u8]) {
        (&case.a, &case.b)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        pair_of_one_length(given::<Self, _>(arguments)?)
    }

    fn own(pair: (&[u8], &[u8])) -> Pair {
        pair.into()
    }

    fn input_len<'a, B: ByteString<'a>>((a, b): Self::Input<'a, B>) -> u64 {
        (a.len() + b.len()) as u64
    }

    /// The standard library compares blocks fast, but says only that one differs.
    fn native((a, b): (&[u8], &[u8])) -> Option<usize> {
        const BLOCK: usize = 256;
        let mut blocks = a.chunks(BLOCK).zip(b.chunks(BLOCK));
        let block = blocks.position(|(a, b)| a != b)?;
        let start = block * BLOCK;
        let mut bytes = a[start..].iter().zip(&b[start..]);
        bytes.position(|(a, b)| a != b).map(|index| start + index)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        pair: Self::Input<'a, B>,
    ) -> Result<Option<usize>, CallError> {
        match invoke_on_pair(frame, Self::export(), pair)? {
            -1 => Ok(None),
            offset => Ok(Some(offset as u32 as usize)),
        }
    }

    fn generate(generator: &mut Generator, len: usize) -> Pair {
        Pair::of_one_length(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Pair {
        Pair::of_equal_text(generator, len)
    }
}
