//! HMAC-SHA-256: of a message.

#[cfg(feature = "native")]
use ::hmac::{Hmac, KeyInit as _, Mac as _};

use super::super::hash::common::{invoke, read};
use crate::prelude::*;
use kilowat_kernels::kdf;

/// The HMAC-SHA-256 of a message with a key (RFC 2104).
#[derive(Debug)]
pub struct HmacSha256;

impl HmacSha256 {
    /// The length of a tag, in bytes.
    pub const LEN: usize = 32;
}

impl Operation for HmacSha256 {
    const NAME: &'static str = "hmac_sha256";
    const SUMMARY: &'static str = "HMAC-SHA-256 of a message with a key";
    const EXPORT: &'static Export = &kdf::HMAC_SHA256;
    const PARAMETERS: Names = &[
        ("key", "the key, of any length, at best 32 bytes or more"),
        ("message", "what is authenticated"),
    ];

    type Shape = (Bytes, Bytes);
    type Output = [u8; HmacSha256::LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (key, message): (B, B),
    ) -> Result<Self::Output, CallError> {
        tag(frame, Self::EXPORT, key, message)
    }
}

#[cfg(feature = "native")]
impl Native for HmacSha256 {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((key, message): (&[u8], &[u8])) -> Self::Output {
        hmac(key, message)
    }

    /// Keys of every length around that of a block.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let key_len = generator.number(0..=140);
        (generator.bytes(key_len), generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.random_bytes(32), generator.source_text(len))
    }
}

/// 32 bytes that a kernel makes of two byte strings: `export(a_ptr, a_len, b_ptr, b_len, dst_ptr)`.
pub(super) fn tag<'a, F: Frame, B: ByteString<'a>>(
    frame: &mut F,
    export: &'static Export,
    a: B,
    b: B,
) -> Result<[u8; HmacSha256::LEN], CallError> {
    let [a, b] = [a.place(frame)?, b.place(frame)?];
    let dst = frame.output(HmacSha256::LEN)?;
    let arguments = [
        a.ptr.into(),
        a.len.into(),
        b.ptr.into(),
        b.len.into(),
        dst.ptr.into(),
    ];
    invoke(frame, export, &arguments)?;
    Ok(read(frame, dst))
}

/// The tag of a message in native code.
#[cfg(feature = "native")]
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; HmacSha256::LEN] {
    let hmac = Hmac::<sha2::Sha256>::new_from_slice(key);
    // No length of a key is refused.
    hmac.map_or([0; HmacSha256::LEN], |hmac| {
        hmac.chain_update(message).finalize().into_bytes().into()
    })
}
