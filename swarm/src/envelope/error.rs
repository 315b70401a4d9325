//! Why there is no envelope, and what is wrong with bytes that are none.

use std::sync::Arc;

use super::{HEAD, LONGEST_HEADER};

/// Why bytes are no envelope, or a message does not fit into one.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Bytes are missing at the end.
    #[error("it has {len} bytes, and needs {needed}")]
    Cut {
        /// How many there are.
        len: usize,
        /// How many there must be: 40, or what the lengths in these say.
        needed: usize,
    },
    /// There is something behind it.
    #[error("it ends at byte {at}, and there are {len}")]
    Behind {
        /// Where it ends.
        at: usize,
        /// How many bytes there are.
        len: usize,
    },
    /// It does not begin as an envelope.
    #[error("it does not begin with KWM1")]
    Magic,
    /// Flags that are not known here.
    #[error("byte 4: the flags {flags:#04x} are not known here")]
    Flags {
        /// All of them.
        flags: u8,
    },
    /// A priority that there is not.
    #[error("byte 5: there is no priority {found}")]
    Priority {
        /// Its number.
        found: u8,
    },
    /// The header is too long.
    #[error("a header of {len} bytes is longer than {LONGEST_HEADER}")]
    LongHeader {
        /// Its length.
        len: usize,
    },
    /// The body is too long.
    #[error("a body of {len} bytes is longer than {most}")]
    LongBody {
        /// Its length.
        len: usize,
        /// The longest that there may be.
        most: usize,
    },
    /// A body that is not compressed has two lengths.
    #[error("bytes 8 to 15: a body that is not compressed has {body} bytes, and {raw}")]
    Lengths {
        /// The one.
        body: usize,
        /// The other.
        raw: usize,
    },
    /// The bytes are not those that were written.
    #[error("its sum is {found:016x}, and {stored:016x} stands at byte 32")]
    Sum {
        /// The sum that was written.
        stored: u64,
        /// That of the bytes.
        found: u64,
    },
    /// The header is no JSON, or none of a header.
    #[error("the header, from byte {HEAD} on: {0}")]
    Header(Arc<kilowat::json::Error>),
    /// The body cannot be decompressed to what its length says.
    #[error("the body is no LZ4 block of its length")]
    Block,
    /// No tier of the runtime has answered.
    #[error(transparent)]
    Runtime(#[from] kilowat::Error),
}

impl From<kilowat::json::Error> for EnvelopeError {
    fn from(error: kilowat::json::Error) -> Self {
        match error {
            kilowat::json::Error::Runtime(error) => error.into(),
            error => Self::Header(error.into()),
        }
    }
}
