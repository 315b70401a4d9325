//! What is sent.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::envelope::{Header, Priority};
use crate::error::{Error, Row};
use crate::identity::Id;
use crate::memory::Format;
use crate::names;
use crate::rollback::{self, System};

/// A message that is to be sent.
#[derive(Debug, Clone)]
#[must_use]
pub struct Message {
    pub(super) header: Header,
    pub(super) format: Format,
    pub(super) body: Vec<u8>,
    /// Whether the body, where it is JSON, is known to be.
    pub(super) is_checked: bool,
    pub(super) priority: Priority,
    pub(super) delay: Duration,
    pub(super) ttl: Option<Duration>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Receipt {
    /// It is committed, or will be with the transaction that it was sent in.
    Stored(Id),
    /// The server has it.
    Remote(Id),
    /// The server did not answer, or others that it is behind wait: it is committed here, and is sent later.
    Spooled(Id),
    /// One with the same key was sent before, which has this identity. Nothing was done.
    Duplicate(Id),
}

impl Receipt {
    /// The identity of the message that there is.
    #[must_use]
    pub fn id(self) -> Id {
        match self {
            Self::Stored(id) | Self::Remote(id) | Self::Spooled(id) | Self::Duplicate(id) => id,
        }
    }
}

impl Message {
    fn new(kind: &str, format: Format, body: Vec<u8>, is_checked: bool) -> Self {
        Self {
            header: Header {
                kind: kind.to_owned(),
                ..Header::default()
            },
            format,
            body,
            is_checked,
            priority: Priority::default(),
            delay: Duration::ZERO,
            ttl: None,
        }
    }

    /// A value as JSON, written by the [shared runtime](kilowat::Runtime::shared); by native code where the messages of
    /// a swarm of this process are [rolled back](crate::rollback).
    ///
    /// # Errors
    /// [`Error::Json`] where JSON cannot say it; [`Error::Runtime`] where no tier can answer.
    pub fn json<T: Serialize + ?Sized>(kind: &str, value: &T) -> Result<Self, Error> {
        let row = || Row::new("message", kind, "");
        let body = crate::memory::to_json(rollback::of_process(System::Messages), value, row)?;
        Ok(Self::new(kind, Format::Json, body, true))
    }

    /// A text that is JSON, which is seen to when it is sent.
    pub fn json_text(kind: &str, text: Vec<u8>) -> Self {
        Self::new(kind, Format::Json, text, false)
    }

    /// Any bytes.
    pub fn bytes(kind: &str, bytes: Vec<u8>) -> Self {
        Self::new(kind, Format::Bytes, bytes, true)
    }

    /// What it is the only message for. A second one with the same key is not sent for 24 hours.
    pub fn key(mut self, key: &str) -> Self {
        self.header.key = Some(key.to_owned());
        self
    }

    /// Nobody gets it before so long.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// How much it is in a hurry.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// After so long nobody wants it any more: it goes to the dead letters.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Who sends it.
    pub fn from(mut self, from: &str) -> Self {
        self.header.from = Some(from.to_owned());
        self
    }

    /// Whom it is for.
    pub fn to(mut self, to: &str) -> Self {
        self.header.to = Some(to.to_owned());
        self
    }

    /// What it belongs to, for those who trace.
    pub fn trace(mut self, trace: &str) -> Self {
        self.header.trace = Some(trace.to_owned());
        self
    }

    /// Fields of the header that kilowat does not know.
    pub fn others(mut self, fields: Map<String, Value>) -> Self {
        self.header.others = fields;
        self
    }

    /// Whether its names are names.
    pub(super) fn check(&self) -> Result<(), Error> {
        let header = &self.header;
        names::check("the type", &header.kind)?;
        for (what, name) in [
            ("the key", &header.key),
            ("the sender", &header.from),
            ("the receiver", &header.to),
        ] {
            if let Some(name) = name {
                names::check(what, name)?;
            }
        }
        Ok(())
    }
}
