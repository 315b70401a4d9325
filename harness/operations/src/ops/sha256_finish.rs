//! SHA-256 of a message in pieces: its end.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Operation, Sha256};
use kilowat_kernels::{Export, sha256};

/// The digest of a message in pieces (FIPS 180-4), from the state after the last of them.
#[derive(Debug)]
pub struct Sha256Finish;

impl Operation for Sha256Finish {
    const NAME: &'static str = "sha256_finish";
    const SUMMARY: &'static str =
        "SHA-256 digest of a message in pieces, from the state after the last";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes(
        "state",
        "the state after the last piece, or no bytes for an empty message",
    )];

    type Case = [u8; Sha256::STATE_LEN];
    type Input<'a, B: ByteString<'a>> = &'a [u8; Sha256::STATE_LEN];
    type Output = [u8; Sha256::LEN];

    fn export() -> &'static Export {
        &sha256::SHA256_FINISH
    }

    fn input(state: &Self::Case) -> Input<'_, Self> {
        state
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state] = given::<Self, _>(arguments)?;
        state.state(Sha256::START)
    }

    fn own(state: Input<'_, Self>) -> Self::Case {
        *state
    }

    fn input_len<'a, B: ByteString<'a>>(state: Self::Input<'a, B>) -> u64 {
        state.len() as u64
    }

    fn native(state: Input<'_, Self>) -> Self::Output {
        Sha256::STREAMING.native_finish(state)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        state: Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Sha256::STREAMING.finish(frame, state)
    }

    /// The state after `len` bytes.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        Sha256::STREAMING.generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        Sha256::STREAMING.native_update(Sha256::START, &generator.source_text(len))
    }
}
