//! Authenticated encryption with associated data: what all ciphers have in common, and which there are.

use super::error::{self, AeadError};
#[cfg(feature = "native")]
use super::native::{self, Reference};
use crate::prelude::*;
use kilowat_kernels::aead;

/// The two operations of a cipher.
macro_rules! cipher {
    (
        $(#[$seal_doc:meta])* $seal:ident = $seal_name:literal, $seal_export:ident;
        $(#[$open_doc:meta])* $open:ident = $open_name:literal, $open_export:ident;
        $cipher:literal, key: $key:literal, nonce: $nonce:literal, $reference:ident
    ) => {
        $(#[$seal_doc])*
        #[derive(Debug)]
        pub struct $seal;

        impl Operation for $seal {
            const NAME: &'static str = $seal_name;
            const SUMMARY: &'static str = concat!("a message encrypted and authenticated with ", $cipher);
            const EXPORT: &'static Export = &aead::$seal_export;
            const PARAMETERS: Names = &[
                ("key", $key),
                ("nonce", $nonce),
                ("aad", "what is authenticated with the message, and not in it"),
                ("text", "the message"),
                ("capacity", "how long the result may be, which is 16 bytes longer"),
            ];

            type Shape = (Bytes, Bytes, Bytes, Bytes, Size);
            type Output = Result<Vec<u8>, AeadError>;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                (key, nonce, aad, text, capacity): Input<'a, Self, B>,
            ) -> Result<Self::Output, CallError> {
                let spans = [key.place(frame)?, nonce.place(frame)?, aad.place(frame)?, text.place(frame)?];
                error::invoke(frame, Self::EXPORT, spans, capacity)
            }
        }

        $(#[$open_doc])*
        #[derive(Debug)]
        pub struct $open;

        impl Operation for $open {
            const NAME: &'static str = $open_name;
            const SUMMARY: &'static str =
                concat!("the message that was encrypted and authenticated with ", $cipher);
            const EXPORT: &'static Export = &aead::$open_export;
            const PARAMETERS: Names = &[
                ("key", $key),
                ("nonce", $nonce),
                ("aad", "what was authenticated with the message"),
                ("sealed", "the message as it was sealed"),
                ("capacity", "how long the message may be, which is 16 bytes shorter"),
            ];

            type Shape = (Bytes, Bytes, Bytes, Bytes, Size);
            type Output = Result<Vec<u8>, AeadError>;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                (key, nonce, aad, sealed, capacity): Input<'a, Self, B>,
            ) -> Result<Self::Output, CallError> {
                let spans = [key.place(frame)?, nonce.place(frame)?, aad.place(frame)?, sealed.place(frame)?];
                error::invoke(frame, Self::EXPORT, spans, capacity)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $seal {
            const CHECKS: Schedule = Schedule::BRIEF;

            fn native((key, nonce, aad, text, capacity): Input<'_, Self>) -> Self::Output {
                native::seal::<native::$reference>(key, nonce, aad, text, capacity)
            }

            fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                native::any_message::<native::$reference>(generator, len)
            }

            fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                native::message::<native::$reference>(generator, len)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $open {
            const CHECKS: Schedule = Schedule::BRIEF;

            fn native((key, nonce, aad, sealed, capacity): Input<'_, Self>) -> Self::Output {
                native::open::<native::$reference>(key, nonce, aad, sealed, capacity)
            }

            fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                native::any_sealed::<native::$reference>(generator, len)
            }

            fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                let (key, nonce, aad, text, _) = native::message::<native::$reference>(generator, len);
                let sealed = native::$reference::seal(&key, &nonce, &aad, &text);
                (key, nonce, aad, sealed.unwrap_or_default(), len)
            }
        }
    };
}

cipher! {
    /// A message encrypted with AES-128 or AES-256 in GCM (SP 800-38D), and its tag behind it.
    AesGcmSeal = "aes_gcm_seal", AES_GCM_SEAL;
    /// The message that [`AesGcmSeal`] has sealed.
    AesGcmOpen = "aes_gcm_open", AES_GCM_OPEN;
    "AES-GCM", key: "the key, 16 or 32 bytes",
    nonce: "at least one byte, at best 12, never twice with one key", AesGcm
}

cipher! {
    /// A message encrypted with AES-256 in GCM, with a key of its own for the nonce (C2SP XAES-256-GCM), and
    /// its tag behind it.
    Xaes256GcmSeal = "xaes_256_gcm_seal", XAES_256_GCM_SEAL;
    /// The message that [`Xaes256GcmSeal`] has sealed.
    Xaes256GcmOpen = "xaes_256_gcm_open", XAES_256_GCM_OPEN;
    "XAES-256-GCM", key: "the key, 32 bytes", nonce: "24 bytes, never twice with one key", Xaes256Gcm
}

cipher! {
    /// A message encrypted with `ChaCha20`, and its tag by Poly1305 behind it (RFC 8439).
    ChaCha20Poly1305Seal = "chacha20_poly1305_seal", CHACHA20_POLY1305_SEAL;
    /// The message that [`ChaCha20Poly1305Seal`] has sealed.
    ChaCha20Poly1305Open = "chacha20_poly1305_open", CHACHA20_POLY1305_OPEN;
    "ChaCha20-Poly1305", key: "the key, 32 bytes", nonce: "12 bytes, never twice with one key", ChaCha20Poly1305
}

cipher! {
    /// A message encrypted with `XChaCha20`, and its tag by Poly1305 behind it (draft-irtf-cfrg-xchacha).
    XChaCha20Poly1305Seal = "xchacha20_poly1305_seal", XCHACHA20_POLY1305_SEAL;
    /// The message that [`XChaCha20Poly1305Seal`] has sealed.
    XChaCha20Poly1305Open = "xchacha20_poly1305_open", XCHACHA20_POLY1305_OPEN;
    "XChaCha20-Poly1305", key: "the key, 32 bytes", nonce: "24 bytes, never twice with one key", XChaCha20Poly1305
}
