//! Why a Brotli stream is refused, and where.

use crate::frame::{CallError, FaultRecord};
use crate::refusal::{Refuses, Status};
use kilowat_engine::WasmValue;
use kilowat_kernels::Export;
use kilowat_kernels::brotli::wrong;

/// Why a Brotli stream is refused, and where.
///
/// Each tier refuses the same streams with the same [status](Refuses::status). A kernel says the rest as precisely as
/// it can be said, native code about as well. So two errors are equal where their statuses are.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{}{fault}", self.place())]
pub struct BrotliError {
    /// The byte of the stream in which what is wrong ends; the stream's length where it ends too early. Where there is
    /// less room than content, that has no place, and this is 0.
    pub offset: usize,
    /// What is wrong.
    pub fault: BrotliFault,
}

/// What is wrong with a Brotli stream (RFC 7932).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrotliFault {
    /// It ends where it should go on.
    #[error("the stream is cut short")]
    Ends = wrong::ENDS as isize,
    /// Something follows its end.
    #[error("something follows the end of the stream")]
    Trailing = wrong::TRAILING as isize,
    /// Its window has more than 24 bits, which RFC 7932 does not know.
    #[error("the stream has a large window, and those are not supported")]
    LargeWindow = wrong::LARGE_WINDOW as isize,
    /// The length of a metablock is written with a digit too many.
    #[error("the length of a metablock has a digit too many")]
    Length = wrong::LENGTH as isize,
    /// A reserved bit is set.
    #[error("a reserved bit is set")]
    Reserved = wrong::RESERVED as isize,
    /// Bits that fill a byte up are not 0.
    #[error("bits that fill a byte up are not 0")]
    Padding = wrong::PADDING as isize,
    /// A prefix code has a symbol that there is not, or has one twice.
    #[error("a prefix code has a symbol that there is not, or has one twice")]
    Symbol = wrong::SYMBOL as isize,
    /// The lengths of a prefix code make none.
    #[error("the lengths of a prefix code do not make one")]
    Code = wrong::CODE as isize,
    /// A context map is longer than it can be.
    #[error("a context map is longer than it can be")]
    Map = wrong::MAP as isize,
    /// A block ends, and there is no other type of blocks.
    #[error("a block ends, and there is no other type of blocks")]
    Block = wrong::BLOCK as isize,
    /// A distance reaches before the content, and is no word of the dictionary.
    #[error("a distance reaches before the content, and is no word of the dictionary")]
    Distance = wrong::DISTANCE as isize,
    /// A command is longer than what is left of its metablock.
    #[error("a command is longer than what is left of its metablock")]
    Overlong = wrong::OVERLONG as isize,
    /// The content is longer than the room.
    #[error("the content is longer than the output has room for")]
    Room = wrong::ROOM as isize,
    /// It had begun on a tier that can go on no more, and native code takes a stream up at its start only.
    #[error("no tier is left that can go on with the stream")]
    Interrupted,
}

impl BrotliFault {
    const ALL: [Self; 13] = [
        Self::Ends,
        Self::Trailing,
        Self::LargeWindow,
        Self::Length,
        Self::Reserved,
        Self::Padding,
        Self::Symbol,
        Self::Code,
        Self::Map,
        Self::Block,
        Self::Distance,
        Self::Overlong,
        Self::Room,
    ];

    fn from_code(code: u16) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|fault| *fault as u16 == code)
    }

    fn status(self) -> Status {
        match self {
            Self::Room => Status::OutputTooSmall,
            Self::LargeWindow | Self::Interrupted => Status::Unsupported,
            _ => Status::Malformed,
        }
    }
}

impl BrotliError {
    /// There is less room than content.
    pub(super) const ROOM: Self = Self {
        offset: 0,
        fault: BrotliFault::Room,
    };

    fn place(&self) -> String {
        match self.fault {
            BrotliFault::Room => String::new(),
            _ => format!("at byte {}: ", self.offset),
        }
    }

    /// The error that a kernel speaks of.
    pub(super) fn of_kernel(
        export: &'static Export,
        status: i32,
        record: FaultRecord,
    ) -> Result<Self, CallError> {
        BrotliFault::from_code(record.code)
            .filter(|fault| fault.status().code() == status)
            .map(|fault| Self {
                offset: record.start as usize,
                fault,
            })
            .ok_or(CallError::Contract {
                export: export.name,
                value: Some(WasmValue::I32(status)),
            })
    }
}

impl PartialEq for BrotliError {
    fn eq(&self, other: &Self) -> bool {
        self.status() == other.status()
    }
}

impl Eq for BrotliError {}

impl Refuses for BrotliError {
    fn status(&self) -> Status {
        self.fault.status()
    }

    fn offset(&self) -> Option<u64> {
        (self.fault != BrotliFault::Room).then_some(self.offset as u64)
    }
}
