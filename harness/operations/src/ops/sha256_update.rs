//! SHA-256 of a message in pieces: one piece more.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Operation, Sha256};
use kilowat_kernels::{Export, sha256};

/// The state of a message in pieces (FIPS 180-4) after one more. It begins with [`Sha256::START`], and
/// [`Sha256Finish`](super::Sha256Finish) makes a digest of it.
#[derive(Debug)]
pub struct Sha256Update;

impl Operation for Sha256Update {
    const NAME: &'static str = "sha256_update";
    const SUMMARY: &'static str = "state of SHA-256 after one more piece of the message";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("state", "the state before, or no bytes at the beginning"),
        Parameter::bytes("bytes", "the piece"),
    ];

    /// The state before, and the piece.
    type Case = ([u8; Sha256::STATE_LEN], Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (&'a [u8; Sha256::STATE_LEN], B);
    type Output = [u8; Sha256::STATE_LEN];

    fn export() -> &'static Export {
        &sha256::SHA256_UPDATE
    }

    fn input((state, bytes): &Self::Case) -> Input<'_, Self> {
        (state, bytes)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state, bytes] = given::<Self, _>(arguments)?;
        Ok((state.state(Sha256::START)?, bytes.bytes()?))
    }

    fn own((state, bytes): Input<'_, Self>) -> Self::Case {
        (*state, bytes.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, bytes): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((state, bytes): Input<'_, Self>) -> Self::Output {
        Sha256::STREAMING.native_update(state, bytes)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Sha256::STREAMING.update(frame, state, bytes)
    }

    /// States with a buffer of every length.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let before = generator.number(0..=200);
        let state = Sha256::STREAMING.generate(generator, before);
        (state, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (*Sha256::START, generator.source_text(len))
    }
}
