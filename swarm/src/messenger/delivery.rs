//! A message that was taken, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::backoff;
use super::consumer::{Held, Shared};
use super::engine::{Outcome, Ticket, Verdict, row};
use super::{Message, Receipt};
use crate::clock::Moment;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::memory;
use crate::swarm::Swarm;

/// A message that was taken. It is the consumer's until its lease is over, and comes to another then, unless it
/// was said what is to become of it.
#[derive(Debug)]
pub struct Delivery {
    pub(super) consumer: Arc<Shared>,
    pub(super) swarm: Swarm,
    pub(super) ticket: Ticket,
    envelope: Envelope,
}

/// What is to become of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It is done.
    Done,
    /// It is to be tried again: after so long, or after a pause that grows with each attempt. Was it the last
    /// attempt, it goes to the dead letters, with the reason.
    Retry {
        /// The pause.
        after: Option<Duration>,
        /// Why it has to be tried again.
        why: String,
    },
    /// It goes to the dead letters, with the reason.
    Dead(String),
    /// It was not begun, and is given back as if it had not been taken.
    Back,
}

impl Fate {
    pub(super) fn verdict(&self, attempt: u32) -> Verdict {
        match self {
            Self::Done => Verdict::Done,
            Self::Retry { after, why } => Verdict::Again {
                after: after.unwrap_or_else(|| backoff::pause(attempt)),
                why: why.clone(),
            },
            Self::Dead(why) => Verdict::Dead { why: why.clone() },
            Self::Back => Verdict::Back,
        }
    }
}

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settled {
    /// It is done.
    Done,
    /// It can be taken again, from then on.
    Again(Moment),
    /// It is among the dead letters.
    Dead,
    /// It was too late: the lease was over, and another has taken it since, or it is gone. Nothing was changed.
    Lost,
}

impl From<Outcome> for Settled {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Again(due) => Self::Again(due),
            Outcome::Dead => Self::Dead,
            Outcome::Lost => Self::Lost,
        }
    }
}

impl Delivery {
    pub(super) fn new(
        consumer: Arc<Shared>,
        swarm: &Swarm,
        ticket: Ticket,
        envelope: Envelope,
    ) -> Self {
        Self {
            consumer,
            swarm: swarm.clone(),
            ticket,
            envelope,
        }
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &Envelope {
        &self.envelope
    }

    /// The body, read into a type.
    ///
    /// # Errors
    /// [`Error::Json`] where it is no JSON, or not of that type; [`Error::Runtime`] where no tier can answer.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let row = || row(&self.consumer.taker.channel, self.envelope.id);
        memory::from_json(self.swarm.runtime(), &self.envelope.body, row)
    }

    /// Which attempt this is, from 1 on.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.ticket.attempt
    }

    /// It is done.
    ///
    /// # Errors
    /// [`Error::Lost`] where it is no longer the consumer's; the others as of [every write](Swarm#writes).
    pub fn ack(self) -> Result<(), Error> {
        self.settle(&Fate::Done).map(drop)
    }

    /// It is to be tried again: after so long, or after a pause that grows with each attempt, up to 10 minutes. Was
    /// it the last attempt, it goes to the dead letters.
    ///
    /// # Errors
    /// As of [`ack`](Self::ack).
    pub fn retry(self, after: Option<Duration>, why: &str) -> Result<Settled, Error> {
        let why = why.to_owned();
        self.settle(&Fate::Retry { after, why })
    }

    /// It goes to the dead letters.
    ///
    /// # Errors
    /// As of [`ack`](Self::ack).
    pub fn dead(self, why: &str) -> Result<(), Error> {
        self.settle(&Fate::Dead(why.to_owned())).map(drop)
    }

    /// Keeps it for the length of a lease from now on.
    ///
    /// # Errors
    /// As of [`ack`](Self::ack).
    pub fn extend(&self) -> Result<(), Error> {
        let lease = self.consumer.settings.lease;
        self.decide(Verdict::Keep { lease }).map(drop)
    }

    /// Answers a [request](crate::messenger::Channel::request), and acknowledges it. Where the process ends in
    /// between, it comes again, and the second answer is not sent.
    ///
    /// # Errors
    /// [`Error::Unknown`] where nobody waits for an answer, or no longer: the message is not acknowledged then;
    /// the others as of [`Channel::send`](crate::messenger::Channel::send) and [`ack`](Self::ack).
    pub fn answer(self, message: Message) -> Result<Receipt, Error> {
        let receipt = self.send_answer(message)?;
        self.ack()?;
        Ok(receipt)
    }

    pub(crate) fn held(&self) -> Held {
        Held(self.ticket)
    }

    fn settle(self, fate: &Fate) -> Result<Settled, Error> {
        let verdict = fate.verdict(self.attempt());
        self.decide(verdict)
    }

    fn decide(&self, verdict: Verdict) -> Result<Settled, Error> {
        let settled = (self.consumer).settle_timed(&self.swarm, &[(self.ticket, verdict)])?;
        match settled.first() {
            Some(Settled::Lost) | None => Err(Error::Lost {
                row: row(&self.consumer.taker.channel, self.envelope.id),
                fence: self.ticket.attempt.into(),
            }),
            Some(settled) => Ok(*settled),
        }
    }
}
