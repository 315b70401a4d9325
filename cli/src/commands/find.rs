//! `kilowat find`: where strings of bytes occur in files, printed as grep -abo prints it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use anyhow::{anyhow, bail};
use clap::{Args, ColorChoice, ValueHint};
use kilowat::Runtime;
use kilowat::search::Needles;
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::failure;
use crate::input::{Input, Source};
use crate::output::{self, Output};

/// What grep calls standard input where it prints names.
const STANDARD_INPUT: &[u8] = b"(standard input)";

/// Print where strings of bytes occur in files
///
/// A line is the offset in bytes from the start of the file, a colon and the needle, as grep -abo
/// prints it; with several files, the file's name and a colon come first. Occurrences do not
/// overlap. The needle is no pattern: its bytes are looked for as they are, line breaks among them.
///
/// With --file there are many needles, one a line. Of those that begin at the earliest place the
/// longest is found, as by grep -F; empty lines are passed over.
///
/// What a pipe has brought so far is searched and printed at once, however slowly it goes on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat find TODO src/main.rs            1042:TODO
  kilowat find TODO src/*.rs               src/main.rs:1042:TODO
  kilowat find --count TODO src/*.rs       src/main.rs:3
  kilowat find --hex 'de ad be ef' dump    4096:deadbeef
  tail -f log | kilowat find -m1 ERROR     ends with the first
  kilowat find -- -x file                  a needle that begins with a dash
  kilowat find -f marks src/*.rs           each of the lines of the file marks
  kilowat --json find TODO f               {\"operation\":\"find\",\"kind\":\"match\",\"file\":\"f\",...

In JSON Lines, each occurrence is an object of the kind `match` with its offset and, with --file, its
needle. Behind those of a file, found or not, comes one of the kind `file` with their count and the engine that searched it;
with --count these alone.

Exit status: 0 if something was found, 1 if nothing was, 2 on an error.")]
pub(crate) struct Find {
    /// The bytes to look for; at least one. With --file there is none, and this is the first of the
    /// FILEs
    #[arg(required_unless_present = "lists")]
    needle: Option<OsString>,

    /// Files to search; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// Look for each line of this file; of standard input for `-`
    #[arg(short = 'f', long = "file", value_name = "LIST", value_hint = ValueHint::FilePath)]
    lists: Vec<PathBuf>,

    /// A needle is in hexadecimal, two digits a byte, with blanks where you like. It is printed so as
    /// well
    #[arg(long)]
    hex: bool,

    /// Print how often needles occur in each file, and not where
    #[arg(short, long)]
    count: bool,

    /// Stop reading a file after NUM occurrences
    #[arg(short, long, value_name = "NUM")]
    max_count: Option<u64>,

    /// When to colour what is printed, as grep does. Under auto that is in a terminal, unless the
    /// environment variable `NO_COLOR` is set
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t = ColorChoice::Auto
    )]
    color: ColorChoice,
}

/// An occurrence, for machines.
#[derive(Serialize)]
struct MatchRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<&'a str>,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    needle: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needle_hex: Option<String>,
}

/// A file that was searched, for machines.
#[derive(Serialize)]
struct FileRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<&'a str>,
    matches: u64,
    engine: Engines,
}

/// What is looked for.
enum Wanted {
    One(Vec<u8>),
    Many(Needles),
}

/// What is looked for, and how it is printed.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Search {
    wanted: Wanted,
    /// Whether needles are printed in hexadecimal.
    hex: bool,
    styles: Styles,
    with_names: bool,
    count: bool,
    max_count: Option<u64>,
    json: bool,
}

impl Find {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let (wanted, sources) = self.wanted()?;
        let search = Search {
            wanted,
            hex: self.hex,
            styles: Styles::new(self.color),
            with_names: sources.len() > 1,
            count: self.count,
            max_count: self.max_count,
            json: options.json,
        };
        let runtime = options.start()?;
        let mut answers = Answers::of(&runtime);
        let mut status = Status::Negative;
        for source in &sources {
            match search.run(&runtime, &mut answers, source, output) {
                Ok(0) => {}
                Ok(_) => status = Status::Success,
                Err(error) if output::is_output(&error) => return Err(error.into()),
                Err(error) => output.report(failure::named("find", source, error)),
            }
            output.settle_for_reader()?;
        }
        Ok(status)
    }

    /// What to look for, and where.
    fn wanted(&self) -> anyhow::Result<(Wanted, Vec<Source>)> {
        let needle = match &self.needle {
            Some(needle) if self.lists.is_empty() => needle,
            first => {
                let files = first.iter().map(PathBuf::from).chain(self.files.clone());
                let sources = Source::all(&files.collect::<Vec<_>>());
                let needles = self.listed(&sources)?;
                return Ok((Wanted::Many(needles), sources));
            }
        };
        let needle = if self.hex {
            unhex(&needle.to_string_lossy()).map_err(|error| anyhow!("--hex: {error}"))?
        } else {
            // On Unix these are the bytes as they were given.
            needle.as_encoded_bytes().to_vec()
        };
        if needle.is_empty() {
            bail!("the needle is empty: it would be found everywhere");
        }
        Ok((Wanted::One(needle), Source::all(&self.files)))
    }

    /// The needles of the lists, to be looked for in these sources.
    fn listed(&self, sources: &[Source]) -> anyhow::Result<Needles> {
        let is_input = |source: &Source| matches!(source, Source::StandardInput);
        let mut needles = Vec::new();
        for list in Source::all(&self.lists) {
            if is_input(&list) && sources.iter().any(is_input) {
                bail!(
                    "standard input cannot be both a list of needles and where they are looked for"
                );
            }
            let mut bytes = Vec::new();
            list.open()
                .and_then(|mut input| input.read_to_end(&mut bytes))
                .map_err(|error| failure::named("find", &list, error))?;
            for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                needles.push(if self.hex {
                    unhex(&String::from_utf8_lossy(line)).map_err(|error| {
                        anyhow!("--hex: {}: line {}: {error}", list.printable(), index + 1)
                    })?
                } else {
                    line.to_vec()
                });
            }
        }
        needles.retain(|needle| !needle.is_empty());
        Ok(Needles::new(needles))
    }
}

/// Bytes in hexadecimal, with blanks between them or none.
fn unhex(digits: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in digits.split_ascii_whitespace() {
        let group_bytes = const_hex::decode(group)
            .map_err(|error| anyhow!("`{}`: {error}", crate::input::printable(group)))?;
        bytes.extend(group_bytes);
    }
    Ok(bytes)
}

impl Search {
    /// Searches a source and prints what is found. Gives how often that is.
    fn run(
        &self,
        runtime: &Runtime,
        answers: &mut Answers<'_>,
        source: &Source,
        output: &mut Output,
    ) -> io::Result<u64> {
        let input = source.open()?;
        let progress = input.progress();
        let printer = Printer {
            search: self,
            source,
            file_hex: source.hex_unless_text(),
        };
        let mut count = 0;
        if self.max_count != Some(0) {
            let shared = RefCell::new(&mut *output);
            let reader = SettlingReader {
                input,
                output: &shared,
            };
            let mut found = |offset: u64, needle: &[u8]| {
                let output = &mut **shared.borrow_mut();
                count += 1;
                if !self.count {
                    if count == 1 && output.is_terminal() {
                        // What is found scrolls by and shows that work goes on; a bar would be in
                        // its way.
                        if let Some(progress) = &progress {
                            progress.clear();
                        }
                    }
                    printer.occurrence(offset, needle, output)?;
                }
                Ok(if self.max_count == Some(count) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            };
            match &self.wanted {
                Wanted::One(needle) => {
                    runtime.search_reader(reader, needle, |offset| found(offset, needle))?;
                }
                Wanted::Many(needles) => {
                    runtime.search_many_reader(reader, needles, |offset, number| {
                        found(offset, needles.get(number).unwrap_or_default())
                    })?;
                }
            }
        }
        if self.json {
            let engine = answers.latest();
            printer.file(count, engine, output)?;
        } else if self.count {
            printer.count(count, output)?;
        }
        Ok(count)
    }
}

/// Prints what is found in a source.
struct Printer<'a> {
    search: &'a Search,
    source: &'a Source,
    file_hex: Option<String>,
}

impl Printer<'_> {
    fn occurrence(&self, offset: u64, needle: &[u8], output: &mut Output) -> io::Result<()> {
        if self.search.json {
            let is_one_of_many = matches!(self.search.wanted, Wanted::Many(_));
            let is_text = std::str::from_utf8(needle).is_ok();
            return output.json(&MatchRecord {
                operation: "find",
                kind: "match",
                file: self.source.text(),
                file_hex: self.file_hex.as_deref(),
                offset,
                needle: is_one_of_many.then(|| String::from_utf8_lossy(needle)),
                needle_hex: (is_one_of_many && !is_text).then(|| output::hex(needle)),
            });
        }
        let styles = &self.search.styles;
        self.name(output)?;
        write!(output, "{}", Styled(styles.offset, offset))?;
        write!(output, "{}", Styled(styles.separator, ':'))?;
        write!(output, "{}", styles.needle.render())?;
        if self.search.hex {
            output.write_all(output::hex(needle).as_bytes())?;
        } else {
            output.write_all(needle)?;
        }
        writeln!(output, "{}", styles.needle.render_reset())
    }

    fn count(&self, count: u64, output: &mut Output) -> io::Result<()> {
        self.name(output)?;
        writeln!(output, "{count}")
    }

    fn file(&self, matches: u64, engine: Engines, output: &mut Output) -> io::Result<()> {
        output.json(&FileRecord {
            operation: "find",
            kind: "file",
            file: self.source.text(),
            file_hex: self.file_hex.as_deref(),
            matches,
            engine,
        })
    }

    /// The name and a colon, where there are several files.
    fn name(&self, output: &mut Output) -> io::Result<()> {
        if !self.search.with_names {
            return Ok(());
        }
        let styles = &self.search.styles;
        write!(output, "{}", styles.name.render())?;
        output.write_all(match self.source {
            Source::StandardInput => STANDARD_INPUT,
            Source::File(_) => self.source.name(),
        })?;
        write!(output, "{}", styles.name.render_reset())?;
        write!(output, "{}", Styled(styles.separator, ':'))
    }
}

/// The colours that grep has for each part of a line; none where nothing is coloured.
#[derive(Default)]
struct Styles {
    name: Style,
    separator: Style,
    offset: Style,
    needle: Style,
}

impl Styles {
    fn new(choice: ColorChoice) -> Self {
        let coloured = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        };
        if !coloured {
            return Self::default();
        }
        Self {
            name: AnsiColor::Magenta.on_default(),
            separator: AnsiColor::Cyan.on_default(),
            offset: AnsiColor::Green.on_default(),
            needle: AnsiColor::Red.on_default().bold(),
        }
    }
}

/// Text in a style.
struct Styled<T>(Style, T);

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(formatter, "{style}{text}{style:#}")
    }
}

/// An input that may make its reader wait. What was found before is printed before that.
struct SettlingReader<'a, 'b> {
    input: Input,
    output: &'a RefCell<&'b mut Output>,
}

impl Read for SettlingReader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A regular file is there as a whole.
        if self.input.file_len().is_none() {
            self.output.borrow_mut().settle()?;
        }
        self.input.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_in_hexadecimal() {
        for (digits, expected) in [
            ("deadbeef", &b"\xde\xad\xbe\xef"[..]),
            ("de ad BE EF", b"\xde\xad\xbe\xef"),
            (" 00\t0a0d\n", b"\0\n\r"),
            ("0xff 0x00", b"\xff\0"),
            ("", b""),
        ] {
            assert_eq!(unhex(digits).unwrap(), expected, "{digits:?}");
        }
        for digits in ["d", "de a", "xy", "de,ad", "é0"] {
            let error = unhex(digits).unwrap_err();
            assert!(error.to_string().starts_with('`'), "{error}");
        }
    }
}
