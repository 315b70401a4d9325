//! `kilowat utf8`: whether files are UTF-8, and where they are not.

mod fault;
mod scan;

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueHint};
use comfy_table::{Cell, Row};
use kilowat::Runtime;
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::failure;
use crate::input::Source;
use crate::output::{Output, right};

use fault::{Fault, Reason};
use scan::{Counts, Scan, Verdict, Wanted};

/// Say of files whether they are UTF-8, and where they are not
///
/// Of a file that is not, the first place is named as compilers name places: file, line and column, the
/// offset, and what is wrong there. The line is shown around it, in one line of the terminal: control
/// characters and bytes that are no text are escaped. Of such a file, no more is read.
///
/// Lines and columns count from 1, columns in characters; offsets count bytes from 0. A file of any size
/// goes through in bounded memory.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat utf8 README.md                   README.md: UTF-8
  kilowat utf8 old.txt                     old.txt:3:5: not UTF-8 at byte 29: 0xe9 begins ...
  kilowat utf8 -q *.txt || echo convert    the exit status says it
  kilowat utf8 --count README.md           lines, characters, UTF-16 units and bytes
  git ls-files -z | xargs -0 kilowat utf8  all files of a repository
  kilowat --json utf8 old.txt              {\"operation\":\"utf8\",\"file\":\"old.txt\",\"valid\":false,...

Lines are counted as wc -l does: each has a line feed at its end. UTF-16 units are what JavaScript, Java and
the protocol of language servers call the length.

In JSON Lines, an object a file, with a fault where it is not valid. The kind of a fault is `continuation`,
`never`, `overlong`, `surrogate`, `too_high`, `incomplete` or `cut_short`.

Exit status: 0 if all are UTF-8, 1 if one is not, 2 if one could not be read.")]
pub(crate) struct Utf8 {
    /// Files to read; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// Print nothing: the exit status says it
    #[arg(short, long, conflicts_with = "count")]
    quiet: bool,

    /// Count the lines, characters, UTF-16 units and bytes of files that are UTF-8
    #[arg(short, long)]
    count: bool,
}

/// A file, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    valid: bool,
    fault: Option<FaultRecord>,
    #[serde(flatten)]
    counts: Option<Counts>,
    engine: Engines,
}

#[derive(Serialize)]
struct FaultRecord {
    kind: Reason,
    offset: u64,
    line: u64,
    column: u64,
    /// Those that belong to no character, in hexadecimal.
    bytes: String,
}

impl Utf8 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let runtime = options.start()?;
        let mut answers = Answers::of(&runtime);
        let mut status = Status::Success;
        let mut rows = Vec::new();
        for source in Source::all(&self.files) {
            let verdict = match self.scan(&source, &runtime, options) {
                Ok(verdict) => verdict,
                Err(error) => {
                    output.report(failure::named("utf8", &source, error));
                    continue;
                }
            };
            if let Verdict::Invalid(_) = verdict {
                status = Status::Negative;
            }
            match verdict {
                _ if self.quiet => {}
                verdict if options.json => {
                    self.print_json(&source, &verdict, answers.latest(), output)?;
                }
                Verdict::Valid(counts) if self.count => rows.push(row(&counts, &source)),
                Verdict::Valid(_) => writeln!(output, "{}: UTF-8", source.title())?,
                Verdict::Invalid(fault) => print(&source, &fault, output)?,
            }
            // The next one may be long in coming.
            output.settle()?;
        }
        if !rows.is_empty() {
            let columns = ["LINES", "CHARACTERS", "UTF-16 UNITS", "BYTES"].map(right);
            let header = columns.into_iter().chain([Cell::new("FILE")]);
            output.table(header.collect::<Vec<_>>(), rows)?;
        }
        Ok(status)
    }

    fn scan(&self, source: &Source, runtime: &Runtime, options: Options) -> io::Result<Verdict> {
        let wanted = Wanted {
            characters: self.count,
            line: !self.quiet && !options.json,
        };
        Scan::new(runtime, source.open()?, wanted).run()
    }

    fn print_json(
        &self,
        source: &Source,
        verdict: &Verdict,
        engine: Engines,
        output: &mut Output,
    ) -> io::Result<()> {
        let (fault, counts) = match verdict {
            Verdict::Valid(counts) => (None, self.count.then_some(*counts)),
            Verdict::Invalid(fault) => {
                let record = FaultRecord {
                    kind: fault.reason(),
                    offset: fault.offset,
                    line: fault.line,
                    column: fault.column,
                    bytes: crate::output::hex(fault.bytes()),
                };
                (Some(record), None)
            }
        };
        output.json(&Record {
            operation: "utf8",
            file: source.text(),
            file_hex: source.hex_unless_text(),
            valid: fault.is_none(),
            fault,
            counts,
            engine,
        })
    }
}

fn row(counts: &Counts, source: &Source) -> Row {
    Row::from([
        right(counts.lines),
        right(counts.characters),
        right(counts.utf16_units),
        right(counts.bytes),
        Cell::new(source.title()),
    ])
}

/// Names the place of a fault, and shows its line.
fn print(source: &Source, fault: &Fault, output: &mut Output) -> io::Result<()> {
    let Fault {
        offset,
        line,
        column,
        ..
    } = fault;
    let (name, words) = (source.title(), fault.words());
    writeln!(
        output,
        "{name}:{line}:{column}: not UTF-8 at byte {offset}: {words}"
    )?;
    writeln!(output, "{}", fault.excerpt())
}
