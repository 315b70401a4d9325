//! xxHash, 32 bits, of a byte string in pieces: one piece more.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Operation, Xxh32};
use kilowat_kernels::{Export, lz4};

/// The state of a byte string in pieces after one more. It begins with [`Xxh32::start`], and
/// [`Xxh32Finish`](super::Xxh32Finish) makes a hash of it.
#[derive(Debug)]
pub struct Xxh32Update;

impl Operation for Xxh32Update {
    const NAME: &'static str = "xxh32_update";
    const SUMMARY: &'static str = "state of xxHash after one more piece, 32 bits";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes(
            "state",
            "the state before, or no bytes at the beginning, with seed 0",
        ),
        Parameter::bytes("bytes", "the piece"),
    ];

    /// The state before, and the piece.
    type Case = ([u8; Xxh32::STATE_LEN], Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (&'a [u8; Xxh32::STATE_LEN], B);
    type Output = [u8; Xxh32::STATE_LEN];

    fn export() -> &'static Export {
        &lz4::XXH32_UPDATE
    }

    fn input((state, bytes): &Self::Case) -> Input<'_, Self> {
        (state, bytes)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state, bytes] = given::<Self, _>(arguments)?;
        Ok((state.state(Xxh32::START)?, bytes.bytes()?))
    }

    fn own((state, bytes): Input<'_, Self>) -> Self::Case {
        (*state, bytes.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, bytes): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((state, bytes): Input<'_, Self>) -> Self::Output {
        Xxh32::native_update(state, bytes)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Xxh32::update(frame, state, bytes)
    }

    /// States with a buffer of every length.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let before = generator.number(0..=50);
        let state = Xxh32::generate_state(generator, before);
        (state, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (*Xxh32::START, generator.source_text(len))
    }
}
