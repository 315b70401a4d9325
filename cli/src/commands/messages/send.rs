//! `kilowat send`: a message for whoever does what it asks.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use kilowat::json::DEPTH;
use kilowat_swarm::Swarm;
use kilowat_swarm::envelope::Keyring;
use kilowat_swarm::messenger::{Message, Receipt};
use kilowat_swarm::rollback::System;
use serde::Serialize;

use super::{AnyChannel, Hurry, Keys, Record, Status, sealed};
use crate::arguments::Options;
use crate::duration;
use crate::output::Output;
use crate::swarm;

/// Send a message to a queue or a topic, and print its identity
///
/// A queue that is not there is made: each of its messages is done by one `kilowat worker` or `kilowat
/// receive`. Each message of a topic comes to all groups. It is committed when the command ends.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat send reviews '{\"pull\":17}'
  kilowat send reviews --type lint --key pr-17 --delay 30s < body.json
  kilowat send --topic news 'the build is green'
  kilowat send --key-file my.key secrets < body.json
  kilowat send sums '[1,2]' --answer 30s      wait for what the worker writes

A body that is JSON is sent as JSON, and any other as bytes. With --json, an object: the identity, and whether it
was a duplicate; with --answer, the answer.

Exit status: 0, or 1 if a message with this key was sent before or no answer came, or 2 on an error, as
when the channel is full.")]
pub(crate) struct Send {
    /// The queue or topic
    channel: String,
    /// The body; standard input for `-`, and where there is none
    body: Option<String>,
    /// It is a topic, which is made where it is missing
    #[arg(long)]
    topic: bool,
    /// What kind of message it is
    #[arg(long = "type", value_name = "TYPE", default_value = "message")]
    kind: String,
    /// What it is the only message for, for 24 hours
    #[arg(long)]
    key: Option<String>,
    /// How long nobody gets it
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::to_keep)]
    delay: Duration,
    /// After how long nobody wants it any more
    #[arg(long, value_name = "TIME", value_parser = duration::to_keep)]
    ttl: Option<Duration>,
    /// How much it is in a hurry
    #[arg(long, value_enum, default_value_t = Hurry::Normal)]
    priority: Hurry,
    /// Who sends it
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// Whom it is for
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Wait so long for room where the channel is full
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::to_keep)]
    wait: Duration,
    /// Wait so long for the answer, and print it
    #[arg(long, value_name = "TIME", value_parser = duration::to_keep, conflicts_with_all = ["topic", "wait"])]
    answer: Option<Duration>,
    #[command(flatten)]
    keys: Keys,
    /// Compress the body before it is sealed: its length tells something of it then
    #[arg(long, requires = "files")]
    compress: bool,
}

/// What became of it, for machines.
#[derive(Serialize)]
struct Sent {
    id: String,
    duplicate: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    spooled: bool,
}

impl Send {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let body = swarm::value(self.body.as_deref())?;
        let keys = self.keys.read(output)?;
        let keys = keys.map(|keys| keys.compresses(self.compress));
        let swarm = swarm::open(options, output)?;
        let runtime = swarm.runtime_of(System::Messages);
        let is_json = runtime.json_validate(&body, DEPTH).is_ok();
        let message = self.message(body, is_json);
        if let Some(timeout) = self.answer {
            return self.ask(&swarm, keys.as_ref(), message, timeout, options, output);
        }
        let channel = match AnyChannel::existing_or_unknown(&swarm, &self.channel, keys.as_ref())? {
            Some(AnyChannel::Queue(_)) | None if self.topic => {
                AnyChannel::Topic(sealed(swarm.topic(&self.channel), keys.as_ref()).open()?)
            }
            Some(channel) => channel,
            None => AnyChannel::Queue(sealed(swarm.queue(&self.channel), keys.as_ref()).open()?),
        };
        let receipt = match channel {
            AnyChannel::Queue(queue) => queue.send_within(&message, self.wait)?,
            AnyChannel::Topic(topic) => topic.send_within(&message, self.wait)?,
        };
        let duplicate = matches!(receipt, Receipt::Duplicate(_));
        let spooled = matches!(receipt, Receipt::Spooled(_));
        let id = receipt.id().to_string();
        if options.json {
            output.json(&Sent {
                id,
                duplicate,
                spooled,
            })?;
        } else {
            writeln!(output, "{id}")?;
        }
        if let (true, Some(redis)) = (spooled, swarm.redis()) {
            output.note(format_args!(
                "{redis} does not answer: the message waits here, and is sent by whoever uses this swarm next"
            ));
        }
        Ok(if duplicate {
            Status::Negative
        } else {
            Status::Success
        })
    }

    fn message(&self, body: Vec<u8>, is_json: bool) -> Message {
        let mut message = if is_json {
            Message::json_text(&self.kind, body)
        } else {
            Message::bytes(&self.kind, body)
        };
        message = message.delay(self.delay).priority(self.priority.into());
        if let Some(key) = &self.key {
            message = message.key(key);
        }
        if let Some(ttl) = self.ttl {
            message = message.ttl(ttl);
        }
        if let Some(from) = &self.from {
            message = message.from(from);
        }
        if let Some(to) = &self.to {
            message = message.to(to);
        }
        message
    }

    fn ask(
        &self,
        swarm: &Swarm,
        keys: Option<&Keyring>,
        message: Message,
        timeout: Duration,
        options: Options,
        output: &mut Output,
    ) -> Result<Status> {
        let queue = sealed(swarm.queue(&self.channel), keys).open()?;
        let Some(answer) = queue.request(message, timeout)? else {
            output.note("no answer came in time");
            return Ok(Status::Negative);
        };
        if options.json {
            output.json(&Record::new(&answer, None))?;
        } else {
            output.write_all(&answer.body)?;
        }
        Ok(Status::Success)
    }
}
