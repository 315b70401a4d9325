//! `kilowat sha256`, `sha512`, `b3sum` and `md5`: digests of files, printed and checked as sha256sum does.

mod check;

use std::borrow::Cow;
use std::convert::Infallible;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use kilowat::Runtime;
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::checksum::{self, Algorithm, Blake3, Digests};
use crate::failure;
use crate::input::Source;
use crate::key_file;
use crate::output::Output;

/// Print or check the SHA-256 digests of files
///
/// A line is the digest in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that digest still. Many small
/// files are digested four at a time.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat sha256 *.iso > SHA256SUMS        digests into a list
  kilowat sha256 --check SHA256SUMS        a.iso: OK
  kilowat sha256 -c --ignore-missing LIST  only the files of the list that are here
  kilowat sha256 --tag README.md           SHA256 (README.md) = d1fb0fe8...
  kilowat --json sha256 README.md          {\"operation\":\"sha256\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a digest differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.
sha256sum has 1 for all of these.")]
pub(crate) struct Sha256 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the SHA-512 digests of files
///
/// A line is the digest in hexadecimal, two spaces and the file's name, as sha512sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that digest still.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat sha512 *.iso > SHA512SUMS        digests into a list
  kilowat sha512 --check SHA512SUMS        a.iso: OK
  kilowat sha512 -c --ignore-missing LIST  only the files of the list that are here
  kilowat sha512 --tag README.md           SHA512 (README.md) = 6df87c14...
  kilowat --json sha512 README.md          {\"operation\":\"sha512\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a digest differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.
sha512sum has 1 for all of these.")]
pub(crate) struct Sha512 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the BLAKE3 digests of files
///
/// A line is the digest in hexadecimal, two spaces and the file's name, as b3sum prints it: where the
/// name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that digest still.
///
/// With a key, nobody can make or check the digests without it, and they are compared in constant
/// time. It is read from a file that `kilowat keygen` has made, or that has 32 bytes, or 64 hexadecimal
/// digits and perhaps the end of their line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat b3sum *.iso > B3SUMS             digests into a list
  kilowat b3sum --check B3SUMS             a.iso: OK
  kilowat b3sum --length 64 README.md      a digest of 64 bytes
  kilowat b3sum --key-file KEY README.md   a digest that needs the key
  kilowat b3sum --tag README.md            BLAKE3 (README.md) = 0c5f1c3d...
  kilowat --json b3sum README.md           {\"operation\":\"b3sum\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a digest differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.")]
pub(crate) struct B3sum {
    /// Make or check digests with the key that this file holds
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<PathBuf>,

    /// How many bytes a digest has, 1 to 65536; those of a list, too
    #[arg(
        short,
        long,
        value_name = "BYTES",
        default_value_t = 32,
        value_parser = clap::value_parser!(u32).range(1..=65_536)
    )]
    length: u32,

    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the MD5 digests of files
///
/// MD5 is broken for security: anyone can make two files with one digest. It is here for lists of
/// checksums that exist, against accidents; where someone may gain by a wrong file, use sha256.
///
/// A line is the digest in hexadecimal, two spaces and the file's name, as md5sum prints it: where the
/// name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that digest still. Many small
/// files are digested four at a time.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat md5 *.iso > MD5SUMS              digests into a list
  kilowat md5 --check MD5SUMS              a.iso: OK
  kilowat md5 -c --ignore-missing LIST     only the files of the list that are here
  kilowat md5 --tag README.md              MD5 (README.md) = 2a5c3b53...
  kilowat --json md5 README.md             {\"operation\":\"md5\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a digest differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.
md5sum has 1 for all of these.")]
pub(crate) struct Md5 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Lines of checksums, printed and checked.
#[derive(Debug, Args)]
pub(super) struct Checksums {
    /// Read checksums and names from the FILEs, and check them
    #[arg(short, long, conflicts_with = "tag")]
    check: bool,

    /// Print lines of the BSD form: ALGORITHM (NAME) = DIGEST
    #[arg(long)]
    tag: bool,

    /// End each line with a NUL, and leave names as they are
    #[arg(short, long, conflicts_with = "check")]
    zero: bool,

    #[command(flatten)]
    checking: check::Flags,

    /// Files to read, or with --check lists of checksums; standard input for `-`, and where there are
    /// none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

impl Sha256 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Sha256, options, output)
    }
}

impl Sha512 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Sha512, options, output)
    }
}

impl B3sum {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let key = self
            .key_file
            .as_deref()
            .map(|path| key_file::read_any(path, output))
            .transpose()?;
        let (key, len) = (key.as_ref(), self.length as usize);
        let algorithm = Algorithm::Blake3(Blake3 { key, len });
        self.checksums.run(algorithm, options, output)
    }
}

impl Md5 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Md5, options, output)
    }
}

/// A checksum, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    #[serde(flatten)]
    checksum: Value<'a>,
    engine: Engines,
}

/// A checksum under the name that its kind has.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Value<'a> {
    Digest(&'a str),
    Hash(&'a str),
}

impl Checksums {
    pub(super) fn run(
        &self,
        algorithm: Algorithm<'_>,
        options: Options,
        output: &mut Output,
    ) -> anyhow::Result<Status> {
        self.run_on(&options.start()?, algorithm, options, output)
    }

    /// Whether standard input is one of the files.
    pub(super) fn reads_standard_input(&self) -> bool {
        Source::all(&self.files).contains(&Source::StandardInput)
    }

    /// The same on a runtime that has been started.
    pub(super) fn run_on(
        &self,
        runtime: &Runtime,
        algorithm: Algorithm<'_>,
        options: Options,
        output: &mut Output,
    ) -> anyhow::Result<Status> {
        let sources = Source::all(&self.files);
        if self.check {
            let check = check::Check {
                flags: self.checking,
                algorithm,
                runtime,
                options,
            };
            check.lists(&sources, output)
        } else {
            self.print(sources, algorithm, runtime, options, output)
        }
    }

    /// Prints the digests of files. One that cannot be read is reported and passed over.
    fn print(
        &self,
        sources: Vec<Source>,
        algorithm: Algorithm<'_>,
        runtime: &Runtime,
        options: Options,
        output: &mut Output,
    ) -> anyhow::Result<Status> {
        let mut answers = Answers::of(runtime);
        let jobs: Vec<_> = sources.into_iter().map(Ok::<_, Infallible>).collect();
        let mut digests = Digests::new(algorithm, runtime, jobs.into_iter());
        loop {
            if !digests.is_done() {
                output.settle()?;
            }
            let Some(Ok((source, digest))) = digests.next() else {
                return Ok(Status::Success);
            };
            let digest = match digest {
                Ok(digest) => digest,
                Err(error) => {
                    output.report(failure::named(algorithm.name(), &source, error));
                    continue;
                }
            };
            if options.json {
                output.json(&Record {
                    operation: algorithm.name(),
                    file: source.text(),
                    file_hex: source.hex_unless_text(),
                    checksum: if algorithm.is_message_digest() {
                        Value::Digest(&digest)
                    } else {
                        Value::Hash(&digest)
                    },
                    engine: answers.latest(),
                })?;
            } else {
                let (tag, name) = (algorithm.tag(), algorithm.name_of(&source));
                let end = if self.zero { b'\0' } else { b'\n' };
                let is_raw = self.zero || !algorithm.escapes_names();
                output.write_all(&match (self.tag, is_raw) {
                    (false, false) => checksum::line(&digest, name),
                    (false, true) => {
                        let digest = [algorithm.prefix(), &digest].concat();
                        checksum::raw_line(&digest, name, end)
                    }
                    (true, false) => checksum::tagged_line(tag, &digest, name),
                    (true, true) => checksum::raw_tagged_line(tag, &digest, name, end),
                })?;
            }
        }
    }
}
