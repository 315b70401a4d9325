//! `kilowat worker`: runs a program for each message.

use std::ffi::OsString;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
#[cfg(feature = "hooks")]
use kilowat_hooks::deferred;
use kilowat_swarm::worker::{self, Program, Stopper};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::{Keys, Status};
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};
use crate::swarm;

/// Run a program for each message of queues
///
/// The program gets the body on its standard input. It ends with status 0 when the message is done, and with 65
/// when it is wrong: it goes to the dead letters. With any other the message is tried again, later each time. What
/// it writes to standard output is the answer, where one is wanted.
///
/// The queue post-edit needs no program: it has the files whose commands in .kilowat/post-edit.toml are to run.
///
/// Any number of workers share a queue. SIGTERM ends a worker when what is under way has ended, or after 30
/// seconds; the rest is given back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat worker reviews -- ./review.sh
  kilowat worker reviews lints --slots 4 --time-limit 2m -- python3 check.py
  kilowat worker secrets --key-file my.key -- ./unlock.sh
  kilowat worker sums --idle 1s -- jq add      until there is nothing to do
  kilowat worker post-edit                     formatters, linters and tests, see `kilowat trust`

The program has in its environment:
  KILOWAT_ID, KILOWAT_CHANNEL, KILOWAT_TYPE, KILOWAT_AT (milliseconds since 1970) and KILOWAT_ATTEMPT
  KILOWAT_KEY, KILOWAT_FROM, KILOWAT_TO, KILOWAT_TRACE and KILOWAT_EXPIRES, where the message has them

When it ends it prints how many messages were done; with --json, as an object.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Worker {
    /// The queues, which are made where they are missing
    #[arg(required = true)]
    queues: Vec<String>,
    /// The program, and its arguments; no shell comes in between
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    /// How many messages it works on at a time; one keeps their order
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    slots: u16,
    /// How long the program may run
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration::of_run)]
    time_limit: Duration,
    /// How many bytes it may write
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    output_limit: usize,
    /// How long what is under way has to end, at SIGTERM
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::to_keep)]
    grace: Duration,
    /// End when there was nothing to do for so long
    #[arg(long, value_name = "TIME", value_parser = duration::to_keep)]
    idle: Option<Duration>,
    /// By which name others see it
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    keys: Keys,
}

impl Worker {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let keys = self.keys.read(output)?;
        let worker = match self.program.split_first() {
            Some((name, arguments)) => {
                let swarm = swarm::open(options, output)?;
                let program = Program::new(name, arguments)
                    .longest(self.time_limit)
                    .most_output(self.output_limit);
                let mut worker = worker::Worker::new(&swarm);
                for queue in &self.queues {
                    worker = worker.run_program(queue, program.clone());
                }
                worker
            }
            None => self.of_hooks(options, output)?,
        };
        let mut worker = worker.slots(self.slots.into()).grace(self.grace);
        if let Some(keys) = &keys {
            worker = worker.sealed(keys);
        }
        if let Some(name) = &self.name {
            worker = worker.name(name);
        }
        if let Some(idle) = self.idle {
            worker = worker.idle(idle);
        }
        stop_at_signals(worker.stopper())?;
        let report = worker.run()?;
        if options.json {
            output.json(&report)?;
        } else {
            let rows = [
                ("done", report.done),
                ("to be tried again", report.retried),
                ("given up", report.dead),
                ("lost to others", report.lost),
                ("given back", report.given_back),
            ];
            output.list(rows.map(|(name, count)| [name.into(), right(count)]))?;
        }
        Ok(Status::Success)
    }
}

impl Worker {
    /// One that runs the commands of files that were edited. Their queue is in the database, whatever has the others.
    #[cfg(feature = "hooks")]
    fn of_hooks(&self, options: Options, output: &mut Output) -> Result<worker::Worker> {
        if self.queues == [deferred::QUEUE] {
            let swarm = swarm::open_without_redis(options, output)?;
            return Ok(deferred::worker(&swarm));
        }
        self.without_program()
    }

    #[cfg(not(feature = "hooks"))]
    fn of_hooks(&self, _: Options, _: &mut Output) -> Result<worker::Worker> {
        self.without_program()
    }

    fn without_program(&self) -> Result<worker::Worker> {
        let queues = self.queues.join(" ");
        bail!("which program? `kilowat worker {queues} -- PROGRAM` runs it for each message")
    }
}

/// The first signal stops the worker, and the second ends it at once.
fn stop_at_signals(stopper: Stopper) -> Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for (count, signal) in signals.forever().enumerate() {
                if count > 0 {
                    let _ = emulate_default_handler(signal);
                }
                stopper.stop();
            }
        })?;
    Ok(())
}
