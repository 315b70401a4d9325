//! `kilowat stats`: what there is to say about columns of numbers.

mod column;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueHint};
use kilowat::Runtime;
use kilowat::aggregate::Summary;
use serde::Serialize;

use column::Column;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::input::{Source, printable};
use crate::lines::{Line, Lines};
use crate::output::Output;

/// Characters of a line that an error shows.
const SHOWN: usize = 40;

/// Print count, sum, mean, extent, spread and percentiles of numbers
///
/// Reads one number a line, decimal or scientific: 1, -2.5, .5 or 6e-3. Blank lines are passed over,
/// and so are blanks around a number. A number that no double holds, infinity and NaN are errors. Of
/// several files each is a column of the table.
///
/// The variance is a sample's, its divisor one less than the count. Percentiles lie between two
/// numbers in proportion, as spreadsheets have them (definition 7 of Hyndman and Fan). Sums are
/// compensated: far more accurate than adding one after the other, and the same to the last bit on
/// every tier. What there is not, such as the mean of no numbers or the variance of one, is a dash.
///
/// Memory is bounded, and all answers are exact. Of a column of more than a million numbers, all go to
/// an unnamed temporary file first, eight bytes each: in $TMPDIR, or else in /var/tmp.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat stats times.txt
  cut -d, -f3 log.csv | kilowat stats      a column of a table
  kilowat stats before.txt after.txt       two columns, side by side
  kilowat --json stats times.txt           {\"operation\":\"stats\",\"file\":\"times.txt\",\"count\":...

In JSON Lines, an object a file; a field that is too large for a double, or that there is not, is null.

Exit status: 0, or 1 if a file has no numbers, or 2 if one could not be read or a line is no number;
the others are summed up all the same.")]
pub(crate) struct Stats {
    /// Files of numbers; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

/// A summary, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    count: u64,
    sum: Option<f64>,
    mean: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    variance: Option<f64>,
    standard_deviation: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
    engine: Engines,
}

impl<'a> Record<'a> {
    /// Of no numbers there is no more than their count.
    fn new(source: &'a Source, summary: Option<Summary>, engine: Engines) -> Self {
        let field = |field: fn(&Summary) -> f64| summary.as_ref().map(field);
        Self {
            operation: "stats",
            file: source.text(),
            file_hex: source.hex_unless_text(),
            count: summary.map_or(0, |summary| summary.count),
            sum: field(|summary| summary.sum),
            mean: field(|summary| summary.mean),
            min: field(|summary| summary.min),
            max: field(|summary| summary.max),
            variance: summary.and_then(|summary| summary.variance),
            standard_deviation: summary.and_then(|summary| summary.standard_deviation),
            p50: field(|summary| summary.p50),
            p95: field(|summary| summary.p95),
            p99: field(|summary| summary.p99),
            engine,
        }
    }

    /// The fields in the order of the table.
    fn fields(&self) -> [(&'static str, String); 10] {
        [
            ("count", self.count.to_string()),
            ("sum", text(self.sum)),
            ("mean", text(self.mean)),
            ("min", text(self.min)),
            ("max", text(self.max)),
            ("variance", text(self.variance)),
            ("standard deviation", text(self.standard_deviation)),
            ("p50", text(self.p50)),
            ("p95", text(self.p95)),
            ("p99", text(self.p99)),
        ]
    }
}

impl Stats {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let runtime = options.start()?;
        let sources = Source::all(&self.files);
        let mut answers = Answers::of(&runtime);
        let mut records = Vec::new();
        let mut status = Status::Success;
        for source in &sources {
            match summary(&runtime, source) {
                Ok(summary) => {
                    if summary.is_none() {
                        status = Status::Negative;
                        output.note(format_args!("{}: no numbers", source.title()));
                    }
                    let record = Record::new(source, summary, answers.latest());
                    if options.json {
                        output.json(&record)?;
                        output.settle_for_reader()?;
                    } else {
                        records.push(record);
                    }
                }
                Err(error) => output.report(error),
            }
        }
        if !records.is_empty() {
            table(&records, sources.len() > 1, output)?;
        }
        Ok(status)
    }
}

/// Prints one column as a list, and several under their files' names.
fn table(records: &[Record<'_>], has_names: bool, output: &mut Output) -> io::Result<()> {
    let columns: Vec<_> = records.iter().map(Record::fields).collect();
    let rows = (0..columns[0].len()).map(|row| {
        let name = columns[0][row].0.to_owned();
        let values = columns.iter().map(move |column| column[row].1.clone());
        std::iter::once(name).chain(values)
    });
    if has_names {
        let names = records.iter().map(|record| printable(&record.file));
        output.table(std::iter::once(String::new()).chain(names), rows)
    } else {
        output.list(rows)
    }
}

/// The shortest text that is this number, a whole one without a point. A dash where there is none.
fn text(value: Option<f64>) -> String {
    let Some(value) = value else {
        return "-".to_owned();
    };
    let text = format!("{value:?}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

fn summary(runtime: &Runtime, source: &Source) -> Result<Option<Summary>> {
    let mut lines = Lines::new(source.open()?);
    let mut column = Column::new(source);
    while let Some(line) = lines.next()? {
        if let Some(number) = number(source, &line)? {
            column.push(number)?;
        }
    }
    // The bar of reading goes before another one comes.
    drop(lines);
    column.summary(runtime)
}

/// The number on a line; nothing where the line is blank.
fn number(source: &Source, line: &Line<'_>) -> Result<Option<f64>> {
    let bytes = line.bytes.trim_ascii();
    if bytes.is_empty() {
        return Ok(None);
    }
    let value = str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.parse().ok());
    let fault = match value {
        _ if line.is_cut => "is not a number",
        Some(value) if f64::is_finite(value) => return Ok(Some(value)),
        Some(_) if bytes.iter().any(u8::is_ascii_digit) => "is too large for a double",
        Some(_) => "is not a finite number",
        None => "is not a number",
    };
    let (file, number) = (source.title(), line.number);
    bail!("{file}: line {number}: `{}` {fault}", beginning(bytes))
}

/// Bytes as text for a message, or their beginning where they are many.
fn beginning(bytes: &[u8]) -> String {
    // A character has four bytes at most.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN + 4)]);
    let mut characters = text.chars();
    let mut beginning: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        beginning.push('…');
    }
    printable(&beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (3.0, "3"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(text(Some(value)), expected);
        }
        assert_eq!(text(None), "-");
    }

    #[test]
    fn what_an_error_shows_of_a_line() {
        assert_eq!(beginning(b"a\tb"), "a\\tb");
        assert_eq!(beginning(b"\xff"), "\u{fffd}");
        let long = "é".repeat(SHOWN);
        assert_eq!(beginning(long.as_bytes()), long);
        let longer = format!("{long}é");
        assert_eq!(beginning(longer.as_bytes()), format!("{long}…"));
    }
}
