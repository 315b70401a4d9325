//! Values whose type is known at run time only: what an operation takes and gives where it is
//! called by name.

mod text;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// An argument or a result of an operation that is chosen at run time.
///
/// Most operations take and give the dense forms: [`Bytes`](Self::Bytes), [`Numbers`](Self::Numbers),
/// [`Integers`](Self::Integers) and [`BytesList`](Self::BytesList) are one piece of memory each, or one
/// for each byte string, and a call reads them where they are. [`List`](Self::List) and
/// [`Map`](Self::Map) hold values of any types, at the price of a `Value` each. Where bytes are asked
/// for, a [`Text`](Self::Text) is taken as its UTF-8, and where byte strings are, a list of bytes and
/// texts.
///
/// In a text format, such as JSON, it is one key and what it holds: `{"integer":7}`,
/// `{"text":"kilo"}`, `{"order":"less"}`, or `"nothing"`. Bytes are hexadecimal digits, two a byte, as
/// digests are usually written: `{"bytes":"6b696c6f"}`. Numbers that are not finite, which JSON does not
/// have, are the texts `inf`, `-inf` and `NaN`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// What a search gives that has found nothing, and what is given where there is nothing to give.
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// An unsigned integer: a hash, a seed, an offset, a length.
    Integer(u64),
    /// Many of them, in one piece.
    Integers(Vec<u64>),
    /// An integer with a sign.
    Signed(i64),
    /// A double-precision number.
    Number(#[serde(with = "text::number")] f64),
    /// Many of them, in one piece.
    Numbers(#[serde(with = "text::numbers")] Vec<f64>),
    /// A byte string.
    Bytes(#[serde(with = "const_hex::serde::no_prefix")] Vec<u8>),
    /// Many of them.
    BytesList(#[serde(with = "text::hex_list")] Vec<Vec<u8>>),
    /// A text.
    Text(String),
    /// How two values are ordered.
    Order(#[serde(with = "text::Order")] Ordering),
    /// Many values, of one type or of several.
    List(Vec<Value>),
    /// Values that have names.
    Map(BTreeMap<String, Value>),
    /// An argument only: room for so many bytes, to be written by a function of a user's own module.
    Output(u32),
}

/// The type of a [`Value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// [`Value::Nothing`].
    Nothing,
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Integer`].
    Integer,
    /// [`Value::Integers`].
    Integers,
    /// [`Value::Signed`].
    Signed,
    /// [`Value::Number`].
    Number,
    /// [`Value::Numbers`].
    Numbers,
    /// [`Value::Bytes`].
    Bytes,
    /// [`Value::BytesList`].
    BytesList,
    /// [`Value::Text`].
    Text,
    /// [`Value::Order`].
    Order,
    /// [`Value::List`].
    List,
    /// [`Value::Map`].
    Map,
    /// [`Value::Output`].
    Output,
}

impl Value {
    /// Its type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nothing => Kind::Nothing,
            Self::Bool(_) => Kind::Bool,
            Self::Integer(_) => Kind::Integer,
            Self::Integers(_) => Kind::Integers,
            Self::Signed(_) => Kind::Signed,
            Self::Number(_) => Kind::Number,
            Self::Numbers(_) => Kind::Numbers,
            Self::Bytes(_) => Kind::Bytes,
            Self::BytesList(_) => Kind::BytesList,
            Self::Text(_) => Kind::Text,
            Self::Order(_) => Kind::Order,
            Self::List(_) => Kind::List,
            Self::Map(_) => Kind::Map,
            Self::Output(_) => Kind::Output,
        }
    }

    /// What it is where bytes are asked for: a byte string, or the UTF-8 of a text.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// A map of these fields.
    pub(crate) fn map<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Nothing => "nothing",
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Integers => "integers",
            Self::Signed => "signed",
            Self::Number => "number",
            Self::Numbers => "numbers",
            Self::Bytes => "bytes",
            Self::BytesList => "bytes_list",
            Self::Text => "text",
            Self::Order => "order",
            Self::List => "list",
            Self::Map => "map",
            Self::Output => "output",
        })
    }
}
