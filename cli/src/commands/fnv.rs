//! `kilowat fnv1a32` and `kilowat fnv1a64`: hashes of files, printed as sha256sum prints them.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use kilowat::Runtime;
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::checksum;
use crate::input::{Input, Source};
use crate::output::Output;

/// Print the 32-bit FNV-1a hash of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// FNV-1a is a fast hash for tables and checks against accidents. It does not protect against an
/// attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat fnv1a32 README.md Cargo.toml
  printf foobar | kilowat fnv1a32          bf9cf968  -
  kilowat --json fnv1a32 README.md         {\"operation\":\"fnv1a32\",\"file\":\"README.md\",...

Exit status: 0, or 2 if a file could not be read; the others are hashed all the same.")]
pub(crate) struct Fnv1a32 {
    #[command(flatten)]
    files: Files,
}

/// Print the 64-bit FNV-1a hash of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// FNV-1a is a fast hash for tables and checks against accidents. It does not protect against an
/// attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat fnv1a64 README.md Cargo.toml
  printf foobar | kilowat fnv1a64          85944171f73967e8  -
  kilowat --json fnv1a64 README.md         {\"operation\":\"fnv1a64\",\"file\":\"README.md\",...

Exit status: 0, or 2 if a file could not be read; the others are hashed all the same.")]
pub(crate) struct Fnv1a64 {
    #[command(flatten)]
    files: Files,
}

#[derive(Debug, Args)]
struct Files {
    /// Files to hash; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

impl Fnv1a32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.files
            .hash("fnv1a32", options, output, |runtime, input| {
                let hash = runtime.fnv1a32_reader(input)?;
                Ok(format!("{hash:08x}"))
            })
    }
}

impl Fnv1a64 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.files
            .hash("fnv1a64", options, output, |runtime, input| {
                let hash = runtime.fnv1a64_reader(input)?;
                Ok(format!("{hash:016x}"))
            })
    }
}

/// A hash, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    hash: &'a str,
    engine: &'static str,
}

impl Files {
    /// Hashes the files one after the other. One that cannot be read is reported and passed over.
    fn hash(
        &self,
        operation: &'static str,
        options: Options,
        output: &mut Output,
        hash: impl Fn(&Runtime, Input) -> io::Result<String>,
    ) -> anyhow::Result<Status> {
        let runtime = options.start()?;
        for source in Source::all(&self.files) {
            let hash = match source.open().and_then(|input| hash(&runtime, input)) {
                Ok(hash) => hash,
                Err(error) => {
                    output.report(error);
                    continue;
                }
            };
            if options.json {
                output.json(&Record {
                    operation,
                    file: source.text(),
                    file_hex: source.hex_unless_text(),
                    hash: &hash,
                    engine: options.engine_name(),
                })?;
            } else {
                output.write_all(&checksum::line(&hash, source.name()))?;
            }
            output.settle_for_reader()?;
        }
        Ok(Status::Success)
    }
}
