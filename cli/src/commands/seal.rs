//! `kilowat seal` and `kilowat open`: files that only who has a key can read, and nobody else can change unseen.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueHint};
use kilowat::crypto::{OpenReader, SealWriter};

use super::Status;
use crate::arguments::Options;
use crate::conversion::{
    Conversion, Counted, Direction, Lengths, Rights, Sparse, Target, read_into,
};
use crate::input::{Source, transfer};
use crate::key_file;
use crate::output::Output;

/// Seal a file: nobody reads or changes it without its key
///
/// The file is encrypted and authenticated in chunks of 64 KiB (ChaCha20-Poly1305, each file with a key of
/// its own). `kilowat open` makes the file again, and refuses one that was changed, cut short or put
/// together from parts. It can be of any size; memory does not grow with it.
///
/// OUT takes its place when it is whole, with the permissions and the time of FILE: after an error or
/// Ctrl-C nothing is left of it. Without -o the sealed file goes to standard output. FILE itself stays.
///
/// What does not show is what is in the file; how long it is does. Its name and its time are not in it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat keygen my.key                                 makes a key, once
  kilowat seal --key-file my.key a.tar -o a.sealed      seals a file with it
  tar c src | kilowat seal --key-file my.key > s.sealed  in a pipe
  kilowat open --key-file my.key a.sealed -o a.tar      the file again

A key is never named on the command line, where others see it. docs/sealed-stream.md has the format.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Seal {
    #[command(flatten)]
    files: Files,
}

/// Open a file that was sealed
///
/// Makes the file again that `kilowat seal` has sealed, with the same key. A file that was changed, cut
/// short or put together from parts is an error that says behind which byte of the content it shows, and
/// not a byte is given that was not found authentic.
///
/// OUT takes its place when all is well, and nobody but the user can read it (mode 0600): of a file that
/// was changed nothing is left. Without -o the content goes to standard output, each chunk when it has
/// been found authentic. So in a pipe, look at the exit status before you act on what has come: that it was
/// all is known at the end only.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat open --key-file my.key a.sealed -o a.tar      makes a.tar
  kilowat open --key-file my.key s.sealed | tar t       in a pipe
  kilowat open --key-file my.key a.sealed > /dev/null   only looks whether it opens

Exit status: 0, or 2 on an error; a file that does not open is one.")]
pub(crate) struct Open {
    #[command(flatten)]
    files: Files,
}

/// What both commands take.
#[derive(Debug, Args)]
struct Files {
    /// The file to read; standard input for `-`, and where there is none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,

    /// The file to make; standard output for `-`, and where there is none
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Overwrite OUT if it is there; write sealed bytes to a terminal
    #[arg(short, long)]
    force: bool,

    /// The file with the key, as `kilowat keygen` makes it
    #[arg(long, value_name = "KEYFILE", value_hint = ValueHint::FilePath)]
    key_file: PathBuf,
}

impl Files {
    fn source(&self) -> Source {
        Source::new(self.file.as_deref().unwrap_or("-".as_ref()))
    }

    fn target(&self) -> Target {
        match self.output.as_deref().map(Source::new) {
            Some(Source::File(path)) => Target::File(path),
            Some(Source::StandardInput) | None => Target::StandardOutput,
        }
    }

    fn conversion<'a>(
        &self,
        command: &'static str,
        source: &'a Source,
        rights: Rights,
        options: Options,
    ) -> Conversion<'a> {
        Conversion {
            command,
            source,
            target: self.target(),
            overwrite: self.force,
            remove: false,
            rights,
            modified: None,
            sparse: Sparse::Never,
            options,
        }
    }
}

impl Seal {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let source = self.files.source();
        let conversion = self
            .files
            .conversion("seal", &source, Rights::OfSource, options);
        let to_terminal = conversion.target == Target::StandardOutput && output.is_terminal();
        if to_terminal && !self.files.force {
            bail!("standard output is a terminal: -o writes to a file");
        }
        let key = key_file::read(&self.files.key_file, output)?;
        let runtime = options.start()?;
        conversion.run(&runtime, Direction::Seal, output, |input, sink| {
            let mut writer =
                SealWriter::new(&runtime, Counted::new(sink), &key).map_err(io::Error::from)?;
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
        })?;
        Ok(Status::Success)
    }
}

impl Open {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let source = self.files.source();
        let conversion = self
            .files
            .conversion("open", &source, Rights::Private, options);
        let is_typed = source == Source::StandardInput && io::stdin().is_terminal();
        if is_typed && !self.files.force {
            bail!("standard input is a terminal: --force reads sealed bytes from there");
        }
        let key = key_file::read(&self.files.key_file, output)?;
        let runtime = options.start()?;
        conversion.run(&runtime, Direction::Seal, output, |input, sink| {
            let mut reader = OpenReader::new(&runtime, input, &key);
            let written = transfer(&mut reader, sink)?;
            let read = reader.source_offset();
            Ok(Lengths { read, written })
        })?;
        Ok(Status::Success)
    }
}
