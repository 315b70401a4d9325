//! `kilowat compare`: whether two files are equal, and if not, where, printed as cmp prints it.

use std::borrow::Cow;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use kilowat::memory::Difference;
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::failure;
use crate::input::Source;
use crate::output::Output;

/// Compare two files, and print where they first differ
///
/// Says nothing where they are equal. Where a byte differs, prints it as cmp does, with bytes and
/// lines counted from 1. Where one file is the beginning of the other, says so on standard error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat compare old new                  old new differ: byte 10, line 2
  kilowat compare short long               kilowat: EOF on short after byte 4, in line 2
  make | kilowat compare expected -        standard input with a file
  kilowat --json compare old new           {...,\"difference\":{\"kind\":\"byte\",\"offset\":9,\"line\":2}}

The JSON is one object. Its offsets count from 0 and lines from 1. The kind of a difference is `byte`, `first_ends` or
`second_ends`; where the files are equal, the difference is null.

Exit status: 0 if they are equal, 1 if they differ, 2 on an error.")]
pub(crate) struct Compare {
    /// The first file, or `-` for standard input
    #[arg(value_name = "A", value_hint = ValueHint::FilePath)]
    a: PathBuf,

    /// The second file, or `-` for standard input
    #[arg(value_name = "B", value_hint = ValueHint::FilePath)]
    b: PathBuf,
}

/// A comparison, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    a: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    a_hex: Option<String>,
    b: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b_hex: Option<String>,
    engine: Engines,
    equal: bool,
    difference: Option<DifferenceRecord>,
}

#[derive(Serialize)]
struct DifferenceRecord {
    kind: &'static str,
    offset: u64,
    line: u64,
}

impl Compare {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let runtime = options.start()?;
        let mut answers = Answers::of(&runtime);
        let (a, b) = (Source::new(&self.a), Source::new(&self.b));
        let mut a_input = a.open()?;
        let mut b_input = b.open()?;
        let difference = match (&a, &b) {
            // One stream cannot be read twice; as cmp has it, it is what it is.
            (Source::StandardInput, Source::StandardInput) => None,
            _ => runtime
                .compare_readers(&mut a_input, &mut b_input)
                .map_err(|error| failure::named("compare", &a, error))?,
        };
        // Their bars leave the terminal before anything is printed.
        let a_end = a_input.finish();
        let b_end = b_input.finish();
        if options.json {
            output.json(&Record {
                operation: "compare",
                a: a.text(),
                a_hex: a.hex_unless_text(),
                b: b.text(),
                b_hex: b.hex_unless_text(),
                engine: answers.latest(),
                equal: difference.is_none(),
                difference: difference.map(record),
            })?;
        } else {
            match difference {
                None => {}
                Some(Difference::Byte { offset, line }) => {
                    output.write_all(a.name())?;
                    output.write_all(b" ")?;
                    output.write_all(b.name())?;
                    writeln!(output, " differ: byte {}, line {line}", offset + 1)?;
                }
                Some(Difference::FirstEnds { offset, line }) => {
                    output.note(end_of_file(&a, offset, line, a_end));
                }
                Some(Difference::SecondEnds { offset, line }) => {
                    output.note(end_of_file(&b, offset, line, b_end));
                }
            }
        }
        Ok(match difference {
            None => Status::Success,
            Some(_) => Status::Negative,
        })
    }
}

fn record(difference: Difference) -> DifferenceRecord {
    let (kind, offset, line) = match difference {
        Difference::Byte { offset, line } => ("byte", offset, line),
        Difference::FirstEnds { offset, line } => ("first_ends", offset, line),
        Difference::SecondEnds { offset, line } => ("second_ends", offset, line),
    };
    DifferenceRecord { kind, offset, line }
}

/// The words of GNU cmp for a file that ends before the other does.
fn end_of_file(source: &Source, bytes: u64, line: u64, last_byte: Option<u8>) -> String {
    let name = source.printable();
    match last_byte {
        None => format!("EOF on {name} which is empty"),
        // It ends with a whole line, which is the one before the one that would come.
        Some(b'\n') => format!("EOF on {name} after byte {bytes}, line {}", line - 1),
        Some(_) => format!("EOF on {name} after byte {bytes}, in line {line}"),
    }
}
