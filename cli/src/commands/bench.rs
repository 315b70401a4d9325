//! `kilowat bench`: how fast the operations are on this machine, side by side.

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;
use comfy_table::Cell;
use kilowat::EngineKind;
use kilowat::measure::{self, LARGEST, Row, Time};
use kilowat::modules::OperationInfo;
use kilowat::policy::Speed;
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::output::{Output, right};
use crate::progress::Progress;
use crate::speeds;

/// Seconds that a row may be measured for.
const LONGEST: f64 = 3_600.0;

/// Measure the operations on this machine: jit and interpreter beside native code
///
/// Each tier works on the same input, in place. Its answer is compared with the native one before it
/// is timed. The tiers take turns, a batch of calls each, and the fastest batch counts. A ratio of
/// 1.50 means half as fast again as the native code. With --engine, that tier alone stands beside it.
/// Behind all stands what the runtime has measured in passing, and whom it asks because of it.
///
/// Where the environment variable `KILOWAT_PEERS` names a folder of .wasm files that export functions
/// such as sha256(ptr, len, out), existing code compiled to WebAssembly, their rows stand behind those
/// of the engine that runs them, and the last column compares ours with the fastest of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat bench                            everything, in some ten seconds
  kilowat bench sha256 md5 --size 64B,1MiB
  kilowat bench search --time 2            longer, for steadier figures
  KILOWAT_PEERS=peers kilowat bench sha256   beside what compilers make of it
  kilowat --json bench fnv1a32             {\"operation\":\"fnv1a32\",\"size\":1024,\"row\":\"native\",...

In JSON Lines, an object a row.

Exit status: 0, or 2 if an answer was wrong or something could not be run; the rest is measured all
the same.")]
pub(crate) struct Bench {
    /// Operations to measure, as `kilowat ops` lists them; all where there are none
    #[arg(
        value_name = "OP",
        value_parser = PossibleValuesParser::new(kilowat::modules::operations().map(|known| known.name)),
        hide_possible_values = true
    )]
    operations: Vec<String>,

    /// Sizes of the input: numbers of B, KiB or MiB
    #[arg(
        long,
        value_name = "SIZE",
        value_delimiter = ',',
        default_value = "1KiB,1MiB",
        value_parser = size
    )]
    size: Vec<u32>,

    /// How long each row is measured for
    #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = seconds)]
    time: Duration,
}

/// A row, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'a str,
    size: u32,
    row: &'a str,
    engine: &'static str,
    peer: Option<&'a str>,
    ns_per_call: f64,
    /// The same for the median batch.
    median_ns_per_call: f64,
    mb_per_second: f64,
    /// How many times as fast as the native code.
    ratio_to_native: Option<f64>,
    /// How many times as fast as the fastest peer on the same engine.
    ratio_to_peer: Option<f64>,
}

impl<'a> Record<'a> {
    /// The records of one operation on one input, for the rows that were timed.
    fn all(operation: &'a str, size: u32, rows: &'a [Row]) -> Vec<Self> {
        let timed = || {
            rows.iter()
                .filter_map(|row| Some((row, row.time.as_ref().ok()?)))
        };
        let fastest = |wanted: &dyn Fn(&Row) -> bool| {
            let wanted = timed().filter(|(row, _)| wanted(row));
            wanted.map(|(_, time)| time.best).min_by(f64::total_cmp)
        };
        let native = fastest(&|row| row.engine == EngineKind::Native);
        let record = |(row, time): (&'a Row, &Time)| {
            let is_peer = row.peer.is_some();
            let peer = fastest(&|other| other.peer.is_some() && other.engine == row.engine);
            let peer = peer.filter(|_| !is_peer);
            Self {
                operation,
                size,
                row: &row.name,
                engine: row.engine.name(),
                peer: row.peer.as_deref(),
                ns_per_call: time.best,
                median_ns_per_call: time.median,
                mb_per_second: f64::from(size) / time.best * 1e3,
                ratio_to_native: native.map(|native| native / time.best),
                ratio_to_peer: peer.map(|peer| peer / time.best),
            }
        };
        timed().map(record).collect()
    }

    fn cells(&self, has_peers: bool) -> Vec<Cell> {
        let ratio = |ratio: Option<f64>| right(ratio.map_or_else(String::new, figure));
        let mut cells = vec![
            right(size_text(self.size)),
            Cell::new(self.row),
            right(figure(self.ns_per_call)),
            right(figure(self.mb_per_second)),
            ratio(self.ratio_to_native),
        ];
        if has_peers {
            cells.push(ratio(self.ratio_to_peer));
        }
        cells
    }
}

impl Bench {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let (bench, left_out) = measure::Bench::start(&options.wasm_tiers()?)?;
        for error in left_out {
            if options.policy().is_some() {
                bail!(error);
            }
            output.note(format_args!("{error}; its rows are left out"));
        }
        let asked_for = |known: &OperationInfo| {
            self.operations.is_empty() || self.operations.iter().any(|name| name == known.name)
        };
        let operations: Vec<_> = kilowat::modules::operations().filter(asked_for).collect();
        let progress = Progress::of_steps((operations.len() * self.size.len()) as u64);
        for operation in operations {
            let mut measured = Vec::new();
            for size in &self.size {
                progress.describe(format!("{}, {}", operation.name, size_text(*size)));
                measured.push((*size, bench.measure(operation.name, *size, self.time)?));
                progress.advance(1);
            }
            let has_peers = bench.peers().next().is_some();
            progress.suspend(|| print(&operation, &measured, options.json, has_peers, output))?;
        }
        if !options.json {
            self.print_speeds(options, output)?;
        }
        Ok(Status::Success)
    }
}

impl Bench {
    /// What the runtime has learnt of these operations in passing, and whom it asks for it.
    fn print_speeds(&self, options: Options, output: &mut Output) -> Result<()> {
        let runtime = options.start()?;
        let asked_for = |speed: &Speed| {
            self.operations.is_empty() || self.operations.contains(&speed.operation)
        };
        let speeds: Vec<_> = runtime.speeds().into_iter().filter(asked_for).collect();
        Ok(speeds::print(output, &speeds, runtime.policy())?)
    }
}

/// Prints what was measured of an operation, and reports what could not be.
fn print(
    operation: &OperationInfo,
    measured: &[(u32, Vec<Row>)],
    json: bool,
    has_peers: bool,
    output: &mut Output,
) -> io::Result<()> {
    let name = operation.name;
    for (size, rows) in measured {
        for row in rows {
            if let Err(error) = &row.time {
                let size = size_text(*size);
                output.report(format_args!("{name}, {size}, {}: {error}", row.name));
            }
        }
    }
    let records = measured
        .iter()
        .flat_map(|(size, rows)| Record::all(name, *size, rows));
    if json {
        for record in records {
            output.json(&record)?;
        }
    } else {
        let header = ["SIZE", "ROW", "NS/CALL", "MB/S", "/ NATIVE"];
        let header = header.into_iter().chain(has_peers.then_some("/ PEER"));
        // The titles stand as what is below them does.
        let header = header.map(|title| match title {
            "ROW" => Cell::new(title),
            _ => right(title),
        });
        let rows = records.map(|record| record.cells(has_peers));
        writeln!(output, "{name}: {}", operation.summary)?;
        output.table(header.collect::<Vec<_>>(), rows)?;
        output.write_all(b"\n")?;
    }
    output.settle_for_reader()
}

/// A number in three digits or more, with commas in long ones.
fn figure(value: f64) -> String {
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => return with_commas(value.round() as u64),
    };
    format!("{value:.decimals$}")
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Units of sizes, small ones first.
const UNITS: [(&str, u32); 3] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20)];

/// A size in the largest unit that divides it.
fn size_text(size: u32) -> String {
    let divides = |(_, bytes): &&(&str, u32)| size.is_multiple_of(*bytes);
    let (unit, bytes) = UNITS.iter().rev().find(divides).unwrap_or(&UNITS[0]);
    format!("{} {unit}", size / bytes)
}

/// Reads a size: a number, of bytes where no unit follows.
fn size(text: &str) -> Result<u32, String> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit = match text[digits.len()..].trim_start() {
        "" => "B",
        unit => unit,
    };
    let known = UNITS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit));
    let number: Option<u32> = digits.parse().ok();
    let size = known
        .zip(number)
        .and_then(|((_, bytes), number)| number.checked_mul(*bytes));
    size.filter(|size| (1..=LARGEST).contains(size))
        .ok_or_else(|| {
            let largest = size_text(LARGEST);
            format!("expected a number of B, KiB or MiB, from 1 B to {largest}, such as 10KiB")
        })
}

/// Reads a number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if 0.0 < seconds && seconds <= LONGEST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!(
            "expected a number of seconds, more than 0 and up to {LONGEST}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written() {
        for (text, expected) in [
            ("64", "64 B"),
            ("64B", "64 B"),
            ("1024", "1 KiB"),
            ("1KiB", "1 KiB"),
            ("10 kib", "10 KiB"),
            ("1MiB", "1 MiB"),
            ("1536B", "1536 B"),
            ("256MiB", "256 MiB"),
        ] {
            assert_eq!(size(text).map(size_text), Ok(expected.to_owned()));
        }
        for text in [
            "",
            "0",
            "KiB",
            "-1",
            "1KB",
            "1.5KiB",
            "1GiB",
            "257MiB",
            "1é",
            "4294967295MiB",
            "4294967296",
            "1 KiB 2 KiB",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for text in ["0", "-1", "inf", "nan", "1e9", "x", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn figures_have_three_digits() {
        for (value, expected) in [
            (0.333_33, "0.33"),
            (9.996, "10.0"),
            (99.96, "100"),
            (1234.5, "1,235"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(figure(value), expected);
        }
    }

    #[test]
    fn ratios_are_to_the_native_code_and_to_the_fastest_peer_of_the_same_engine() {
        let row = |name: &str, engine, peer: Option<&str>, best| Row {
            name: name.to_owned(),
            engine,
            peer: peer.map(str::to_owned),
            time: Ok(Time { best, median: best }),
        };
        let rows = [
            row("native", EngineKind::Native, None, 8.0),
            row("jit", EngineKind::Jit, None, 2.0),
            row("a-jit", EngineKind::Jit, Some("a"), 3.0),
            row("b-jit", EngineKind::Jit, Some("b"), 4.0),
            row("interpreter", EngineKind::Interpreter, None, 16.0),
        ];
        let records = Record::all("fnv1a32", 16, &rows);
        let ratios = records
            .iter()
            .map(|record| (record.ratio_to_native, record.ratio_to_peer));
        let expected = [
            (Some(1.0), None),
            (Some(4.0), Some(1.5)),
            (Some(8.0 / 3.0), None),
            (Some(2.0), None),
            (Some(0.5), None),
        ];
        assert!(ratios.eq(expected));
        let speed = records[1].mb_per_second;
        assert!((speed - 8_000.0).abs() < 1e-6, "{speed}");
    }
}
