//! `kilowat lz4` and `kilowat unlz4`: files into LZ4 frames and back.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum, ValueHint};
use kilowat::{Error, Lz4BlockSize, Lz4FrameOptions, Lz4FrameReader, Lz4FrameWriter};
use serde::Serialize;

use super::Status;
use crate::answers::{Answers, Engines};
use crate::arguments::Options;
use crate::failure;
use crate::input::{Input, Source, printable};
use crate::made_file::MadeFile;
use crate::output::Output;

/// Bytes that are asked of a file at a time.
const BUFFER: usize = 256 << 10;

/// What the name of a frame ends in.
const SUFFIX: &str = ".lz4";

/// Compress a file to an LZ4 frame
///
/// FILE becomes FILE.lz4, which `kilowat unlz4`, the lz4 tool and every other program for LZ4 frames
/// can read. FILE itself stays. Without FILE, standard input goes to standard output.
///
/// The new file takes its place when it is whole: after an error or Ctrl-C nothing is left of it.
/// Memory does not grow with the file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat lz4 dump.sql                     makes dump.sql.lz4
  kilowat lz4 dump.sql -o /backup/d.lz4    makes it elsewhere
  tar c src | kilowat lz4 > src.tar.lz4    in a pipe
  kilowat lz4 -B7 --content-size big.iso   large blocks, and a size for readers to prepare for
  kilowat --json lz4 dump.sql              {\"operation\":\"lz4\",\"file\":\"dump.sql\",\"output\":...

The JSON is one object. Its ratio is how many times as long the content is as its frame.

Exit status: 0, or 2 on an error.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Lz4 {
    #[command(flatten)]
    files: Files,

    /// How much content a block holds: 64KiB, 256KiB, 1MiB or 4MiB, or 4 to 7 as the lz4 tool counts
    /// them. Larger blocks compress better and need more memory on both sides
    #[arg(
        short = 'B',
        long,
        value_name = "SIZE",
        value_enum,
        default_value_t,
        ignore_case = true,
        hide_possible_values = true
    )]
    block_size: BlockSize,

    /// Let no block refer to the one before it: they can then be read one without the other, and are
    /// a little longer
    #[arg(long)]
    independent: bool,

    /// Give each block a checksum, so that damage is found where it is
    #[arg(long)]
    block_checksum: bool,

    /// Give the content no checksum
    #[arg(long)]
    no_content_checksum: bool,

    /// Say in the header how long the content is; for files only
    #[arg(long)]
    content_size: bool,

    /// Overwrite OUT, or write to a terminal
    #[arg(short, long)]
    force: bool,
}

/// Decompress LZ4 frames
///
/// FILE.lz4 becomes FILE, and stays. Without FILE, standard input goes to standard output. All frames
/// in the file are read, one behind the other, legacy frames too; skippable frames are passed over.
///
/// Every checksum and every size is checked. The new file takes its place when all is well: of a
/// damaged file nothing is left, and the error says at which byte the damage is. Memory does not grow
/// with the file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat unlz4 dump.sql.lz4               makes dump.sql
  kilowat unlz4 dump.sql.lz4 -o -          prints it
  kilowat unlz4 src.tar.lz4 -o - | tar x   in a pipe
  kilowat unlz4 --test dump.sql.lz4        only looks whether it is sound

The JSON is one object. Its ratio is how many times as long the content is as its frames.

Exit status: 0, or 2 on an error; damage is one.")]
pub(crate) struct Unlz4 {
    #[command(flatten)]
    files: Files,

    /// Overwrite OUT
    #[arg(short, long)]
    force: bool,

    /// Read and check everything, and make nothing
    #[arg(short, long, conflicts_with_all = ["output", "force"])]
    test: bool,
}

/// What is read, and what is made of it.
#[derive(Debug, Args)]
struct Files {
    /// The file to read; standard input for `-`, and where there is none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,

    /// The file to make, or `-` for standard output
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// How much content a block holds.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum BlockSize {
    #[value(name = "64KiB", alias = "4")]
    KiB64,
    #[default]
    #[value(name = "256KiB", alias = "5")]
    KiB256,
    #[value(name = "1MiB", alias = "6")]
    MiB1,
    #[value(name = "4MiB", alias = "7")]
    MiB4,
}

impl From<BlockSize> for Lz4BlockSize {
    fn from(size: BlockSize) -> Self {
        match size {
            BlockSize::KiB64 => Self::KiB64,
            BlockSize::KiB256 => Self::KiB256,
            BlockSize::MiB1 => Self::MiB1,
            BlockSize::MiB4 => Self::MiB4,
        }
    }
}

/// Where the result goes.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    StandardOutput,
    File(PathBuf),
    /// What is made is only counted.
    Nothing,
}

/// A file that was compressed, decompressed or tested, for machines.
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
    ratio: f64,
    engine: Engines,
}

/// How many bytes were read and written.
struct Lengths {
    read: u64,
    written: u64,
}

impl Lz4 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let source = self.files.source();
        let target = self.files.target(&source, |file| Ok(with_suffix(file)))?;
        if target == Target::StandardOutput && output.is_terminal() && !self.force {
            bail!("standard output is a terminal: --force writes a frame there, -o to a file");
        }
        let conversion = Conversion {
            command: "lz4",
            source,
            target,
            overwrite: self.force,
            options,
        };
        let runtime = options.start()?;
        let mut answers = Answers::of(&runtime);
        let Lengths { read, written } = conversion.run(output, |input, sink| {
            let frame_options = self.frame_options(&conversion.source, &input)?;
            let sink = Counted { sink, count: 0 };
            let mut writer = Lz4FrameWriter::new(&runtime, sink, &frame_options);
            let mut reader = BufReader::with_capacity(BUFFER, input);
            let read = transfer(&mut reader, &mut writer)?;
            let written = writer.finish()?.count;
            Ok(Lengths { read, written })
        })?;
        let lengths = Lengths { read, written };
        let engine = answers.latest();
        conversion.report(&lengths, ratio(read, written), engine, output)
    }

    fn frame_options(&self, source: &Source, input: &Input) -> Result<Lz4FrameOptions> {
        let size = input.file_len().filter(|_| self.content_size);
        if self.content_size && size.is_none() {
            let name = source.title();
            bail!("{name}: --content-size is for files, whose length is known from the start");
        }
        Ok(Lz4FrameOptions::new()
            .block_size(self.block_size.into())
            .linked(!self.independent)
            .block_checksums(self.block_checksum)
            .content_checksum(!self.no_content_checksum)
            .content_size(size))
    }
}

impl Unlz4 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let source = self.files.source();
        let target = if self.test {
            Target::Nothing
        } else {
            self.files.target(&source, without_suffix)?
        };
        let conversion = Conversion {
            command: "unlz4",
            source,
            target,
            overwrite: self.force,
            options,
        };
        let runtime = options.start()?;
        let mut answers = Answers::of(&runtime);
        let Lengths { read, written } = conversion.run(output, |input, sink| {
            let mut reader = Lz4FrameReader::new(&runtime, input);
            let written = transfer(&mut reader, sink)?;
            let read = reader.source_offset();
            Ok(Lengths { read, written })
        })?;
        let lengths = Lengths { read, written };
        let engine = answers.latest();
        conversion.report(&lengths, ratio(written, read), engine, output)
    }
}

/// How many times as long the content is as its frames, which are never empty.
#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio of lengths is no more exact than a double"
)]
fn ratio(content: u64, frames: u64) -> f64 {
    content as f64 / frames as f64
}

/// The name of a file's frame.
fn with_suffix(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(SUFFIX);
    name.into()
}

/// The name of a frame's content.
fn without_suffix(file: &Path) -> Result<PathBuf> {
    match file.extension() {
        Some(extension) if *extension == SUFFIX[1..] => Ok(file.with_extension("")),
        _ => bail!(
            "{}: its name does not end in {SUFFIX}; -o says what to make",
            printable(&file.to_string_lossy())
        ),
    }
}

impl Files {
    fn source(&self) -> Source {
        let file = self.file.as_deref();
        file.map_or(Source::StandardInput, Source::new)
    }

    /// Where the result goes. Where nothing is said, that of a file goes beside it, under the name that
    /// it is given here.
    fn target(
        &self,
        source: &Source,
        name: impl FnOnce(&Path) -> Result<PathBuf>,
    ) -> Result<Target> {
        Ok(match (self.output.as_deref().map(Source::new), source) {
            (Some(Source::File(path)), _) => Target::File(path),
            (None, Source::File(path)) => Target::File(name(path)?),
            (Some(Source::StandardInput), _) | (None, Source::StandardInput) => {
                Target::StandardOutput
            }
        })
    }
}

/// What is done with one file, whichever way it is converted.
struct Conversion {
    command: &'static str,
    source: Source,
    target: Target,
    overwrite: bool,
    options: Options,
}

impl Conversion {
    /// Opens both sides, and puts what `convert` makes in its place when it is whole.
    fn run(
        &self,
        output: &mut Output,
        convert: impl FnOnce(Input, &mut dyn Write) -> Result<Lengths>,
    ) -> Result<Lengths> {
        let input = self.source.open()?;
        let mode = input.mode();
        let convert =
            |input, sink: &mut dyn Write| convert(input, sink).map_err(|error| self.name(error));
        match &self.target {
            Target::Nothing => convert(input, &mut io::sink()),
            Target::StandardOutput => {
                if self.options.json {
                    bail!("--json: standard output has the result; -o writes it to a file");
                }
                if let Some(progress) = input.progress().filter(|_| output.is_terminal()) {
                    progress.clear();
                }
                convert(input, output)
            }
            Target::File(path) => {
                if self.is_source(path) {
                    bail!("{}: it would be overwritten by itself", self.source.title());
                }
                let mut file = MadeFile::create(path, mode, self.overwrite)?;
                let lengths = convert(input, &mut file)?;
                file.finish()?;
                Ok(lengths)
            }
        }
    }

    /// Whether a path leads to the file that is read.
    fn is_source(&self, path: &Path) -> bool {
        match &self.source {
            Source::StandardInput => false,
            Source::File(source) => match (fs::canonicalize(source), fs::canonicalize(path)) {
                (Ok(source), Ok(path)) => source == path,
                // What is not there yet is another file.
                _ => false,
            },
        }
    }

    /// Puts the name of what was read before an error of the library. Others have the name of what they
    /// are about.
    fn name(&self, error: anyhow::Error) -> anyhow::Error {
        let cause = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        match cause.and_then(|cause| cause.downcast_ref::<Error>()) {
            Some(cause) => {
                let words = failure::words(self.command, cause);
                anyhow!("{}: {words}", self.source.title())
            }
            None => error,
        }
    }

    fn report(
        &self,
        lengths: &Lengths,
        ratio: f64,
        engine: Engines,
        output: &mut Output,
    ) -> Result<Status> {
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
        Ok(Status::Success)
    }
}

/// Writes all that a reader gives, and counts it.
fn transfer(reader: &mut impl BufRead, writer: &mut (impl Write + ?Sized)) -> io::Result<u64> {
    let mut count = 0;
    loop {
        let bytes = match reader.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            return Ok(count);
        }
        writer.write_all(bytes)?;
        let len = bytes.len();
        count += len as u64;
        reader.consume(len);
    }
}

/// Counts what is written.
struct Counted<W> {
    sink: W,
    count: u64,
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
