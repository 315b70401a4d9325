//! Checksums of 32 bits: CRC-32, CRC-32C and Adler-32.

use kilowat_operations::ops::{self, Adler32Update, Crc32Update, Crc32cUpdate};

use crate::runtime::{Error, PIECE, Runtime};

/// A checksum's methods and its function.
macro_rules! checksum {
    (
        $title:literal, $spec:literal;
        $whole:ident by $operation:ident, $update:ident by $piece:ident, $check:literal
    ) => {
        impl Runtime {
            #[doc = concat!("The ", $title, " of `bytes` (", $spec, ").")]
            ///
            /// ```
            /// let runtime = kilowat::Runtime::new();
            #[doc = concat!("assert_eq!(runtime.", stringify!($whole), "(b\"123456789\")?, ", $check, ");")]
            /// # Ok::<(), kilowat::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error`] where no tier can answer.
            pub fn $whole(&self, bytes: &[u8]) -> Result<u32, Error> {
                if bytes.len() <= PIECE {
                    return self.run_operation::<ops::$operation>(bytes);
                }
                self.$update(ops::$operation::EMPTY, bytes)
            }

            #[doc = concat!(
                "The ", $title, " of what `sum` is that of, followed by `bytes` (", $spec, ")."
            )]
            ///
            /// # Errors
            /// [`Error`] where no tier can answer.
            pub fn $update(&self, sum: u32, bytes: &[u8]) -> Result<u32, Error> {
                let mut series = self.piece::<$piece>(bytes.len());
                bytes.chunks(PIECE).try_fold(sum, |sum, piece| {
                    series.next_call();
                    self.run_operation::<$piece>((sum, piece))
                })
            }
        }

        #[doc = concat!(
            "The ", $title, " of `bytes` (", $spec, "), as of [`Runtime::", stringify!($whole),
            "`], on the [shared runtime](Runtime::shared)."
        )]
        ///
        /// # Errors
        /// [`Error`] where no tier can answer.
        pub fn $whole(bytes: &[u8]) -> Result<u32, Error> {
            Runtime::shared().$whole(bytes)
        }
    };
}

checksum! {
    "CRC-32", "ISO 3309; that of gzip and PNG";
    crc32 by Crc32, crc32_update by Crc32Update, "0xcbf4_3926"
}

checksum! {
    "CRC-32C", "RFC 3720; that of iSCSI and ext4";
    crc32c by Crc32c, crc32c_update by Crc32cUpdate, "0xe306_9283"
}

checksum! {
    "Adler-32", "RFC 1950; that of zlib";
    adler32 by Adler32, adler32_update by Adler32Update, "0x091e_01de"
}
