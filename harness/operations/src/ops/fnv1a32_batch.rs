//! FNV-1a, 32 bits, of many strings.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::digest::{self, Messages};
use crate::ops::{Fnv1a32, Operation};
use kilowat_kernels::{Export, string_ops};

/// FNV-1a, 32 bits, of each of many byte strings (draft-eastlake-fnv), in their order.
#[derive(Debug)]
pub struct Fnv1a32Batch;

impl Operation for Fnv1a32Batch {
    const NAME: &'static str = "fnv1a32_batch";
    const SUMMARY: &'static str = "FNV-1a hashes of many byte strings, 32 bits";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes_list("strings", "what to hash")];

    type Case = Vec<Vec<u8>>;
    type Input<'a, B: ByteString<'a>> = Messages<'a>;
    type Output = Vec<u32>;

    fn export() -> &'static Export {
        &string_ops::FNV1A32_BATCH
    }

    fn input(case: &Vec<Vec<u8>>) -> Messages<'_> {
        Messages::Owned(case)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [strings] = given::<Self, _>(arguments)?;
        Ok(Messages::Owned(strings.bytes_list()?))
    }

    fn own(strings: Messages<'_>) -> Vec<Vec<u8>> {
        strings.iter().map(<[u8]>::to_vec).collect()
    }

    fn input_len<'a, B: ByteString<'a>>(strings: Self::Input<'a, B>) -> u64 {
        strings.iter().map(|string| string.len() as u64).sum()
    }

    fn native(strings: Messages<'_>) -> Vec<u32> {
        strings.iter().map(Fnv1a32::native).collect()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        strings: Self::Input<'a, B>,
    ) -> Result<Vec<u32>, CallError> {
        let hashes = digest::batch(frame, Self::export(), strings)?;
        Ok(hashes.into_iter().map(u32::from_le_bytes).collect())
    }

    /// Ragged strings of `len` bytes together.
    fn generate(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
        digest::generate_batch(generator, len)
    }

    /// Strings of 64 bytes.
    fn workload(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
        digest::batch_workload(generator, len, 64)
    }
}
