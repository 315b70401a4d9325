//! MD5 of one message.

use ::md5::Digest as _;

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::digest::{self, Steps, Streaming};
use kilowat_kernels::{Export, md5};

/// The chaining words at the start.
const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// MD5 of a message (RFC 1321).
///
/// Broken for security: anyone can make two messages with one digest. For checksums only.
#[derive(Debug)]
pub struct Md5;

impl Md5 {
    /// The length of a digest, in bytes.
    pub const LEN: usize = 16;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = digest::state_len(Self::LEN);

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &Self::STREAMING.start;

    const STEPS: Steps = Steps {
        update: &md5::MD5_UPDATE,
        finish: &md5::MD5_FINISH,
    };

    /// The kernels for a message in pieces.
    pub(super) const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &md5::MD5_INIT,
        compiled: Self::STEPS,
        interpreted: Self::STEPS,
        start: digest::start(&START),
        compress: |chain, blocks| {
            if let Some((chain, [])) = chain.split_first_chunk_mut() {
                ::md5::block_api::compress(chain, blocks);
            }
        },
        big_endian: false,
    };
}

impl Operation for Md5 {
    const NAME: &'static str = "md5";
    const SUMMARY: &'static str = "MD5 digest of a message";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes("message", "what to digest")];

    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = B;
    type Output = [u8; Md5::LEN];

    fn export() -> &'static Export {
        &md5::MD5
    }

    fn input(case: &Vec<u8>) -> &[u8] {
        case
    }

    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError> {
        let [bytes] = given::<Self, _>(arguments)?;
        bytes.bytes()
    }

    fn own(bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn input_len<'a, B: ByteString<'a>>(bytes: Self::Input<'a, B>) -> u64 {
        bytes.len() as u64
    }

    fn native(bytes: &[u8]) -> [u8; Self::LEN] {
        ::md5::Md5::digest(bytes).into()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        bytes: Self::Input<'a, B>,
    ) -> Result<[u8; Self::LEN], CallError> {
        digest::one(frame, Self::export(), bytes)
    }

    fn kernel_in_pieces<F: Frame>(
        frame: &mut F,
        bytes: &[u8],
        cuts: &[usize],
    ) -> Option<Result<[u8; Self::LEN], CallError>> {
        let pieces = super::pieces(bytes, cuts);
        Some(Self::STREAMING.digest(frame, pieces))
    }

    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.bytes(len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.source_text(len)
    }
}
