//! What has no name of its own is known by an identity.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// A UUID of version 7 (RFC 9562): 16 bytes that no other process makes, larger with each one that this
/// process makes, whatever the clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Uuid);

/// A text that is no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no UUID")]
#[non_exhaustive]
pub struct IdError {
    /// The text.
    pub text: String,
}

impl Id {
    /// A new one.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each one is another")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The identity of these bytes, whatever version it is.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::try_parse(text).map(Self).map_err(|_| IdError {
            text: text.to_owned(),
        })
    }
}

/// As text.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_larger_than_the_one_before() {
        let ids: Vec<_> = (0..10_000).map(|_| Id::new()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        let id = ids[0];
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(Id::from_bytes(*id.as_bytes()), id);
        let error = "x".parse::<Id>().unwrap_err();
        assert_eq!(error.to_string(), "`x` is no UUID");
    }
}
