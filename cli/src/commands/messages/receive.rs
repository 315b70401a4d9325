//! `kilowat receive`: takes messages, prints them, and acknowledges them.

use std::io::Write as _;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use kilowat_swarm::envelope::Envelope;
use kilowat_swarm::messenger::{Consumer, Group};

use super::{AnyChannel, Keys, Record, Status, no_channel};
use crate::arguments::Options;
use crate::duration;
use crate::output::Output;
use crate::swarm;

/// How long to wait for the next message before looking whether there is still somebody who reads.
const FOLLOWING: Duration = Duration::from_secs(1);

/// Take the messages that are there, print their bodies, and acknowledge them
///
/// A message is acknowledged when it is printed. Where the command is killed in between, it comes again when its
/// lease is over. Of a topic, a group gets what was sent since it was there first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat receive reviews                     what is there now
  kilowat receive reviews --limit 1 --wait 1m the next one
  kilowat receive reviews --peek              look, and take nothing
  kilowat receive news --group indexers       for a group of a topic, which is made where it is missing
  kilowat --json receive news --follow | jq   all that is sent from now on

Bodies are printed as they are, each with a line end. With --json, an object a message: `body` is JSON, `text` a
text, and `bytes_hex` bytes.

Exit status: 0, or 1 if there was none, or 2 on an error.")]
pub(crate) struct Receive {
    /// The queue or topic
    channel: String,
    /// How many at most
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
    /// Wait so long where there is none
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::to_keep)]
    wait: Duration,
    /// Go on with what comes, until the limit or the end
    #[arg(long, short)]
    follow: bool,
    /// Print what is there, and take nothing
    #[arg(long, conflicts_with_all = ["follow", "wait", "group"])]
    peek: bool,
    /// The group, of a topic; one of its own where this is not said
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    #[command(flatten)]
    keys: Keys,
}

impl Receive {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let swarm = swarm::open_for_messages(options, output)?;
        let keys = self.keys.read(output)?;
        let Some(channel) = AnyChannel::existing(&swarm, &self.channel, keys.as_ref())? else {
            return Ok(no_channel(&self.channel, output));
        };
        if self.peek {
            return self.look(&channel, options, output);
        }
        let name = format!("receive-{}", std::process::id());
        let consumer = match channel {
            AnyChannel::Queue(_) if self.group.is_some() => {
                bail!("{} is a queue: only topics have groups", self.channel)
            }
            AnyChannel::Queue(queue) => queue.consumer(&name)?,
            AnyChannel::Topic(topic) => {
                let group = self.group.as_deref().map_or_else(Group::own, Group::shared);
                topic.subscribe(&group, &name)?
            }
        };
        self.take(&consumer, options, output)
    }

    fn look(&self, channel: &AnyChannel, options: Options, output: &mut Output) -> Result<Status> {
        let limit = self.limit.unwrap_or(100);
        let messages = match channel {
            AnyChannel::Queue(queue) => queue.peek(limit)?,
            AnyChannel::Topic(topic) => topic.history(limit)?,
        };
        for message in &messages {
            print(message, None, options, output)?;
        }
        Ok(if messages.is_empty() {
            Status::Negative
        } else {
            Status::Success
        })
    }

    fn take(&self, consumer: &Consumer, options: Options, output: &mut Output) -> Result<Status> {
        let mut left = self.limit.unwrap_or(u32::MAX);
        let mut status = Status::Negative;
        let mut wait = self.wait;
        while left > 0 {
            let wait = if self.follow {
                FOLLOWING
            } else {
                // Only for the first.
                std::mem::take(&mut wait)
            };
            // One at a time: what is taken and not printed would have to wait for its lease.
            let deliveries = consumer.receive(1, wait)?;
            if deliveries.is_empty() && !self.follow {
                break;
            }
            for delivery in deliveries {
                print(
                    delivery.message(),
                    Some(delivery.attempt()),
                    options,
                    output,
                )?;
                output.flush()?;
                delivery.ack()?;
                left -= 1;
                status = Status::Success;
            }
        }
        Ok(status)
    }
}

fn print(
    message: &Envelope,
    attempt: Option<u32>,
    options: Options,
    output: &mut Output,
) -> Result<()> {
    if options.json {
        return Ok(output.json(&Record::new(message, attempt))?);
    }
    output.write_all(&message.body)?;
    if !message.body.ends_with(b"\n") {
        output.write_all(b"\n")?;
    }
    Ok(())
}
