//! One file into another: compressed, decompressed, sealed, opened, or only tested.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufReader, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context as _, Result, anyhow, bail};
use kilowat::{Error, Runtime};
use serde::Serialize;

use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::commands::Status;
use crate::failure;
use crate::holes::Holes;
use crate::input::{Input, Source, printable, transfer};
use crate::made_file::MadeFile;
use crate::output::{self, Output};

/// Bytes that are asked of a file at a time.
const BUFFER: usize = 256 << 10;

/// Where the result goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    StandardOutput,
    File(PathBuf),
    /// What is made is only counted.
    Nothing,
}

/// Where zeroes become holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sparse {
    Never,
    /// In regular files that the command makes.
    MadeFiles,
    /// On standard output too, where it is a regular file and at its end.
    Always,
}

/// Who may read and write a file that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Who may do so with the source, whose time it has as well.
    OfSource,
    /// Whoever the umask lets.
    Usual,
    /// The user alone.
    Private,
}

impl Rights {
    /// Those of the source, unless they are not wanted.
    pub(crate) fn copied_unless(unwanted: bool) -> Self {
        if unwanted {
            Self::Usual
        } else {
            Self::OfSource
        }
    }
}

/// What is done with one file, whichever way it is converted.
pub(crate) struct Conversion<'a> {
    /// Which command it is, as the user has typed it.
    pub(crate) command: &'static str,
    pub(crate) source: &'a Source,
    pub(crate) target: Target,
    pub(crate) overwrite: bool,
    /// Whether the source goes when the result is there.
    pub(crate) remove: bool,
    pub(crate) rights: Rights,
    /// When the result is said to have changed, where that is not the time of the source.
    pub(crate) modified: Option<SystemTime>,
    pub(crate) sparse: Sparse,
    pub(crate) options: Options,
}

/// A file that was compressed, decompressed, tested, sealed or opened, for machines.
#[derive(Serialize)]
struct Record<'a> {
    operation: &'static str,
    file: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
    /// Null where nothing was made.
    output: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_hex: Option<String>,
    bytes_in: u64,
    bytes_out: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    engine: Engines,
}

/// How many bytes were read and written.
pub(crate) struct Lengths {
    pub(crate) read: u64,
    pub(crate) written: u64,
}

/// Which of both sides is the compressed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Compress,
    Decompress,
    /// Neither.
    Seal,
}

impl Conversion<'_> {
    /// Writes what `convert` makes of the source, and reports it.
    pub(crate) fn run(
        &self,
        runtime: &Runtime,
        direction: Direction,
        output: &mut Output,
        convert: impl FnOnce(Input, &mut dyn Write) -> Result<Lengths>,
    ) -> Result<Lengths> {
        let mut answers = Answers::of(runtime);
        let lengths = self.write(output, convert)?;
        let ratio = match direction {
            Direction::Compress => Some(ratio(lengths.read, lengths.written)),
            Direction::Decompress => Some(ratio(lengths.written, lengths.read)),
            Direction::Seal => None,
        };
        self.report(&lengths, ratio, answers.latest(), output)?;
        Ok(lengths)
    }

    /// Opens both sides, and puts what `convert` makes in its place when it is whole.
    fn write(
        &self,
        output: &mut Output,
        convert: impl FnOnce(Input, &mut dyn Write) -> Result<Lengths>,
    ) -> Result<Lengths> {
        let input = self.source.open()?;
        let convert = |input, sink: &mut dyn Write| {
            convert(input, sink).map_err(|error| name(self.command, self.source, error))
        };
        match &self.target {
            Target::Nothing => convert(input, &mut io::sink()),
            Target::StandardOutput => {
                if self.options.json {
                    bail!("--json: standard output has the result; -o writes it to a file");
                }
                if self.remove {
                    bail!("--rm: standard output has the result, which may get lost");
                }
                if let Some(progress) = input.progress().filter(|_| output.is_terminal()) {
                    progress.clear();
                }
                if self.sparse == Sparse::Always
                    && let Some(file) = output.new_file()?
                {
                    let named = output::name_error;
                    let mut holes = Holes::new(&file, &named)?;
                    let lengths = convert(input, &mut holes)?;
                    holes.finish()?;
                    return Ok(lengths);
                }
                convert(input, output)
            }
            Target::File(path) => self.make(path, input, convert),
        }
    }

    /// Makes a file.
    fn make(
        &self,
        path: &PathBuf,
        input: Input,
        convert: impl FnOnce(Input, &mut dyn Write) -> Result<Lengths>,
    ) -> Result<Lengths> {
        if self.is_source(path) {
            bail!("{}: it would be overwritten by itself", self.source.title());
        }
        if self.remove && input.metadata().is_none() {
            bail!("{}: --rm is for regular files", self.source.title());
        }
        let like = input.metadata().cloned();
        let mut made = match self.rights {
            Rights::OfSource => MadeFile::create(path, like, self.overwrite),
            Rights::Usual => MadeFile::create(path, None, self.overwrite),
            Rights::Private => MadeFile::create_private(path, self.overwrite),
        }?;
        if let Some(modified) = self.modified {
            made.date(modified);
        }
        if self.remove && made.regular_file().is_none() {
            let path = printable(&path.to_string_lossy());
            bail!(
                "{path}: it is no regular file, and with its source removed the content would be lost"
            );
        }
        let lengths = match made.regular_file() {
            Some(file) if self.sparse != Sparse::Never => {
                let named = |error| made.name_error(&error);
                let mut holes = Holes::new(file, &named)?;
                let lengths = convert(input, &mut holes)?;
                holes.finish()?;
                lengths
            }
            _ => convert(input, &mut made)?,
        };
        if self.remove {
            made.sync()?;
        }
        made.finish()?;
        if let Source::File(source) = self.source
            && self.remove
        {
            fs::remove_file(source).with_context(|| self.source.title())?;
        }
        Ok(lengths)
    }

    /// Whether a path leads to the file that is read.
    fn is_source(&self, path: &PathBuf) -> bool {
        match self.source {
            Source::StandardInput => false,
            Source::File(source) => match (fs::canonicalize(source), fs::canonicalize(path)) {
                (Ok(source), Ok(path)) => source == path,
                // What is not there yet is another file.
                _ => false,
            },
        }
    }

    fn report(
        &self,
        lengths: &Lengths,
        ratio: Option<f64>,
        engine: Engines,
        output: &mut Output,
    ) -> Result<()> {
        if self.options.json {
            let made = match &self.target {
                Target::File(path) => Some(Source::File(path.clone())),
                Target::StandardOutput | Target::Nothing => None,
            };
            output.json(&Record {
                operation: self.command,
                file: self.source.text(),
                file_hex: self.source.hex_unless_text(),
                output: made.as_ref().map(Source::text),
                output_hex: made.as_ref().and_then(Source::hex_unless_text),
                bytes_in: lengths.read,
                bytes_out: lengths.written,
                ratio,
                engine,
            })?;
        }
        Ok(())
    }
}

/// Puts the name of what was read before an error of the library. Others have the name of what they are
/// about.
pub(crate) fn name(command: &str, source: &Source, error: anyhow::Error) -> anyhow::Error {
    let cause = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match cause.and_then(|cause| cause.downcast_ref::<Error>()) {
        Some(cause) => {
            let words = failure::words(command, cause);
            anyhow!("{}: {words}", source.title())
        }
        None => error,
    }
}

/// How many times as long the content is as what it is compressed to, which is never empty.
#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio of lengths is no more exact than a double"
)]
pub(crate) fn ratio(content: u64, compressed: u64) -> f64 {
    content as f64 / compressed as f64
}

/// Takes each source. What goes wrong with one is said, and ends nothing but itself, unless nothing more
/// can be printed.
pub(crate) fn each(
    sources: &[Source],
    output: &mut Output,
    mut take: impl FnMut(&Source, &mut Output) -> Result<()>,
) -> Result<Status> {
    for source in sources {
        match take(source, output) {
            // The next one may be long in coming.
            Ok(()) => output.settle()?,
            Err(error) if output::is_of_output(&error) => return Err(error),
            Err(error) => output.report(format_args!("{error:#}")),
        }
    }
    Ok(Status::Success)
}

/// Reads all of a file into a writer that encodes it, and says how many bytes there were. After an error
/// what was read before has been written.
pub(crate) fn read_into(input: Input, writer: &mut impl Write) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(BUFFER, input);
    transfer(&mut reader, writer)
}

/// Counts what is written.
pub(crate) struct Counted<W> {
    sink: W,
    count: u64,
}

impl<W> Counted<W> {
    pub(crate) fn new(sink: W) -> Self {
        Self { sink, count: 0 }
    }

    /// How many bytes were written.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
