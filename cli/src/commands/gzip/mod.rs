//! `kilowat gzip` and `kilowat gunzip`: files into gzip files and back, as gzip(1) does it.

mod list;
mod names;

use std::fs::{self, Metadata};
use std::io::{self, BufRead as _, BufReader, ErrorKind, IsTerminal as _, Read, Write};
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueHint};
use kilowat::deflate::{Fault, GzipHeader, GzipReader, GzipWriter, Level, StreamError};
use kilowat::{Error, Runtime};

use self::list::List;
use self::names::Names;
use super::Status;
use crate::arguments::Options;
use crate::conversion::{
    Conversion, Counted, Direction, Lengths, Rights, Sparse, Target, each, ratio, read_into,
};
use crate::effort::{Effort, Levels, Named, digit};
use crate::input::{Input, Source, cause, printable, transfer};
use crate::output::Output;

/// Bytes that are asked of a file at a time.
const BUFFER: usize = 256 << 10;

/// What a gzip file begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The length of what follows the content in a gzip file: its checksum and its length.
const TRAILER: u64 = 8;

/// The number that gzip files have for Unix.
const UNIX: u8 = 3;

/// Compress files as gzip does
///
/// Each FILE becomes FILE.gz, which gzip and everything else that reads gzip files can read, and FILE is removed
/// when that is on the disk; -k keeps it. Without FILE, standard input goes to standard output. With
/// --decompress, --test or --list, gzip files are read, as `kilowat gunzip` does.
///
/// A new file takes its place when it is whole, with the permissions and the time of FILE: after an
/// error or Ctrl-C nothing is left of it. What goes wrong with one file is said, and the others are
/// compressed. Memory does not grow with the files.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat gzip dump.sql                     makes dump.sql.gz, and removes dump.sql
  kilowat gzip -k9 *.log                    makes a small file of each, and keeps the files
  kilowat gzip -12 -c page.js > page.js.gz  as small as it gets
  kilowat gzip dump.sql -o /backup/d.gz     makes it elsewhere, and keeps dump.sql
  tar c src | kilowat gzip > src.tar.gz     in a pipe
  kilowat gzip -r logs                      all files in a folder
  kilowat gzip -d dump.sql.gz               makes dump.sql; as `kilowat gunzip`
  kilowat gzip -l *.gz                      how long the contents are
  kilowat --json gzip dump.sql              {\"operation\":\"gzip\",\"file\":\"dump.sql\",\"output\":...

In JSON Lines, an object a file; the ratio is how many times as long the content is as its gzip file.

Other than with `kilowat lz4`, FILE is removed, as gzip(1) removes it. Other than with gzip(1), a file that is
there is never asked about: it is overwritten with --force, and else stays.

Exit status: as of gzip(1), 0; 1 on an error; 2 on a warning, such as for a folder, a name that has no suffix to
take off, or a file that is there already.")]
pub(crate) struct Gzip {
    #[command(flatten)]
    files: Files,

    /// Decompress: FILE.gz becomes FILE, as with `kilowat gunzip`
    #[arg(short, long, visible_alias = "uncompress")]
    decompress: bool,

    #[command(flatten)]
    effort: Effort<GzipLevels>,

    /// How many threads compress at the same time [default: one for each core]. The file is the same
    /// for any number
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
}

/// Decompress gzip files
///
/// Each FILE.gz becomes FILE, and is removed when that is on the disk; -k keeps it. The suffixes `-gz`, `.z`, `-z`
/// and `_z` are taken as well, `.tgz` and `.taz` become `.tar`, and a suffix may be left out. Without FILE,
/// standard input goes to standard output. All members of a file are read, one behind the other.
///
/// Every checksum and every length is checked. A new file takes its place when all is well, with the
/// permissions and the time of FILE.gz: of a damaged file nothing is left, and the error says at which
/// byte the damage is. Zeros behind the last member are passed over; anything else there is ignored with a
/// warning. Memory does not grow with the files.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat gunzip dump.sql.gz                makes dump.sql, and removes dump.sql.gz
  kilowat gunzip -k *.gz                    makes them all, and keeps the gzip files
  kilowat gunzip -c dump.sql.gz             prints it, as zcat does
  kilowat gunzip -c src.tar.gz | tar x      in a pipe
  kilowat gunzip -t *.gz                    only looks whether they are sound
  kilowat gunzip -lv *.gz                   lengths, checksums and times
  kilowat gunzip -N d.gz                    makes the file that was compressed, under its own name

In JSON Lines, an object a file; the ratio is how many times as long the content is as its gzip file.

Other than with gzip(1), files of pack, compress, LZH and ZIP are not read.

Exit status: as of gzip(1), 0; 1 on an error, damage too; 2 on a warning, such as for what follows the last
member, a folder, a name that has no suffix to take off, or a file that is there already.")]
pub(crate) struct Gunzip {
    #[command(flatten)]
    files: Files,

    /// Decompress, as it does without
    #[arg(short, long, hide = true)]
    decompress: bool,
}

/// What is read, and where what is made of it goes.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Files {
    /// The files to read; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    sources: Vec<PathBuf>,

    /// Write to standard output, one behind the other, and keep each FILE
    #[arg(
        short = 'c',
        long,
        visible_alias = "to-stdout",
        conflicts_with = "output"
    )]
    stdout: bool,

    /// The file to make of a single FILE, which is kept, or `-` for standard output
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Keep each FILE
    #[arg(short, long)]
    keep: bool,

    /// Overwrite files that are there, take files with several names and what symbolic links lead to, and write to
    /// and read from a terminal. With --decompress --stdout, what is no gzip file is printed as it is
    #[arg(short, long)]
    force: bool,

    /// Read and check everything, and make nothing
    #[arg(short, long)]
    test: bool,

    /// List lengths and ratios; with --verbose checksums and times too. The files are read to their ends for it, so
    /// that lengths of 4 GiB and more are right, and those of several members
    #[arg(short, long)]
    list: bool,

    /// Neither save the name and the time in the header, nor restore them (default of decompression)
    #[arg(short, long, overrides_with = "name")]
    no_name: bool,

    /// Save the name and the time in the header (default of compression), or restore them
    #[arg(short = 'N', long, overrides_with = "no_name")]
    name: bool,

    /// Take the files in folders, and in the folders within
    #[arg(short, long)]
    recursive: bool,

    /// What the names of gzip files end in
    #[arg(short = 'S', long, value_name = "SUFFIX", default_value = ".gz")]
    suffix: String,

    /// Say for each file how much shorter it is
    #[arg(short, long, overrides_with = "quiet")]
    verbose: bool,

    /// Print no warnings
    #[arg(short, long, overrides_with = "verbose")]
    quiet: bool,
}

/// Those of gzip(1), and three more.
#[derive(Debug)]
struct GzipLevels;

impl Levels for GzipLevels {
    const ALL: RangeInclusive<i64> = 0..=12;
    const DEFAULT: u32 = 6;
    const HELP: &'static str = "A level from 0, which stores the bytes as they are, to 12. From 10 on each bit \
                                less costs a lot of time; -10, -11 and -12, by themselves, are short for it";
    const NAMED: &'static [Named] = &[
        Named {
            long: Some("fast"),
            help: Some("The fastest level"),
            ..digit(1, "1")
        },
        digit(2, "2"),
        digit(3, "3"),
        digit(4, "4"),
        digit(5, "5"),
        Named {
            help: Some("The level that is taken without any of these; -2 to -8 are levels as well"),
            ..digit(6, "6")
        },
        digit(7, "7"),
        digit(8, "8"),
        Named {
            long: Some("best"),
            help: Some("The smallest file that gzip makes"),
            ..digit(9, "9")
        },
    ];
}

impl Gzip {
    fn level(&self) -> Level {
        // The grammar lets no other level through.
        Level::new(self.effort.level).unwrap_or_default()
    }

    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let action = if self.decompress {
            Action::Decompress
        } else {
            let cores = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
            Action::Compress(self.level(), self.threads.unwrap_or_else(cores))
        };
        self.files.run("gzip", action, options, output)
    }
}

impl Gunzip {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        self.files
            .run("gunzip", Action::Decompress, options, output)
    }
}

/// What is done with each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// By a level, on so many threads.
    Compress(Level, NonZero<usize>),
    Decompress,
    Test,
    List,
}

impl Files {
    fn run(
        &self,
        command: &'static str,
        action: Action,
        options: Options,
        output: &mut Output,
    ) -> Result<Status> {
        let action = match (self.list, self.test) {
            (true, _) => Action::List,
            (false, true) => Action::Test,
            (false, false) => action,
        };
        let sources = Source::all(&self.sources);
        if self.output.is_some() && (sources.len() > 1 || self.recursive) {
            bail!("-o is for a single FILE; -c writes all to standard output");
        }
        if self.suffix.is_empty() || self.suffix.contains(['/', '\\']) {
            bail!(
                "--suffix: '{}' ends no name of a file",
                printable(&self.suffix)
            );
        }
        if !self.force {
            self.refuse_terminals(action, &sources, output)?;
        }
        let mut job = Job {
            command,
            files: self,
            action,
            runtime: options.start()?,
            options,
            list: List::default(),
        };
        each(&sources, output, |source, output| {
            job.take(source, false, output)
        })?;
        job.list.finish(self, output)?;
        Ok(if output.has_warned() {
            Status::Warning
        } else {
            Status::Success
        })
    }

    /// Nobody reads compressed bytes from a screen, or types them.
    fn refuse_terminals(&self, action: Action, sources: &[Source], output: &Output) -> Result<()> {
        let has_stdin = sources.contains(&Source::StandardInput);
        if let Action::Compress(..) = action {
            let writes_to_stdout = match &self.output {
                Some(path) => Source::new(path) == Source::StandardInput,
                None => self.stdout || has_stdin,
            };
            if writes_to_stdout && output.is_terminal() {
                bail!(
                    "standard output is a terminal: --force writes compressed bytes there, -o to a file"
                );
            }
        } else if has_stdin && io::stdin().is_terminal() {
            bail!("standard input is a terminal: --force reads compressed bytes from there");
        }
        Ok(())
    }

    fn names(&self) -> Names<'_> {
        Names {
            suffix: &self.suffix,
        }
    }

    /// Whether what is decompressed gets the name and the time in its header.
    fn restores(&self) -> bool {
        self.name
    }
}

/// The command at work.
struct Job<'a> {
    command: &'static str,
    files: &'a Files,
    action: Action,
    runtime: Runtime,
    options: Options,
    list: List,
}

impl Job<'_> {
    /// Whether each file is replaced by another beside it.
    fn is_in_place(&self) -> bool {
        let makes = !matches!(self.action, Action::Test | Action::List);
        makes && !self.files.stdout && self.files.output.is_none()
    }

    /// Takes what was named, or what is in a folder that was.
    fn take(&mut self, source: &Source, in_folder: bool, output: &mut Output) -> Result<()> {
        let Source::File(path) = source else {
            let target = match &self.files.output {
                Some(path) => chosen(path),
                None => Target::StandardOutput,
            };
            return self.convert(source, target, None, output);
        };
        let named = |error: &io::Error| anyhow!("{}: {}", source.title(), cause(error));
        let is_compressed = !matches!(self.action, Action::Compress(..));
        let mut path = path.clone();
        let mut own = fs::symlink_metadata(&path);
        if is_compressed
            && (own.as_ref()).is_err_and(|error| error.kind() == ErrorKind::NotFound)
            && let Some(meant) = self.files.names().meant(&path)
        {
            path = meant;
            own = fs::symlink_metadata(&path);
        }
        let own = own.map_err(|error| named(&error))?;
        let follows = !self.is_in_place() || self.files.force;
        if own.is_symlink() && !follows {
            bail!(
                "{}: it is a symbolic link, and only --force follows it",
                source.title()
            );
        }
        let metadata = fs::metadata(&path).map_err(|error| named(&error))?;
        let source = Source::File(path);
        if metadata.is_dir() {
            return if !self.files.recursive {
                self.warn(
                    &source,
                    "it is a folder, which only --recursive takes",
                    output,
                );
                Ok(())
            } else if in_folder && own.is_symlink() {
                self.warn(
                    &source,
                    "it is a symbolic link to a folder; ignored",
                    output,
                );
                Ok(())
            } else {
                self.take_folder(&source, output)
            };
        }
        // A pipe that was found and not named would be waited for.
        if !metadata.is_file() && (self.is_in_place() || in_folder) {
            self.warn(&source, "it is no regular file; ignored", output);
            return Ok(());
        }
        if self.is_in_place()
            && !self.files.force
            && let Some(reason) = bound(&metadata)
        {
            self.warn(&source, &reason, output);
            return Ok(());
        }
        self.take_file(&source, in_folder, output)
    }

    /// Takes all that is in a folder, in the order of names.
    fn take_folder(&mut self, source: &Source, output: &mut Output) -> Result<()> {
        let Source::File(folder) = source else {
            return Ok(());
        };
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| anyhow!("{}: {}", source.title(), cause(&error)))?;
        let mut sources: Vec<_> = entries
            .iter()
            .map(|entry| Source::File(entry.path()))
            .collect();
        sources.sort_by(|a, b| a.name().cmp(b.name()));
        each(&sources, output, |source, output| {
            self.take(source, true, output)
        })?;
        Ok(())
    }

    fn take_file(&mut self, source: &Source, in_folder: bool, output: &mut Output) -> Result<()> {
        let Source::File(path) = source else {
            return Ok(());
        };
        let names = self.files.names();
        let says = self.files.verbose || (!in_folder && !self.files.quiet);
        let mut target = match (&self.files.output, self.action) {
            (_, Action::Test | Action::List) => Target::Nothing,
            (Some(path), _) => chosen(path),
            (None, _) if self.files.stdout => Target::StandardOutput,
            (None, Action::Compress(..)) => match names.of(path) {
                Some(suffix) => {
                    if says {
                        let title = source.title();
                        output.note(format_args!(
                            "{title}: it ends in {suffix} already; unchanged"
                        ));
                    }
                    return Ok(());
                }
                None => Target::File(names.compressed(path)),
            },
            (None, Action::Decompress) => {
                let Some(content) = names.content(path) else {
                    if says {
                        self.warn(source, "its name ends in no known suffix; ignored", output);
                    }
                    return Ok(());
                };
                Target::File(content)
            }
        };
        let mut modified = None;
        if self.action == Action::Decompress && self.files.restores() {
            let header = self.header(source)?;
            modified = header.as_ref().and_then(list::time_of);
            let name = header.as_ref().and_then(GzipHeader::name);
            if self.is_in_place()
                && let Some(restored) = name.and_then(|name| names::restored(path, name))
            {
                target = Target::File(restored);
            }
        }
        self.convert(source, target, modified, output)
    }

    /// The header of a gzip file. Whatever is wrong with the rest is seen when it is read.
    fn header(&self, source: &Source) -> Result<Option<GzipHeader>> {
        let mut reader = GzipReader::new(&self.runtime, source.open_beside_others()?);
        let _ = reader.fill_buf();
        Ok(reader.header().cloned())
    }

    fn warn(&self, source: &Source, warning: &str, output: &mut Output) {
        let title = source.title();
        output.warn(format_args!("{title}: {warning}"), self.files.quiet);
    }

    /// Makes what there is to be made of a file.
    fn convert(
        &mut self,
        source: &Source,
        target: Target,
        modified: Option<SystemTime>,
        output: &mut Output,
    ) -> Result<()> {
        if self.action == Action::List {
            let (command, json) = (self.command, self.options.json);
            let list = &mut self.list;
            let content = list.add(command, source, &self.runtime, self.files, output, json)?;
            self.warn_of_rest(source, content.trailing, output);
            return Ok(());
        }
        let made = match &target {
            Target::File(path) => Some(printable(&path.to_string_lossy())),
            Target::StandardOutput | Target::Nothing => None,
        };
        let target = if self.action == Action::Test {
            Target::Nothing
        } else {
            target
        };
        let removes = self.is_in_place() && *source != Source::StandardInput && !self.files.keep;
        let conversion = Conversion {
            command: self.command,
            source,
            target,
            overwrite: self.files.force,
            remove: removes,
            rights: Rights::OfSource,
            modified,
            sparse: Sparse::Never,
            options: self.options,
        };
        let mut overhead = 0;
        let mut trailing = None;
        let converted = if let Action::Compress(level, threads) = self.action {
            conversion.run(&self.runtime, Direction::Compress, output, |input, sink| {
                let header = self.new_header(source, &input);
                overhead = header.encoded_len() as u64 + TRAILER;
                compress(&self.runtime, &header, level, threads, input, sink)
            })
        } else {
            conversion.run(
                &self.runtime,
                Direction::Decompress,
                output,
                |input, sink| {
                    let mut input = BufReader::with_capacity(BUFFER, input);
                    let prints_others = self.files.force && self.files.stdout;
                    if prints_others && !input.fill_buf()?.starts_with(&MAGIC) {
                        let written = transfer(&mut input, sink)?;
                        let read = written;
                        return Ok(Lengths { read, written });
                    }
                    let content = Content::read(&self.runtime, input, sink)?;
                    overhead = content.overhead();
                    trailing = content.trailing;
                    let (read, written) = (content.compressed, content.len);
                    Ok(Lengths { read, written })
                },
            )
        };
        let lengths = match converted {
            Ok(lengths) => lengths,
            Err(error) => return self.pass_over(error, output),
        };
        self.warn_of_rest(source, trailing, output);
        if self.files.verbose {
            let (content, compressed) = match self.action {
                Action::Compress(..) => (lengths.read, lengths.written),
                _ => (lengths.written, lengths.read),
            };
            let saved = saved(content, compressed.saturating_sub(overhead));
            let title = source.title();
            match made {
                _ if self.action == Action::Test => output.say(format_args!("{title}:\t OK")),
                Some(made) => {
                    let done = if removes { "replaced with" } else { "created" };
                    output.say(format_args!("{title}:\t{saved} -- {done} {made}"));
                }
                None => output.say(format_args!("{title}:\t{saved}")),
            }
        }
        Ok(())
    }

    /// What is there already is worth a warning; everything else is an error.
    fn pass_over(&self, error: anyhow::Error, output: &mut Output) -> Result<()> {
        match error.downcast_ref::<io::Error>() {
            Some(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                output.warn(cause, self.files.quiet);
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn warn_of_rest(&self, source: &Source, trailing: Option<u64>, output: &mut Output) {
        if let Some(offset) = trailing {
            let words = "no gzip file, and was ignored; the content before it is sound";
            self.warn(
                source,
                &format!("what begins at byte {offset} is {words}"),
                output,
            );
        }
    }

    /// What the header of a new gzip file says.
    fn new_header(&self, source: &Source, input: &Input) -> GzipHeader {
        let header = GzipHeader::new();
        let header = if cfg!(unix) {
            header.with_system(UNIX)
        } else {
            header
        };
        let Source::File(path) = source else {
            return header;
        };
        if self.files.no_name {
            return header;
        }
        let modified = input.metadata().and_then(|file| file.modified().ok());
        let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let seconds = since.and_then(|since| u32::try_from(since.as_secs()).ok());
        let header = header.with_modified(seconds.unwrap_or(0));
        match path.file_name() {
            Some(name) => header.with_name(name.as_encoded_bytes()),
            None => header,
        }
    }
}

/// Where the user wants the result.
fn chosen(path: &Path) -> Target {
    match Source::new(path) {
        Source::StandardInput => Target::StandardOutput,
        Source::File(path) => Target::File(path),
    }
}

/// Why a file cannot just be replaced by another.
#[cfg(unix)]
fn bound(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    let others = metadata.nlink().saturating_sub(1);
    if metadata.mode() & 0o7000 != 0 {
        return Some("it has the set-user-ID, set-group-ID or sticky bit; ignored".to_owned());
    }
    let plural = if others == 1 { "" } else { "s" };
    (others > 0).then(|| format!("it has {others} other name{plural}; ignored"))
}

#[cfg(not(unix))]
fn bound(_metadata: &Metadata) -> Option<String> {
    None
}

/// How much shorter a content has become, in per cent as gzip(1) prints it.
fn saved(content: u64, compressed: u64) -> String {
    let saved = if content == 0 {
        0.0
    } else {
        100.0 * (1.0 - ratio(compressed, content))
    };
    format!("{saved:5.1}%")
}

/// Makes a gzip file of the input.
fn compress(
    runtime: &Runtime,
    header: &GzipHeader,
    level: Level,
    threads: NonZero<usize>,
    input: Input,
    sink: &mut dyn Write,
) -> Result<Lengths> {
    let mut writer = GzipWriter::with_header(runtime, Counted::new(sink), header, level, threads);
    match read_into(input, &mut writer) {
        Ok(read) => {
            let written = writer.finish()?.count();
            Ok(Lengths { read, written })
        }
        Err(error) => {
            // The error says enough: the file is given up.
            writer.into_inner();
            Err(error.into())
        }
    }
}

/// What was found in a gzip file.
struct Content {
    len: u64,
    /// How many bytes the members have.
    compressed: u64,
    header: Option<GzipHeader>,
    /// Where something begins that is no member.
    trailing: Option<u64>,
}

impl Content {
    /// Reads a gzip file, and writes its content. What follows the last member is left alone.
    fn read(runtime: &Runtime, input: impl Read, sink: &mut dyn Write) -> io::Result<Self> {
        let mut sink = Counted::new(sink);
        let mut reader = GzipReader::new(runtime, input);
        let trailing = match transfer(&mut reader, &mut sink) {
            Ok(_) => None,
            // All content has been given.
            Err(error) => Some(rest_of(&error).ok_or(error)?),
        };
        Ok(Self {
            len: sink.count(),
            compressed: trailing.unwrap_or_else(|| reader.source_offset()),
            header: reader.header().cloned(),
            trailing,
        })
    }

    /// How many of the bytes are around the content: of the first header, and of a trailer.
    fn overhead(&self) -> u64 {
        let header = self.header.as_ref().map_or(0, GzipHeader::encoded_len);
        header as u64 + TRAILER
    }
}

/// Where that begins which follows the last member, if that is all that is wrong.
fn rest_of(error: &io::Error) -> Option<u64> {
    match error.get_ref()?.downcast_ref()? {
        Error::Deflate(StreamError::Damaged {
            offset,
            fault: Fault::Trailing,
        }) => Some(*offset),
        _ => None,
    }
}
