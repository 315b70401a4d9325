//! How an LZ4 frame is made.

use std::ops::Range;

use super::format::{
    BLOCK_CHECKSUM, CONTENT_CHECKSUM, CONTENT_SIZE, INDEPENDENT, VERSION, block_size,
};
use crate::argument::{ArgumentError, Given};
use crate::frame::ByteString;
use crate::shape::Field;
use crate::value::{Kind, Value};

/// The levels that are not the fastest way.
const LEVELS: Range<u32> = 3..13;
/// Where the level stands in the flags.
const LEVEL_SHIFT: u32 = 16;

/// How much content a block of a frame may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lz4BlockSize {
    /// 64 KiB.
    KiB64,
    /// 256 KiB.
    #[default]
    KiB256,
    /// 1 MiB.
    MiB1,
    /// 4 MiB.
    MiB4,
}

impl Lz4BlockSize {
    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        block_size(self.flags())
    }

    fn flags(self) -> u32 {
        match self {
            Self::KiB64 => 0x4000,
            Self::KiB256 => 0x5000,
            Self::MiB1 => 0x6000,
            Self::MiB4 => 0x7000,
        }
    }
}

/// How an LZ4 frame is made: with linked blocks of 256 KiB and a checksum of the content, as fast as
/// can be, where nothing else is said.
///
/// ```
/// use kilowat_operations::ops::{Lz4BlockSize, Lz4FrameOptions};
///
/// let options = Lz4FrameOptions::new()
///     .block_size(Lz4BlockSize::MiB4)
///     .linked(false)
///     .content_size(Some(1 << 30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lz4FrameOptions {
    block_size: Lz4BlockSize,
    linked: bool,
    block_checksums: bool,
    content_checksum: bool,
    content_size: Option<u64>,
    level: u32,
}

impl Default for Lz4FrameOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl Lz4FrameOptions {
    /// Linked blocks of 256 KiB and a checksum of the content.
    #[must_use]
    pub fn new() -> Self {
        Self {
            block_size: Lz4BlockSize::default(),
            linked: true,
            block_checksums: false,
            content_checksum: true,
            content_size: None,
            level: 0,
        }
    }

    /// How much content a block holds. Longer blocks compress better and need more memory on both
    /// sides.
    #[must_use]
    pub fn block_size(self, block_size: Lz4BlockSize) -> Self {
        Self { block_size, ..self }
    }

    /// Whether a block may refer to the content before it. That compresses better, above all short
    /// blocks; but then each block needs the one before it to be read.
    #[must_use]
    pub fn linked(self, linked: bool) -> Self {
        Self { linked, ..self }
    }

    /// Whether each block has a checksum, so that damage is seen before the block is read. It is that
    /// of the block's data, and not of the bit that says whether the data is compressed.
    #[must_use]
    pub fn block_checksums(self, block_checksums: bool) -> Self {
        Self {
            block_checksums,
            ..self
        }
    }

    /// Whether the content has a checksum.
    #[must_use]
    pub fn content_checksum(self, content_checksum: bool) -> Self {
        Self {
            content_checksum,
            ..self
        }
    }

    /// The length of the content, where the header is to say it. A content of another length is an
    /// error.
    #[must_use]
    pub fn content_size(self, content_size: Option<u64>) -> Self {
        Self {
            content_size,
            ..self
        }
    }

    /// The length of the content, where the header is to say it.
    #[must_use]
    pub fn declared_size(&self) -> Option<u64> {
        self.content_size
    }

    /// How much time goes into short blocks: 3 to 12, from the fastest to the tightest, as with the tool `lz4`.
    /// Less is the fastest way, which is meant where nothing is said; more is 12. Native code has no
    /// levels.
    #[must_use]
    pub fn level(self, level: u32) -> Self {
        let level = if level < LEVELS.start {
            0
        } else {
            level.min(LEVELS.end - 1)
        };
        Self { level, ..self }
    }

    /// How many bytes of content a block holds.
    #[must_use]
    pub fn block_bytes(&self) -> usize {
        self.block_size.bytes()
    }

    /// The first two bytes of the frame's descriptor and above them the level, as the kernels take them.
    #[must_use]
    pub fn flags(&self) -> u32 {
        let mut flags = VERSION | self.block_size.flags() | self.level << LEVEL_SHIFT;
        for (is_set, flag) in [
            (!self.linked, INDEPENDENT),
            (self.block_checksums, BLOCK_CHECKSUM),
            (self.content_checksum, CONTENT_CHECKSUM),
            (self.content_size.is_some(), CONTENT_SIZE),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        flags
    }

    /// The options that have these flags, if any do.
    pub(crate) fn from_flags(flags: u32, content_size: u64) -> Option<Self> {
        let options = Self::nearest_to_flags(flags, content_size);
        (options.flags() == flags).then_some(options)
    }

    pub(crate) fn nearest_to_flags(flags: u32, content_size: u64) -> Self {
        let has = |flag| flags & flag != 0;
        Self {
            block_size: match flags & 0x7000 {
                0x4000 => Lz4BlockSize::KiB64,
                0x5000 => Lz4BlockSize::KiB256,
                0x6000 => Lz4BlockSize::MiB1,
                _ => Lz4BlockSize::MiB4,
            },
            linked: !has(INDEPENDENT),
            block_checksums: has(BLOCK_CHECKSUM),
            content_checksum: has(CONTENT_CHECKSUM),
            content_size: has(CONTENT_SIZE).then_some(content_size),
            level: 0,
        }
        .level(flags >> LEVEL_SHIFT)
    }
}

/// Options by name: the first two bytes of the frame's descriptor and above them the level, or 0 for those
/// that are meant where nothing is said.
#[derive(Debug)]
pub struct FrameFlags;

impl Field for FrameFlags {
    type Case = Lz4FrameOptions;
    type Input<'a, B: ByteString<'a>> = Lz4FrameOptions;

    const KIND: Kind = Kind::Integer;

    fn borrow(case: &Lz4FrameOptions) -> Lz4FrameOptions {
        *case
    }

    fn own(input: Lz4FrameOptions) -> Lz4FrameOptions {
        input
    }

    fn parse<'a, B: ByteString<'a>>(argument: Given<'a>) -> Result<Lz4FrameOptions, ArgumentError> {
        let options = match argument.u32()? {
            0 => Some(Lz4FrameOptions::new()),
            // The size is that of the bytes.
            set => Lz4FrameOptions::from_flags(set, 0),
        };
        options.ok_or_else(|| argument.is_no("flags of an LZ4 frame"))
    }

    fn value(input: Lz4FrameOptions) -> Option<Value> {
        Some(Value::Integer(input.flags().into()))
    }
}
