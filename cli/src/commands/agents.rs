//! `kilowat agents`: who works in a swarm.

use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};
use kilowat_swarm::memory;
use serde_json::Value;

use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};
use crate::swarm::{self, DEFAULT_SWARM, short, time};

/// List the agents of a swarm, and add them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat agents add coder-1 --type coder '{\"skills\":[\"rust\"]}'
  kilowat agents list --seen-within 1m     those that were there a minute ago
  kilowat --json agents show coder-1       {\"id\":\"coder-1\",\"type\":\"coder\",...

In JSON an object an agent, and lists are JSON Lines. Times are milliseconds since 1970.

Exit status: 0, or 1 if there is no such agent, or 2 on an error.")]
pub(crate) struct Agents {
    #[command(subcommand)]
    command: Command,
}

/// Whose agents they are.
#[derive(Debug, Args)]
struct Swarm {
    /// The name of the swarm
    #[arg(long = "swarm", value_name = "NAME", default_value = DEFAULT_SWARM)]
    name: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the agents
    List {
        #[command(flatten)]
        swarm: Swarm,
        /// Only those that were seen within this time
        #[arg(long, value_name = "TIME", value_parser = duration::to_keep)]
        seen_within: Option<Duration>,
    },
    /// Show an agent
    Show {
        #[command(flatten)]
        swarm: Swarm,
        /// Its name
        id: String,
    },
    /// Add an agent, or say anew what there is to know of it
    Add {
        #[command(flatten)]
        swarm: Swarm,
        /// Its name
        id: String,
        /// What kind of agent it is
        #[arg(long = "type", value_name = "TYPE", default_value = "agent")]
        kind: String,
        /// What it does, in one word
        #[arg(long, default_value = "idle")]
        status: String,
        /// What else there is to know: JSON or text; standard input for `-`
        data: Option<String>,
    },
    /// Remove an agent. Tasks that it holds come back when their leases are over
    Delete {
        #[command(flatten)]
        swarm: Swarm,
        /// Its name
        id: String,
        /// Say whether it would be removed, and remove nothing
        #[arg(long, short = 'n')]
        dry_run: bool,
    },
}

impl Agents {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        match &self.command {
            Command::List { swarm, seen_within } => {
                let memory = swarm::open_existing(options, output)?.memory();
                let agents = memory.agents(&swarm.name).list(*seen_within)?;
                list(&agents, options, output)?;
                Ok(Status::Success)
            }
            Command::Show { swarm, id } => {
                let memory = swarm::open_existing(options, output)?.memory();
                match memory.agents(&swarm.name).get::<Value>(id)? {
                    Some(agent) => show(&agent, options, output),
                    None => Ok(none(swarm, id, output)),
                }
            }
            Command::Add {
                swarm,
                id,
                kind,
                status,
                data,
            } => {
                let data = swarm::data(data.as_deref())?;
                let memory = swarm::open(options, output)?.memory();
                memory.agents(&swarm.name).put(id, kind, status, &data)?;
                Ok(Status::Success)
            }
            Command::Delete { swarm, id, dry_run } => {
                let memory = swarm::open_existing(options, output)?.memory();
                let agents = memory.agents(&swarm.name);
                let was_there = if *dry_run {
                    agents.get::<Value>(id)?.is_some()
                } else {
                    agents.delete(id)?
                };
                if was_there {
                    return Ok(Status::Success);
                }
                Ok(none(swarm, id, output))
            }
        }
    }
}

fn none(swarm: &Swarm, id: &str, output: &mut Output) -> Status {
    output.note(format_args!("agent {id} of {}: there is none", swarm.name));
    Status::Negative
}

fn list(agents: &[memory::Agent], options: Options, output: &mut Output) -> Result<()> {
    if options.json {
        agents.iter().try_for_each(|agent| output.json(agent))?;
        return Ok(());
    }
    let rows = agents.iter().map(|agent| {
        [
            agent.id.clone(),
            agent.kind.clone(),
            agent.status.clone(),
            time(agent.seen),
            short(&agent.data),
        ]
    });
    Ok(output.table(["AGENT", "TYPE", "STATUS", "SEEN", "DATA"], rows)?)
}

fn show(agent: &memory::Agent, options: Options, output: &mut Output) -> Result<Status> {
    if options.json {
        output.json(agent)?;
        return Ok(Status::Success);
    }
    let rows = [
        ("agent", agent.id.clone()),
        ("type", agent.kind.clone()),
        ("status", agent.status.clone()),
        ("seen", time(agent.seen)),
        ("version", agent.version.to_string()),
    ];
    output.list(rows.map(|(name, value)| [name.into(), right(value)]))?;
    crate::swarm::pretty(&agent.data, output)?;
    Ok(Status::Success)
}
