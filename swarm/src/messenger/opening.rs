//! How a channel is opened.

use std::marker::PhantomData;
use std::time::Duration;

use super::channel::{Channel, KindOf, Queue, Topic};
use super::engine::Change;
use crate::envelope::Keyring;
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
    keys: Option<Keyring>,
    kind: PhantomData<K>,
}

impl<K: KindOf> Opening<K> {
    pub(super) fn new(swarm: &Swarm, name: &str) -> Self {
        Self {
            swarm: swarm.clone(),
            name: name.to_owned(),
            change: Change::default(),
            keys: None,
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

    /// Seals what is sent, and takes only what is sealed, with one of these keys. It holds for this opening: whoever
    /// else opens the channel needs the keys, too, and gets [`EnvelopeError::Sealed`](crate::envelope::EnvelopeError)
    /// without any. Headers can be read by all.
    ///
    /// What does not open with these keys becomes a dead letter that says why, as what is damaged does. It can be
    /// [revived](Channel::revive) for who has the key.
    pub fn sealed(mut self, keys: &Keyring) -> Self {
        self.keys = Some(keys.clone());
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
        Ok(Channel::new(
            self.swarm, engine, self.name, settings, self.keys,
        ))
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
