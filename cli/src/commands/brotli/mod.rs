//! `kilowat brotli` and `kilowat unbrotli`: files into Brotli streams and back, as brotli(1) does it.

mod compress;

use std::io::{self, ErrorKind, IsTerminal as _, Read};

use anyhow::{Result, bail};
use clap::Args;
use kilowat::brotli::BrotliReader;

pub(crate) use self::compress::Brotli;
use super::Status;
use crate::arguments::Options;
use crate::conversion::{Conversion, Direction, Lengths, Rights, Sparse, Target, each};
use crate::converted::{Files, without_suffix};
use crate::input::{Source, printable, transfer};
use crate::output::Output;

/// Decompress Brotli streams
///
/// Each FILE.br becomes FILE, and stays; -j removes it when FILE is on the disk. Without FILE, standard input goes to
/// standard output.
///
/// A new file takes its place when it is whole, with the permissions and the time of FILE.br: of a damaged stream
/// nothing is left, and the error says at which byte the damage is. A stream has no checksum, so that not all damage
/// shows. What goes wrong with one file is said, and the others are decompressed. Memory does not grow with the files.
#[derive(Debug, Args)]
#[command(
    mut_arg("force", |force| force.help("Overwrite files that are there, and read from a terminal")),
    mut_arg("rm", |rm| rm.short('j')),
    after_help = "\
Examples:
  kilowat unbrotli page.html.br             makes page.html
  kilowat unbrotli -j *.br                  makes them all, and removes the streams
  kilowat unbrotli -c page.html.br          prints it
  curl -H 'Accept-Encoding: br' URL | kilowat unbrotli    in a pipe
  kilowat unbrotli -t *.br                  only looks whether they are sound
  kilowat unbrotli -v big.br -o /data/big   makes it elsewhere, and says how long both are

In JSON Lines, an object a file; the ratio is how many times as long the content is as its stream.

Other than with brotli(1), an error with one file does not end the command.

Exit status: as of brotli(1), 0, or 1 on an error with one of the files; damage is one."
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Unbrotli {
    #[command(flatten)]
    files: Files,

    /// Decompress, as it does without
    #[arg(short, long, hide = true)]
    decompress: bool,

    /// Read and check everything, and make nothing
    #[arg(short, long, conflicts_with_all = ["output", "stdout", "rm"])]
    test: bool,

    /// Give files that are made neither the permissions nor the time of FILE
    #[arg(short, long)]
    no_copy_stat: bool,

    /// What the names of streams end in
    #[arg(short = 'S', long, value_name = "SUFFIX", default_value = ".br")]
    suffix: String,

    /// Say for each file how long it was and is
    #[arg(short, long)]
    verbose: bool,
}

impl Unbrotli {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let decompression = Decompression {
            command: "unbrotli",
            files: &self.files,
            test: self.test,
            no_copy_stat: self.no_copy_stat,
            suffix: &self.suffix,
            verbose: self.verbose,
        };
        decompression.run(options, output)
    }
}

/// The suffix, if it can end the name of a file.
fn check_suffix(suffix: &str) -> Result<()> {
    if suffix.is_empty() || suffix.contains(['/', '\\']) {
        let suffix = printable(suffix);
        bail!("--suffix: '{suffix}' ends no name of a file");
    }
    Ok(())
}

/// Streams that are read, by either command.
struct Decompression<'a> {
    command: &'static str,
    files: &'a Files,
    test: bool,
    no_copy_stat: bool,
    suffix: &'a str,
    verbose: bool,
}

impl Decompression<'_> {
    fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let sources = self.files.sources()?;
        check_suffix(self.suffix)?;
        let has_stdin = sources.contains(&Source::StandardInput);
        if has_stdin && !self.files.force && io::stdin().is_terminal() {
            bail!("standard input is a terminal: --force reads compressed bytes from there");
        }
        let runtime = options.start()?;
        each(&sources, output, |source, output| {
            let target = if self.test {
                Target::Nothing
            } else {
                self.files
                    .target(source, |file| without_suffix(file, self.suffix))?
            };
            let conversion = Conversion {
                command: self.command,
                source,
                target,
                overwrite: self.files.force,
                remove: self.files.rm,
                rights: Rights::copied_unless(self.no_copy_stat),
                modified: None,
                sparse: Sparse::Never,
                options,
            };
            let decompress = |input, sink: &mut dyn io::Write| {
                let mut reader = BrotliReader::new(&runtime, Filling(input));
                let written = transfer(&mut reader, sink)?;
                let read = reader.source_offset();
                Ok(Lengths { read, written })
            };
            let lengths = conversion.run(&runtime, Direction::Decompress, output, decompress)?;
            if self.verbose {
                let [read, written] = [lengths.read, lengths.written].map(length);
                let name = source.title();
                output.say(format_args!("Decompressed [{name}]: {read} -> {written}"));
            }
            Ok(())
        })
    }
}

/// A length as brotli(1) prints it.
#[expect(
    clippy::cast_precision_loss,
    reason = "three digits behind the point are no more exact"
)]
fn length(bytes: u64) -> String {
    let of = |unit: u64, name| format!("{:.3} {name}", bytes as f64 / unit as f64);
    match bytes {
        0..=0x3ff => format!("{bytes} B"),
        0x400..=0xf_ffff => of(1 << 10, "KiB"),
        0x10_0000..=0x3fff_ffff => of(1 << 20, "MiB"),
        _ => of(1 << 30, "GiB"),
    }
}

/// Waits for as many bytes as are asked for. Pipes give few at a time, and with each piece the window is copied, which
/// may have 16 MiB.
struct Filling<R>(R);

impl<R: Read> Read for Filling<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut len = 0;
        while len < bytes.len() {
            match self.0.read(&mut bytes[len..]) {
                Ok(0) => break,
                Ok(read) => len += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if len > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(len)
    }
}
