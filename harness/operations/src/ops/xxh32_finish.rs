//! xxHash, 32 bits, of a byte string in pieces: its end.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Operation, Xxh32};
use kilowat_kernels::{Export, lz4};

/// The hash of a byte string in pieces, from the state after the last of them.
#[derive(Debug)]
pub struct Xxh32Finish;

impl Operation for Xxh32Finish {
    const NAME: &'static str = "xxh32_finish";
    const SUMMARY: &'static str =
        "xxHash of a byte string in pieces, from the state after the last";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes(
        "state",
        "the state after the last piece, or no bytes for no piece, with seed 0",
    )];

    type Case = [u8; Xxh32::STATE_LEN];
    type Input<'a, B: ByteString<'a>> = &'a [u8; Xxh32::STATE_LEN];
    type Output = u32;

    fn export() -> &'static Export {
        &lz4::XXH32_FINISH
    }

    fn input(state: &Self::Case) -> Input<'_, Self> {
        state
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state] = given::<Self, _>(arguments)?;
        state.state(Xxh32::START)
    }

    fn own(state: Input<'_, Self>) -> Self::Case {
        *state
    }

    fn input_len<'a, B: ByteString<'a>>(state: Self::Input<'a, B>) -> u64 {
        state.len() as u64
    }

    fn native(state: Input<'_, Self>) -> Self::Output {
        Xxh32::native_finish(state)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        state: Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Xxh32::finish(frame, state)
    }

    /// The state after `len` bytes.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        Xxh32::generate_state(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        Xxh32::native_update(Xxh32::START, &generator.source_text(len))
    }
}
