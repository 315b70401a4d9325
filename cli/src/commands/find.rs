//! `kilowat find`: where a string of bytes occurs in files, printed as grep -abo prints it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueHint};
use kilowat::Runtime;
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::input::Source;
use crate::output::{self, Output};

/// What grep calls standard input where it prints names.
const STANDARD_INPUT: &[u8] = b"(standard input)";

/// Print where a string of bytes occurs in files
///
/// A line is the offset in bytes from the start of the file, a colon and the needle, as grep -abo
/// prints it; with several files, the file's name and a colon come first. Occurrences do not
/// overlap. The needle is no pattern: its bytes are looked for as they are, line breaks among them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat find TODO src/main.rs            1042:TODO
  kilowat find TODO src/*.rs               src/main.rs:1042:TODO
  kilowat find \"$(printf '\\377')\" dump     bytes that are no text
  kilowat find -- -x file                  a needle that begins with a dash
  kilowat --json find TODO f               {\"file\":\"f\",\"offset\":1042}

Exit status: 0 if something was found, 1 if nothing was, 2 on an error.")]
pub(crate) struct Find {
    /// The bytes to look for; at least one
    needle: OsString,

    /// Files to search; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

/// An occurrence, for machines.
#[derive(Serialize)]
struct Record<'a> {
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<&'a str>,
    offset: u64,
}

impl Find {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        // On Unix these are the bytes as they were given.
        let needle = self.needle.as_encoded_bytes();
        if needle.is_empty() {
            bail!("the needle is empty: it would be found everywhere");
        }
        let runtime = options.start()?;
        let sources = Source::all(&self.files);
        let mut status = Status::Negative;
        for source in &sources {
            let with_name = sources.len() > 1;
            let result = if options.json {
                search_json(&runtime, source, needle, output)
            } else {
                search(&runtime, source, needle, with_name, output)
            };
            match result {
                Ok(true) => status = Status::Success,
                Ok(false) => {}
                Err(error) if output::is_output(&error) => return Err(error.into()),
                Err(error) => output.report(error),
            }
            output.settle_for_reader()?;
        }
        Ok(status)
    }
}

fn search(
    runtime: &Runtime,
    source: &Source,
    needle: &[u8],
    with_name: bool,
    output: &mut Output,
) -> io::Result<bool> {
    let name = match source {
        _ if !with_name => Vec::new(),
        Source::StandardInput => [STANDARD_INPUT, b":"].concat(),
        Source::File(_) => [source.name(), b":"].concat(),
    };
    for_each_occurrence(runtime, source, needle, output, |output, offset| {
        output.write_all(&name)?;
        write!(output, "{offset}:")?;
        output.write_all(needle)?;
        output.write_all(b"\n")
    })
}

fn search_json(
    runtime: &Runtime,
    source: &Source,
    needle: &[u8],
    output: &mut Output,
) -> io::Result<bool> {
    let file = source.text();
    let file_hex = source.hex_unless_text();
    for_each_occurrence(runtime, source, needle, output, |output, offset| {
        output.json(&Record {
            file: Cow::Borrowed(&file),
            file_hex: file_hex.as_deref(),
            offset,
        })
    })
}

/// Whether there were any.
fn for_each_occurrence(
    runtime: &Runtime,
    source: &Source,
    needle: &[u8],
    output: &mut Output,
    mut print: impl FnMut(&mut Output, u64) -> io::Result<()>,
) -> io::Result<bool> {
    let input = source.open()?;
    let progress = input.progress();
    let mut found = false;
    runtime.search_reader(input, needle, |offset| {
        if !found && output.is_terminal() {
            // What is found now scrolls by and shows that work goes on; a bar would be in its way.
            if let Some(progress) = &progress {
                progress.clear();
            }
        }
        found = true;
        print(output, offset)
    })?;
    Ok(found)
}
