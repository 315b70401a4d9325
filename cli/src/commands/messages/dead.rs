//! `kilowat dead`: messages that were given up.

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, Subcommand};
use kilowat_swarm::Error;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::messenger::DeadLetter;
use serde::Serialize;

use super::{AnyChannel, Keys, Record, Status, no_channel};
use crate::arguments::Options;
use crate::output::{Output, right};
use crate::swarm::{self, cut, time};

/// List, show, retry and drop messages that were given up
///
/// A message is given up when it was tried too often, when who worked on it said that it is wrong, when
/// nobody wanted it in its time, or when it is damaged.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat dead list reviews
  kilowat dead show reviews 3
  kilowat dead retry reviews 3 4
  kilowat dead drop --dry-run --all reviews    what would be removed

In JSON an object a message. Times are milliseconds since 1970.

Exit status: 0, or 1 if there is none, or 2 on an error.")]
pub(crate) struct Dead {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the dead letters of a queue or topic, oldest first
    List {
        /// The queue or topic
        channel: String,
        /// How many at most
        #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
        limit: u32,
        #[command(flatten)]
        keys: Keys,
    },
    /// Show a dead letter with its body
    Show {
        /// The queue or topic
        channel: String,
        /// Its number
        number: i64,
        #[command(flatten)]
        keys: Keys,
    },
    /// Have dead letters delivered once more, with all attempts before them
    Retry(Chosen),
    /// Remove dead letters for good
    Drop(Chosen),
}

/// Some dead letters.
#[derive(Debug, Args)]
struct Chosen {
    /// The queue or topic
    channel: String,
    /// Their numbers
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    numbers: Vec<i64>,
    /// All of the channel
    #[arg(long)]
    all: bool,
    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// A dead letter, for machines.
#[derive(Serialize)]
struct Letter<'a> {
    number: i64,
    id: String,
    group: &'a str,
    why: &'a str,
    attempts: u32,
    owner: Option<&'a str>,
    dead_at: Moment,
    message: Option<Record>,
}

impl<'a> From<&'a DeadLetter> for Letter<'a> {
    fn from(letter: &'a DeadLetter) -> Self {
        Self {
            number: letter.number,
            id: letter.id.to_string(),
            group: &letter.group,
            why: &letter.why,
            attempts: letter.attempts,
            owner: letter.owner.as_deref(),
            dead_at: letter.at,
            message: (letter.message.as_ref().ok()).map(|message| Record::new(message, None)),
        }
    }
}

/// How many letters it was done with, for machines.
#[derive(Serialize)]
struct Done {
    letters: u64,
    dry_run: bool,
}

impl AnyChannel {
    fn letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, Error> {
        match self {
            Self::Queue(queue) => queue.dead_letters(after, limit),
            Self::Topic(topic) => topic.dead_letters(after, limit),
        }
    }

    fn letter(&self, number: i64) -> Result<Option<DeadLetter>, Error> {
        let mut letters = self.letters(number.saturating_sub(1), 1)?;
        Ok(letters.pop().filter(|letter| letter.number == number))
    }
}

impl Dead {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let swarm = swarm::open_for_messages(options, output)?;
        let name = match &self.command {
            Command::List { channel, .. } | Command::Show { channel, .. } => channel,
            Command::Retry(chosen) | Command::Drop(chosen) => &chosen.channel,
        };
        let keys = match &self.command {
            Command::List { keys, .. } | Command::Show { keys, .. } => keys.read(output)?,
            Command::Retry(_) | Command::Drop(_) => None,
        };
        let Some(channel) = AnyChannel::existing(&swarm, name, keys.as_ref())? else {
            return Ok(no_channel(name, output));
        };
        match &self.command {
            Command::List { limit, .. } => list(&channel, *limit, options, output),
            Command::Show { number, .. } => show(&channel, *number, options, output),
            Command::Retry(chosen) => {
                let retry = |number| match &channel {
                    AnyChannel::Queue(queue) => queue.revive(number),
                    AnyChannel::Topic(topic) => topic.revive(number),
                };
                chosen.each(&channel, "delivered again", retry, options, output)
            }
            Command::Drop(chosen) => {
                let drop = |number| match &channel {
                    AnyChannel::Queue(queue) => queue.drop_dead_letter(number),
                    AnyChannel::Topic(topic) => topic.drop_dead_letter(number),
                };
                chosen.each(&channel, "removed", drop, options, output)
            }
        }
    }
}

fn list(channel: &AnyChannel, limit: u32, options: Options, output: &mut Output) -> Result<Status> {
    let letters = channel.letters(0, limit)?;
    if letters.is_empty() {
        return Ok(Status::Negative);
    }
    if options.json {
        for letter in &letters {
            output.json(&Letter::from(letter))?;
        }
        return Ok(Status::Success);
    }
    let rows = letters.iter().map(|letter| {
        let kind = match &letter.message {
            Ok(message) => cut(&message.header.kind),
            Err(_) => "-".to_owned(),
        };
        [
            right(letter.number),
            kind.into(),
            right(letter.attempts),
            time(letter.at).into(),
            comfy_table::Cell::new(cut(&letter.why)),
        ]
    });
    output.table(["NUMBER", "TYPE", "ATTEMPTS", "SINCE", "WHY"], rows)?;
    Ok(Status::Success)
}

fn show(
    channel: &AnyChannel,
    number: i64,
    options: Options,
    output: &mut Output,
) -> Result<Status> {
    let Some(letter) = channel.letter(number)? else {
        output.note(format_args!("dead letter {number}: there is none"));
        return Ok(Status::Negative);
    };
    if options.json {
        output.json(&Letter::from(&letter))?;
        return Ok(Status::Success);
    }
    let owner = letter.owner.as_deref().unwrap_or("-");
    let rows = [
        ("number", letter.number.to_string()),
        ("id", letter.id.to_string()),
        ("group", letter.group.clone()),
        ("why", crate::input::printable(&letter.why)),
        ("attempts", letter.attempts.to_string()),
        ("last with", owner.to_owned()),
        ("since", time(letter.at)),
    ];
    output.list(rows.map(|(name, value)| [name.into(), right(value)]))?;
    match &letter.message {
        Ok(message) => {
            output.write_all(&message.body)?;
            if !message.body.ends_with(b"\n") {
                output.write_all(b"\n")?;
            }
        }
        Err(error) => output.note(format_args!("its body cannot be shown: {error}")),
    }
    Ok(Status::Success)
}

impl Chosen {
    /// Does something with each of the letters, and says with how many it was done.
    fn each(
        &self,
        channel: &AnyChannel,
        done: &str,
        act: impl Fn(i64) -> Result<(), Error>,
        options: Options,
        output: &mut Output,
    ) -> Result<Status> {
        let numbers = if self.all {
            let letters = channel.letters(0, u32::MAX)?;
            letters.iter().map(|letter| letter.number).collect()
        } else {
            self.numbers.clone()
        };
        let mut letters = 0;
        for number in numbers {
            let outcome = if self.dry_run {
                channel.letter(number).map(|letter| letter.is_some())
            } else {
                match act(number) {
                    Ok(()) => Ok(true),
                    Err(Error::Unknown(_)) => Ok(false),
                    Err(error) => Err(error),
                }
            };
            if outcome? {
                letters += 1;
            } else {
                output.note(format_args!("dead letter {number}: there is none"));
            }
        }
        let dry_run = self.dry_run;
        if options.json {
            output.json(&Done { letters, dry_run })?;
        } else if dry_run {
            writeln!(output, "{letters} would be {done}")?;
        }
        Ok(if letters == 0 {
            Status::Negative
        } else {
            Status::Success
        })
    }
}
