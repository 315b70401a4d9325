//! The systems of a swarm, each of which can be rolled back by itself.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A system of a swarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum System {
    /// Entries, agents, tasks and events.
    Memory,
    /// Queues and topics.
    Messages,
}

/// A text that names no system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no system `{name}`: expected {}", System::ALL.map(System::name).join(" or "))]
#[non_exhaustive]
pub struct SystemError {
    /// The text.
    pub name: String,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Memory, Self::Messages];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Messages => "messages",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for System {
    type Err = SystemError;

    fn from_str(name: &str) -> Result<Self, SystemError> {
        let found = Self::ALL.into_iter().find(|system| system.name() == name);
        found.ok_or_else(|| SystemError {
            name: name.to_owned(),
        })
    }
}

/// By its name.
impl Serialize for System {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
