//! Checksums of 32 bits: CRC-32, CRC-32C and Adler-32, of a byte string and of one in pieces.

use crate::prelude::*;
use kilowat_kernels::text;

/// The two operations of a checksum.
macro_rules! checksums {
    ($(
        $title:literal $spec:literal, from $empty:literal:
        $whole:ident $whole_name:literal $whole_export:ident,
        $update:ident $update_name:literal $update_export:ident,
        native $native:expr;
    )*) => {
        $(
            #[doc = concat!($title, " of a byte string (", $spec, ").")]
            #[derive(Debug)]
            pub struct $whole;

            impl $whole {
                /// That of no bytes, which a stream of pieces begins with.
                pub const EMPTY: u32 = $empty;
            }

            impl Operation for $whole {
                const NAME: &'static str = $whole_name;
                const SUMMARY: &'static str = concat!($title, " of a byte string");
                const EXPORT: &'static Export = &text::$whole_export;
                const PARAMETERS: Names = &[("bytes", "what to sum up")];

                type Shape = Bytes;
                type Output = u32;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    bytes: B,
                ) -> Result<u32, CallError> {
                    let Span { ptr, len } = bytes.place(frame)?;
                    Ok(frame.invoke_i32(Self::EXPORT, &[ptr.into(), len.into()])? as u32)
                }

                fn kernel_in_pieces<F: Frame>(
                    frame: &mut F,
                    bytes: &[u8],
                    cuts: &[usize],
                ) -> Option<Result<u32, CallError>> {
                    let mut pieces = crate::ops::pieces(bytes, cuts);
                    Some(pieces.try_fold(Self::EMPTY, |sum, piece| {
                        $update::kernel::<F, &[u8]>(frame, (sum, piece))
                    }))
                }
            }

            #[cfg(feature = "native")]
            impl Native for $whole {
                fn native(bytes: &[u8]) -> u32 {
                    $update::native((Self::EMPTY, bytes))
                }

                fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
                    generator.bytes(len)
                }

                fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
                    generator.source_text(len)
                }
            }

            #[doc = concat!(
                $title, " of what a sum is that of, followed by more bytes (", $spec, "). It begins with [`",
                stringify!($whole), "::EMPTY`]."
            )]
            #[derive(Debug)]
            pub struct $update;

            impl Operation for $update {
                const NAME: &'static str = $update_name;
                const SUMMARY: &'static str = concat!($title, " after more bytes");
                const EXPORT: &'static Export = &text::$update_export;
                const PARAMETERS: Names = &[
                    ("sum", "that of what comes before"),
                    ("bytes", "what follows"),
                ];

                type Shape = (U32, Bytes);
                type Output = u32;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    (sum, bytes): Input<'a, Self, B>,
                ) -> Result<u32, CallError> {
                    let Span { ptr, len } = bytes.place(frame)?;
                    let arguments = [sum.into(), ptr.into(), len.into()];
                    Ok(frame.invoke_i32(Self::EXPORT, &arguments)? as u32)
                }
            }

            #[cfg(feature = "native")]
            impl Native for $update {
                fn native((sum, bytes): (u32, &[u8])) -> u32 {
                    let native: fn(u32, &[u8]) -> u32 = $native;
                    native(sum, bytes)
                }

                fn generate(generator: &mut Generator, len: usize) -> (u32, Vec<u8>) {
                    let sum = generator.number(0..=u32::MAX as usize) as u32;
                    (sum, generator.bytes(len))
                }

                fn workload(generator: &mut Generator, len: usize) -> (u32, Vec<u8>) {
                    ($whole::EMPTY, generator.source_text(len))
                }
            }
        )*
    };
}

checksums! {
    "CRC-32" "ISO 3309", from 0:
    Crc32 "crc32" CRC32,
    Crc32Update "crc32_update" CRC32_UPDATE,
    native |sum, bytes| {
        let mut hasher = crc32fast::Hasher::new_with_initial(sum);
        hasher.update(bytes);
        hasher.finalize()
    };

    "CRC-32C" "RFC 3720", from 0:
    Crc32c "crc32c" CRC32C,
    Crc32cUpdate "crc32c_update" CRC32C_UPDATE,
    native crc32c::crc32c_append;

    "Adler-32" "RFC 1950", from 1:
    Adler32 "adler32" ADLER32,
    Adler32Update "adler32_update" ADLER32_UPDATE,
    native |sum, bytes| {
        /// The modulus, which the crate takes the halves of a sum to be below.
        const MODULUS: u32 = 65_521;
        let sum = (((sum >> 16) % MODULUS) << 16) | ((sum & 0xffff) % MODULUS);
        let mut adler = simd_adler32::Adler32::from_checksum(sum);
        adler.write(bytes);
        adler.finish()
    };
}
