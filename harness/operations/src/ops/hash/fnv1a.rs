//! FNV-1a, 32 and 64 bits: of a byte string, of one in pieces, and of many.

#[cfg(feature = "native")]
use std::hash::Hasher as _;

#[cfg(feature = "native")]
use fnv::FnvHasher;

use super::common;
use crate::prelude::*;
use kilowat_kernels::string_ops;

/// The three operations of one width.
macro_rules! fnv1a {
    (
        $bits:literal bits, $hash:ident, $field:ident, $offset_basis:literal, by $invoke:ident:
        $whole:ident $whole_name:literal $whole_export:ident,
        $update:ident $update_name:literal $update_export:ident or $serial:ident,
        $batch:ident $batch_name:literal $batch_export:ident;
        native $native:expr
    ) => {
        #[doc = concat!("FNV-1a, ", $bits, " bits, of a byte string (draft-eastlake-fnv).")]
        #[derive(Debug)]
        pub struct $whole;

        impl $whole {
            /// The hash of no bytes, which a stream of pieces begins with.
            pub const OFFSET_BASIS: $hash = $offset_basis;
        }

        impl Operation for $whole {
            const NAME: &'static str = $whole_name;
            const SUMMARY: &'static str =
                concat!("FNV-1a hash of a byte string, ", $bits, " bits");
            const EXPORT: &'static Export = &string_ops::$whole_export;
            const PARAMETERS: Names = &[("bytes", "what to hash")];

            type Shape = Bytes;
            type Output = $hash;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                bytes: B,
            ) -> Result<$hash, CallError> {
                if frame.engine() == EngineKind::Interpreter {
                    return $update::kernel::<F, B>(frame, (Self::OFFSET_BASIS, bytes));
                }
                let Span { ptr, len } = bytes.place(frame)?;
                let hash = frame.$invoke(Self::EXPORT, &[ptr.into(), len.into()])?;
                Ok(hash as $hash)
            }

            fn kernel_in_pieces<F: Frame>(
                frame: &mut F,
                bytes: &[u8],
                cuts: &[usize],
            ) -> Option<Result<$hash, CallError>> {
                let mut pieces = crate::ops::pieces(bytes, cuts);
                Some(pieces.try_fold(Self::OFFSET_BASIS, |hash, piece| {
                    $update::kernel::<F, &[u8]>(frame, (hash, piece))
                }))
            }
        }

        #[cfg(feature = "native")]
        impl Native for $whole {
            fn native(bytes: &[u8]) -> $hash {
                $update::native((Self::OFFSET_BASIS, bytes))
            }

            fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
                generator.bytes(len)
            }

            fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
                generator.source_text(len)
            }
        }

        #[doc = concat!(
            "The FNV-1a hash, ", $bits, " bits, of what a hash is the hash of, followed by more ",
            "(draft-eastlake-fnv). It begins with [`", stringify!($whole), "::OFFSET_BASIS`]."
        )]
        #[derive(Debug)]
        pub struct $update;

        impl $update {
            /// The same from one of the kernel's two bodies.
            ///
            /// # Errors
            /// [`CallError`] where the kernel could not be asked.
            pub fn by<'a>(
                export: &'static Export,
                frame: &mut impl Frame,
                (hash, bytes): ($hash, impl ByteString<'a>),
            ) -> Result<$hash, CallError> {
                let Span { ptr, len } = bytes.place(frame)?;
                let arguments: [WasmValue; 3] = [hash.into(), ptr.into(), len.into()];
                Ok(frame.$invoke(export, &arguments)? as $hash)
            }
        }

        impl Operation for $update {
            const NAME: &'static str = $update_name;
            const SUMMARY: &'static str =
                concat!("FNV-1a hash after more bytes, ", $bits, " bits");
            const EXPORT: &'static Export = &string_ops::$update_export;
            const PARAMETERS: Names = &[
                ("hash", "the hash of what comes before"),
                ("bytes", "what follows"),
            ];

            type Shape = ($field, Bytes);
            type Output = $hash;

            /// Bit plane by bit plane on an engine that compiles, byte by byte on one that interprets,
            /// where the planes' many instructions take three times as long.
            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                input: ($hash, B),
            ) -> Result<$hash, CallError> {
                let export = match frame.engine() {
                    EngineKind::Interpreter => &string_ops::$serial,
                    EngineKind::Jit | EngineKind::Native => Self::EXPORT,
                };
                Self::by(export, frame, input)
            }
        }

        #[cfg(feature = "native")]
        impl Native for $update {
            fn native((hash, bytes): ($hash, &[u8])) -> $hash {
                let native: fn($hash, &[u8]) -> $hash = $native;
                native(hash, bytes)
            }

            fn generate(generator: &mut Generator, len: usize) -> ($hash, Vec<u8>) {
                let hash = generator.random_bytes(size_of::<$hash>());
                let hash = hash
                    .iter()
                    .fold(0, |hash, byte| (hash << 8) | $hash::from(*byte));
                (hash, generator.bytes(len))
            }

            fn workload(generator: &mut Generator, len: usize) -> ($hash, Vec<u8>) {
                ($whole::OFFSET_BASIS, generator.source_text(len))
            }
        }

        #[doc = concat!(
            "FNV-1a, ", $bits, " bits, of each of many byte strings (draft-eastlake-fnv), in their ",
            "order."
        )]
        #[derive(Debug)]
        pub struct $batch;

        impl Operation for $batch {
            const NAME: &'static str = $batch_name;
            const SUMMARY: &'static str =
                concat!("FNV-1a hashes of many byte strings, ", $bits, " bits");
            const EXPORT: &'static Export = &string_ops::$batch_export;
            const PARAMETERS: Names = &[("strings", "what to hash")];

            type Shape = BytesList;
            type Output = Vec<$hash>;

            fn kernel<'a, F: Frame, B: ByteString<'a>>(
                frame: &mut F,
                strings: Messages<'a>,
            ) -> Result<Vec<$hash>, CallError> {
                let hashes = common::batch(frame, Self::EXPORT, strings)?;
                Ok(hashes.into_iter().map($hash::from_le_bytes).collect())
            }
        }

        #[cfg(feature = "native")]
        impl Native for $batch {
            const CHECKS: Schedule = Schedule::BRIEF;

            fn native(strings: Messages<'_>) -> Vec<$hash> {
                strings.iter().map($whole::native).collect()
            }

            /// Ragged strings of `len` bytes together.
            fn generate(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
                common::generate_batch(generator, len)
            }

            /// Strings of 64 bytes.
            fn workload(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
                common::batch_workload(generator, len, 64)
            }
        }
    };
}

fnv1a! {
    32 bits, u32, U32, 0x811c_9dc5, by invoke_i32:
    Fnv1a32 "fnv1a32" FNV1A32,
    Fnv1a32Update "fnv1a32_update" FNV1A32_UPDATE or FNV1A32_SERIAL,
    Fnv1a32Batch "fnv1a32_batch" FNV1A32_BATCH;
    native |hash, bytes| {
        /// The multiplier: 2^24 + 2^8 + 0x93.
        const PRIME: u32 = 0x0100_0193;
        bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(PRIME))
    }
}

fnv1a! {
    64 bits, u64, U64, 0xcbf2_9ce4_8422_2325, by invoke_i64:
    Fnv1a64 "fnv1a64" FNV1A64,
    Fnv1a64Update "fnv1a64_update" FNV1A64_UPDATE or FNV1A64_SERIAL,
    Fnv1a64Batch "fnv1a64_batch" FNV1A64_BATCH;
    native |hash, bytes| {
        let mut hasher = FnvHasher::with_key(hash);
        hasher.write(bytes);
        hasher.finish()
    }
}
