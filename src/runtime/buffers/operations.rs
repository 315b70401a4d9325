//! The operations over buffers.

#[cfg(feature = "string_ops")]
use std::cmp::Ordering;

use kilowat_operations::frame::{CallError, Frame, Source};
#[cfg(feature = "blake3")]
use kilowat_operations::ops::Blake3;
#[cfg(feature = "md5")]
use kilowat_operations::ops::Md5;
#[cfg(feature = "sha256")]
use kilowat_operations::ops::Sha256;
#[cfg(feature = "sha512")]
use kilowat_operations::ops::Sha512;
#[cfg(feature = "string_ops")]
use kilowat_operations::ops::{Compare, Fnv1a32, Fnv1a64, Matches, Search, SearchAll};
#[cfg(feature = "memory_ops")]
use kilowat_operations::ops::{Equal, Mismatch};
use kilowat_operations::ops::{Listed, Operation as _};
#[cfg(feature = "lz4")]
use kilowat_operations::ops::{Lz4Compress, Lz4Decompress, Lz4Error, Refusal, Xxh32};

#[cfg(feature = "xxhash")]
use kilowat_operations::ops::{Xxh3_64, Xxh64};

use super::Buffer;
#[cfg(any(feature = "memory_ops", feature = "string_ops"))]
use super::BufferOrBytes;
use crate::runtime::call::{Call, Typed};
use crate::runtime::error::Error;

/// An operation whose input is `N` byte strings, each of which may be a buffer's, and parameters.
pub(super) trait OverBuffers<const N: usize>: Listed {
    type Parameters: Copy;

    /// The call over the bytes themselves.
    type OnBytes<'a>: Call<Answer = Self::Output>;

    fn on_bytes(bytes: [&[u8]; N], parameters: Self::Parameters) -> Self::OnBytes<'_>;

    /// The kernel's answer over byte strings, some of which stand in its memory.
    fn in_place<F: Frame>(
        frame: &mut F,
        sources: [Source<'_>; N],
        parameters: Self::Parameters,
    ) -> Result<Self::Output, CallError>;
}

macro_rules! over_buffers {
    ($($feature:literal: $operation:ident($parameters:pat => $type:ty) [$($bytes:ident),*] $input:expr;)*) => {
        $(
            #[cfg(feature = $feature)]
            impl OverBuffers<{ [$(stringify!($bytes)),*].len() }> for $operation {
                type Parameters = $type;
                type OnBytes<'a> = Typed<'a, Self>;

                fn on_bytes(
                    [$($bytes),*]: [&[u8]; { [$(stringify!($bytes)),*].len() }],
                    $parameters: $type,
                ) -> Typed<'_, Self> {
                    Typed($input)
                }

                fn in_place<F: Frame>(
                    frame: &mut F,
                    [$($bytes),*]: [Source<'_>; { [$(stringify!($bytes)),*].len() }],
                    $parameters: $type,
                ) -> Result<Self::Output, CallError> {
                    Self::kernel::<F, Source<'_>>(frame, $input)
                }
            }
        )*
    };
}

over_buffers! {
    "string_ops": Fnv1a32(() => ()) [bytes] bytes;
    "string_ops": Fnv1a64(() => ()) [bytes] bytes;
    "sha256": Sha256(() => ()) [bytes] bytes;
    "sha512": Sha512(() => ()) [bytes] bytes;
    "blake3": Blake3(len => usize) [message] (message, len);
    "md5": Md5(() => ()) [bytes] bytes;
    "lz4": Xxh32(seed => u32) [bytes] (bytes, seed);
    "xxhash": Xxh64(seed => u64) [bytes] (bytes, seed);
    "xxhash": Xxh3_64(seed => u64) [bytes] (bytes, seed);
    "lz4": Lz4Compress(capacity => usize) [bytes] (bytes, capacity);
    "lz4": Lz4Decompress(capacity => usize) [block] (block, capacity);
    "string_ops": Compare(() => ()) [a, b] (a, b);
    "memory_ops": Equal(() => ()) [a, b] (a, b);
    "memory_ops": Mismatch(() => ()) [a, b] (a, b);
    "string_ops": Search(() => ()) [haystack, needle] (haystack, needle);
    "string_ops": SearchAll(capacity => usize) [haystack, needle] (haystack, needle, capacity);
}

#[cfg(feature = "string_ops")]
/// Offsets that a search for all occurrences first has room for.
const OFFSETS: usize = 4 << 10;

/// The kernel works on the bytes where they stand; nothing but the answer is copied. The other
/// operand of a comparison or a search is a buffer of the same module, or bytes, which are copied
/// for the call. Answers and errors are those of the methods of [`Runtime`](crate::Runtime).
///
/// Each of these fails with [`Error::BufferModule`] where the operation is not one of the buffer's
/// module, with [`Error::MemoryBudget`] where there is no memory for what the call needs besides,
/// and with the other [`Error`]s where no tier can answer.
impl Buffer {
    /// The 32-bit FNV-1a hash (draft-eastlake-fnv). Module `string_ops`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a32(&self) -> Result<u32, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.fnv1a32(bytes);
        self.call::<Fnv1a32, 1>([self.operand::<Fnv1a32>()?], (), copied)
    }

    /// The 64-bit FNV-1a hash (draft-eastlake-fnv). Module `string_ops`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "string_ops")]
    pub fn fnv1a64(&self) -> Result<u64, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.fnv1a64(bytes);
        self.call::<Fnv1a64, 1>([self.operand::<Fnv1a64>()?], (), copied)
    }

    /// The SHA-256 (FIPS 180-4). Module `sha256`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "sha256")]
    pub fn sha256(&self) -> Result<[u8; 32], Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.sha256(bytes);
        self.call::<Sha256, 1>([self.operand::<Sha256>()?], (), copied)
    }

    /// The SHA-512 (FIPS 180-4). Module `sha512`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "sha512")]
    pub fn sha512(&self) -> Result<[u8; 64], Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.sha512(bytes);
        self.call::<Sha512, 1>([self.operand::<Sha512>()?], (), copied)
    }

    /// The BLAKE3 (the BLAKE3 paper), `len` bytes of it: 32 are the usual digest. Module `blake3`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "blake3")]
    pub fn blake3_xof(&self, len: usize) -> Result<Vec<u8>, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.blake3_xof(bytes, len);
        self.call::<Blake3, 1>([self.operand::<Blake3>()?], len, copied)
    }

    /// The MD5 (RFC 1321), for checksums only. Module `md5`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "md5")]
    pub fn md5(&self) -> Result<[u8; 16], Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.md5(bytes);
        self.call::<Md5, 1>([self.operand::<Md5>()?], (), copied)
    }

    /// The XXH32 hash (the xxHash specification). Module `lz4`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "lz4")]
    pub fn xxh32(&self, seed: u32) -> Result<u32, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.xxh32(bytes, seed);
        self.call::<Xxh32, 1>([self.operand::<Xxh32>()?], seed, copied)
    }

    /// The XXH64 hash with a seed (the xxHash specification). Module `xxhash`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "xxhash")]
    pub fn xxh64(&self, seed: u64) -> Result<u64, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.xxh64_with_seed(bytes, seed);
        self.call::<Xxh64, 1>([self.operand::<Xxh64>()?], seed, copied)
    }

    /// The XXH3 hash of 64 bits with a seed (the xxHash specification). Module `xxhash`.
    ///
    /// # Errors
    /// As above.
    #[cfg(feature = "xxhash")]
    pub fn xxh3_64(&self, seed: u64) -> Result<u64, Error> {
        let copied = |[bytes]: [&[u8]; 1]| self.runtime.xxh3_64_with_seed(bytes, seed);
        self.call::<Xxh3_64, 1>([self.operand::<Xxh3_64>()?], seed, copied)
    }

    /// A new buffer of the same module with the LZ4 block of these bytes (LZ4 Block Format
    /// Description). Module `lz4`.
    ///
    /// # Errors
    /// As above, and [`Error::Input`] with [`Lz4Error::TooLarge`] for more than `0x7e00_0000` bytes.
    #[cfg(feature = "lz4")]
    pub fn lz4_compress(&self) -> Result<Self, Error> {
        let operand = self.operand::<Lz4Compress>()?;
        if self.len() > Lz4Compress::LONGEST {
            return Err(Refusal::from(Lz4Error::TooLarge).into());
        }
        let capacity = Lz4Compress::bound(self.len());
        let copied = |[bytes]: [&[u8]; 1]| {
            let input = (bytes, capacity);
            self.runtime.run_operation::<Lz4Compress>(input)
        };
        let block = self.call::<Lz4Compress, 1>([operand], capacity, copied)?;
        self.sibling(&block.map_err(Refusal::from)?)
    }

    /// A new buffer of the same module with the content of this LZ4 block, of at most `capacity`
    /// bytes (LZ4 Block Format Description). Module `lz4`.
    ///
    /// # Errors
    /// As above, and [`Error::Input`] with [`Lz4Error::OutputTooSmall`] for a longer content and
    /// [`Lz4Error::Malformed`] for what is no block.
    #[cfg(feature = "lz4")]
    pub fn lz4_decompress(&self, capacity: usize) -> Result<Self, Error> {
        let copied = |[block]: [&[u8]; 1]| {
            let input = (block, capacity);
            self.runtime.run_operation::<Lz4Decompress>(input)
        };
        let operand = self.operand::<Lz4Decompress>()?;
        let content = self.call::<Lz4Decompress, 1>([operand], capacity, copied)?;
        self.sibling(&content.map_err(Refusal::from)?)
    }

    /// The order of this and other bytes, as slices are ordered. Module `string_ops`.
    ///
    /// # Errors
    /// As above, and [`Error::ForeignBuffer`].
    #[cfg(feature = "string_ops")]
    pub fn compare<'a>(&self, other: impl Into<BufferOrBytes<'a>>) -> Result<Ordering, Error> {
        let operands = self.with::<Compare>(other.into())?;
        let copied = |[a, b]: [&[u8]; 2]| self.runtime.compare(a, b);
        self.call::<Compare, 2>(operands, (), copied)
    }

    /// Whether these are the same bytes as others. Module `memory_ops`.
    ///
    /// # Errors
    /// As above, and [`Error::ForeignBuffer`].
    #[cfg(feature = "memory_ops")]
    pub fn equal<'a>(&self, other: impl Into<BufferOrBytes<'a>>) -> Result<bool, Error> {
        let operands @ [a, b] = self.with::<Equal>(other.into())?;
        if a.len() != b.len() {
            return Ok(false);
        }
        let copied = |[a, b]: [&[u8]; 2]| self.runtime.equal(a, b);
        self.call::<Equal, 2>(operands, (), copied)
    }

    /// The offset of the first byte in which these and other bytes differ. Where one is the beginning
    /// of the other, that is the length of the shorter one; `None` where they are equal. Module
    /// `memory_ops`.
    ///
    /// # Errors
    /// As above, and [`Error::ForeignBuffer`].
    #[cfg(feature = "memory_ops")]
    pub fn mismatch<'a>(
        &self,
        other: impl Into<BufferOrBytes<'a>>,
    ) -> Result<Option<usize>, Error> {
        let operands @ [a, b] = self.with::<Mismatch>(other.into())?;
        let common = a.len().min(b.len());
        let operands = operands.map(|operand| operand.prefix(common));
        let copied = |[a, b]: [&[u8]; 2]| self.runtime.mismatch(a, b);
        let found = self.call::<Mismatch, 2>(operands, (), copied)?;
        Ok(found.or_else(|| (a.len() != b.len()).then_some(common)))
    }

    /// The offset of the first occurrence of a needle. An empty one is at 0. Module `string_ops`.
    ///
    /// # Errors
    /// As above, and [`Error::ForeignBuffer`].
    #[cfg(feature = "string_ops")]
    pub fn search<'a>(&self, needle: impl Into<BufferOrBytes<'a>>) -> Result<Option<usize>, Error> {
        let operands = self.with::<Search>(needle.into())?;
        let copied = |[haystack, needle]: [&[u8]; 2]| self.runtime.search(haystack, needle);
        self.call::<Search, 2>(operands, (), copied)
    }

    /// The offsets of all occurrences of a needle, left to right, that do not overlap. An empty one
    /// is at every offset, the end included. Module `string_ops`.
    ///
    /// # Errors
    /// As above, and [`Error::ForeignBuffer`].
    #[cfg(feature = "string_ops")]
    pub fn search_all<'a>(
        &self,
        needle: impl Into<BufferOrBytes<'a>>,
    ) -> Result<Vec<usize>, Error> {
        let operands @ [haystack, _] = self.with::<SearchAll>(needle.into())?;
        let _series = self.runtime.series::<SearchAll>(haystack.len());
        let mut capacity = OFFSETS.min(haystack.len() + 1);
        loop {
            let copied = |[haystack, needle]: [&[u8]; 2]| {
                let offsets = self.runtime.search_all(haystack, needle)?;
                let count = offsets.len();
                Ok(Matches { count, offsets })
            };
            let found = self.call::<SearchAll, 2>(operands, capacity, copied)?;
            if found.count == found.offsets.len() {
                return Ok(found.offsets);
            }
            capacity = found.count;
        }
    }
}
