//! What keeps messages: the part of a messenger that differs between a database of one's own and a server.

use std::fmt::Debug;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use super::bell::Bell;
use super::dead_letters::Letter;
use super::{ChannelStats, Kind, Receipt, Settings, WorkerSeen};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::identity::Id;

/// What is to be set of a channel; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) limit: Option<u64>,
    pub(super) lease: Option<Duration>,
    pub(super) attempts: Option<u32>,
    pub(super) longest_body: Option<usize>,
    pub(super) keep: Option<u64>,
    pub(super) keep_for: Option<Duration>,
    /// When the channel itself goes away.
    pub(super) expires: Option<Moment>,
}

impl Change {
    pub(super) fn apply(&self, settings: &mut Settings) {
        fn set<T: Copy>(to: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *to = value;
            }
        }
        set(&mut settings.limit, self.limit);
        set(&mut settings.lease, self.lease);
        set(&mut settings.attempts, self.attempts);
        set(&mut settings.longest_body, self.longest_body);
        set(&mut settings.keep, self.keep);
        set(&mut settings.keep_for, self.keep_for);
    }
}

/// A message in its envelope, with what the engine has to know of it.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) id: Id,
    pub(super) key: Option<String>,
    pub(super) priority: u8,
    pub(super) delay: Duration,
    pub(super) expires: Option<Moment>,
    pub(super) envelope: Vec<u8>,
}

/// Who asks for messages: a consumer, of the group that it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Taker {
    pub(super) kind: Kind,
    pub(super) channel: String,
    pub(super) group: String,
    pub(super) owner: String,
}

/// A message that was taken, as it is stored.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) ticket: Ticket,
    pub(super) envelope: Vec<u8>,
}

/// By which it is known who has taken a message: nobody else has the same attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The row of the message, where it has one.
    pub(super) message: i64,
    /// The entry of a stream that it is, where it is one.
    pub(super) entry: Option<Entry>,
    pub(super) id: Id,
    pub(super) attempt: u32,
}

/// An entry of a stream of Redis.
#[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "there is none"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The letter of the stream.
    pub(super) lane: char,
    /// Its number: milliseconds, and a count within each.
    pub(super) number: (u64, u64),
    /// The attempts before this entry was made.
    pub(super) before: u32,
}

/// What is to become of a message that was taken.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    Done,
    /// To be taken again after so long, if it may be tried again.
    Again {
        after: Duration,
        why: String,
    },
    /// Given back as if it had not been taken.
    Back,
    Dead {
        why: String,
    },
    /// Kept for so long from now on.
    Keep {
        lease: Duration,
    },
}

/// What has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Again(Moment),
    Dead,
    /// It was no longer the caller's.
    Lost,
}

/// What was taken.
#[derive(Debug, Default)]
pub(super) struct Haul {
    pub(super) taken: Vec<Taken>,
    /// When there will be something to take, if that is known.
    pub(super) due: Option<Moment>,
}

/// Rings the bell of the process when there may be something to take, for somebody who waits for other things, too.
pub(crate) trait Ear: Debug + Send {
    /// Whether it is to listen. One that listens and is not asked for any more gives back what woke it.
    fn listen(&self, listens: bool);
}

pub(super) trait Engine: Debug + Send + Sync {
    /// The time by which leases end.
    fn now(&self) -> Moment;

    /// Is rung when there may be something to take.
    fn bell(&self) -> &Bell;

    /// Opens a channel, which is made where it is missing.
    fn open(&self, channel: &str, kind: Kind, change: &Change) -> Result<Settings, Error>;

    /// Removes a channel with all that is in it.
    fn close(&self, channel: &str) -> Result<(), Error>;

    fn kind_of(&self, channel: &str) -> Result<Option<Kind>, Error>;

    fn channels(&self) -> Result<Vec<ChannelStats>, Error>;

    /// All of the messages are accepted, or none.
    fn send(&self, channel: &str, messages: &[Outgoing]) -> Result<Vec<Receipt>, Error>;

    /// Says that a group is there: from then on it gets messages of a topic. One of its own goes away when
    /// nothing was heard of it for 15 seconds.
    fn join(&self, channel: &str, group: &str, is_own: bool) -> Result<(), Error>;

    fn leave(&self, channel: &str, group: &str) -> Result<(), Error>;

    /// The same within a transaction of the database: they are sent when it is committed.
    fn send_within(
        &self,
        connection: &Connection,
        now: Moment,
        channel: &str,
        messages: &[Outgoing],
    ) -> Result<Vec<Receipt>, Error>;

    /// Takes messages, those first that come first, or the other way; or says when there will be some. What was tried
    /// too often, or nobody wants any more, goes to the dead letters.
    fn take_due(
        &self,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Haul, Error> {
        let now = self.now();
        let due = self.next_due(taker)?;
        let taken = match due {
            Some(due) if due <= now => self.take(taker, settings, most, low_first)?,
            _ => Vec::new(),
        };
        Ok(Haul { taken, due })
    }

    /// Waits until there may be something to take: since the bell was rung so often, for the length of a pause, and
    /// not longer than so. Says whether there may be.
    fn wait(
        &self,
        _taker: &Taker,
        rung: u64,
        pause: Duration,
        most: Duration,
    ) -> Result<bool, Error> {
        Ok(self.bell().wait(rung, pause.min(most)))
    }

    /// What rings the bell for a consumer; nothing where who sends does, or one has to look.
    fn ear(&self, _taker: &Taker) -> Option<Box<dyn Ear>> {
        None
    }

    /// When the next message may be taken.
    fn next_due(&self, taker: &Taker) -> Result<Option<Moment>, Error>;

    /// Takes messages, whether there are any or not.
    fn take(
        &self,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Vec<Taken>, Error>;

    /// Does with each what is said.
    fn settle(
        &self,
        taker: &Taker,
        settings: &Settings,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Outcome>, Error>;

    /// Says to other machines what a worker does; without anything to say, that it ends.
    fn beat(&self, _worker: &str, _data: Option<&Value>) -> Result<(), Error> {
        Ok(())
    }

    /// The workers of all machines, where there are others.
    fn workers(&self) -> Result<Option<Vec<WorkerSeen>>, Error> {
        Ok(None)
    }

    /// The messages of a queue that come first, whether they are taken or not.
    fn peek(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error>;

    /// The last messages of a topic, oldest first.
    fn history(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error>;

    /// The dead letters behind a number, oldest first.
    fn dead_letters(&self, channel: &str, after: i64, most: u32) -> Result<Vec<Letter>, Error>;

    /// Has a dead letter delivered once more. Says whether there is such a letter.
    fn revive(&self, channel: &str, letter: i64) -> Result<bool, Error>;

    /// Removes a dead letter. Says whether there was one.
    fn drop_letter(&self, channel: &str, letter: i64) -> Result<bool, Error>;
}

/// A message, as errors name it.
pub(super) fn row(channel: &str, id: Id) -> Row {
    Row::new("message", channel, id)
}
