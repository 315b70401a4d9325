//! How data are written in text formats, where serde has no way of its own.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Ordering", rename_all = "snake_case")]
pub(super) enum Order {
    Less,
    Equal,
    Greater,
}

/// A number, or the text of one that is not finite.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Other(String),
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        if value.is_finite() {
            Self::Finite(value)
        } else {
            Self::Other(value.to_string())
        }
    }
}

impl TryFrom<Number> for f64 {
    type Error = std::num::ParseFloatError;

    fn try_from(number: Number) -> Result<Self, Self::Error> {
        match number {
            Number::Finite(value) => Ok(value),
            Number::Other(text) => text.parse(),
        }
    }
}

pub(super) mod number {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::Number;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        Number::from(*value).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Number::deserialize(from)?
            .try_into()
            .map_err(D::Error::custom)
    }
}

pub(super) mod numbers {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Number;

    pub(crate) fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().copied().map(Number::from))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let numbers = Vec::<Number>::deserialize(from)?.into_iter();
        let values: Result<_, _> = numbers.map(f64::try_from).collect();
        values.map_err(D::Error::custom)
    }
}

/// Byte strings, each as hexadecimal digits.
pub(super) mod hex_list {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(list: &[Vec<u8>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().map(const_hex::encode))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Vec<u8>>, D::Error> {
        let digits = Vec::<String>::deserialize(from)?.into_iter();
        let list: Result<_, _> = digits.map(const_hex::decode).collect();
        list.map_err(D::Error::custom)
    }
}
