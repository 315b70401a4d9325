//! `kilowat rollback`: native code in place of kernels, in all processes of a swarm.

use std::io::Write as _;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use kilowat_swarm::rollback::{self, Process, Report, Rollback, Switches, System};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::input::printable;
use crate::output::Output;
use crate::swarm;

/// Have the systems of a swarm run native code in place of kernels, while they run
///
/// It sets `wasm = false` in config.toml in the folder of the swarm, waits until every process that has the swarm open
/// says that it goes by that, and sees that native code answers. Nothing is restarted and no message is lost; answers
/// are the same, byte for byte. It goes before --engine and the environment of these processes.
///
/// Commands that use no swarm, such as `kilowat sha256`, go by the environment and --no-wasm alone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat rollback                   all systems of the swarm of this folder
  kilowat rollback messages          queues and topics only
  kilowat rollback --undo            kernels may run again
  kilowat rollback --dry-run         what is set, who runs, and what would be set

The systems are memory (entries, agents, tasks and events), messages, and hooks (what is looked at after edits).
With --json, an object.

Exit status: 0, or 1 if a process did not say in time that it goes by it, or kernels still answer, or 2 on an
error.")]
pub(crate) struct RollBack {
    /// The system; all of them where none is named
    #[arg(value_name = "SYSTEM")]
    system: Option<System>,
    /// What was rolled back may run kernels again
    #[arg(long)]
    undo: bool,
    /// Say what would be set, and set nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// How long to wait for the processes
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::of_run)]
    wait: Duration,
}

/// What would be done, for machines.
#[derive(Serialize)]
struct Plan {
    before: Switches,
    after: Switches,
    processes: Vec<Process>,
}

impl RollBack {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let place = swarm::place()?;
        if !place.folder().is_dir() {
            bail!(
                "{}: there is no swarm yet",
                printable(&place.folder().to_string_lossy())
            );
        }
        let mut rollback = Rollback::of(&place).patience(self.wait);
        if let Some(system) = self.system {
            rollback = rollback.system(system);
        }
        if self.undo {
            rollback = rollback.undo();
        }
        if self.dry_run {
            let (before, after) = rollback.plan()?;
            let plan = Plan {
                before,
                after,
                processes: rollback::processes(&place)?,
            };
            plan.show(options, output)?;
            return Ok(Status::Success);
        }
        let report = rollback.run()?;
        if options.json {
            output.json(&report)?;
        } else {
            show(&report, output)?;
        }
        Ok(if report.is_done() {
            Status::Success
        } else {
            Status::Negative
        })
    }
}

impl Plan {
    fn show(&self, options: Options, output: &mut Output) -> Result<()> {
        if options.json {
            return Ok(output.json(self)?);
        }
        let rows = System::ALL.map(|system| {
            [
                system.to_string(),
                kernels(self.before.allows(system)),
                kernels(self.after.allows(system)),
            ]
        });
        output.table(["SYSTEM", "KERNELS", "WOULD BE"], rows)?;
        list(&self.processes, output)
    }
}

fn show(report: &Report, output: &mut Output) -> Result<()> {
    let rows = report.systems.iter().map(|system| {
        let answers = system.answers.clone().unwrap_or_else(|| "nobody".into());
        [system.system.to_string(), kernels(system.wasm), answers]
    });
    output.table(["SYSTEM", "KERNELS", "ANSWERED BY"], rows)?;
    list(&report.processes, output)?;
    writeln!(output)?;
    let (all, pending) = (report.processes.len(), report.pending.len());
    let seconds = report.seconds;
    if pending > 0 {
        let numbers: Vec<_> = report.pending.iter().map(u32::to_string).collect();
        writeln!(
            output,
            "{pending} of {all} processes have not said that they go by it, after {seconds:.2} s: {}",
            numbers.join(", ")
        )?;
    } else if report.is_done() {
        let who = match all {
            0 => "no process has the swarm open".to_owned(),
            1 => "the process that has it open goes by it".to_owned(),
            all => format!("all {all} processes go by it"),
        };
        writeln!(output, "{who}, after {seconds:.2} s")?;
    } else {
        writeln!(
            output,
            "kernels still answer where native code should, after {seconds:.2} s"
        )?;
    }
    Ok(())
}

fn list(processes: &[Process], output: &mut Output) -> Result<()> {
    if processes.is_empty() {
        return Ok(());
    }
    writeln!(output)?;
    let rows = processes.iter().map(|process| {
        let runs = |system| {
            let runs = process.runs(system);
            runs.answers.clone().unwrap_or_else(|| "nobody".to_owned())
        };
        [
            process.pid.to_string(),
            printable(&process.name),
            swarm::time(process.since),
            runs(System::Memory),
            runs(System::Messages),
            runs(System::Hooks),
        ]
    });
    output.table(
        ["PID", "PROCESS", "SINCE", "MEMORY", "MESSAGES", "HOOKS"],
        rows,
    )?;
    for process in processes {
        if let Some(problem) = &process.problem {
            output.note(format_args!(
                "warning: process {}: {}",
                process.pid,
                printable(problem)
            ));
        }
    }
    Ok(())
}

fn kernels(wasm: bool) -> String {
    if wasm { "on" } else { "off" }.to_owned()
}
