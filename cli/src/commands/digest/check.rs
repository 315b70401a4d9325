//! `--check`: whether files have the digests still that a list has for them.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write as _};

use clap::Args;
use kilowat::Runtime;
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::checksum::{Algorithm, Digests, Entry, Escaped, Job, Jobs, Parser};
use crate::failure;
use crate::input::Source;
use crate::lines::Lines;
use crate::output::Output;

/// As sha256sum has them: of --quiet, --status and --warn the last one counts.
#[derive(Debug, Clone, Copy, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(super) struct Flags {
    /// With --check, pass over files that are missing, and say nothing of them
    #[arg(long, requires = "check")]
    ignore_missing: bool,

    /// With --check, do not print OK for each file that is as it should be
    #[arg(long, requires = "check", overrides_with_all = ["status", "warn"])]
    quiet: bool,

    /// With --check, print nothing: the exit status says it
    #[arg(long, requires = "check", overrides_with_all = ["quiet", "warn"])]
    status: bool,

    /// With --check, exit with 2 if a line of a list is no checksum
    #[arg(long, requires = "check")]
    strict: bool,

    /// With --check, warn of each line of a list that is no checksum
    #[arg(short, long, requires = "check", overrides_with_all = ["quiet", "status"])]
    warn: bool,
}

/// How lists are checked.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) flags: Flags,
    pub(super) algorithm: Algorithm<'a>,
    pub(super) runtime: &'a Runtime,
    pub(super) options: Options,
}

/// How a file stands to its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Different,
    Unreadable,
}

/// A verdict, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    list: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list_hex: Option<String>,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    verdict: Verdict,
    /// Null where the file was not read.
    engine: Engines,
}

impl Check<'_> {
    /// Checks the files of each list. A list that cannot be read is reported and passed over.
    pub(super) fn lists(self, lists: &[Source], output: &mut Output) -> anyhow::Result<Status> {
        // It goes on from list to list, as sha256sum's does.
        let mut parser = Parser::new(self.algorithm);
        let mut status = Status::Success;
        for list in lists {
            match list.open() {
                Ok(input) => {
                    let lines = ListLines {
                        list,
                        lines: Lines::new(input),
                        parser: &mut parser,
                    };
                    status = status.max(self.list(list, lines, output)?);
                }
                Err(error) => output.report(error),
            }
        }
        Ok(status)
    }

    fn list(
        self,
        list: &Source,
        lines: ListLines<'_, '_>,
        output: &mut Output,
    ) -> anyhow::Result<Status> {
        let mut tally = Tally::default();
        let mut answers = Answers::of(self.runtime);
        let mut digests = Digests::new(self.algorithm, self.runtime, lines);
        loop {
            if !digests.is_done() {
                output.settle()?;
            }
            let Some(line) = digests.next() else {
                break;
            };
            match line {
                Ok((listed, digest)) => {
                    let is_listed = digest.and_then(|digest| {
                        let (algorithm, runtime) = (self.algorithm, self.runtime);
                        let is_listed = algorithm.is_listed(&digest, &listed.digest, runtime);
                        Ok(is_listed?)
                    });
                    let verdict = match is_listed {
                        Ok(true) => Verdict::Ok,
                        Ok(false) => Verdict::Different,
                        Err(error)
                            if self.flags.ignore_missing && error.kind() == ErrorKind::NotFound =>
                        {
                            tally.missing += 1;
                            continue;
                        }
                        Err(error) => {
                            let name = self.algorithm.name();
                            output.report(failure::named(name, &listed.source, error));
                            Verdict::Unreadable
                        }
                    };
                    tally.count(verdict);
                    if self.options.json {
                        let engine = match verdict {
                            Verdict::Unreadable => Engines::default(),
                            Verdict::Ok | Verdict::Different => answers.latest(),
                        };
                        self.print_json(list, &listed.source, verdict, engine, output)?;
                    } else {
                        self.print(&listed.source, verdict, output)?;
                    }
                }
                Err(Stray::Misformatted { number }) => {
                    tally.misformatted += 1;
                    if self.flags.warn {
                        let (list, tag) = (list.title(), self.algorithm.tag());
                        output.note(format_args!(
                            "{list}: {number}: improperly formatted {tag} checksum line"
                        ));
                    }
                }
                Err(Stray::Unreadable(error)) => {
                    output.report(error);
                    return Ok(Status::Failure);
                }
            }
        }
        tally.note(list, self.flags, output);
        Ok(tally.status(self.flags))
    }

    /// Whether a verdict is to be printed.
    fn wants(self, verdict: Verdict) -> bool {
        let is_passed_over = self.flags.quiet && verdict == Verdict::Ok;
        !(self.flags.status || is_passed_over)
    }

    fn print_json(
        self,
        list: &Source,
        file: &Source,
        verdict: Verdict,
        engine: Engines,
        output: &mut Output,
    ) -> io::Result<()> {
        if !self.wants(verdict) {
            return Ok(());
        }
        output.json(&Record {
            operation: self.algorithm.name(),
            list: list.text(),
            list_hex: list.hex_unless_text(),
            file: file.text(),
            file_hex: file.hex_unless_text(),
            verdict,
            engine,
        })
    }

    fn print(self, file: &Source, verdict: Verdict, output: &mut Output) -> io::Result<()> {
        if !self.wants(verdict) {
            return Ok(());
        }
        let words: &[u8] = match verdict {
            Verdict::Ok => b"OK",
            Verdict::Different => b"FAILED",
            Verdict::Unreadable => b"FAILED open or read",
        };
        let name = self.algorithm.name_of(file);
        let Escaped { mark, name } = if self.algorithm.escapes_names() {
            Escaped::new(name)
        } else {
            Escaped::nothing(name)
        };
        output.write_all(&[mark.as_bytes(), &name, b": ", words, b"\n"].concat())
    }
}

/// What the lines of a list came to.
#[derive(Debug, Default)]
struct Tally {
    ok: u64,
    different: u64,
    unreadable: u64,
    missing: u64,
    misformatted: u64,
}

impl Tally {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Ok => self.ok += 1,
            Verdict::Different => self.different += 1,
            Verdict::Unreadable => self.unreadable += 1,
        }
    }

    fn has_checksums(&self) -> bool {
        self.ok + self.different + self.unreadable + self.missing > 0
    }

    /// Says in sha256sum's words what is not as it should be.
    fn note(&self, list: &Source, flags: Flags, output: &mut Output) {
        let list = list.title();
        if !self.has_checksums() {
            output.report(format_args!(
                "{list}: no properly formatted checksum lines found"
            ));
            return;
        }
        if flags.status {
            return;
        }
        let warnings = [
            (
                self.misformatted,
                "line is improperly formatted",
                "lines are improperly formatted",
            ),
            (
                self.unreadable,
                "listed file could not be read",
                "listed files could not be read",
            ),
            (
                self.different,
                "computed checksum did NOT match",
                "computed checksums did NOT match",
            ),
        ];
        for (count, one, many) in warnings {
            if count > 0 {
                let words = if count == 1 { one } else { many };
                output.note(format_args!("WARNING: {count} {words}"));
            }
        }
        if flags.ignore_missing && self.ok == 0 {
            output.note(format_args!("{list}: no file was verified"));
        }
    }

    fn status(&self, flags: Flags) -> Status {
        let nothing_was_there = self.ok + self.different == 0;
        if nothing_was_there || self.unreadable > 0 || (flags.strict && self.misformatted > 0) {
            Status::Failure
        } else if self.different > 0 {
            Status::Negative
        } else {
            Status::Success
        }
    }
}

/// A line that names a file.
struct Listed {
    source: Source,
    digest: String,
}

impl Job for Listed {
    fn source(&self) -> &Source {
        &self.source
    }
}

/// What else there is in a list.
enum Stray {
    /// A line that is no checksum.
    Misformatted { number: u64 },
    /// The list itself goes on, but cannot be read.
    Unreadable(io::Error),
}

/// The lines of a list, comments and empty lines left out.
struct ListLines<'a, 'k> {
    list: &'a Source,
    lines: Lines,
    parser: &'a mut Parser<'k>,
}

impl Jobs for ListLines<'_, '_> {
    type Job = Listed;
    type Other = Stray;

    fn is_ready(&self) -> bool {
        self.lines.is_ready()
    }
}

impl Iterator for ListLines<'_, '_> {
    type Item = Result<Listed, Stray>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.lines.next() {
                Ok(line) => line?,
                Err(error) => return Some(Err(Stray::Unreadable(error))),
            };
            let number = line.number;
            let bytes = line.bytes.strip_suffix(b"\r").unwrap_or(line.bytes);
            if bytes.is_empty() || bytes.starts_with(b"#") {
                continue;
            }
            let entry = (!line.is_cut).then(|| self.parser.parse(bytes)).flatten();
            let listed = entry.and_then(|Entry { digest, name }| {
                let source = self.parser.algorithm().source(&name)?;
                // What the list itself is read from is no file of it.
                let is_list = source == Source::StandardInput && source == *self.list;
                (!is_list).then_some(Listed { source, digest })
            });
            return Some(listed.ok_or(Stray::Misformatted { number }));
        }
    }
}
