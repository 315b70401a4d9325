//! SHA-256 of many messages.

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::digest::{self, Messages};
use crate::ops::{Operation, Sha256};
use kilowat_engine::EngineKind;
use kilowat_kernels::{Export, sha256};

/// SHA-256 of each of many messages (FIPS 180-4), in their order.
#[derive(Debug)]
pub struct Sha256Batch;

impl Operation for Sha256Batch {
    const NAME: &'static str = "sha256_batch";
    const SUMMARY: &'static str = "SHA-256 digests of many messages";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes_list("messages", "what to digest")];

    type Case = Vec<Vec<u8>>;
    type Input<'a, B: ByteString<'a>> = Messages<'a>;
    type Output = Vec<[u8; Sha256::LEN]>;

    fn export() -> &'static Export {
        &sha256::SHA256_BATCH
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

    fn native(messages: Messages<'_>) -> Vec<[u8; Sha256::LEN]> {
        messages.iter().map(Sha256::native).collect()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        messages: Self::Input<'a, B>,
    ) -> Result<Vec<[u8; Sha256::LEN]>, CallError> {
        let export = match frame.engine() {
            EngineKind::Interpreter => &sha256::SHA256_BATCH_SERIAL,
            EngineKind::Jit | EngineKind::Native => Self::export(),
        };
        digest::batch(frame, export, messages)
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
