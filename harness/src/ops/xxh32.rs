//! xxHash, 32 bits.

use twox_hash::XxHash32;

use crate::frame::{CallError, Frame};
use crate::generator::Generator;
use crate::module::{Export, lz4};
use crate::ops::argument::{ArgumentError, Parameter, arguments};
use crate::ops::{Datum, Operation};

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
    type Input<'a> = (&'a [u8], u32);
    type Output = u32;

    fn export() -> &'static Export {
        &lz4::XXH32
    }

    fn input((bytes, seed): &(Vec<u8>, u32)) -> (&[u8], u32) {
        (bytes, *seed)
    }

    fn parse(values: &[Datum]) -> Result<(&[u8], u32), ArgumentError> {
        let [bytes, seed] = arguments::<Self, _>(values)?;
        Ok((bytes.bytes()?, seed.u32()?))
    }

    fn own((bytes, seed): (&[u8], u32)) -> (Vec<u8>, u32) {
        (bytes.to_vec(), seed)
    }

    fn input_len((bytes, _): (&[u8], u32)) -> u64 {
        bytes.len() as u64
    }

    fn native((bytes, seed): (&[u8], u32)) -> u32 {
        XxHash32::oneshot(seed, bytes)
    }

    fn kernel<F: Frame>(frame: &mut F, (bytes, seed): (&[u8], u32)) -> Result<u32, CallError> {
        let span = frame.input(bytes)?;
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
