//! What is set of a channel, for all who use it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::envelope::LONGEST_BODY;

/// What a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Each message is done by one consumer.
    Queue,
    /// Each message comes to all groups.
    Topic,
    /// Where somebody waits for the answer to a request.
    Answers,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Answers => "answers",
        }
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        let all = [Self::Queue, Self::Topic, Self::Answers];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// What is set of a channel. It is kept with the channel: who opens it without saying something gets what was
/// set before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Settings {
    /// How many messages and dead letters there may be; beyond that nothing is accepted.
    pub limit: u64,
    /// How long a message is the consumer's that has taken it.
    pub lease: Duration,
    /// How often a message is tried before it goes to the dead letters.
    pub attempts: u32,
    /// The longest body, in bytes.
    pub longest_body: usize,
    /// How many messages a topic keeps.
    pub keep: u64,
    /// How long a topic keeps messages.
    pub keep_for: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limit: 100_000,
            lease: Duration::from_secs(30),
            attempts: 5,
            longest_body: LONGEST_BODY,
            keep: 1_000,
            keep_for: Duration::from_hours(24),
        }
    }
}
