//! `kilowat lz4` and `kilowat unlz4`: files into LZ4 frames and back.

mod list;

use std::io::Write;
use std::ops::RangeInclusive;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use kilowat::Runtime;
use kilowat::lz4::{self, FrameOptions, FrameReader, FrameWriter};

use super::Status;
use crate::arguments::Options;
use crate::conversion::{
    Conversion, Counted, Direction, Lengths, Rights, Sparse, Target, each, read_into,
};
use crate::converted::{Files, with_suffix, without_suffix};
use crate::effort::{Effort, Levels, Named, digit};
use crate::input::{Input, Source, transfer};
use crate::output::Output;

/// What the name of a frame ends in.
const SUFFIX: &str = ".lz4";

/// Compress files to LZ4 frames, and read them
///
/// Each FILE becomes FILE.lz4, which `kilowat unlz4`, the lz4 tool and every other program for LZ4 frames
/// can read. FILE itself stays. Without FILE, standard input goes to standard output. With
/// --decompress, --test or --list, frames are read, as `kilowat unlz4` does.
///
/// A new file takes its place when it is whole, with the permissions and the time of FILE: after an
/// error or Ctrl-C nothing is left of it. What goes wrong with one file is said, and the others are
/// compressed. Memory does not grow with the files.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat lz4 dump.sql                     makes dump.sql.lz4
  kilowat lz4 --rm *.log                   makes a frame of each, and removes the files
  kilowat lz4 dump.sql -o /backup/d.lz4    makes it elsewhere
  tar c src | kilowat lz4 > src.tar.lz4    in a pipe
  kilowat lz4 -9 -B7 assets.tar            shorter, and as fast to read
  kilowat lz4 -B7 --content-size big.iso   large blocks, and a size for readers to prepare for
  kilowat lz4 -d dump.sql.lz4              makes dump.sql; as `kilowat unlz4`
  kilowat lz4 -l *.lz4                     what is in the frames
  kilowat --json lz4 dump.sql              {\"operation\":\"lz4\",\"file\":\"dump.sql\",\"output\":...

In JSON Lines, an object a file; the ratio is how many times as long the content is as its frame.

Other than with the lz4 tool, a name that ends in .lz4 does not ask for decompression, a second name
is another file to read, and -l lists: frames of the legacy format are read only.

Exit status: 0, or 2 on an error with one of the files.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Lz4 {
    #[command(flatten)]
    files: Files,

    /// Decompress: FILE.lz4 becomes FILE, as with `kilowat unlz4`
    #[arg(short, long)]
    decompress: bool,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    effort: Effort<Lz4Levels>,

    /// How much content a block holds: 64KiB, 256KiB, 1MiB or 4MiB, or 4 to 7 as the lz4 tool counts
    /// them. Larger blocks compress better and need more memory on both sides
    #[arg(
        short = 'B',
        long,
        value_name = "SIZE",
        value_enum,
        default_value_t,
        ignore_case = true,
        hide_possible_values = true,
        conflicts_with_all = READING
    )]
    block_size: BlockSize,

    /// Let no block refer to the one before it: they can then be read one without the other, and are
    /// a little longer
    #[arg(long, conflicts_with_all = READING)]
    independent: bool,

    /// Give each block a checksum, so that damage is found where it is
    #[arg(long, conflicts_with_all = READING)]
    block_checksum: bool,

    /// Give the content no checksum
    #[arg(long, conflicts_with_all = READING)]
    no_content_checksum: bool,

    /// Say in the header how long the content is; for files only
    #[arg(long, conflicts_with_all = READING)]
    content_size: bool,
}

/// What reads frames, and takes nothing of how they are made.
const READING: [&str; 3] = ["decompress", "test", "list"];

/// Decompress LZ4 frames
///
/// Each FILE.lz4 becomes FILE, and stays. Without FILE, standard input goes to standard output. All
/// frames in a file are read, one behind the other, legacy frames too; skippable frames are passed over.
///
/// Every checksum and every size is checked. A new file takes its place when all is well, with the
/// permissions and the time of FILE.lz4: of a damaged file nothing is left, and the error says at which
/// byte the damage is. What goes wrong with one file is said, and the others are decompressed. Memory
/// does not grow with the files.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat unlz4 dump.sql.lz4               makes dump.sql
  kilowat unlz4 --rm *.lz4                 makes them all, and removes the frames
  kilowat unlz4 -c dump.sql.lz4            prints it
  kilowat unlz4 -c src.tar.lz4 | tar x     in a pipe
  kilowat unlz4 --test *.lz4               only looks whether they are sound
  kilowat unlz4 --list *.lz4               what the headers of the frames say

In JSON Lines, an object a file; the ratio is how many times as long the content is as its frames.

Exit status: 0, or 2 on an error with one of the files; damage is one.")]
pub(crate) struct Unlz4 {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,
}

/// How frames are read.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Reading {
    /// Read and check everything, and make nothing
    #[arg(short, long, conflicts_with_all = ["output", "stdout", "force", "rm"])]
    test: bool,

    /// List the frames: lengths, blocks and checksums. Only headers are read; where they do not say
    /// how long the content is, --test finds out
    #[arg(
        short,
        long,
        conflicts_with_all = ["output", "stdout", "force", "rm", "keep", "test", "sparse", "no_sparse"]
    )]
    list: bool,

    /// Leave holes in what is decompressed where it has zeroes, on standard output too if that is a
    /// new file. In files that are made it is the default
    #[arg(long, overrides_with = "no_sparse")]
    sparse: bool,

    /// Write zeroes as they are
    #[arg(long, overrides_with = "sparse")]
    no_sparse: bool,
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

impl From<BlockSize> for lz4::BlockSize {
    fn from(size: BlockSize) -> Self {
        match size {
            BlockSize::KiB64 => Self::KiB64,
            BlockSize::KiB256 => Self::KiB256,
            BlockSize::MiB1 => Self::MiB1,
            BlockSize::MiB4 => Self::MiB4,
        }
    }
}

/// Those of lz4(1).
#[derive(Debug)]
struct Lz4Levels;

impl Levels for Lz4Levels {
    const ALL: RangeInclusive<i64> = 1..=12;
    const DEFAULT: u32 = 1;
    const HELP: &'static str = "A level from 1 to 12. Up to 2 it is the fastest; from 3 on each level takes \
                                longer and makes shorter frames, which are read as fast as any. -10, -11 and \
                                -12, by themselves, are short for it. Native code (--no-wasm) has no levels";
    const NAMED: &'static [Named] = &[
        Named {
            long: Some("fast"),
            help: Some(
                "The fastest level, which is taken without any of these; -2 to -8 are levels as well",
            ),
            ..digit(1, "1")
        },
        digit(2, "2"),
        digit(3, "3"),
        digit(4, "4"),
        digit(5, "5"),
        digit(6, "6"),
        digit(7, "7"),
        digit(8, "8"),
        Named {
            help: Some("A level for files that are written once and read often"),
            ..digit(9, "9")
        },
        Named {
            level: 12,
            id: "best",
            short: None,
            long: Some("best"),
            help: Some("The shortest frames: -12"),
        },
    ];
}

impl Lz4 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        if self.decompress || self.reading.test || self.reading.list {
            return self.reading.run("lz4", &self.files, options, output);
        }
        let sources = self.files.sources()?;
        let to_terminal = self.files.writes_to_stdout(&sources) && output.is_terminal();
        if to_terminal && !self.files.force && !self.files.stdout {
            bail!("standard output is a terminal: -c writes a frame there, -o to a file");
        }
        let runtime = options.start()?;
        each(&sources, output, |source, output| {
            let conversion = Conversion {
                command: "lz4",
                target: self
                    .files
                    .target(source, |file| Ok(with_suffix(file, SUFFIX)))?,
                source,
                overwrite: self.files.force,
                remove: self.files.rm,
                rights: Rights::OfSource,
                modified: None,
                sparse: Sparse::Never,
                options,
            };
            conversion.run(&runtime, Direction::Compress, output, |input, sink| {
                let options = self.frame_options(source, &input)?;
                compress(&runtime, &options, input, sink)
            })?;
            Ok(())
        })
    }

    fn frame_options(&self, source: &Source, input: &Input) -> Result<FrameOptions> {
        let size = input.file_len().filter(|_| self.content_size);
        if self.content_size && size.is_none() {
            let name = source.title();
            bail!("{name}: --content-size is for files, whose length is known from the start");
        }
        Ok(FrameOptions::new()
            .block_size(self.block_size.into())
            .linked(!self.independent)
            .block_checksums(self.block_checksum)
            .content_checksum(!self.no_content_checksum)
            .level(self.effort.level)
            .content_size(size))
    }
}

impl Unlz4 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        self.reading.run("unlz4", &self.files, options, output)
    }
}

impl Reading {
    /// Reads the frames of each file.
    fn run(
        &self,
        command: &'static str,
        files: &Files,
        options: Options,
        output: &mut Output,
    ) -> Result<Status> {
        let sources = files.sources()?;
        let runtime = options.start()?;
        if self.list {
            return list::run(command, &sources, &runtime, options, output);
        }
        each(&sources, output, |source, output| {
            let target = if self.test {
                Target::Nothing
            } else {
                files.target(source, |file| without_suffix(file, SUFFIX))?
            };
            let conversion = Conversion {
                command,
                source,
                target,
                overwrite: files.force,
                remove: files.rm,
                rights: Rights::OfSource,
                modified: None,
                sparse: self.sparse(),
                options,
            };
            conversion.run(&runtime, Direction::Decompress, output, |input, sink| {
                let mut reader = FrameReader::new(&runtime, input);
                let written = transfer(&mut reader, sink)?;
                let read = reader.source_offset();
                Ok(Lengths { read, written })
            })?;
            Ok(())
        })
    }

    fn sparse(&self) -> Sparse {
        match (self.sparse, self.no_sparse) {
            (true, _) => Sparse::Always,
            (_, true) => Sparse::Never,
            (false, false) => Sparse::MadeFiles,
        }
    }
}

/// Makes one frame of the input.
fn compress(
    runtime: &Runtime,
    options: &FrameOptions,
    input: Input,
    sink: &mut dyn Write,
) -> Result<Lengths> {
    let mut writer = FrameWriter::new(runtime, Counted::new(sink), options);
    match read_into(input, &mut writer) {
        Ok(read) => {
            let written = writer.finish()?.count();
            Ok(Lengths { read, written })
        }
        Err(error) => {
            // The error says enough: the frame is given up.
            writer.into_inner();
            Err(error.into())
        }
    }
}
