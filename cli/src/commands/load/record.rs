//! How it went, for people and for machines.

use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;

use super::Status;
use super::flow::{Body, Flow};
use super::ledger::Entries;
use super::pace::is_behind;
use crate::arguments::Options;
use crate::commands::soak::memory::Sample;
use crate::output::{Output, right};

/// What was seen beside the ledger.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) elapsed: Duration,
    /// Whether it was ended before its time.
    pub(super) interrupted: bool,
    pub(super) dead: u64,
    /// Messages that were accepted, and have not come.
    pub(super) missing: u64,
    pub(super) kills: u64,
    pub(super) server_kills: u64,
    pub(super) start: Sample,
    pub(super) end: Sample,
    /// What has grown; nothing is known of that after a short time.
    pub(super) grown: Option<Vec<String>>,
}

/// Percentiles, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Latencies {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

impl Latencies {
    /// Of microseconds.
    #[expect(clippy::cast_precision_loss, reason = "latencies stay far below 2^52")]
    pub(super) fn new(histogram: &Histogram<u64>) -> Self {
        let millis = |micros| micros as f64 / 1e3;
        Self {
            p50: millis(histogram.value_at_quantile(0.5)),
            p99: millis(histogram.value_at_quantile(0.99)),
            max: millis(histogram.max()),
        }
    }
}

impl std::fmt::Display for Latencies {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { p50, p99, max } = self;
        write!(
            formatter,
            "p50 {p50:.2} ms, p99 {p99:.2} ms, longest {max:.2} ms"
        )
    }
}

/// How a run with messages went.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    seconds: f64,
    interrupted: bool,
    rate_wanted: f64,
    rate: f64,
    megabytes_per_second: f64,
    accepted: u64,
    refused: u64,
    received: u64,
    duplicates: u64,
    dead: u64,
    missing: u64,
    kills: u64,
    server_kills: u64,
    latency_ms: Latencies,
    memory_start: Sample,
    memory_end: Sample,
    /// What is wrong, in a sentence each.
    problems: Vec<String>,
}

impl Record {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(super) fn new(flow: &Flow, entries: &Entries, outcome: Outcome) -> Self {
        let seconds = outcome.elapsed.as_secs_f64();
        let rate = entries.accepted as f64 / seconds.max(f64::MIN_POSITIVE);
        let latency_ms = Latencies::new(&entries.latencies);
        let mut problems = outcome.grown.unwrap_or_default();
        if outcome.missing > 0 {
            let (missing, dead) = (outcome.missing, outcome.dead);
            problems.push(format!("{missing} messages were accepted and have not come; {dead} of them are dead letters"));
        }
        if entries.duplicates > 0 && !flow.course.chaos {
            problems.push(format!("{} messages have come twice", entries.duplicates));
        }
        if entries.refused > 0 {
            problems.push(format!(
                "{} messages were refused, as the channel was full",
                entries.refused
            ));
        }
        if is_behind(outcome.elapsed, flow.course.duration) {
            problems.push(format!(
                "{rate:.0} messages a second were sent, and {:.0} were due",
                flow.rate
            ));
        }
        let most = flow.course.max_p99.as_secs_f64() * 1e3;
        if latency_ms.p99 > most && !flow.course.chaos {
            problems.push(format!(
                "the 99th percentile of the latency was {:.2} ms, over {most} ms",
                latency_ms.p99
            ));
        }
        Self {
            seconds,
            interrupted: outcome.interrupted,
            rate_wanted: flow.rate,
            rate,
            megabytes_per_second: rate * flow.size as f64 / 1e6,
            accepted: entries.accepted,
            refused: entries.refused,
            received: entries.received,
            duplicates: entries.duplicates,
            dead: outcome.dead,
            missing: outcome.missing,
            kills: outcome.kills,
            server_kills: outcome.server_kills,
            latency_ms,
            memory_start: outcome.start,
            memory_end: outcome.end,
            problems,
        }
    }

    pub(super) fn show(
        &self,
        flow: &Flow,
        options: Options,
        output: &mut Output,
    ) -> Result<Status> {
        if options.json {
            output.json(self)?;
        } else {
            let bodies = match flow.body {
                Body::Json => "JSON",
                Body::Bytes => "bytes",
            };
            let mut rows = vec![
                ("bodies", format!("{} of {bodies}", flow.size)),
                ("due each second", format!("{:.0}", self.rate_wanted)),
                (
                    "sent each second",
                    format!("{:.0} ({:.1} MB)", self.rate, self.megabytes_per_second),
                ),
                ("accepted", self.accepted.to_string()),
                ("received", self.received.to_string()),
                ("came again", self.duplicates.to_string()),
                ("missing", self.missing.to_string()),
                ("latency", self.latency_ms.to_string()),
            ];
            rows.extend(ended_early(self.interrupted, self.seconds));
            if flow.course.chaos {
                rows.push(("consumers killed", self.kills.to_string()));
                if self.server_kills > 0 {
                    rows.push(("servers killed", self.server_kills.to_string()));
                }
            }
            output.list(
                rows.into_iter()
                    .map(|(name, value)| [name.into(), right(value)]),
            )?;
        }
        Ok(verdict(&self.problems, output))
    }
}

/// What a table says of a run that was ended before its time.
pub(super) fn ended_early(interrupted: bool, seconds: f64) -> Option<(&'static str, String)> {
    interrupted.then(|| ("ended early, after", format!("{seconds:.1} s")))
}

/// Says what is wrong, and whether anything is.
pub(super) fn verdict(problems: &[String], output: &mut Output) -> Status {
    for problem in problems {
        output.note(problem);
    }
    if problems.is_empty() {
        Status::Success
    } else {
        Status::Negative
    }
}
