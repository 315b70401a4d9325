//! `kilowat channels`: what there is in queues and topics.

use anyhow::Result;
use clap::Args;
use kilowat_swarm::messenger::{ChannelStats, Kind};

use super::{Status, no_channel};
use crate::arguments::Options;
use crate::output::{Output, right};
use crate::swarm::{self, time_if_any};

/// List the queues and topics, with what waits in them
///
/// WAITING can be taken now, WORK has been taken, LATER is not due yet, and DEAD was given up. Of a topic, messages are
/// counted once for each group that has not done them. OLDEST is when the oldest of these was sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat channels
  kilowat channels reviews
  kilowat --json channels | jq 'select(.ready > 1000)'

In JSON an object a channel: `ready` is WAITING, `taken` WORK, and `delayed` LATER. Times are milliseconds since 1970.

Exit status: 0, or 1 if there is none, or 2 on an error.")]
pub(crate) struct Channels {
    /// This one only
    channel: Option<String>,
    /// Also those in which somebody waits for an answer
    #[arg(long, short)]
    all: bool,
}

impl Channels {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let mut channels = swarm::open_existing(options, output)?.channels()?;
        match &self.channel {
            Some(name) => channels.retain(|found| found.channel == *name),
            None => channels.retain(|found| self.all || found.kind != Kind::Answers),
        }
        if channels.is_empty() {
            return Ok(match &self.channel {
                Some(name) => no_channel(name, output),
                None => Status::Negative,
            });
        }
        if options.json {
            for channel in &channels {
                output.json(channel)?;
            }
        } else {
            let header = [
                "CHANNEL", "KIND", "WAITING", "WORK", "LATER", "DEAD", "LIMIT", "OLDEST",
            ];
            output.table(header, channels.iter().map(row))?;
        }
        Ok(Status::Success)
    }
}

fn row(channel: &ChannelStats) -> [comfy_table::Cell; 8] {
    [
        channel.channel.as_str().into(),
        channel.kind.name().into(),
        right(channel.ready),
        right(channel.taken),
        right(channel.delayed),
        right(channel.dead),
        right(channel.limit),
        time_if_any(channel.oldest).into(),
    ]
}
