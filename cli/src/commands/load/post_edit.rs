//! `kilowat load post-edit`: files that are edited by the clock.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use hdrhistogram::Histogram;
use kilowat::Runtime;
use kilowat_hooks::{Context, HOOK, Pipeline, Verdict};
use kilowat_swarm::{Place, Swarm};
use serde::Serialize;

use super::Status;
use super::ledger::record;
use super::pace::{Pace, is_behind};
use super::record::{Latencies, ended_early, verdict};
use super::watch::{Interrupt, Seconds};
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};

/// How often it is looked at how far it has come: the shortest runs take a second.
const LOOKS_EACH: Duration = Duration::from_millis(5);

/// Edit files of JavaScript, and have each looked at
///
/// Each edit must have its report, which must find the one fault that is in each tenth file and nothing else, and at
/// the end the monitor must have counted as many runs as there were edits.
#[derive(Debug, Args)]
pub(super) struct PostEdit {
    /// How many edits are due each second
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// How long it takes
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::of_run)]
    duration: Duration,
    /// How many are looked at at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=4096))]
    at_a_time: u16,
    /// How many lines a file has
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    lines: u32,
    /// Each is looked at by a process of its own, `kilowat post-edit`, and not by a thread
    #[arg(long)]
    processes: bool,
    /// The longest 99th percentile that there may be, from when an edit is due to when its report is there
    #[arg(long, value_name = "TIME", default_value = "50ms", value_parser = duration::of_run)]
    max_p99: Duration,
}

/// How it went.
#[derive(Serialize)]
struct Record {
    seconds: f64,
    interrupted: bool,
    rate_wanted: u32,
    rate: f64,
    edits: u64,
    wrong: u64,
    unstored: u64,
    counted: u64,
    latency_ms: Latencies,
    problems: Vec<String>,
}

/// What became of edits.
#[derive(Default)]
struct Tally {
    edits: AtomicU64,
    wrong: AtomicU64,
    unstored: AtomicU64,
    first_problem: Mutex<Option<String>>,
}

impl Tally {
    fn wrong(&self, problem: impl FnOnce() -> String) {
        self.wrong.fetch_add(1, Ordering::Relaxed);
        let first = self.first_problem.lock();
        if let Ok(mut first) = first {
            first.get_or_insert_with(problem);
        }
    }
}

/// Who looks at files.
enum Looker {
    Thread(Box<Pipeline>),
    Process,
}

impl PostEdit {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let interrupt = Interrupt::by_signals()?;
        let folder = tempfile::tempdir().context("a folder for the project")?;
        fs::create_dir(folder.path().join(".git"))?;
        let home = Place::at(folder.path().join(".kilowat"));
        let runtime = options.start()?;
        let swarm = open(&home, &runtime)?;
        let looker = if self.processes {
            Looker::Process
        } else {
            let pipeline = Pipeline::new(&swarm, folder.path())?;
            runtime.wait_ready();
            Looker::Thread(Box::new(pipeline))
        };
        let all = (self.duration.as_secs_f64() * f64::from(self.rate)) as u64;
        let (next, tally) = (AtomicU64::new(0), Tally::default());
        let latencies = Mutex::new(Histogram::<u64>::new(3)?);
        let mut shown = Seconds::of(self.duration);
        let pace = Pace::new(SystemTime::now(), self.rate.into());
        thread::scope(|scope| {
            let mut lookers = Vec::new();
            for _ in 0..self.at_a_time {
                lookers.push(scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= all {
                            return;
                        }
                        pace.wait(number);
                        if interrupt.is_set() {
                            return;
                        }
                        tally.edits.fetch_add(1, Ordering::Relaxed);
                        if let Err(error) = self.edit(folder.path(), &looker, number, &tally) {
                            tally.wrong(|| format!("{error:#}"));
                        }
                        if let Ok(mut latencies) = latencies.lock() {
                            record(&mut latencies, pace.late(number));
                        }
                    }
                }));
            }
            while !lookers.iter().all(ScopedJoinHandle::is_finished) {
                shown.at(pace.elapsed(), || {
                    format!("{} edits", tally.edits.load(Ordering::Relaxed))
                });
                thread::sleep(LOOKS_EACH);
            }
        });
        let seconds = pace.elapsed().as_secs_f64();
        let report = swarm.monitor().report(Duration::from_hours(24))?;
        let counted = report.hooks.iter().find(|hook| hook.name == HOOK);
        let latencies = latencies
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let edits = tally.edits.into_inner();
        let mut record = Record {
            seconds,
            interrupted: interrupt.is_set(),
            rate_wanted: self.rate,
            rate: edits as f64 / seconds,
            edits,
            wrong: tally.wrong.into_inner(),
            unstored: tally.unstored.into_inner(),
            counted: counted.map_or(0, |hook| hook.n),
            latency_ms: Latencies::new(&latencies),
            problems: Vec::new(),
        };
        let first = tally.first_problem.into_inner().unwrap_or_default();
        self.judge(&mut record, first);
        if options.json {
            output.json(&record)?;
        } else {
            let mut rows = vec![
                ("due each second", record.rate_wanted.to_string()),
                ("done each second", format!("{:.0}", record.rate)),
                ("edits", format!("{}: {}", record.edits, record.latency_ms)),
                ("wrong", record.wrong.to_string()),
                ("not stored", record.unstored.to_string()),
                ("counted by the monitor", record.counted.to_string()),
            ];
            rows.extend(ended_early(record.interrupted, record.seconds));
            let rows = rows.into_iter();
            output.list(rows.map(|(name, value)| [name.into(), right(value)]))?;
        }
        Ok(verdict(&record.problems, output))
    }

    /// Writes a file, and has it looked at.
    fn edit(&self, folder: &Path, looker: &Looker, number: u64, tally: &Tally) -> Result<()> {
        let has_fault = number.is_multiple_of(10);
        let name = format!("file{number}.js");
        let mut text = String::new();
        for line in 0..self.lines {
            // A string takes all that is written to it.
            let _ = writeln!(
                text,
                "export const value{line} = [{number}, 'a', `b${{{line}}}`].map(String);"
            );
        }
        if has_fault {
            text.push_str("let value0;\n");
        }
        fs::write(folder.join(&name), text)?;
        let (has_found, stored) = match looker {
            Looker::Thread(pipeline) => {
                let report = pipeline.post_edit(name.as_ref(), &Context::default())?;
                (report.verdict() == Verdict::Errors, report.stored.success)
            }
            Looker::Process => by_process(folder, &name)?,
        };
        if has_found != has_fault {
            tally.wrong(|| format!("{name}: its fault was not found, or one that is not there"));
        }
        if !stored {
            tally.unstored.fetch_add(1, Ordering::Relaxed);
        }
        // Thousands of files in a folder are slow for other reasons.
        fs::remove_file(folder.join(&name))?;
        Ok(())
    }

    fn judge(&self, record: &mut Record, first: Option<String>) {
        let problems = &mut record.problems;
        if record.wrong > 0 {
            let first = first.unwrap_or_default();
            problems.push(format!(
                "{} edits went wrong; the first: {first}",
                record.wrong
            ));
        }
        if record.counted + record.unstored != record.edits {
            problems.push(format!(
                "the monitor has counted {} of {} edits",
                record.counted, record.edits
            ));
        }
        if is_behind(Duration::from_secs_f64(record.seconds), self.duration) {
            problems.push(format!(
                "{:.0} were done a second, and {} were due",
                record.rate, self.rate
            ));
        }
        let most = self.max_p99.as_secs_f64() * 1e3;
        if record.latency_ms.p99 > most {
            problems.push(format!(
                "the 99th percentile of the latency was {:.2} ms, over {most} ms",
                record.latency_ms.p99
            ));
        }
    }
}

fn open(place: &Place, runtime: &Runtime) -> Result<Swarm> {
    let builder = Swarm::builder().runtime(runtime.clone());
    Ok(builder.daily_backups(false).open(place)?)
}

/// Whether a process has found errors, and has stored its report.
fn by_process(folder: &Path, name: &str) -> Result<(bool, bool)> {
    #[derive(serde::Deserialize)]
    struct Report {
        stored: Stored,
    }
    #[derive(serde::Deserialize)]
    struct Stored {
        success: bool,
    }
    let output = Command::new(env::current_exe()?)
        .args(["--json", "post-edit", name])
        .current_dir(folder)
        .env_remove(kilowat_swarm::VARIABLE)
        .stdin(Stdio::null())
        .output()?;
    let has_found = match output.status.code() {
        Some(0) => false,
        Some(1) => true,
        _ => {
            let words = String::from_utf8_lossy(&output.stderr);
            bail!("kilowat post-edit {name}: {}: {words}", output.status);
        }
    };
    let report: Report = serde_json::from_slice(&output.stdout)?;
    Ok((has_found, report.stored.success))
}
