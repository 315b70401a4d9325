//! PBKDF2 with HMAC-SHA-256: a key of a password.

#[cfg(feature = "native")]
use ::hmac::Hmac;

use super::kdf_error::{self, KdfError};
use crate::prelude::*;
use kilowat_kernels::kdf;

/// Bytes of a password, a salt and a number of iterations (RFC 8018, 5.2).
#[derive(Debug)]
pub struct Pbkdf2Sha256;

impl Pbkdf2Sha256 {
    /// The most iterations.
    pub const MOST_ITERATIONS: u32 = 10_000_000;

    /// The most bytes.
    const LONGEST: usize = (1 << 31) - 1;
}

impl Operation for Pbkdf2Sha256 {
    const NAME: &'static str = "pbkdf2_sha256";
    const SUMMARY: &'static str = "a key of a password, by PBKDF2 with HMAC-SHA-256";
    const EXPORT: &'static Export = &kdf::PBKDF2_SHA256;
    const PARAMETERS: Names = &[
        ("password", "what can be guessed"),
        ("salt", "what is random and no secret, 16 bytes or more"),
        ("iterations", "how long it takes, 10000000 at most"),
        ("len", "how many bytes"),
    ];

    type Shape = (Bytes, Bytes, U32, Size);
    type Output = Result<Vec<u8>, KdfError>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (password, salt, iterations, len): (B, B, u32, usize),
    ) -> Result<Self::Output, CallError> {
        // No memory is set aside where the iterations are refused, and none that no kernel could fill.
        let is_answered = (1..=Self::MOST_ITERATIONS).contains(&iterations);
        let room = if is_answered { len } else { 0 };
        if room > Self::LONGEST {
            return Ok(Err(KdfError::TooLarge));
        }
        let [password, salt] = [password.place(frame)?, salt.place(frame)?];
        let dst = frame.output(room)?;
        let fault = frame.fault()?;
        let arguments = [
            password.ptr.into(),
            password.len.into(),
            salt.ptr.into(),
            salt.len.into(),
            iterations.into(),
            dst.ptr.into(),
            dst.len.into(),
            fault.ptr.into(),
        ];
        let spans = [dst, fault];
        kdf_error::filled(frame, Self::EXPORT, &arguments, spans, KdfError::TooLarge)
    }
}

#[cfg(feature = "native")]
impl Native for Pbkdf2Sha256 {
    const CHECKS: Schedule = Schedule::BRIEF;

    fn native((password, salt, iterations, len): Input<'_, Self>) -> Self::Output {
        if iterations == 0 {
            return Err(KdfError::NoIterations);
        }
        if iterations > Self::MOST_ITERATIONS {
            return Err(KdfError::TooManyIterations);
        }
        if len > Self::LONGEST {
            return Err(KdfError::TooLarge);
        }
        let mut key = vec![0; len];
        // No length of a password is refused.
        ::pbkdf2::pbkdf2::<Hmac<sha2::Sha256>>(password, salt, iterations, &mut key)
            .map_err(|_| KdfError::TooLarge)?;
        Ok(key)
    }

    /// As many bytes, or passwords or salts that have as many, of a few iterations; now and then of none, or too many.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        let iterations = match generator.number(0..=29) {
            0 => 0,
            1 => Self::MOST_ITERATIONS + generator.number(1..=9) as u32,
            2 => u32::MAX - generator.number(0..=9) as u32,
            _ => generator.number(1..=4) as u32,
        };
        let [some, few] = [70, 40].map(|most| generator.number(0..=most));
        let (password, salt, len) = match generator.number(0..=4) {
            0 => (len, some, few),
            1 => (some, len, few),
            2 => (some, few, generator.number(0..=300)),
            _ => (some, few, len.min(4096)),
        };
        (
            generator.bytes(password),
            generator.bytes(salt),
            iterations,
            len,
        )
    }

    /// A key of 32 bytes, for which there is as much to compress as in so many bytes: twice a block in each iteration.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        let password = generator.source_text(16);
        let salt = generator.random_bytes(16);
        (password, salt, len.div_ceil(128).max(1) as u32, 32)
    }
}
