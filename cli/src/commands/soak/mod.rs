//! `kilowat soak`: many calls at the same time, for as long as you like, each answer checked.

pub(super) mod memory;
pub(super) mod mix;
mod report;
mod tally;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;
use indicatif::HumanCount;
use kilowat::{EngineKind, Policy, Runtime};
use signal_hook::consts::SIGINT;

use self::memory::Sample;
use self::mix::{Mix, Schedule};
use self::report::Record;
use self::tally::Tally;
use super::Status;
use crate::arguments::Options;
use crate::duration;
use crate::output::Output;
use crate::progress::Progress;

/// How often the memory is looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// The most tasks.
const MOST_TASKS: i64 = 10_000;

/// The stack of a task, of which the machine only gives what is touched. Compiled kernels may take
/// half of it.
const STACK: usize = 1 << 20;

/// Call many operations from many tasks, and check every answer
///
/// Each task is a thread that makes one call after another, of all the operations of the mix on inputs
/// of 64 bytes to 300 KiB. The right answers are computed by native code beforehand, and the kernels
/// compiled. Calls go to the JIT first, as they do in services, unless --engine or the environment says
/// otherwise. At the end: how many calls there were and how long they took, what went wrong, which
/// tiers answered, and the memory before, at most and after. Ctrl-C ends it early, with the report.
///
/// A latency is what the caller sees: where there are more tasks than calls at a time, two for each
/// core, most of it is waiting for their turn.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat soak                             30 seconds of everything, by 1000 tasks
  kilowat soak --duration 10m --concurrency 64
  kilowat soak --mix sha256=5,search       five times as many calls of sha256 as of search
  kilowat --engine interpreter soak        all of it interpreted
  kilowat --json soak | jq .problems       {\"verdict\":\"passed\",\"problems\":[],...

Exit status: 0 if all went well. 1 if an answer was wrong, a call failed or had to be answered by a
slower tier, an instance was lost, an operation had a 99th percentile above --max-p99, or the memory
grew: its median over the last quarter of the time is more than that over the second quarter by 10 %
and 32 MiB. That is judged from 30 seconds up. 2 if the run could not be made.")]
pub(crate) struct Soak {
    /// How long it takes, such as 30s, 10m or 1h 30m
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::of_run)]
    duration: Duration,

    /// How many tasks there are at the same time
    #[arg(
        long,
        value_name = "TASKS",
        default_value = "1000",
        value_parser = clap::value_parser!(u32).range(1..=MOST_TASKS)
    )]
    concurrency: u32,

    /// The operations to call, each with its weight: 1 where there is none. All alike where there is
    /// no mix
    #[arg(long, value_name = "OP[=WEIGHT],...", value_parser = Mix::read)]
    mix: Option<Mix>,

    /// The longest 99th percentile that the latency of an operation may have, such as 100ms or 2s
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration::of_run)]
    max_p99: Duration,
}

/// What the tasks share.
struct Run {
    policy: Policy,
    concurrency: u32,
    max_p99: Duration,
    schedule: Schedule,
    runtime: Runtime,
    tallies: Vec<Tally>,
    stops: Arc<AtomicBool>,
}

/// How it went, beside what was tallied.
struct Course {
    start: Sample,
    samples: Vec<Sample>,
    end: Sample,
    elapsed: Duration,
}

impl Soak {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let run = self.prepare(options)?;
        let interrupted = Arc::new(AtomicBool::new(false));
        for flag in [&run.stops, &interrupted] {
            signal_hook::flag::register(SIGINT, Arc::clone(flag)).context("Ctrl-C")?;
        }
        let course = self.load(&run)?;
        let interrupted = interrupted.load(Ordering::Relaxed);
        let record = Record::new(&run, &course, interrupted);
        if options.json {
            output.json(&record)?;
        } else {
            record.print(output)?;
        }
        Ok(record.status())
    }

    /// Computes the right answers, and has the kernels ready.
    fn prepare(&self, options: Options) -> Result<Run> {
        let runtime = options.start_by(Policy::WasmFirst)?;
        let oracle = Runtime::with_engine(EngineKind::Native)?;
        let schedule = Schedule::new(self.mix.as_ref().unwrap_or(&Mix::all()), &oracle)?;
        let modules: BTreeSet<_> = kilowat::modules::operations()
            .map(|known| known.module)
            .collect();
        for module in modules {
            runtime.load_module(module)?;
        }
        runtime.wait_ready();
        Ok(Run {
            tallies: schedule.operations.iter().map(|_| Tally::new()).collect(),
            schedule,
            policy: runtime.policy(),
            runtime,
            concurrency: self.concurrency,
            max_p99: self.max_p99,
            stops: Arc::new(AtomicBool::new(false)),
        })
    }

    /// Lets the tasks call until the time is over.
    fn load(&self, run: &Run) -> Result<Course> {
        let start = run.sample();
        let begun = Instant::now();
        let turns = run.schedule.turns.len();
        let samples = thread::scope(|scope| {
            for number in 0..self.concurrency {
                let first = number as usize * turns / self.concurrency as usize;
                let task = thread::Builder::new().stack_size(STACK);
                let started = task.spawn_scoped(scope, move || run.call_from(first));
                if let Err(error) = started {
                    run.stops.store(true, Ordering::Relaxed);
                    let tasks = self.concurrency;
                    return Err(error).context(format!("task {number} of {tasks} does not start"));
                }
            }
            let samples = run.watch(self.duration.saturating_sub(begun.elapsed()));
            run.stops.store(true, Ordering::Relaxed);
            Ok(samples)
        })?;
        let elapsed = begun.elapsed();
        // A tier that is being measured holds an instance, which is not lost.
        run.runtime.wait_measured();
        Ok(Course {
            start,
            samples,
            end: run.sample(),
            elapsed,
        })
    }
}

impl Run {
    /// A task: one call after the other, from a turn of the schedule on, and one at least.
    fn call_from(&self, first: usize) {
        for turn in self.schedule.turns.iter().cycle().skip(first) {
            let begun = Instant::now();
            let outcome = (turn.check)(&self.runtime);
            self.tallies[turn.operation].record(outcome, turn.bytes, begun.elapsed());
            if self.stops.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Waits, shows how far it has come and looks at the memory.
    fn watch(&self, duration: Duration) -> Vec<Sample> {
        let mut samples = Vec::new();
        let begun = Instant::now();
        let progress = Progress::of_steps(duration.as_secs());
        let mut shown = 0;
        while !self.stops.load(Ordering::Relaxed) {
            let elapsed = begun.elapsed();
            let Some(left) = duration.checked_sub(elapsed).filter(|left| !left.is_zero()) else {
                break;
            };
            if elapsed.as_secs() > shown {
                let calls = self.tallies.iter().map(Tally::calls).sum();
                progress.describe(format!("{} calls", HumanCount(calls)));
                progress.advance(elapsed.as_secs() - shown);
                shown = elapsed.as_secs();
            }
            thread::sleep(left.min(INTERVAL));
            samples.push(self.sample());
        }
        samples
    }

    fn sample(&self) -> Sample {
        Sample::take(&self.runtime.report().memory)
    }
}
