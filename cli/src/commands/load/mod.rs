//! `kilowat load`: a swarm under load, and whether it holds.

mod all;
mod consumers;
mod flatness;
mod flow;
mod gauge;
mod home;
mod ledger;
mod memory;
mod pace;
#[cfg(feature = "hooks")]
mod post_edit;
mod record;
#[cfg(feature = "redis")]
mod server;
mod watch;

use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::output::Output;
use all::All;
use consumers::Consume;
use flow::{Body, Flow};
use memory::Memory;
#[cfg(feature = "hooks")]
use post_edit::PostEdit;

/// Put messages, the memory or the hooks of a swarm under load, and hold what comes of it against what should
///
/// It is done in a folder of its own, which is removed at the end. Work is due by the clock, however long what was
/// before it has taken, and latencies are counted from when it was due: a stall is seen. What was acknowledged is
/// kept in a ledger, and each message of it must come at least once.
///
/// Ctrl-C ends a run early, with a report of what there was until then.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat load messages --rate 10000 --duration 30s
  kilowat load messages --chaos               its own workers are killed meanwhile
  kilowat load messages --messenger redis     through a redis-server that it starts
  kilowat load bytes --rate 100               megabytes a second, in messages of 64 KiB
  kilowat load memory --rate 5000             puts and gets by turns
  kilowat load post-edit --processes          edits, each looked at by a process of its own
  kilowat load all --chaos                    all of that at once and every operation, for an hour
  kilowat --json load messages > report.json

Exit status: 0 if it held, 1 if something was lost, the rate or the latency was not held or memory has grown, or 2
on an error.")]
pub(crate) struct Load {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    All(All),
    Messages(Messages),
    Bytes(Bytes),
    Memory(Memory),
    #[cfg(feature = "hooks")]
    PostEdit(PostEdit),
    #[command(hide = true)]
    Consume(Consume),
}

/// Send messages of JSON, and have them taken and acknowledged
///
/// What is due at the same time is sent in one commit.
#[derive(Debug, Args)]
struct Messages {
    /// How many messages are due each second
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// The length of a body, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    size: u32,
    #[command(flatten)]
    course: Course,
}

/// Send bytes, and have them taken and acknowledged
#[derive(Debug, Args)]
struct Bytes {
    /// How many megabytes of bodies, of a million bytes, are due each second
    #[arg(long, value_name = "MEGABYTES", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// The length of a body, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    size: u32,
    #[command(flatten)]
    course: Course,
}

/// How long, by whom, and what is asked of it.
#[derive(Debug, Clone, Args)]
struct Course {
    /// How long messages are sent
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::of_run)]
    duration: Duration,
    /// How many consumers there are
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    consumers: u16,
    /// The longest 99th percentile that there may be, from when a message is due to when it is taken
    #[arg(long, value_name = "TIME", default_value = "20ms", value_parser = duration::of_run)]
    max_p99: Duration,
    /// The consumers are processes, and one of them is killed twice a second; a Redis of its own is killed in the
    /// middle or each five minutes, too, and started again. Latencies are not judged then
    #[arg(long)]
    chaos: bool,
    /// What keeps the messages: a database, or the Redis that `KILOWAT_REDIS` names, or else one that is started in a
    /// folder of its own
    #[arg(long, value_enum, default_value_t = Keeper::Embedded)]
    messenger: Keeper,
}

/// What keeps messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Keeper {
    Embedded,
    #[cfg(feature = "redis")]
    Redis,
}

impl Load {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let flow = match &self.command {
            Command::Messages(messages) => Flow {
                rate: messages.rate.into(),
                body: Body::Json,
                size: messages.size as usize,
                course: messages.course.clone(),
            },
            Command::Bytes(bytes) => Flow {
                rate: f64::from(bytes.rate) * 1e6 / f64::from(bytes.size),
                body: Body::Bytes,
                size: bytes.size as usize,
                course: bytes.course.clone(),
            },
            Command::All(all) => return all.run(options, output),
            Command::Memory(memory) => return memory.run(options, output),
            #[cfg(feature = "hooks")]
            Command::PostEdit(edits) => return edits.run(options, output),
            Command::Consume(consume) => return consume.run(options, output),
        };
        flow.run(options, output)
    }
}
