//! What came out of a soak, and what of it is wrong.

use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{DecimalBytes, HumanBytes, HumanCount};
use kilowat::monitor::{BreakerState, Report};
use kilowat::{EngineKind, Policy};
use serde::Serialize;

use super::memory::{self, Sample};
use super::tally::{Counts, Latency, Tally};
use super::{Course, Run};
use crate::commands::Status;
use crate::output::{Output, right};

/// What came out of it, for machines.
#[derive(Serialize)]
pub(super) struct Record {
    verdict: &'static str,
    /// What went wrong.
    problems: Vec<String>,
    engine: Policy,
    concurrency: u32,
    seconds: f64,
    /// Whether it was ended early.
    interrupted: bool,
    calls: u64,
    calls_per_second: f64,
    mb_per_second: f64,
    latency_ns: Latency,
    /// The operation with the longest 99th percentile.
    slowest: Option<&'static str>,
    /// The longest that it may have, in nanoseconds.
    max_p99_ns: u64,
    wrong: u64,
    errors: u64,
    /// Wrong answers and errors as a share of the calls.
    error_rate: f64,
    memory: Memory,
    tiers: Vec<Part>,
    operations: Vec<Called>,
}

/// In bytes.
#[derive(Serialize)]
struct Memory {
    limit: u64,
    start: Sample,
    peak: Sample,
    end: Sample,
    /// How many instances there are at the end.
    instances: u64,
    /// Whether the run was long enough to tell that nothing grows.
    judged: bool,
}

/// A tier's part of the calls of kernels, of which a long input takes several.
#[derive(Serialize)]
struct Part {
    tier: &'static str,
    calls: u64,
    share: f64,
    /// Calls that it was asked for and could not answer.
    errors: u64,
}

#[derive(Serialize)]
struct Called {
    operation: &'static str,
    calls: u64,
    mb_per_second: f64,
    latency_ns: Latency,
    wrong: u64,
    errors: u64,
    first_error: Option<String>,
}

impl Record {
    pub(super) fn new(run: &Run, course: &Course, interrupted: bool) -> Self {
        let report = run.runtime.report();
        let growth = memory::growth(&course.samples, course.elapsed);
        let counts: Vec<_> = run.tallies.iter().map(Tally::counts).collect();
        let mut total = Counts::new();
        for counts in &counts {
            total.add(counts);
        }
        let seconds = course.elapsed.as_secs_f64();
        let operations = run.schedule.operations.iter().zip(&counts);
        let operations = operations.map(|(name, counts)| Called::new(name, counts, seconds));
        let operations: Vec<_> = operations.collect();

        let slowest = operations.iter().max_by_key(|called| called.latency_ns.p99);
        let mut problems = problems_of_calls(&operations);
        problems.extend(slowest.and_then(|slowest| problem_of_latency(slowest, run.max_p99)));
        problems.extend(problems_of_tiers(&report));
        problems.extend(growth.iter().flatten().cloned());
        let (start, end) = (course.start, course.end);
        let samples = course.samples.iter().copied();
        Self {
            verdict: if problems.is_empty() {
                "passed"
            } else {
                "failed"
            },
            problems,
            engine: run.policy,
            concurrency: run.concurrency,
            seconds,
            interrupted,
            calls: total.calls(),
            calls_per_second: float(total.calls()) / seconds,
            mb_per_second: float(total.bytes) / seconds / 1e6,
            latency_ns: total.latency(),
            slowest: slowest.map(|slowest| slowest.operation),
            // No longer than a week.
            max_p99_ns: run.max_p99.as_nanos() as u64,
            wrong: total.wrong,
            errors: total.errors,
            error_rate: share(total.wrong + total.errors, total.calls()),
            memory: Memory {
                limit: report.memory.limit,
                start,
                peak: samples.chain([end]).fold(start, Sample::max),
                end,
                instances: report.memory.instances,
                judged: growth.is_some(),
            },
            tiers: tiers(&report),
            operations,
        }
    }

    pub(super) fn status(&self) -> Status {
        if self.problems.is_empty() {
            Status::Success
        } else {
            Status::Negative
        }
    }

    pub(super) fn print(&self, output: &mut Output) -> io::Result<()> {
        self.print_operations(output)?;
        output.write_all(b"\n")?;
        for (title, text) in self.summary() {
            writeln!(output, "{title:<10} {text}")?;
        }
        for problem in &self.problems {
            writeln!(output, "{:<10} {problem}", "problem")?;
        }
        let verdict = match self.problems.len() {
            0 => "every answer was right".to_owned(),
            1 => "1 problem".to_owned(),
            problems => format!("{problems} problems"),
        };
        writeln!(output, "\n{}: {verdict}", self.verdict)
    }

    fn slowest(&self) -> String {
        let name = self.slowest.unwrap_or("none");
        let called = self.operations.iter().find(|it| it.operation == name);
        let p99 = called.map_or(0, |called| called.latency_ns.p99);
        let [p99, most] = [p99, self.max_p99_ns].map(Duration::from_nanos);
        format!("{name}: p99 {p99:.1?}, {most:?} at most")
    }

    fn print_operations(&self, output: &mut Output) -> io::Result<()> {
        let header = [
            "OPERATION",
            "CALLS",
            "MB/S",
            "P50",
            "P95",
            "P99",
            "MAX",
            "WRONG",
            "ERRORS",
        ];
        let header = header
            .into_iter()
            .enumerate()
            .map(|(column, title)| match column {
                0 => title.into(),
                _ => right(title),
            });
        let rows = self.operations.iter().map(|operation| {
            let [p50, p95, p99, max] = times(operation.latency_ns);
            let figures = [
                HumanCount(operation.calls).to_string(),
                format!("{:.1}", operation.mb_per_second),
                p50,
                p95,
                p99,
                max,
                HumanCount(operation.wrong).to_string(),
                HumanCount(operation.errors).to_string(),
            ];
            std::iter::once(operation.operation.into()).chain(figures.map(right))
        });
        output.table(
            header.collect::<Vec<_>>(),
            rows.map(Iterator::collect::<Vec<_>>),
        )
    }

    /// Titles and what stands behind them.
    fn summary(&self) -> [(&'static str, String); 8] {
        let ended = if self.interrupted {
            ", ended early"
        } else {
            ""
        };
        let [p50, p95, p99, max] = times(self.latency_ns);
        let bytes = |sample: Sample| {
            let resident = sample
                .resident
                .map_or("unknown".to_owned(), |bytes| HumanBytes(bytes).to_string());
            (resident, HumanBytes(sample.instances).to_string())
        };
        let memory = &self.memory;
        let [start, peak, end] = [memory.start, memory.peak, memory.end].map(bytes);
        let verdict = if memory.judged {
            ""
        } else {
            "; too short to tell whether it grows"
        };
        let tiers = self
            .tiers
            .iter()
            .map(|tier| format!("{} {:.2} %", tier.tier, tier.share * 100.0));
        [
            (
                "tasks",
                format!("{} for {:.1} s{ended}", self.concurrency, self.seconds),
            ),
            (
                "calls",
                format!(
                    "{}, {} a second, {}/s",
                    HumanCount(self.calls),
                    HumanCount(self.calls_per_second as u64),
                    DecimalBytes((self.mb_per_second * 1e6) as u64)
                ),
            ),
            (
                "latency",
                format!("p50 {p50}, p95 {p95}, p99 {p99}, max {max}"),
            ),
            ("slowest", self.slowest()),
            (
                "errors",
                format!(
                    "{} wrong answers, {} failed calls, {:.4} %",
                    HumanCount(self.wrong),
                    HumanCount(self.errors),
                    self.error_rate * 100.0
                ),
            ),
            ("tiers", tiers.collect::<Vec<_>>().join(", ")),
            (
                "process",
                format!(
                    "{} at the start, {} at most, {} at the end{verdict}",
                    start.0, peak.0, end.0
                ),
            ),
            (
                "instances",
                format!(
                    "{} at the start, {} at most, {} at the end, in {} of them; {} are allowed",
                    start.1,
                    peak.1,
                    end.1,
                    memory.instances,
                    HumanBytes(memory.limit)
                ),
            ),
        ]
    }
}

fn times(latency: Latency) -> [String; 4] {
    [latency.p50, latency.p95, latency.p99, latency.max]
        .map(|nanoseconds| format!("{:.1?}", Duration::from_nanos(nanoseconds)))
}

/// Exact up to 2^53, which no run reaches.
#[expect(clippy::cast_precision_loss, reason = "53 bits are plenty for a rate")]
fn float(count: u64) -> f64 {
    count as f64
}

fn share(part: u64, whole: u64) -> f64 {
    float(part) / float(whole.max(1))
}

fn problems_of_calls(operations: &[Called]) -> Vec<String> {
    let mut problems = Vec::new();
    for operation in operations {
        let Called {
            operation: name,
            wrong,
            errors,
            ..
        } = operation;
        if *wrong > 0 {
            problems.push(format!("{name}: {} answers were wrong", HumanCount(*wrong)));
        }
        if let Some(first) = &operation.first_error {
            let count = HumanCount(*errors);
            problems.push(format!("{name}: {count} calls failed, the first: {first}"));
        }
    }
    problems
}

fn problem_of_latency(slowest: &Called, most: Duration) -> Option<String> {
    let p99 = Duration::from_nanos(slowest.latency_ns.p99);
    (p99 > most).then(|| {
        let name = slowest.operation;
        format!("{name}: the 99th percentile of the latency is {p99:.1?}, not {most:?} at most")
    })
}

/// What users do not see: calls that a slower tier has answered because of a failure, and instances
/// that nobody has given back.
fn problems_of_tiers(report: &Report) -> Vec<String> {
    let mut problems = Vec::new();
    if report.errors > 0 {
        let errors = HumanCount(report.errors);
        problems.push(format!(
            "tiers could not answer {errors} calls that they were asked for"
        ));
    }
    for breaker in &report.breakers {
        if breaker.trips > 0 || breaker.state != BreakerState::Closed {
            let cause = breaker.cause.as_deref().unwrap_or("no cause is known");
            problems.push(format!(
                "{} on {} failed: {cause}",
                breaker.module, breaker.tier
            ));
        }
    }
    // The memory of buffers is kept for the next ones for a while, as idle instances are for calls.
    let hold_buffers = report
        .buffers
        .iter()
        .filter(|buffers| buffers.tier.is_some());
    let kept = report.memory.idle + hold_buffers.count() as u64;
    let busy = report.memory.instances.saturating_sub(kept);
    if busy > 0 {
        problems.push(format!(
            "{busy} instances are in use when all calls have ended"
        ));
    }
    for buffers in &report.buffers {
        if buffers.arena.used > 0 {
            problems.push(format!(
                "{} bytes of buffers of {} are in use when all calls have ended",
                buffers.arena.used, buffers.module
            ));
        }
    }
    problems
}

fn tiers(report: &Report) -> Vec<Part> {
    let tiers = EngineKind::built_in().map(|kind| {
        let operations = report.operations.iter();
        let reports = operations.flat_map(|operation| &operation.tiers);
        let (mut calls, mut errors) = (0, 0);
        for tier in reports.filter(|tier| tier.tier == kind) {
            calls += tier.calls;
            errors += tier.errors;
        }
        Part {
            tier: kind.name(),
            calls,
            share: share(calls, report.calls),
            errors,
        }
    });
    tiers.collect()
}

impl Called {
    fn new(name: &'static str, counts: &Counts, seconds: f64) -> Self {
        Self {
            operation: name,
            calls: counts.calls(),
            mb_per_second: float(counts.bytes) / seconds / 1e6,
            latency_ns: counts.latency(),
            wrong: counts.wrong,
            errors: counts.errors,
            first_error: counts.first_error.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use kilowat::faults::{Fault, Faults};
    use kilowat::{Cache, Runtime};

    use super::*;

    #[test]
    fn failures_that_users_do_not_see_are_problems() {
        let faults = Faults::new();
        let settings = Runtime::builder().cache(Cache::Off).ignore_environment();
        let runtime = settings.faults(faults.clone()).build().unwrap();
        runtime.wait_ready();
        let _ = runtime.sha256(b"abc").unwrap();
        assert_eq!(problems_of_tiers(&runtime.report()), [""; 0]);

        faults.inject(Fault::Trap, EngineKind::Jit, 1..=1);
        let _ = runtime.sha256(b"abc").unwrap();
        let problems = problems_of_tiers(&runtime.report());
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(
            problems[0],
            "tiers could not answer 1 calls that they were asked for"
        );
        assert!(
            problems[1].starts_with("sha256 on jit failed: "),
            "{problems:?}"
        );
    }
}
