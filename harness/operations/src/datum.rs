//! Values whose type is known at run time only: what an operation takes and gives where it is
//! called by name.

mod text;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// An argument or a result of an operation that is chosen at run time.
///
/// In a text format, such as JSON, it is one key and what it holds: `{"integer":7}`,
/// `{"order":"less"}`, or `"nothing"`. Bytes are hexadecimal digits, two a byte, as digests are
/// usually written: `{"bytes":"6b696c6f"}`. Numbers that are not finite, which JSON does not have,
/// are the texts `inf`, `-inf` and `NaN`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Datum {
    /// What a search gives that has found nothing.
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// An unsigned integer: a hash, a seed, an offset, a length.
    Integer(u64),
    /// Many of them.
    Integers(Vec<u64>),
    /// A double-precision number.
    Number(#[serde(with = "text::number")] f64),
    /// Many of them.
    Numbers(#[serde(with = "text::numbers")] Vec<f64>),
    /// A byte string.
    Bytes(#[serde(with = "const_hex::serde::no_prefix")] Vec<u8>),
    /// Many of them.
    BytesList(#[serde(with = "text::hex_list")] Vec<Vec<u8>>),
    /// How two values are ordered.
    Order(#[serde(with = "text::Order")] Ordering),
    /// Values that have names.
    Record(BTreeMap<String, Datum>),
    /// An argument only: room for so many bytes, to be written by a function of a user's own module.
    Output(u32),
}

/// The type of a [`Datum`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// [`Datum::Nothing`].
    Nothing,
    /// [`Datum::Bool`].
    Bool,
    /// [`Datum::Integer`].
    Integer,
    /// [`Datum::Integers`].
    Integers,
    /// [`Datum::Number`].
    Number,
    /// [`Datum::Numbers`].
    Numbers,
    /// [`Datum::Bytes`].
    Bytes,
    /// [`Datum::BytesList`].
    BytesList,
    /// [`Datum::Order`].
    Order,
    /// [`Datum::Record`].
    Record,
    /// [`Datum::Output`].
    Output,
}

impl Datum {
    /// Its type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nothing => Kind::Nothing,
            Self::Bool(_) => Kind::Bool,
            Self::Integer(_) => Kind::Integer,
            Self::Integers(_) => Kind::Integers,
            Self::Number(_) => Kind::Number,
            Self::Numbers(_) => Kind::Numbers,
            Self::Bytes(_) => Kind::Bytes,
            Self::BytesList(_) => Kind::BytesList,
            Self::Order(_) => Kind::Order,
            Self::Record(_) => Kind::Record,
            Self::Output(_) => Kind::Output,
        }
    }

    /// A record of these fields.
    pub(crate) fn record<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Nothing => "nothing",
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Integers => "integers",
            Self::Number => "number",
            Self::Numbers => "numbers",
            Self::Bytes => "bytes",
            Self::BytesList => "bytes_list",
            Self::Order => "order",
            Self::Record => "record",
            Self::Output => "output",
        })
    }
}
