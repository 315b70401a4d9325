//! `kilowat json`: JSON texts checked, laid out, and values taken out of them.

use std::io::{BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, Subcommand, ValueHint};
use kilowat::json::{self, Error, JsonWanted, Layout, LineError, Lines, Tape, TextError};
use kilowat::{EngineKind, Runtime};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::excerpt::Excerpt;
use crate::failure;
use crate::in_order::{Sender, for_each_in_order};
use crate::input::Source;
use crate::output::Output;

/// Check, minify, lay out and search JSON
///
/// A text is one value of JSON as RFC 8259 has it, in UTF-8, and nothing more: no comments, no comma at
/// the end, no byte order mark. With --lines it is one value a line (JSON Lines, NDJSON).
///
/// What is wrong is told with its file, line and column, as compilers do, with the line and a mark below
/// the place; columns are characters. Several files are read at once, and answered in their order.
///
/// A text is read as a whole. With --lines a file is read line by line, in the memory of the longest line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat json check *.json                says what is wrong, and where
  kilowat json check --lines log.ndjson    a value a line
  kilowat json min package.json            without white space
  kilowat json pretty --indent 4 a.json    a line for each value
  kilowat json get /scripts/test p.json    the value there (RFC 6901)
  curl … | kilowat json get -r /items/0/id | xargs …

Exit status: 0 if all is well, 1 if a text is not valid JSON or has nothing at the pointer, and 2 if a
file could not be read.")]
pub(crate) struct Json {
    #[command(subcommand)]
    action: Action,
}

/// What is done with each text.
#[derive(Debug, Subcommand)]
enum Action {
    Check(Check),
    Min(Min),
    Pretty(Pretty),
    Get(Get),
}

/// Say what is wrong with JSON texts, and where
///
/// Prints nothing where all is well.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat json check a.json                a.json:3:7: expected `,` or `}`
  kilowat json check --lines *.ndjson      each line by itself
  kilowat --json json check *.json         {\"operation\":\"json check\",\"file\":\"a.json\",...

In JSON Lines, each fault is an object of the kind `fault` with its line, column and offset in bytes.
Behind those of a file comes one of the kind `file` with how many values and faults it has.")]
struct Check {
    #[command(flatten)]
    texts: Texts,
}

/// Print JSON texts without white space
///
/// Strings and numbers stay as they are written. Each text ends with a line feed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat json min package.json
  kilowat json min --lines log.ndjson      a value a line, as before")]
struct Min {
    #[command(flatten)]
    texts: Texts,
}

/// Print JSON texts with a line for each value
///
/// Strings and numbers stay as they are written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat json pretty a.json               two spaces a level
  kilowat json pretty --indent 4 a.json
  kilowat json pretty --tab a.json")]
struct Pretty {
    /// Spaces for each level, up to 16
    #[arg(long, value_name = "N", default_value_t = 2,
        value_parser = clap::value_parser!(u8).range(..=i64::from(Layout::MOST_SPACES)))]
    indent: u8,

    /// A tab for each level
    #[arg(long, conflicts_with = "indent")]
    tab: bool,

    #[command(flatten)]
    texts: Texts,
}

/// Print the value that a JSON Pointer leads to
///
/// A pointer (RFC 6901) is empty for the whole text, or a slash and a key or an index for each level;
/// in keys, ~1 stands for a slash and ~0 for a tilde. Of equal keys the last one counts. The value is
/// printed on a line, without white space; integers beyond 64 bits, and numbers with a fraction, as the
/// nearest double.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat json get /name package.json      \"kilowat\"
  kilowat json get -r /name package.json   kilowat
  kilowat json get --lines /level *.ndjson

In JSON Lines, each text is an object with the file, with --lines the line, and the value if there is
one.

Exit status: 0 if there is a value in each text, 1 if there is none in one of them.")]
struct Get {
    /// The way to the value
    pointer: String,

    /// Print strings without quotes and escapes
    #[arg(short, long)]
    raw: bool,

    #[command(flatten)]
    texts: Texts,
}

/// What is read.
#[derive(Debug, Args)]
struct Texts {
    /// Each line of a file is a text; lines of white space are passed over
    #[arg(short, long)]
    lines: bool,

    /// How many levels of arrays and objects a text may have, up to 8192
    #[arg(long, value_name = "N", default_value_t = json::DEPTH)]
    depth: u32,

    /// Files to read; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

/// What comes of a file, in pieces.
enum Piece {
    /// To be printed.
    Bytes(Vec<u8>),
    /// A text is not what it should be.
    Fault(Fault),
    /// There is no value at the pointer.
    Nothing,
    /// The file is done with.
    Done { values: u64, faults: u64 },
    /// Something went wrong.
    Failed(std::io::Error),
}

/// What is wrong with a text.
struct Fault {
    line: u64,
    column: usize,
    /// In the text; with --lines, in its line.
    offset: u64,
    words: String,
    excerpt: String,
}

/// A fault, for machines.
#[derive(Serialize)]
struct FaultRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: File<'a>,
    line: u64,
    column: usize,
    offset: u64,
    message: &'a str,
}

/// A file that was read, for machines.
#[derive(Serialize)]
struct FileRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: File<'a>,
    values: u64,
    faults: u64,
}

/// A value, for machines.
#[derive(Serialize)]
struct ValueRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: File<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<json::Value<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    file: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
}

impl<'a> File<'a> {
    fn of(source: &'a Source) -> Self {
        Self {
            file: source.text(),
            file_hex: source.hex_unless_text(),
        }
    }
}

impl Json {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        if let Action::Get(get) = &self.action {
            json::check_pointer(&get.pointer)?;
        }
        let runtime = options.start()?;
        let texts = self.action.texts();
        let sources = Source::all(&texts.files);
        let reader = TextReader {
            runtime: &runtime,
            action: &self.action,
            texts,
            json: options.json,
            names_engine: options.policy().is_some(),
            interpreter: OnceLock::new(),
        };
        let printer = Printer {
            name: self.action.name(),
            is_check: matches!(self.action, Action::Check(_)),
            json: options.json,
        };
        let mut status = Status::Success;
        for_each_in_order(
            &sources,
            |source, sender| reader.read(source, sender),
            |source, piece| {
                status = status.max(printer.print(source, piece, output)?);
                Ok(())
            },
        )?;
        Ok(status)
    }
}

impl Action {
    fn texts(&self) -> &Texts {
        match self {
            Self::Check(Check { texts })
            | Self::Min(Min { texts })
            | Self::Pretty(Pretty { texts, .. })
            | Self::Get(Get { texts, .. }) => texts,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "json check",
            Self::Min(_) => "json min",
            Self::Pretty(_) => "json pretty",
            Self::Get(_) => "json get",
        }
    }
}

/// Reads files and does with their texts what is asked for.
struct TextReader<'a> {
    runtime: &'a Runtime,
    action: &'a Action,
    texts: &'a Texts,
    json: bool,
    /// Whether someone has said who is to answer.
    names_engine: bool,
    /// Asked for the exact words where native code, which was faster, has none.
    interpreter: OnceLock<Option<Runtime>>,
}

impl TextReader<'_> {
    /// Sends what comes of a file. Nobody may listen any more; then there is nothing left to do.
    fn read(&self, source: &Source, sender: &Sender<Piece>) -> Option<()> {
        let done = if self.texts.lines {
            self.read_lines(source, sender)
        } else {
            self.read_whole(source, sender)
        };
        match done {
            Ok(listened) => listened,
            Err(error) => {
                let error = failure::named(self.action.name(), source, error);
                sender.send(Piece::Failed(error))
            }
        }
    }

    fn read_whole(&self, source: &Source, sender: &Sender<Piece>) -> std::io::Result<Option<()>> {
        let mut text = Vec::new();
        source.open_beside_others()?.read_to_end(&mut text)?;
        let mut faults = 0;
        match self.answer(source, &text, None) {
            Ok(pieces) => {
                for piece in pieces {
                    if sender.send(piece).is_none() {
                        return Ok(None);
                    }
                }
            }
            Err(error) => {
                let fault = self.fault(&text, error, None)?;
                faults += 1;
                if sender.send(Piece::Fault(fault)).is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(sender.send(Piece::Done { values: 1, faults }))
    }

    fn read_lines(&self, source: &Source, sender: &Sender<Piece>) -> std::io::Result<Option<()>> {
        let reader = BufReader::with_capacity(1 << 20, source.open_beside_others()?);
        let mut lines = Lines::new(self.runtime, reader);
        let (mut values, mut faults) = (0, 0);
        while let Some(line) = lines.next_line() {
            let (number, text) = match line {
                Ok(line) => line,
                Err(LineError { number, error, .. }) => {
                    let error = std::io::Error::from(error);
                    let words = format!("{}: line {number}: {error}", source.title());
                    return match error.kind() {
                        std::io::ErrorKind::InvalidData => Err(std::io::Error::other(words)),
                        _ => Err(error),
                    };
                }
            };
            values += 1;
            let pieces = match self.answer(source, text, Some(number)) {
                Ok(pieces) => pieces,
                Err(error) => {
                    faults += 1;
                    vec![Piece::Fault(self.fault(text, error, Some(number))?)]
                }
            };
            for piece in pieces {
                if sender.send(piece).is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(sender.send(Piece::Done { values, faults }))
    }

    /// What is wrong with a text, or the error where that is not the text.
    fn fault(&self, text: &[u8], error: Error, line: Option<u64>) -> std::io::Result<Fault> {
        let error = match error {
            Error::Text(error) => self.exact(text, *error),
            error => return Err(error.into()),
        };
        let offset = error.error.start;
        Ok(Fault {
            line: line.unwrap_or(error.line as u64),
            column: error.column,
            offset: offset.into(),
            words: error.error.words().to_string(),
            excerpt: Excerpt::in_text(text, offset as usize).to_string(),
        })
    }

    /// The error in the words of a kernel, unless another tier was asked for.
    fn exact(&self, text: &[u8], error: TextError) -> TextError {
        if self.names_engine || error.error.wanted != JsonWanted::Nothing {
            return error;
        }
        let interpreter = self
            .interpreter
            .get_or_init(|| Runtime::with_engine(EngineKind::Interpreter).ok());
        let depth = self.texts.depth;
        let refused =
            (interpreter.as_ref()).and_then(|runtime| runtime.json_validate(text, depth).err());
        match refused {
            Some(Error::Text(exact)) => *exact,
            _ => error,
        }
    }

    /// What comes of a text.
    fn answer(&self, source: &Source, text: &[u8], line: Option<u64>) -> Result<Vec<Piece>, Error> {
        let depth = self.texts.depth;
        let mut bytes = match self.action {
            Action::Check(_) => {
                self.runtime.json_validate(text, depth)?;
                return Ok(Vec::new());
            }
            Action::Min(_) => self.runtime.json_minify(text, depth)?,
            Action::Pretty(pretty) => {
                let layout = if pretty.tab {
                    Layout::Tabs
                } else {
                    Layout::Spaces(pretty.indent)
                };
                self.runtime.json_pretty(text, depth, layout)?
            }
            Action::Get(get) => {
                let tape = self.runtime.json_parse(text, depth)?;
                return self.value(get, source, &tape, line);
            }
        };
        bytes.push(b'\n');
        Ok(vec![Piece::Bytes(bytes)])
    }

    fn value(
        &self,
        get: &Get,
        source: &Source,
        tape: &Tape,
        line: Option<u64>,
    ) -> Result<Vec<Piece>, Error> {
        let value = tape.root().pointer(&get.pointer);
        let mut bytes = match value {
            _ if self.json => self.runtime.json_to_vec(&ValueRecord {
                operation: self.action.name(),
                kind: "value",
                file: File::of(source),
                line,
                value,
            })?,
            None => return Ok(vec![Piece::Nothing]),
            Some(json::Value::String(text)) if get.raw => text.as_bytes().to_vec(),
            Some(value) => self.runtime.json_to_vec(&value)?,
        };
        bytes.push(b'\n');
        let nothing = value.is_none().then_some(Piece::Nothing);
        Ok([Piece::Bytes(bytes)].into_iter().chain(nothing).collect())
    }
}

/// Prints what comes of files.
struct Printer {
    name: &'static str,
    is_check: bool,
    json: bool,
}

impl Printer {
    fn print(&self, source: &Source, piece: Piece, output: &mut Output) -> anyhow::Result<Status> {
        match piece {
            Piece::Bytes(bytes) => {
                output.write_all(&bytes)?;
                output.settle_for_reader()?;
                Ok(Status::Success)
            }
            Piece::Fault(fault) => {
                self.fault(source, &fault, output)?;
                Ok(Status::Negative)
            }
            Piece::Nothing => Ok(Status::Negative),
            Piece::Done { values, faults } => {
                if self.json && self.is_check {
                    output.json(&FileRecord {
                        operation: self.name,
                        kind: "file",
                        file: File::of(source),
                        values,
                        faults,
                    })?;
                }
                Ok(Status::Success)
            }
            Piece::Failed(error) => {
                output.report(error);
                Ok(Status::Failure)
            }
        }
    }

    /// A fault is the answer where texts are checked, and else stands in the way of one.
    fn fault(&self, source: &Source, fault: &Fault, output: &mut Output) -> std::io::Result<()> {
        let Fault {
            line,
            column,
            offset,
            words,
            excerpt,
        } = fault;
        if self.json && self.is_check {
            return output.json(&FaultRecord {
                operation: self.name,
                kind: "fault",
                file: File::of(source),
                line: *line,
                column: *column,
                offset: *offset,
                message: words,
            });
        }
        let name = source.title();
        let message = format!("{name}:{line}:{column}: {words}\n{excerpt}");
        if self.is_check {
            writeln!(output, "{message}")?;
            return output.settle_for_reader();
        }
        output.note(message);
        Ok(())
    }
}
