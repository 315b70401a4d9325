//! Why there is no envelope, and what is wrong with bytes that are none.

use std::sync::Arc;

use super::sealed::OVERHEAD;
use super::{HEAD, KeyNumber, LONGEST_HEADER};

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
    /// A sealed body is shorter than what stands around it.
    #[error("a sealed body of {len} bytes is shorter than {OVERHEAD}")]
    ShortSealed {
        /// Its length.
        len: usize,
    },
    /// It is sealed, and whoever wants to read it has no keys at all.
    #[error("it is sealed with key {key}, and there is no key here")]
    Sealed {
        /// The number of its key.
        key: KeyNumber,
    },
    /// It is sealed with a key that is not among those that are here.
    #[error("it is sealed with key {key}, which is not among those here")]
    OtherKey {
        /// The number of its key.
        key: KeyNumber,
    },
    /// It is not sealed, and whoever wants to read it has keys, and takes only what is.
    #[error("it is not sealed, and what is read with a key has to be")]
    NotSealed,
    /// Something of it was changed, or it was sealed with another key.
    #[error("it is not authentic: something of it was changed")]
    Unauthentic,
    /// It was sealed for another channel than the one that it is in.
    #[error("it was sealed for channel {channel}")]
    Elsewhere {
        /// The channel that it was sent to.
        channel: String,
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
