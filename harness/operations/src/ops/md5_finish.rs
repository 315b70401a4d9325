//! MD5 of a message in pieces: its end.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Md5, Operation};
use kilowat_kernels::{Export, md5};

/// The digest of a message in pieces (RFC 1321), from the state after the last of them.
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5Finish;

impl Operation for Md5Finish {
    const NAME: &'static str = "md5_finish";
    const SUMMARY: &'static str =
        "MD5 digest of a message in pieces, from the state after the last";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes(
        "state",
        "the state after the last piece, or no bytes for an empty message",
    )];

    type Case = [u8; Md5::STATE_LEN];
    type Input<'a, B: ByteString<'a>> = &'a [u8; Md5::STATE_LEN];
    type Output = [u8; Md5::LEN];

    fn export() -> &'static Export {
        &md5::MD5_FINISH
    }

    fn input(state: &Self::Case) -> Input<'_, Self> {
        state
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state] = given::<Self, _>(arguments)?;
        state.state(Md5::START)
    }

    fn own(state: Input<'_, Self>) -> Self::Case {
        *state
    }

    fn input_len<'a, B: ByteString<'a>>(state: Self::Input<'a, B>) -> u64 {
        state.len() as u64
    }

    fn native(state: Input<'_, Self>) -> Self::Output {
        Md5::STREAMING.native_finish(state)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        state: Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Md5::STREAMING.finish(frame, state)
    }

    /// The state after `len` bytes.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        Md5::STREAMING.generate(generator, len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        Md5::STREAMING.native_update(Md5::START, &generator.source_text(len))
    }
}
