//! What programs send to each other: `send`, `receive`, `worker`, `dead` and `channels`.

mod channels;
mod dead;
mod receive;
mod send;
#[cfg(unix)]
mod worker;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum, ValueHint};
use kilowat_swarm::clock::Moment;
use kilowat_swarm::envelope::{Envelope, Keyring, Priority};
use kilowat_swarm::memory::Format;
use kilowat_swarm::messenger::{Channel, Kind, KindOf, Opening, Queue, Topic};
use kilowat_swarm::{Error, Swarm};
use serde::Serialize;
use serde_json::Value;

use super::Status;
use crate::key_file;
use crate::output::{Output, hex};

pub(crate) use channels::Channels;
pub(crate) use dead::Dead;
pub(crate) use receive::Receive;
pub(crate) use send::Send;
#[cfg(unix)]
pub(crate) use worker::Worker;

/// How much a message is in a hurry.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Hurry {
    Low,
    Normal,
    High,
}

impl From<Hurry> for Priority {
    fn from(hurry: Hurry) -> Self {
        match hurry {
            Hurry::Low => Self::Low,
            Hurry::Normal => Self::Normal,
            Hurry::High => Self::High,
        }
    }
}

/// What seals and opens the bodies of a channel.
#[derive(Debug, Args)]
struct Keys {
    /// Seal and open bodies with the key in this file, as `kilowat keygen` makes it
    ///
    /// Named several times, the first one seals, and all of them open: so keys are changed. Headers are not sealed.
    #[arg(long = "key-file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

impl Keys {
    /// Reads the files; nothing where none is named.
    fn read(&self, output: &mut Output) -> Result<Option<Keyring>> {
        let Some((first, others)) = self.files.split_first() else {
            return Ok(None);
        };
        let mut keys = Keyring::new(&key_file::read(first, output)?)?;
        for file in others {
            keys = keys.opens_with(&key_file::read(file, output)?)?;
        }
        Ok(Some(keys))
    }
}

/// With keys where there are some.
fn sealed<K: KindOf>(opening: Opening<K>, keys: Option<&Keyring>) -> Opening<K> {
    match keys {
        Some(keys) => opening.sealed(keys),
        None => opening,
    }
}

/// An open channel, of the kind that it is of.
enum AnyChannel {
    Queue(Channel<Queue>),
    Topic(Channel<Topic>),
}

impl AnyChannel {
    /// Opens a channel that there is; nothing where there is none.
    fn existing(swarm: &Swarm, name: &str, keys: Option<&Keyring>) -> Result<Option<Self>> {
        Ok(match swarm.kind_of(name)? {
            Some(Kind::Queue) => Some(Self::Queue(sealed(swarm.queue(name), keys).open()?)),
            Some(Kind::Topic) => Some(Self::Topic(sealed(swarm.topic(name), keys).open()?)),
            Some(_) => bail!("channel {name} is for the answer to a request"),
            None => None,
        })
    }

    /// The same for somebody who sends: where nobody can be asked, what is sent waits.
    fn existing_or_unknown(
        swarm: &Swarm,
        name: &str,
        keys: Option<&Keyring>,
    ) -> Result<Option<Self>> {
        match swarm.kind_of(name) {
            Err(Error::Unreachable { .. }) => Ok(None),
            _ => Self::existing(swarm, name, keys),
        }
    }
}

/// Says that there is no such channel.
fn no_channel(name: &str, output: &mut Output) -> Status {
    output.note(format_args!("channel {name}: there is none"));
    Status::Negative
}

/// A message, for machines.
#[derive(Serialize)]
struct Record {
    id: String,
    channel: String,
    #[serde(rename = "type")]
    kind: String,
    priority: Priority,
    at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Moment>,
    #[serde(flatten)]
    body: Body,
}

/// What a message says: JSON, a text, or bytes.
#[derive(Serialize)]
enum Body {
    #[serde(rename = "body")]
    Json(Value),
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "bytes_hex")]
    Bytes(String),
}

impl Record {
    fn new(message: &Envelope, attempt: Option<u32>) -> Self {
        let header = message.header.clone();
        let json = match message.format {
            Format::Json => serde_json::from_slice(&message.body).ok(),
            _ => None,
        };
        let body = match (json, str::from_utf8(&message.body)) {
            (Some(value), _) => Body::Json(value),
            (None, Ok(text)) => Body::Text(text.to_owned()),
            (None, Err(_)) => Body::Bytes(hex(&message.body)),
        };
        Self {
            id: message.id.to_string(),
            channel: header.channel,
            kind: header.kind,
            priority: message.priority,
            at: header.at,
            attempt,
            from: header.from,
            to: header.to,
            key: header.key,
            trace: header.trace,
            expires: header.expires,
            body,
        }
    }
}
