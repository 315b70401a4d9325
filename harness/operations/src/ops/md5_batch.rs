//! MD5 of many messages.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::digest::{self, Messages};
use crate::ops::{Md5, Operation};
use kilowat_kernels::{Export, md5};

/// MD5 of each of many messages (RFC 1321), in their order.
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5Batch;

impl Operation for Md5Batch {
    const NAME: &'static str = "md5_batch";
    const SUMMARY: &'static str = "MD5 digests of many messages";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes_list("messages", "what to digest")];

    type Case = Vec<Vec<u8>>;
    type Input<'a, B: ByteString<'a>> = Messages<'a>;
    type Output = Vec<[u8; Md5::LEN]>;

    fn export() -> &'static Export {
        &md5::MD5_BATCH
    }

    fn input(case: &Vec<Vec<u8>>) -> Messages<'_> {
        Messages::Owned(case)
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [messages] = given::<Self, _>(arguments)?;
        Ok(Messages::Owned(messages.bytes_list()?))
    }

    fn own(messages: Messages<'_>) -> Vec<Vec<u8>> {
        messages.iter().map(<[u8]>::to_vec).collect()
    }

    fn input_len<'a, B: ByteString<'a>>(messages: Self::Input<'a, B>) -> u64 {
        messages.iter().map(|message| message.len() as u64).sum()
    }

    fn native(messages: Messages<'_>) -> Vec<[u8; Md5::LEN]> {
        messages.iter().map(Md5::native).collect()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        messages: Self::Input<'a, B>,
    ) -> Result<Vec<[u8; Md5::LEN]>, CallError> {
        digest::batch(frame, Self::export(), messages)
    }

    /// Ragged messages of `len` bytes together.
    fn generate(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
        digest::generate_batch(generator, len)
    }

    /// Messages of 1 KiB.
    fn workload(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
        digest::batch_workload(generator, len, 1 << 10)
    }
}
