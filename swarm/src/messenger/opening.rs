//! How a channel is opened.

use std::marker::PhantomData;
use std::time::Duration;

use super::channel::{Channel, KindOf, Queue, Topic};
use super::engine::Change;
use crate::error::Error;
use crate::names;
use crate::swarm::Swarm;

/// A channel that is to be opened, with what is to be set of it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Opening<K> {
    swarm: Swarm,
    name: String,
    change: Change,
    kind: PhantomData<K>,
}

impl<K: KindOf> Opening<K> {
    pub(super) fn new(swarm: &Swarm, name: &str) -> Self {
        Self {
            swarm: swarm.clone(),
            name: name.to_owned(),
            change: Change::default(),
            kind: PhantomData,
        }
    }

    /// How many messages and dead letters there may be: 100,000 unless it is set.
    pub fn limit(mut self, limit: u64) -> Self {
        self.change.limit = Some(limit);
        self
    }

    /// How long a message is the consumer's that has taken it: 30 seconds unless it is set.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.change.lease = Some(lease);
        self
    }

    /// How often a message is tried before it goes to the dead letters: 5 times unless it is set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.change.attempts = Some(attempts.max(1));
        self
    }

    /// The longest body, in bytes: 1 MiB unless it is set.
    pub fn longest_body(mut self, bytes: usize) -> Self {
        self.change.longest_body = Some(bytes);
        self
    }

    /// Opens the channel, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Kind`] where there is a channel of this name that is of the other kind; the others as of
    /// [every write](Swarm#writes).
    pub fn open(self) -> Result<Channel<K>, Error> {
        names::check("the channel", &self.name)?;
        let engine = self.swarm.engine();
        let settings = engine.open(&self.name, K::KIND, &self.change)?;
        Ok(Channel::new(self.swarm, engine, self.name, settings))
    }
}

impl Opening<Topic> {
    /// How many messages are kept at most, and for how long: 1,000 and a day unless it is set. What a group has
    /// not done yet is kept beyond that.
    pub fn keep(mut self, messages: u64, time: Duration) -> Self {
        self.change.keep = Some(messages);
        self.change.keep_for = Some(time);
        self
    }
}

impl KindOf for Queue {
    const KIND: super::Kind = super::Kind::Queue;
}

impl KindOf for Topic {
    const KIND: super::Kind = super::Kind::Topic;
}
