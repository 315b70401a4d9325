//! MD5 of a message in pieces: one piece more.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::{Input, Md5, Operation};
use kilowat_kernels::{Export, md5};

/// The state of a message in pieces (RFC 1321) after one more. It begins with [`Md5::START`], and
/// [`Md5Finish`](super::Md5Finish) makes a digest of it.
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5Update;

impl Operation for Md5Update {
    const NAME: &'static str = "md5_update";
    const SUMMARY: &'static str = "state of MD5 after one more piece of the message";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("state", "the state before, or no bytes at the beginning"),
        Parameter::bytes("bytes", "the piece"),
    ];

    /// The state before, and the piece.
    type Case = ([u8; Md5::STATE_LEN], Vec<u8>);
    type Input<'a, B: ByteString<'a>> = (&'a [u8; Md5::STATE_LEN], B);
    type Output = [u8; Md5::STATE_LEN];

    fn export() -> &'static Export {
        &md5::MD5_UPDATE
    }

    fn input((state, bytes): &Self::Case) -> Input<'_, Self> {
        (state, bytes)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [state, bytes] = given::<Self, _>(arguments)?;
        Ok((state.state(Md5::START)?, bytes.bytes()?))
    }

    fn own((state, bytes): Input<'_, Self>) -> Self::Case {
        (*state, bytes.to_vec())
    }

    fn input_len<'a, B: ByteString<'a>>((_, bytes): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((state, bytes): Input<'_, Self>) -> Self::Output {
        Md5::STREAMING.native_update(state, bytes)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (state, bytes): Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError> {
        Md5::STREAMING.update(frame, state, bytes)
    }

    /// States with a buffer of every length.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case {
        let before = generator.number(0..=200);
        let state = Md5::STREAMING.generate(generator, before);
        (state, generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Self::Case {
        (*Md5::START, generator.source_text(len))
    }
}
