//! `kilowat hook --check`: recorded events are played, and what a host would see is said.

use std::time::Instant;

use anyhow::{Context as _, Result};
use comfy_table::Cell;
use kilowat_hooks::protocol::Payload;
use kilowat_hooks::protocol::recorded::{RECORDED, Sees, lay_out};
use kilowat_swarm::Place;
use serde::Serialize;
use serde_json::Value;

use super::host;
use crate::arguments::Options;
use crate::commands::Status;
use crate::output::{Output, right};
use crate::swarm::cut;

/// One event, for machines.
#[derive(Serialize)]
struct Record<'a> {
    event: &'a str,
    sees: &'static str,
    status: u8,
    stdout: Option<Value>,
    stderr: Vec<String>,
    millis: f64,
    as_expected: bool,
}

pub(super) fn run(options: Options, output: &mut Output) -> Result<Status> {
    let folder = tempfile::tempdir().context("a folder to play events in")?;
    // Without links, as the pipeline sees it.
    let project = folder.path().canonicalize()?.join("shop");
    lay_out(&project)?;
    let host = host(&Place::at(project.join(".kilowat")), &project, options);
    let mut records = Vec::new();
    for recorded in RECORDED {
        let payload = Payload::read(recorded.of(&project).as_bytes())?;
        let begun = Instant::now();
        let answered = host.answer(&payload);
        let millis = begun.elapsed().as_secs_f64() * 1e3;
        let sees = Sees::of(&answered.answer);
        let as_expected = sees == recorded.sees && answered.faults.is_empty() != recorded.is_fault;
        let faults = answered
            .faults
            .iter()
            .map(|fault| format!("kilowat: hook: {fault}"));
        records.push(Record {
            event: recorded.name,
            sees: sees.words(),
            status: answered.answer.status(),
            stdout: answered.answer.output(),
            stderr: answered.answer.error().into_iter().chain(faults).collect(),
            millis,
            as_expected,
        });
    }
    if options.json {
        records.iter().try_for_each(|record| output.json(record))?;
    } else {
        let rows = records.iter().map(|record| {
            let said = record.stdout.as_ref().map(Value::to_string);
            let said = said
                .or_else(|| record.stderr.first().cloned())
                .unwrap_or_default();
            let verdict = if record.as_expected {
                ""
            } else {
                "NOT AS IT SHOULD BE"
            };
            [
                Cell::new(record.event),
                Cell::new(record.sees),
                right(format_args!("{:.2}", record.millis)),
                Cell::new(cut(said.lines().next().unwrap_or_default())),
                Cell::new(verdict),
            ]
        });
        let header = ["EVENT", "THE HOST SEES", "MS", "WHAT IT IS TOLD", ""];
        output.table(header, rows)?;
    }
    Ok(if records.iter().all(|record| record.as_expected) {
        Status::Success
    } else {
        Status::Negative
    })
}
