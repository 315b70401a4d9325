//! A channel that is open: what is sent goes through it.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kilowat::Runtime;
use serde::Serialize;

use super::consumer::Consumer;
use super::engine::{Engine, Outgoing, Taker, row};
use super::{Group, Kind, Message, Receipt, Settings};
use crate::clock::Moment;
use crate::envelope::{Envelope, Keyring};
use crate::error::Error;
use crate::identity::Id;
use crate::monitor::{SEND, SENT, timed};
use crate::names;
use crate::swarm::{Shared, Swarm};

/// The kinds of channel that programs open.
pub trait KindOf: Debug + Clone {
    #[doc(hidden)]
    const KIND: Kind;
}

/// That a channel is a queue.
#[derive(Debug, Clone, Copy)]
pub struct Queue;

/// That a channel is a topic.
#[derive(Debug, Clone, Copy)]
pub struct Topic;

/// The group of all consumers of a queue.
pub(super) const QUEUE: &str = "queue";

/// An open channel: a [`Queue`] or a [`Topic`]. Clones are the same.
#[derive(Debug, Clone)]
pub struct Channel<K> {
    pub(super) swarm: Swarm,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) name: String,
    pub(super) settings: Settings,
    pub(super) keys: Option<Keyring>,
    kind: PhantomData<K>,
}

/// What there is in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChannelStats {
    /// Its name.
    pub channel: String,
    /// Its kind.
    pub kind: Kind,
    /// Messages and dead letters, of which there may be no more than the limit.
    pub held: u64,
    /// The limit.
    pub limit: u64,
    /// Deliveries, to all groups, that can be taken now.
    pub ready: u64,
    /// Deliveries that have been taken and are under way.
    pub taken: u64,
    /// Deliveries that are not due yet.
    pub delayed: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the oldest message was sent that is not done in some group; nothing where all are.
    pub oldest: Option<Moment>,
    /// The groups of a topic.
    pub groups: Vec<String>,
}

impl<K: KindOf> Channel<K> {
    pub(super) fn new(
        swarm: Swarm,
        engine: Arc<dyn Engine>,
        name: String,
        settings: Settings,
        keys: Option<Keyring>,
    ) -> Self {
        Self {
            swarm,
            engine,
            name,
            settings,
            keys,
            kind: PhantomData,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is set of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sends a message. It is committed when this returns.
    ///
    /// # Errors
    /// [`Error::Full`] where the channel has as much as it may have; [`Error::InFlight`] where this process is sending
    /// as many bytes as [it may](crate::Builder::bytes_in_flight); [`Error::Name`] where a name in it is none;
    /// [`Error::Envelope`] where it does not fit into an envelope, or is said to be JSON and is not;
    /// [`Error::Unknown`] where the channel is gone; the others as of [every write](Swarm#writes).
    pub fn send(&self, message: Message) -> Result<Receipt, Error> {
        let receipts = self.send_batch(vec![message])?;
        // One for each message.
        receipts
            .into_iter()
            .next()
            .ok_or_else(|| Error::Unknown(row(&self.name, Id::new())))
    }

    /// Sends messages in one commit: all of them or, with an error, none.
    ///
    /// # Errors
    /// As of [`send`](Self::send).
    pub fn send_batch(&self, messages: Vec<Message>) -> Result<Vec<Receipt>, Error> {
        let Shared {
            in_flight, monitor, ..
        } = &**self.swarm.shared();
        let bytes = messages.iter().map(|message| message.body.len() as u64);
        let _room = in_flight.enter(bytes.sum())?;
        let outgoing = self.outgoing(messages)?;
        let receipts = timed(monitor, SEND, || self.engine.send(&self.name, &outgoing))?;
        monitor.count(SENT, outgoing.len() as u64, 0);
        Ok(receipts)
    }

    /// Sends a message, and waits while the channel is full or too many bytes are being sent, so long at most.
    ///
    /// # Errors
    /// As of [`send`](Self::send), with [`Error::Full`] or [`Error::InFlight`] when there was no room for all that time.
    pub fn send_within(&self, message: &Message, patience: Duration) -> Result<Receipt, Error> {
        const PAUSE: Duration = Duration::from_millis(5);
        let began = Instant::now();
        loop {
            match self.send(message.clone()) {
                Err(Error::Full { .. } | Error::InFlight { .. }) if began.elapsed() < patience => {
                    std::thread::sleep(PAUSE.min(patience.saturating_sub(began.elapsed())));
                }
                sent => return sent,
            }
        }
    }

    /// What there is in it; nothing where it is gone.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn stats(&self) -> Result<Option<ChannelStats>, Error> {
        let all = self.engine.channels()?;
        Ok(all.into_iter().find(|stats| stats.channel == self.name))
    }

    /// Opens envelopes.
    fn opened(&self, stored: &[(Id, Vec<u8>)]) -> Result<Vec<Envelope>, Error> {
        let bytes: Vec<&[u8]> = stored.iter().map(|(_, bytes)| &bytes[..]).collect();
        let keys = self.keys.as_ref();
        let opened = Envelope::open_all_with(self.swarm.runtime(), &bytes, usize::MAX, keys);
        let opened = opened.map_err(|error| Error::envelope(row(&self.name, Id::new()), error))?;
        let named = opened.into_iter().zip(stored).map(|(envelope, (id, _))| {
            envelope.map_err(|error| Error::envelope(row(&self.name, *id), error))
        });
        named.collect()
    }

    pub(super) fn outgoing(&self, messages: Vec<Message>) -> Result<Vec<Outgoing>, Error> {
        let runtime = self.swarm.runtime();
        outgoing(
            runtime,
            &self.name,
            &self.settings,
            self.keys.as_ref(),
            messages,
            self.engine.now(),
        )
    }

    fn taker(&self, group: &str, owner: &str) -> Taker {
        Taker {
            kind: K::KIND,
            channel: self.name.clone(),
            group: group.to_owned(),
            owner: owner.to_owned(),
        }
    }
}

impl Channel<Queue> {
    /// The messages that come first, so many at most, whether somebody has taken them or not. Nothing is taken.
    ///
    /// # Errors
    /// [`Error::Envelope`] where one is damaged; the others as of [every read](Swarm#reads).
    pub fn peek(&self, most: u32) -> Result<Vec<Envelope>, Error> {
        self.opened(&self.engine.peek(&self.name, most)?)
    }

    /// Somebody who takes messages, by the name that those are to see who ask what became of one.
    ///
    /// # Errors
    /// [`Error::Name`] where the name is none.
    pub fn consumer(&self, name: &str) -> Result<Consumer, Error> {
        names::check("the consumer", name)?;
        let (swarm, engine) = (self.swarm.clone(), Arc::clone(&self.engine));
        let taker = self.taker(QUEUE, name);
        Ok(Consumer::new(
            swarm,
            engine,
            taker,
            self.settings.clone(),
            self.keys.clone(),
            false,
        ))
    }
}

impl Channel<Topic> {
    /// Somebody who takes messages for a group, which gets all that are sent from now on.
    ///
    /// # Errors
    /// [`Error::Name`] where a name is none; the others as of [every write](Swarm#writes).
    pub fn subscribe(&self, group: &Group, name: &str) -> Result<Consumer, Error> {
        names::check("the consumer", name)?;
        let (group, is_own) = match group {
            Group::Shared(group) => (group.clone(), false),
            Group::Own => (format!("own:{}", Id::new()), true),
        };
        names::check("the group", &group)?;
        self.engine.join(&self.name, &group, is_own)?;
        let (swarm, engine) = (self.swarm.clone(), Arc::clone(&self.engine));
        let taker = self.taker(&group, name);
        Ok(Consumer::new(
            swarm,
            engine,
            taker,
            self.settings.clone(),
            self.keys.clone(),
            is_own,
        ))
    }

    /// Ends a group, with what it has not done yet. Says nothing where there is no such group.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes).
    pub fn unsubscribe(&self, group: &str) -> Result<(), Error> {
        self.engine.leave(&self.name, group)
    }

    /// The last messages, so many at most, oldest first.
    ///
    /// # Errors
    /// [`Error::Envelope`] where one is damaged; the others as of [every read](Swarm#reads).
    pub fn history(&self, most: u32) -> Result<Vec<Envelope>, Error> {
        self.opened(&self.engine.history(&self.name, most)?)
    }
}

/// Puts messages into envelopes.
pub(super) fn outgoing(
    runtime: &Runtime,
    channel: &str,
    settings: &Settings,
    keys: Option<&Keyring>,
    messages: Vec<Message>,
    now: Moment,
) -> Result<Vec<Outgoing>, Error> {
    let mut envelopes = Vec::with_capacity(messages.len());
    let mut delays = Vec::with_capacity(messages.len());
    for message in messages {
        message.check()?;
        let id = Id::new();
        if !message.is_checked {
            runtime
                .json_validate(&message.body, kilowat::json::DEPTH)
                .map_err(|error| crate::memory::json_error(error, || row(channel, id)))?;
        }
        let mut header = message.header;
        channel.clone_into(&mut header.channel);
        header.at = now;
        header.expires = message.ttl.map(|ttl| now.after(ttl));
        delays.push(message.delay);
        envelopes.push(Envelope {
            id,
            priority: message.priority,
            format: message.format,
            header,
            body: message.body,
        });
    }
    let longest = settings.longest_body;
    let made = Envelope::make_all_with(runtime, &envelopes, longest, keys);
    let made = made.map_err(|error| {
        let id = envelopes
            .first()
            .map_or_else(Id::new, |envelope| envelope.id);
        Error::envelope(row(channel, id), error)
    })?;
    let parts = envelopes.into_iter().zip(made).zip(delays);
    let outgoing = parts.map(|((envelope, bytes), delay)| Outgoing {
        id: envelope.id,
        key: envelope.header.key,
        priority: envelope.priority.number(),
        delay,
        expires: envelope.header.expires,
        envelope: bytes,
    });
    Ok(outgoing.collect())
}
