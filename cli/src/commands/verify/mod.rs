//! `kilowat verify`: whether this machine reaches the targets that the project was planned with.

mod inputs;
mod targets;
mod time;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use comfy_table::Cell;
use kilowat::{EngineKind, Runtime};
use serde::Serialize;

use self::inputs::Inputs;
use self::targets::{Place, Target};
use self::time::Time;
use super::Status;
use crate::arguments::Options;
use crate::output::{Output, right};
use crate::progress::Progress;

/// Measure each target of the plan through the library, on every tier
///
/// Each is called as programs call it, with all that copies to and from a kernel cost. Its answer is held to that of
/// native code first. What counts is the median on the first tier that is asked: the jit, unless --engine says
/// otherwise. Where the plan names no time, what was measured stands without a verdict.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat verify                          all targets on all tiers, in some seconds
  kilowat --engine interpreter verify     whether they are reached without a JIT, too
  kilowat verify --inputs FOLDER          and leaves what was worked on there, for others to work on
  kilowat --json verify                   {\"target\":\"fastHash\",\"what\":...,\"tier\":\"jit\",\"limit_ns\":...

In JSON Lines, an object for each target and tier.

Exit status: 0 if all targets are reached, 1 if not, 2 on an error.")]
pub(crate) struct Verify {
    /// How long each is measured for on each tier, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value = "100", value_parser = clap::value_parser!(u64).range(1..=60_000))]
    time: u64,

    /// Write the inputs to files in this folder, which must be there
    #[arg(long, value_name = "FOLDER")]
    inputs: Option<PathBuf>,
}

/// A target on a tier, for machines.
#[derive(Serialize)]
struct Record {
    target: &'static str,
    what: &'static str,
    tier: &'static str,
    limit_ns: Option<u64>,
    median_ns: u64,
    p95_ns: u64,
    calls: u64,
    /// Whether the median is within the limit, where there is one.
    reached: Option<bool>,
}

impl Record {
    fn new(target: &Target, tier: EngineKind, time: Time) -> Self {
        let limit_ns = target.limit.map(|limit| limit.as_nanos() as u64);
        Self {
            target: target.name,
            what: target.what,
            tier: tier.name(),
            limit_ns,
            median_ns: time.median,
            p95_ns: time.p95,
            calls: time.calls,
            reached: limit_ns.map(|limit| time.median <= limit),
        }
    }
}

/// A tier, and where it works.
struct Side {
    tier: EngineKind,
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Verify {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let inputs = Inputs::new();
        if let Some(folder) = &self.inputs {
            inputs.write(folder)?;
        }
        let sides = sides(options)?;
        let targets = targets::all();
        let progress = Progress::of_steps((targets.len() * sides.len()) as u64);
        let mut measured = Vec::new();
        for target in &targets {
            let mut records = Vec::new();
            for side in &sides {
                progress.describe(format!("{}, {}", target.name, side.tier.name()));
                let time = self.measure(target, side, &inputs);
                let time =
                    time.with_context(|| format!("{} on the {}", target.name, side.tier.name()))?;
                records.push(Record::new(target, side.tier, time));
                progress.advance(1);
            }
            measured.push(records);
        }
        progress.clear();
        if options.json {
            for record in measured.iter().flatten() {
                output.json(record)?;
            }
        } else {
            print(&sides, &measured, output)?;
        }
        let missed = |records: &Vec<Record>| {
            records
                .first()
                .is_some_and(|first| first.reached == Some(false))
        };
        Ok(if measured.iter().any(missed) {
            Status::Negative
        } else {
            Status::Success
        })
    }

    fn measure(&self, target: &Target, side: &Side, inputs: &Inputs) -> Result<Time> {
        let place = Place {
            runtime: &side.runtime,
            inputs,
            folder: side.folder.path(),
        };
        let call = (target.prepare)(&place)?;
        time::measure(Duration::from_millis(self.time), call)
    }
}

/// The tiers that may be asked and start here, the one that is judged first.
fn sides(options: Options) -> Result<Vec<Side>> {
    let mut sides = Vec::new();
    for tier in options
        .wasm_tiers()?
        .into_iter()
        .chain([EngineKind::Native])
    {
        // One that does not start here has no figures; the doctor says why.
        let Ok(runtime) = Runtime::with_engine(tier) else {
            continue;
        };
        sides.push(Side {
            tier,
            runtime,
            folder: tempfile::tempdir()?,
        });
    }
    if sides.is_empty() {
        bail!("no tier starts here; `kilowat doctor` says why");
    }
    Ok(sides)
}

fn print(sides: &[Side], measured: &[Vec<Record>], output: &mut Output) -> Result<()> {
    let mut header = vec![Cell::new("TARGET"), Cell::new("WHAT"), right("LIMIT")];
    header.extend(
        sides
            .iter()
            .map(|side| right(side.tier.name().to_uppercase())),
    );
    header.push(Cell::new("VERDICT"));
    let rows = measured.iter().filter_map(|records| {
        let first = records.first()?;
        let mut row = vec![
            Cell::new(first.target),
            Cell::new(first.what),
            right(first.limit_ns.map_or_else(String::new, millis)),
        ];
        row.extend(records.iter().map(|record| right(millis(record.median_ns))));
        row.push(Cell::new(match first.reached {
            Some(true) => "reached",
            Some(false) => "missed",
            None => "",
        }));
        Some(row)
    });
    output.table(header, rows)?;
    Ok(())
}

/// Nanoseconds in milliseconds, with three digits or more.
fn millis(nanos: u64) -> String {
    let millis = Duration::from_nanos(nanos).as_secs_f64() * 1e3;
    let decimals = match nanos {
        0..100_000 => 4,
        100_000..10_000_000 => 3,
        _ => 1,
    };
    format!("{millis:.decimals$} ms")
}
