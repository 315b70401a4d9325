//! `kilowat tasks`: work that one agent at a time holds.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};
use kilowat_swarm::memory::{self, NewTask, Outcome, Status as TaskStatus};
use kilowat_swarm::{Error, Id};
use serde::Serialize;
use serde_json::Value;

use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};
use crate::swarm::{self, DEFAULT_SWARM, short, time, time_if_any};

/// List, add, claim and finish the tasks of a swarm
///
/// An agent that claims a task holds it for as long as its lease: until then nobody else gets it. Each
/// claim has a number, the fence. Whoever finishes a task gives it, and is refused where another agent
/// has claimed the task since, as the lease was over.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat tasks add build --priority 5 '{\"target\":\"release\"}'
  kilowat tasks add test --needs build
  kilowat tasks claim --agent coder-1 --lease 10m    the next task, and its fence
  kilowat tasks finish build --fence 1 '\"42 files\"'
  kilowat tasks list --status ready

In JSON an object a task, and lists are JSON Lines. Times are milliseconds since 1970.

Exit status: 0, or 1 if there is no such task or it is no longer held, or 2 on an error.")]
pub(crate) struct Tasks {
    #[command(subcommand)]
    command: Command,
}

/// Whose tasks they are.
#[derive(Debug, Args)]
struct Swarm {
    /// The name of the swarm
    #[arg(long = "swarm", value_name = "NAME", default_value = DEFAULT_SWARM)]
    name: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Show(Show),
    Add(Add),
    Claim(Claim),
    Finish(Finish),
}

/// List the tasks, by priority and then by when they are due
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    swarm: Swarm,
    /// Only those that are ready, waiting, held, done, failed or skipped
    #[arg(long)]
    status: Option<TaskStatus>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    limit: u32,
}

/// Show a task
#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    swarm: Swarm,
    /// Its name
    id: String,
}

/// Add a task, and print its name
#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    swarm: Swarm,
    /// Its name; a new one is made where there is none, or for `-`
    id: Option<String>,
    /// What is to be done: JSON or text; standard input for `-`
    data: Option<String>,
    /// What kind of task it is
    #[arg(long = "type", value_name = "TYPE", default_value = "task")]
    kind: String,
    /// The highest is claimed first
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    priority: i32,
    /// How long nobody can claim it
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::to_keep)]
    delay: Duration,
    /// A task that must be done before it; may be given several times
    #[arg(long, value_name = "TASK")]
    needs: Vec<String>,
}

/// Claim the task that is to be done next, and print it
#[derive(Debug, Args)]
struct Claim {
    #[command(flatten)]
    swarm: Swarm,
    /// Who claims it
    #[arg(long)]
    agent: String,
    /// How long it is held
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::to_keep)]
    lease: Duration,
    /// Only tasks of this type; may be given several times
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<String>,
}

/// End a task
#[derive(Debug, Args)]
struct Finish {
    #[command(flatten)]
    swarm: Swarm,
    /// Its name
    id: String,
    /// What came of it: JSON or text; standard input for `-`
    result: Option<String>,
    /// The fence of the claim
    #[arg(long)]
    fence: u64,
    /// It has failed: tasks that need it are skipped
    #[arg(long)]
    failed: bool,
}

impl Tasks {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        match &self.command {
            Command::List(command) => command.run(options, output),
            Command::Show(command) => command.run(options, output),
            Command::Add(command) => command.run(options, output),
            Command::Claim(command) => command.run(options, output),
            Command::Finish(command) => command.run(options, output),
        }
    }
}

impl List {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let tasks: Vec<memory::Task> = memory
            .tasks(&self.swarm.name)
            .list(self.status, self.limit)?;
        if options.json {
            tasks.iter().try_for_each(|task| output.json(task))?;
            return Ok(Status::Success);
        }
        let rows = tasks.iter().map(|task| {
            [
                task.id.as_str().into(),
                task.kind.as_str().into(),
                task.status.name().into(),
                right(task.priority),
                task.agent.as_deref().unwrap_or("-").into(),
                time(task.due).into(),
                comfy_table::Cell::new(short(&task.data)),
            ]
        });
        let header = ["TASK", "TYPE", "STATUS", "PRIORITY", "AGENT", "DUE", "DATA"];
        output.table(header, rows)?;
        Ok(Status::Success)
    }
}

impl Show {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let Some(task) = memory.tasks(&self.swarm.name).get(&self.id)? else {
            let (id, swarm) = (&self.id, &self.swarm.name);
            output.note(format_args!("task {id} of {swarm}: there is none"));
            return Ok(Status::Negative);
        };
        show(&task, options, output)?;
        Ok(Status::Success)
    }
}

fn show(task: &memory::Task, options: Options, output: &mut Output) -> Result<()> {
    if options.json {
        return Ok(output.json(task)?);
    }
    let rows = [
        ("task", task.id.clone()),
        ("type", task.kind.clone()),
        ("status", task.status.name().to_owned()),
        ("priority", task.priority.to_string()),
        (
            "agent",
            task.agent.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("lease until", time_if_any(task.lease)),
        ("fence", task.fence.to_string()),
        ("attempts", task.attempts.to_string()),
        ("due", time(task.due)),
        ("ended", time_if_any(task.ended)),
        ("needs", task.needs.join(" ")),
    ];
    output.list(rows.map(|(name, value)| [name.into(), right(value)]))?;
    swarm::pretty(&task.data, output)?;
    if let Some(result) = &task.result {
        swarm::pretty(result, output)?;
    }
    Ok(())
}

/// That a task is added, for machines.
#[derive(Serialize)]
struct Added<'a> {
    id: &'a str,
}

impl Add {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let data = swarm::data(self.data.as_deref())?;
        let id = match self.id.as_deref() {
            None | Some("-") => Id::new().to_string(),
            Some(id) => id.to_owned(),
        };
        let needs: Vec<_> = self.needs.iter().map(|other| &**other).collect();
        let memory = swarm::open(options, output)?.memory();
        memory.tasks(&self.swarm.name).add(&NewTask {
            id: &id,
            kind: &self.kind,
            priority: self.priority,
            delay: self.delay,
            needs: &needs,
            data: &data,
        })?;
        if options.json {
            output.json(&Added { id: &id })?;
        } else {
            writeln!(output, "{id}")?;
        }
        Ok(Status::Success)
    }
}

impl Claim {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let memory = swarm::open_existing(options, output)?.memory();
        let kinds: Vec<_> = self.kinds.iter().map(|kind| &**kind).collect();
        let tasks = memory.tasks(&self.swarm.name);
        let Some(claim) = tasks.claim::<Value>(&self.agent, self.lease, &kinds)? else {
            output.note("there is no task that is ready");
            return Ok(Status::Negative);
        };
        show(&claim.task, options, output)?;
        Ok(Status::Success)
    }
}

impl Finish {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let result = self.result.as_deref();
        let result = result.map(|result| swarm::data(Some(result))).transpose()?;
        let outcome = if self.failed {
            Outcome::Failed
        } else {
            Outcome::Done
        };
        let memory = swarm::open_existing(options, output)?.memory();
        let tasks = memory.tasks(&self.swarm.name);
        match tasks.finish(&self.id, self.fence, outcome, result.as_ref()) {
            Ok(()) => Ok(Status::Success),
            Err(error @ (Error::Lost { .. } | Error::Unknown(_))) => {
                output.note(error);
                Ok(Status::Negative)
            }
            Err(error) => Err(error.into()),
        }
    }
}
