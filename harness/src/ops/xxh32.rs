//! xxHash, 32 bits.

use twox_hash::XxHash32;

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::module::{Export, lz4};
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};

/// The 32-bit xxHash of a byte string with a seed: the checksum of LZ4 frames.
#[derive(Debug)]
pub struct Xxh32;

impl Operation for Xxh32 {
    const NAME: &'static str = "xxh32";
    const SUMMARY: &'static str = "xxHash of a byte string, 32 bits";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::bytes("bytes", "what to hash"),
        Parameter::integer("seed", "where the hash begins, of 32 bits"),
    ];

    /// The bytes and the seed.
    type Case = (Vec<u8>, u32);
    type Input<'a, B: ByteString<'a>> = (B, u32);
    type Output = u32;

    fn export() -> &'static Export {
        &lz4::XXH32
    }

    fn input((bytes, seed): &(Vec<u8>, u32)) -> (&[u8], u32) {
        (bytes, *seed)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [bytes, seed] = given::<Self, _>(arguments)?;
        Ok((bytes.bytes()?, seed.u32()?))
    }

    fn own((bytes, seed): (&[u8], u32)) -> (Vec<u8>, u32) {
        (bytes.to_vec(), seed)
    }

    fn input_len<'a, B: ByteString<'a>>((bytes, _): Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native((bytes, seed): (&[u8], u32)) -> u32 {
        XxHash32::oneshot(seed, bytes)
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (bytes, seed): Self::Input<'a, B>,
    ) -> Result<u32, CallError> {
        let span = bytes.place(frame)?;
        let arguments = [span.ptr.into(), span.len.into(), seed.into()];
        Ok(frame.invoke_i32(Self::export(), &arguments)? as u32)
    }

    fn generate(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        let seed = match generator.number(0..=2) {
            0 => 0,
            _ => generator.number(0..=u32::MAX as usize) as u32,
        };
        (generator.bytes(len), seed)
    }

    /// With the seed of LZ4 frames.
    fn workload(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
        (generator.source_text(len), 0)
    }
}
