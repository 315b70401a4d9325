//! `kilowat load all`: everything at once, and for long.

use std::env;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use indicatif::{HumanBytes, HumanCount};
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;
use serde_json::Value;

use super::Status;
use super::flatness::{MOST_A_DAY, MOST_VARIATION, Slope, variation};
use super::gauge::{Gauge, Gauged};
use super::record::{ended_early, verdict};
use super::watch::{Interrupt, Seconds};
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};

/// How often memory is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// Memory is not judged in a run that is shorter: a day is told from half an hour at least.
const LONG_ENOUGH: Duration = Duration::from_mins(30);

/// Nor is it looked at in the first part of a run, at most so long.
const WARM_UP: Duration = Duration::from_mins(10);

/// A rate is not judged by fewer minutes.
const FEWEST_MINUTES: usize = 5;

/// Ticks of a second, in which Linux counts the time of processes.
const TICKS: f64 = 100.0;

/// Put everything under load at once: operations, memory, messages, bytes and edits
///
/// This process calls every operation, one call after the other, and checks each answer; each other part is a process
/// of its own. After each call there is a loop that is always the same: the quotient of both times, for each minute,
/// does not know how fast the machine is in that minute.
///
/// Memory is what all these processes have in main memory together, each second, without the first quarter of the time
/// or ten minutes. A line is laid through that: the 95 % bound of its slope, for a day, is to be under 32 MiB.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat load all --chaos                 an hour of it, while consumers are killed
  kilowat load all --duration 40s          whether it works at all
  kilowat --json load all > report.json    with the report of each part

Exit status: 0 if it held. 1 if an answer was wrong or a call has failed, if a part has found a problem, if the bound of
the slope of memory is 32 MiB a day or more (judged from 30 minutes up), or if the rate of the minutes varies by more
than 5 %, as the deviation from their mean (judged from five minutes up). 2 on an error.")]
pub(super) struct All {
    /// How long it takes
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::of_run)]
    duration: Duration,
    /// Those who take messages are processes, and one of them is killed twice a second
    #[arg(long)]
    chaos: bool,
    /// Messages go through a Redis as well: the one that `KILOWAT_REDIS` names, or one that is started
    #[cfg(feature = "redis")]
    #[arg(long)]
    redis: bool,
}

/// What is done beside the operations.
struct Part {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Whether it has consumers that can be killed.
    has_consumers: bool,
}

const PARTS: &[Part] = &[
    Part {
        name: "memory",
        arguments: &["memory", "--rate", "500"],
        has_consumers: false,
    },
    Part {
        name: "messages",
        arguments: &["messages", "--rate", "500"],
        has_consumers: true,
    },
    Part {
        name: "bytes",
        arguments: &["bytes", "--rate", "5"],
        has_consumers: true,
    },
    #[cfg(feature = "hooks")]
    Part {
        name: "edits",
        arguments: &["post-edit", "--rate", "5", "--at-a-time", "4"],
        has_consumers: false,
    },
];

#[cfg(feature = "redis")]
const THROUGH_REDIS: Part = Part {
    name: "messages through Redis",
    arguments: &["messages", "--rate", "500", "--messenger", "redis"],
    has_consumers: true,
};

/// A part that runs.
struct Running {
    name: &'static str,
    child: Child,
}

/// What became of a part.
#[derive(Debug, Serialize)]
struct Ended {
    part: &'static str,
    /// What it has printed.
    report: Option<Value>,
    problems: Vec<String>,
}

/// How it went.
#[derive(Debug, Serialize)]
struct Record {
    seconds: f64,
    interrupted: bool,
    calls: u64,
    wrong: u64,
    errors: u64,
    /// Of each minute: the time of the loop, divided by the time of the calls.
    minutes: Vec<f64>,
    variation: Option<f64>,
    rate_judged: bool,
    memory_start: Option<u64>,
    memory_end: Option<u64>,
    memory_peak: Option<u64>,
    memory_slope: Option<Slope>,
    memory_judged: bool,
    /// How much of all cores all processes have had.
    cpu_share: Option<f64>,
    parts: Vec<Ended>,
    /// What is wrong, in a sentence each.
    problems: Vec<String>,
}

impl All {
    #[expect(clippy::cast_precision_loss, reason = "cores stay far below 2^52")]
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let interrupt = Interrupt::by_signals()?;
        let gauge = Gauge::new(options)?;
        let cpu = cpu_seconds();
        let begun = Instant::now();
        let mut running = Vec::new();
        for part in self.parts() {
            match self.start(part, options) {
                Ok(child) => running.push(Running {
                    name: part.name,
                    child,
                }),
                Err(error) => {
                    for part in &mut running {
                        // One that has ended by itself cannot be killed.
                        let _ = part.child.kill();
                        let _ = part.child.wait();
                    }
                    return Err(error);
                }
            }
        }
        let stops = AtomicBool::new(false);
        let (gauged, samples) = thread::scope(|scope| {
            let calls = scope.spawn(|| gauge.run(&stops));
            let samples = self.watch(begun, &gauge, &running, &interrupt);
            stops.store(true, Ordering::Relaxed);
            let gauged = calls.join().map_err(|_| anyhow!("the calls have panicked"));
            (gauged, samples)
        });
        if interrupt.is_set() {
            running.iter().for_each(Running::interrupt);
        }
        // All are waited for, whatever became of the calls.
        let ended = running.into_iter().map(Running::end).collect();
        let elapsed = begun.elapsed();
        let cpu = cpu_seconds().zip(cpu).map(|(after, before)| after - before);
        let lasted = elapsed.min(self.duration);
        let mut record = Record::new(&gauged?, &samples, lasted, ended);
        record.seconds = elapsed.as_secs_f64();
        record.interrupted = interrupt.is_set();
        record.calls = gauge.calls.load(Ordering::Relaxed);
        let cores = thread::available_parallelism().map_or(1, usize::from) as f64;
        record.cpu_share = cpu.map(|seconds| seconds / record.seconds / cores);
        if options.json {
            output.json(&record)?;
        } else {
            record.print(output)?;
        }
        Ok(verdict(&record.problems, output))
    }

    fn parts(&self) -> Vec<&'static Part> {
        let parts = PARTS.iter();
        #[cfg(feature = "redis")]
        let parts = parts.chain(self.redis.then_some(&THROUGH_REDIS));
        parts.collect()
    }

    fn start(&self, part: &Part, options: Options) -> Result<Child> {
        let mut command = Command::new(env::current_exe().context("this program")?);
        if let Some(policy) = options.policy() {
            command.arg(format!("--engine={policy}"));
        }
        command.args(["--json", "load"]).args(part.arguments);
        // Latencies are those of a machine that is busy on purpose, and are not judged.
        command.args(["--max-p99", "1h", "--duration"]);
        command.arg(format!("{}ms", self.duration.as_millis()));
        if self.chaos && part.has_consumers {
            command.arg("--chaos");
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().with_context(|| part.name)
    }

    /// Waits until the time is over, shows how far it has come and looks at the memory: seconds and bytes.
    #[expect(clippy::cast_precision_loss, reason = "bytes stay far below 2^52")]
    fn watch(
        &self,
        begun: Instant,
        gauge: &Gauge,
        running: &[Running],
        interrupt: &Interrupt,
    ) -> Vec<(f64, f64)> {
        let mut shown = Seconds::of(self.duration);
        let mut samples = Vec::new();
        loop {
            let elapsed = begun.elapsed();
            let left = self.duration.saturating_sub(elapsed);
            if left.is_zero() || interrupt.is_set() {
                return samples;
            }
            let resident = resident(running);
            if let Some(bytes) = resident {
                samples.push((elapsed.as_secs_f64(), bytes as f64));
            }
            shown.at(elapsed, || {
                let calls = HumanCount(gauge.calls.load(Ordering::Relaxed));
                let memory = resident.map_or(String::new(), |bytes| {
                    format!(", {} in memory", HumanBytes(bytes))
                });
                format!("{calls} calls{memory}")
            });
            thread::sleep(left.min(INTERVAL));
        }
    }
}

impl Running {
    /// Has it end early. From a terminal it knows that already, and is not told too much.
    fn interrupt(&self) {
        #[cfg(unix)]
        if let Err(error) = kill_process(Pid::from_child(&self.child), Signal::TERM) {
            tracing::debug!(%error, part = self.name, "it has ended by itself");
        }
    }

    /// Waits for the end, and reads what was found.
    fn end(self) -> Ended {
        let mut ended = Ended {
            part: self.name,
            report: None,
            problems: Vec::new(),
        };
        let name = self.name;
        match self.child.wait_with_output() {
            Err(error) => ended.problems.push(format!("{name}: {error}")),
            Ok(answer) => {
                let words = String::from_utf8_lossy(&answer.stderr);
                ended.read(answer.status.success(), &answer.stdout, words.trim());
            }
        }
        ended
    }
}

impl Ended {
    fn read(&mut self, has_succeeded: bool, printed: &[u8], words: &str) {
        let name = self.part;
        self.report = serde_json::from_slice(printed).ok();
        let listed = self.report.as_ref().map(|report| &report["problems"]);
        match listed.and_then(Value::as_array) {
            None => self
                .problems
                .push(format!("{name}: there is no report; it says: {words}")),
            Some(listed) => {
                let texts = listed
                    .iter()
                    .map(|text| text.as_str().unwrap_or("a problem"));
                self.problems
                    .extend(texts.map(|text| format!("{name}: {text}")));
                if !has_succeeded && listed.is_empty() {
                    self.problems.push(format!("{name}: it failed: {words}"));
                }
            }
        }
    }
}

impl Record {
    fn new(gauged: &Gauged, samples: &[(f64, f64)], lasted: Duration, parts: Vec<Ended>) -> Self {
        let warm_up = (lasted / 4).min(WARM_UP).as_secs_f64();
        let warm = samples.iter().filter(|(second, _)| *second >= warm_up);
        let warm: Vec<_> = warm.copied().collect();
        let bytes = |sample: Option<&(f64, f64)>| sample.map(|(_, bytes)| *bytes as u64);
        let peak = samples.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let memory_slope = Slope::new(&warm);
        let mut record = Self {
            seconds: 0.0,
            interrupted: false,
            calls: 0,
            wrong: gauged.wrong,
            errors: gauged.errors,
            minutes: gauged.minutes.clone(),
            variation: variation(&gauged.minutes),
            rate_judged: gauged.minutes.len() >= FEWEST_MINUTES,
            memory_start: bytes(warm.first()),
            memory_end: bytes(warm.last()),
            memory_peak: bytes(peak),
            memory_slope,
            memory_judged: lasted >= LONG_ENOUGH && memory_slope.is_some(),
            cpu_share: None,
            parts,
            problems: Vec::new(),
        };
        record.judge(gauged);
        record
    }

    fn judge(&mut self, gauged: &Gauged) {
        let problems = &mut self.problems;
        if let Some(first) = &gauged.first {
            let (wrong, errors) = (gauged.wrong, gauged.errors);
            problems.push(format!(
                "{wrong} answers were wrong and {errors} calls have failed, the first: {first}"
            ));
        }
        if self.rate_judged
            && let Some(variation) = self.variation
            && variation > MOST_VARIATION
        {
            problems.push(format!(
                "the rate of the minutes varies by {:.1} %, over {:.0} %",
                variation * 100.0,
                MOST_VARIATION * 100.0
            ));
        }
        if self.memory_judged
            && let Some(slope) = self.memory_slope
            && !slope.is_flat()
        {
            problems.push(format!(
                "memory may grow by {:.1} MiB a day, and not by less than {:.0} MiB",
                mebibytes(slope.bound_a_day),
                mebibytes(MOST_A_DAY)
            ));
        }
        problems.extend(self.parts.iter().flat_map(|part| part.problems.clone()));
    }

    fn print(&self, output: &mut Output) -> Result<()> {
        let unknown = || "unknown".to_owned();
        let bytes =
            |bytes: Option<u64>| bytes.map_or_else(unknown, |it| HumanBytes(it).to_string());
        let too_short = |is_judged| {
            if is_judged { "" } else { ", not judged" }
        };
        let rate = self.variation.map_or_else(unknown, |variation| {
            let least = self.minutes.iter().copied().fold(f64::INFINITY, f64::min);
            let most = self.minutes.iter().copied().fold(0.0, f64::max);
            let percent = variation * 100.0;
            format!("{least:.3} to {most:.3} loops a call, varies by {percent:.1} %")
        });
        let slope = self.memory_slope.map_or_else(unknown, |slope| {
            let [line, bound] = [slope.bytes_a_day, slope.bound_a_day].map(mebibytes);
            format!("{line:.1} MiB a day, at most {bound:.1} (95 %)")
        });
        let mut rows = vec![
            ("seconds", format!("{:.1}", self.seconds)),
            ("calls", HumanCount(self.calls).to_string()),
            ("wrong answers", self.wrong.to_string()),
            ("failed calls", self.errors.to_string()),
            ("minutes", self.minutes.len().to_string()),
            (
                "rate of a minute",
                format!("{rate}{}", too_short(self.rate_judged)),
            ),
            (
                "memory",
                format!(
                    "{} when warm, {} at most, {} at the end",
                    bytes(self.memory_start),
                    bytes(self.memory_peak),
                    bytes(self.memory_end)
                ),
            ),
            (
                "its slope",
                format!("{slope}{}", too_short(self.memory_judged)),
            ),
            (
                "all cores were busy",
                self.cpu_share
                    .map_or_else(unknown, |share| format!("{:.0} %", share * 100.0)),
            ),
        ];
        rows.extend(ended_early(self.interrupted, self.seconds));
        for part in &self.parts {
            rows.push((part.part, summary(part)));
        }
        output.list(
            rows.into_iter()
                .map(|(name, value)| [name.into(), right(value)]),
        )?;
        Ok(())
    }
}

/// What stands in a part's report, in a line.
fn summary(part: &Ended) -> String {
    let Some(report) = &part.report else {
        return "no report".to_owned();
    };
    let names = [
        ("accepted", "accepted"),
        ("received", "received"),
        ("missing", "missing"),
        ("kills", "consumers killed"),
        ("server_kills", "servers killed"),
        ("puts", "puts"),
        ("gets", "gets"),
        ("edits", "edits"),
        ("wrong", "wrong"),
    ];
    let counts = names.iter().filter_map(|(name, words)| {
        let count = report[name].as_u64()?;
        // Without chaos there is nothing to say of it.
        let is_said = count > 0 || !name.ends_with("kills");
        is_said.then(|| format!("{} {words}", HumanCount(count)))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn mebibytes(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
}

/// What this process and its parts have in main memory. Consumers are not of it: they are killed before they are old.
fn resident(running: &[Running]) -> Option<u64> {
    let own = memory_stats::memory_stats()?.physical_mem as u64;
    running.iter().try_fold(own, |sum, part| {
        let status = fs::read_to_string(format!("/proc/{}/status", part.child.id())).ok()?;
        Some(sum + resident_of(&status)?)
    })
}

/// What stands behind `VmRSS`. One that has ended has none.
fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes: u64 = line?.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

/// The time that this process has had, and all that it, and they in turn, have waited for.
fn cpu_seconds() -> Option<f64> {
    cpu_seconds_of(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// Fields 14 to 17, of which the first behind the name is the third: the name may have blanks.
fn cpu_seconds_of(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Option<Vec<f64>> = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(|field| field.parse().ok())
        .collect();
    let ticks = ticks.filter(|ticks| ticks.len() == 4)?;
    Some(ticks.iter().sum::<f64>() / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn gauged(minutes: &[f64]) -> Gauged {
        Gauged {
            minutes: minutes.to_vec(),
            ..Gauged::default()
        }
    }

    fn memory(growth: f64) -> Vec<(f64, f64)> {
        (0..3_600)
            .map(|second| {
                let second = f64::from(second);
                // What is taken in the warm-up is no growth.
                let warm_up = second.min(500.0) * 1e5;
                (
                    second,
                    3e8 + warm_up + (second / 5.0).sin() * 1e5 + growth * second,
                )
            })
            .collect()
    }

    fn ended(has_succeeded: bool, printed: &str) -> Ended {
        let mut ended = Ended {
            part: "bytes",
            report: None,
            problems: Vec::new(),
        };
        ended.read(has_succeeded, printed.as_bytes(), "its words");
        ended
    }

    const STEADY: [f64; 6] = [0.5, 0.51, 0.49, 0.5, 0.505, 0.495];

    #[test]
    fn each_gate_closes_on_what_it_is_for_and_on_nothing_else() {
        let well = || vec![ended(true, r#"{"problems":[],"accepted":3}"#)];
        let problems = |gauged: &Gauged, growth, asked, parts| {
            Record::new(gauged, &memory(growth), asked, parts).problems
        };
        let steady = gauged(&STEADY);
        assert_eq!(problems(&steady, 0.0, HOUR, well()), [""; 0]);

        let leak = problems(&steady, 1_000.0, HOUR, well());
        assert_eq!(leak.len(), 1, "{leak:?}");
        assert!(leak[0].starts_with("memory may grow by 82."), "{leak:?}");
        let minute = Duration::from_mins(1);
        assert_eq!(problems(&steady, 1_000.0, minute, well()), [""; 0]);

        let wild = gauged(&[0.5, 0.6, 0.4, 0.5, 0.5, 0.5]);
        let found = problems(&wild, 0.0, HOUR, well());
        assert_eq!(
            found,
            ["the rate of the minutes varies by 12.6 %, over 5 %"]
        );
        let few = gauged(&wild.minutes[..4]);
        assert_eq!(problems(&few, 0.0, HOUR, well()), [""; 0]);

        let mut wrong = gauged(&STEADY);
        (wrong.wrong, wrong.first) = (1, Some("md5: a wrong answer".to_owned()));
        let found = problems(&wrong, 0.0, HOUR, well());
        assert_eq!(
            found,
            ["1 answers were wrong and 0 calls have failed, the first: md5: a wrong answer"]
        );

        for (has_succeeded, printed, expected) in [
            (
                false,
                r#"{"problems":["3 are missing"]}"#,
                "bytes: 3 are missing",
            ),
            (false, r#"{"problems":[]}"#, "bytes: it failed: its words"),
            (false, "", "bytes: there is no report; it says: its words"),
            (true, "{}", "bytes: there is no report; it says: its words"),
        ] {
            let parts = vec![ended(has_succeeded, printed)];
            assert_eq!(problems(&steady, 0.0, HOUR, parts), [expected]);
        }
    }

    #[test]
    fn what_linux_says_of_processes_is_read() {
        let status = "Name:\tkilowat\nVmHWM:\t  9000 kB\nVmRSS:\t    2048 kB\n";
        assert_eq!(resident_of(status), Some(2 << 20));
        assert_eq!(resident_of("State:\tZ (zombie)\n"), None);
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 9 0 0 0 150 50 25 75 20 0 4 0 8\n";
        assert_eq!(cpu_seconds_of(stat), Some(3.0));
        assert_eq!(cpu_seconds_of("7 (a) S 1 7 7"), None);
    }
}
