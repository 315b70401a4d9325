//! HKDF with SHA-256: a key of a secret, and other keys of that.

#[cfg(feature = "native")]
use ::hkdf::Hkdf;

use super::hmac::{HmacSha256, tag};
use super::kdf_error::{self, KdfError};
use crate::prelude::*;
use kilowat_kernels::kdf;

/// The pseudorandom key of a secret (RFC 5869, 2.2).
#[derive(Debug)]
pub struct HkdfExtract;

impl Operation for HkdfExtract {
    const NAME: &'static str = "hkdf_extract";
    const SUMMARY: &'static str = "the pseudorandom key of a secret, by HKDF with SHA-256";
    const EXPORT: &'static Export = &kdf::HKDF_EXTRACT;
    const PARAMETERS: Names = &[
        ("salt", "what is random and no secret, or no bytes"),
        ("secret", "what is as hard to guess as a key"),
    ];

    type Shape = (Bytes, Bytes);
    type Output = [u8; HmacSha256::LEN];

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (salt, secret): (B, B),
    ) -> Result<Self::Output, CallError> {
        tag(frame, Self::EXPORT, salt, secret)
    }
}

#[cfg(feature = "native")]
impl Native for HkdfExtract {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((salt, secret): (&[u8], &[u8])) -> Self::Output {
        Hkdf::<sha2::Sha256>::extract(Some(salt), secret).0.into()
    }

    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let salt_len = generator.number(0..=100);
        (generator.bytes(salt_len), generator.bytes(len))
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.random_bytes(32), generator.random_bytes(len))
    }
}

/// Bytes of a pseudorandom key for a use (RFC 5869, 2.3).
#[derive(Debug)]
pub struct HkdfExpand;

impl HkdfExpand {
    /// The most bytes that there are of a key.
    pub const LONGEST: usize = 255 * HmacSha256::LEN;
}

impl Operation for HkdfExpand {
    const NAME: &'static str = "hkdf_expand";
    const SUMMARY: &'static str = "bytes of a pseudorandom key for a use, by HKDF with SHA-256";
    const EXPORT: &'static Export = &kdf::HKDF_EXPAND;
    const PARAMETERS: Names = &[
        ("key", "the pseudorandom key, 32 bytes or more"),
        ("info", "what the bytes are for"),
        ("len", "how many, 8160 at most"),
    ];

    type Shape = (Bytes, Bytes, Size);
    type Output = Result<Vec<u8>, KdfError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (key, info, len): (B, B, usize),
    ) -> Result<Self::Output, CallError> {
        let [key, info] = [key.place(frame)?, info.place(frame)?];
        // No memory is set aside for more than there is; the kernel refuses it all the same.
        let dst = frame.output(len.min(Self::LONGEST + 1))?;
        let fault = frame.fault()?;
        let spans = [key, info, dst].into_iter();
        let arguments: Vec<WasmValue> = spans
            .flat_map(|span| [span.ptr, span.len])
            .chain([fault.ptr])
            .map(WasmValue::from)
            .collect();
        let spans = [dst, fault];
        kdf_error::filled(frame, Self::EXPORT, &arguments, spans, KdfError::TooLong)
    }
}

#[cfg(feature = "native")]
impl Native for HkdfExpand {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((key, info, len): (&[u8], &[u8], usize)) -> Self::Output {
        if len > Self::LONGEST {
            return Err(KdfError::TooLong);
        }
        let hkdf = Hkdf::<sha2::Sha256>::from_prk(key).map_err(|_| KdfError::KeyLength)?;
        let mut output = vec![0; len];
        hkdf.expand(info, &mut output)
            .map_err(|_| KdfError::TooLong)?;
        Ok(output)
    }

    /// As many bytes, or names of uses that have as many; now and then more than there are, or too short a key.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let key_len = match generator.number(0..=19) {
            0 => generator.number(0..=31),
            1..=4 => generator.number(33..=140),
            _ => 32,
        };
        let key = generator.bytes(key_len);
        let (info_len, len) = match generator.number(0..=3) {
            0 => (len, generator.number(0..=100)),
            1 if generator.one_in(10) => (0, Self::LONGEST + generator.number(1..=9)),
            _ => (generator.number(0..=80), len.min(Self::LONGEST)),
        };
        (key, generator.bytes(info_len), len)
    }

    /// As many bytes as there are.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let key = generator.random_bytes(32);
        (key, generator.random_bytes(16), len.min(Self::LONGEST))
    }
}
