//! SHA-256 of one message.

use sha2::Digest as _;

use crate::frame::{ByteString, CallError, Frame};
use crate::generator::Generator;
use crate::ops::Operation;
use crate::ops::argument::{Argument, ArgumentError, Parameter, given};
use crate::ops::digest::{self, Steps, Streaming};
use kilowat_engine::EngineKind;
use kilowat_kernels::{Export, sha256};

/// The chaining words at the start.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 of a message (FIPS 180-4).
#[derive(Debug)]
pub struct Sha256;

impl Sha256 {
    /// The length of a digest, in bytes.
    pub const LEN: usize = 32;

    /// The length of the state of a message in pieces, in bytes.
    pub const STATE_LEN: usize = digest::state_len(Self::LEN);

    /// The state of no bytes, which a message in pieces begins with.
    pub const START: &[u8; Self::STATE_LEN] = &Self::STREAMING.start;

    /// The kernels for a message in pieces.
    pub(super) const STREAMING: Streaming<{ Self::LEN }, { Self::STATE_LEN }> = Streaming {
        init: &sha256::SHA256_INIT,
        compiled: Steps {
            update: &sha256::SHA256_UPDATE,
            finish: &sha256::SHA256_FINISH,
        },
        interpreted: Steps {
            update: &sha256::SHA256_UPDATE_SERIAL,
            finish: &sha256::SHA256_FINISH_SERIAL,
        },
        start: digest::start(&START),
        compress: |chain, blocks| {
            if let Some((chain, [])) = chain.split_first_chunk_mut() {
                sha2::block_api::compress256(chain, blocks);
            }
        },
        big_endian: true,
    };
}

impl Operation for Sha256 {
    const NAME: &'static str = "sha256";
    const SUMMARY: &'static str = "SHA-256 digest of a message";
    const PARAMETERS: &'static [Parameter] = &[Parameter::bytes("message", "what to digest")];

    type Case = Vec<u8>;
    type Input<'a, B: ByteString<'a>> = B;
    type Output = [u8; Sha256::LEN];

    fn export() -> &'static Export {
        &sha256::SHA256
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
        sha2::Sha256::digest(bytes).into()
    }

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        bytes: Self::Input<'a, B>,
    ) -> Result<[u8; Self::LEN], CallError> {
        let export = match frame.engine() {
            EngineKind::Interpreter => &sha256::SHA256_SERIAL,
            EngineKind::Jit | EngineKind::Native => Self::export(),
        };
        digest::one(frame, export, bytes)
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
