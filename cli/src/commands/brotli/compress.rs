//! `kilowat brotli`.

use std::io::Write;
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::thread;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use kilowat::Runtime;
use kilowat::brotli::{BrotliOptions, BrotliWriter, Mode, Quality, Window};

use super::{Decompression, check_suffix, length};
use crate::arguments::Options;
use crate::commands::Status;
use crate::conversion::{
    Conversion, Counted, Direction, Lengths, Rights, Sparse, Target, each, read_into,
};
use crate::converted::{Files, with_suffix};
use crate::effort::{Effort, Levels, Named, digit};
use crate::input::Input;
use crate::output::Output;

/// Compress files as brotli does
///
/// Each FILE becomes FILE.br, which brotli, browsers and everything else that reads Brotli streams can read, and stays;
/// -j removes it when FILE.br is on the disk. Without FILE, standard input goes to standard output. With --decompress
/// or --test, streams are read, as `kilowat unbrotli` does.
///
/// A new file takes its place when it is whole, with the permissions and the time of FILE: after an error or Ctrl-C
/// nothing is left of it. What goes wrong with one file is said, and the others are compressed. Memory does not grow
/// with the files.
#[derive(Debug, Args)]
#[command(
    mut_arg("rm", |rm| rm.short('j')),
    after_help = "\
Examples:
  kilowat brotli page.html                  makes page.html.br
  kilowat brotli -q 11 *.js                 as small as it gets
  kilowat brotli -5 -c page.html            prints a stream, quickly made
  kilowat brotli -j -w 24 dump.sql          looks back as far as it goes, and removes dump.sql
  tar c src | kilowat brotli > src.tar.br   in a pipe
  kilowat brotli -d page.html.br            makes page.html; as `kilowat unbrotli`
  kilowat --json brotli page.html           {\"operation\":\"brotli\",\"file\":\"page.html\",\"output\":...

In JSON Lines, an object a file; the ratio is how many times as long the content is as its stream.

Other than with brotli(1), quality 9 is taken where none is said, and an error with one file does not end the command.

Exit status: as of brotli(1), 0, or 1 on an error with one of the files."
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Brotli {
    #[command(flatten)]
    files: Files,

    /// Decompress: FILE.br becomes FILE, as with `kilowat unbrotli`
    #[arg(short, long)]
    decompress: bool,

    /// Read and check streams, and make nothing
    #[arg(short, long, conflicts_with_all = ["output", "stdout", "rm"])]
    test: bool,

    #[command(flatten)]
    effort: Effort<Qualities>,

    /// How far copies reach back, and so how much memory a decoder takes: 2^N bytes, 10 to 24; 0 for what suits each
    /// file, up to 24
    #[arg(short = 'w', long, value_name = "N", default_value_t = 22, value_parser = window_bits)]
    lgwin: u32,

    /// What the files are
    #[arg(long, value_name = "MODE", default_value = "generic")]
    mode: ModeName,

    /// Give files that are made neither the permissions nor the time of FILE
    #[arg(short, long)]
    no_copy_stat: bool,

    /// What the names of streams end in
    #[arg(short = 'S', long, value_name = "SUFFIX", default_value = ".br")]
    suffix: String,

    /// Say for each file how long it was and is
    #[arg(short, long)]
    verbose: bool,

    /// How many threads compress pieces at the same time, as long as the window [default: one for each core]. The
    /// stream is the same for any number
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
}

/// Those of brotli(1).
#[derive(Debug)]
struct Qualities;

impl Levels for Qualities {
    const ALL: RangeInclusive<i64> = 0..=11;
    /// 10 and 11 take far longer for the little that they save.
    const DEFAULT: u32 = 9;
    const OPTION: &'static str = "quality";
    const LETTER: Option<char> = Some('q');
    const VALUE_NAME: &'static str = "N";
    const HELP: &'static str = "A quality from 0 to 11. 10 and 11 are the same; -10 and -11, by themselves, are \
                                short for them";
    const NAMED: &'static [Named] = &[
        Named {
            help: Some("The fastest quality; -1 is nearly as fast, and -2 to -4 greedy"),
            ..digit(0, "0")
        },
        digit(1, "1"),
        digit(2, "2"),
        digit(3, "3"),
        digit(4, "4"),
        Named {
            help: Some("What servers take; -6 to -8 look further"),
            ..digit(5, "5")
        },
        digit(6, "6"),
        digit(7, "7"),
        digit(8, "8"),
        Named {
            help: Some("The quality that is taken without any of these"),
            ..digit(9, "9")
        },
        Named {
            level: 11,
            id: "best",
            short: Some('Z'),
            long: Some("best"),
            help: Some("Quality 11: slow for the little that it saves"),
        },
    ];
}

/// What a file is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeName {
    /// Anything
    Generic,
    /// Text in UTF-8
    Text,
    /// A font for WOFF 2.0
    Font,
}

/// The bits of a window, or 0.
fn window_bits(text: &str) -> Result<u32, String> {
    let bits = text.parse().map_err(|_| "it is no number".to_owned())?;
    if bits == 0 || Window::new(bits).is_some() {
        Ok(bits)
    } else {
        Err("there are windows of 10 to 24 bits; 0 takes what suits".to_owned())
    }
}

impl Brotli {
    fn quality(&self) -> Quality {
        // The grammar lets no other quality through.
        Quality::new(self.effort.level).unwrap_or_default()
    }

    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        if self.decompress || self.test {
            let decompression = Decompression {
                command: "brotli",
                files: &self.files,
                test: self.test,
                no_copy_stat: self.no_copy_stat,
                suffix: &self.suffix,
                verbose: self.verbose,
            };
            return decompression.run(options, output);
        }
        let sources = self.files.sources()?;
        check_suffix(&self.suffix)?;
        let to_stdout = self.files.writes_to_stdout(&sources);
        if to_stdout && !self.files.force && !self.files.stdout && output.is_terminal() {
            bail!(
                "standard output is a terminal: --force writes compressed bytes there, -o to a file"
            );
        }
        let runtime = options.start()?;
        each(&sources, output, |source, output| {
            let target = (self.files).target(source, |file| Ok(with_suffix(file, &self.suffix)))?;
            let makes_stdout = target == Target::StandardOutput;
            let conversion = Conversion {
                command: "brotli",
                source,
                target,
                overwrite: self.files.force,
                remove: self.files.rm,
                rights: Rights::copied_unless(self.no_copy_stat),
                modified: None,
                sparse: Sparse::Never,
                options,
            };
            let compress = |input, sink: &mut dyn Write| self.compress(&runtime, input, sink);
            let lengths = conversion.run(&runtime, Direction::Compress, output, compress)?;
            if self.verbose && !makes_stdout {
                let [read, written] = [lengths.read, lengths.written].map(length);
                let name = source.title();
                output.say(format_args!("Compressed [{name}]: {read} -> {written}"));
            }
            Ok(())
        })
    }

    /// Makes a stream of the input.
    fn compress(&self, runtime: &Runtime, input: Input, sink: &mut dyn Write) -> Result<Lengths> {
        let mode = match self.mode {
            ModeName::Generic => Mode::Generic,
            ModeName::Text => Mode::Text,
            ModeName::Font => Mode::Font,
        };
        let known = input.metadata().filter(|file| file.is_file());
        // Where nothing is known of the input, the widest window is for nobody.
        let widest = if known.is_some() {
            Window::WIDEST
        } else {
            Window::DEFAULT
        };
        let window = Window::new(self.lgwin).unwrap_or(widest);
        let mut brotli = BrotliOptions::new(self.quality())
            .with_window(window)
            .with_mode(mode);
        if let Some(file) = known {
            brotli = brotli.with_size_hint(file.len());
        }
        let cores = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let threads = self.threads.unwrap_or_else(cores);
        let mut writer = BrotliWriter::parallel(runtime, Counted::new(sink), brotli, threads);
        match read_into(input, &mut writer) {
            Ok(read) => {
                let written = writer.finish()?.count();
                Ok(Lengths { read, written })
            }
            Err(error) => {
                // The error says enough: the stream is given up.
                writer.into_inner();
                Err(error.into())
            }
        }
    }
}
