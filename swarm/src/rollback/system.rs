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
    /// What is looked at after edits.
    Hooks,
}

/// A text that names no system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no system `{name}`: expected memory, messages or hooks")]
#[non_exhaustive]
pub struct SystemError {
    /// The text.
    pub name: String,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Messages, Self::Hooks];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Messages => "messages",
            Self::Hooks => "hooks",
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
