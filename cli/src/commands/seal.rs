//! `kilowat seal` and `kilowat open`: files that only who has a key can read, and nobody else can change unseen.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueHint};
use kilowat::crypto::{Key, OpenReader, Pbkdf2, SealWriter};
use zeroize::Zeroizing;

use super::Status;
use crate::arguments::Options;
use crate::conversion::{
    Conversion, Counted, Direction, Lengths, Rights, Sparse, Target, read_into,
};
use crate::input::{Source, transfer};
use crate::key_file;
use crate::output::Output;
use crate::passphrase;

/// Seal a file: nobody reads or changes it without its key or passphrase
///
/// The file is encrypted and authenticated in chunks of 64 KiB (ChaCha20-Poly1305, each file with a key of
/// its own). `kilowat open` makes the file again, and refuses one that was changed, cut short or put
/// together from parts. It can be of any size; memory does not grow with it.
///
/// OUT takes its place when it is whole, with the permissions and the time of FILE: after an error or
/// Ctrl-C nothing is left of it. Without -o the sealed file goes to standard output. FILE itself stays.
///
/// The key is in a file, or it is made of a passphrase: PBKDF2 takes 600,000 iterations for that, some 0.2
/// seconds, and as long for each guess of who does not know it. Where neither is named, the passphrase is
/// asked for.
///
/// What does not show is what is in the file; how long it is does. Its name and its time are not in it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat keygen my.key                                 makes a key, once
  kilowat seal --key-file my.key a.tar -o a.sealed      seals a file with it
  tar c src | kilowat seal --key-file my.key > s.sealed  in a pipe
  kilowat open --key-file my.key a.sealed -o a.tar      the file again
  kilowat seal a.tar -o a.sealed                        with a passphrase, which is asked for

A key or a passphrase is never named on the command line, where others see it. docs/sealed-stream.md has the format.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Seal {
    #[command(flatten)]
    files: Files,
}

/// Open a file that was sealed
///
/// Makes the file again that `kilowat seal` has sealed, with the same key or passphrase. A file that was changed, cut
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
  kilowat open a.sealed -o a.tar                        with a passphrase, which is asked for
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
    key_file: Option<PathBuf>,

    /// The file with the passphrase, which is its only line. Without this and --key-file it is asked for
    #[arg(long, value_name = "PASSFILE", value_hint = ValueHint::FilePath, conflicts_with = "key_file")]
    passphrase_file: Option<PathBuf>,
}

/// What a file is sealed with.
enum Secret {
    Key(Key),
    Passphrase(Zeroizing<Vec<u8>>),
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

    /// What was named, or what `ask` is answered.
    fn secret(
        &self,
        output: &mut Output,
        ask: impl FnOnce() -> Result<Zeroizing<Vec<u8>>>,
    ) -> Result<Secret> {
        Ok(match (&self.key_file, &self.passphrase_file) {
            (Some(file), _) => Secret::Key(key_file::read(file, output)?),
            (None, Some(file)) => Secret::Passphrase(passphrase::read(file)?),
            (None, None) => Secret::Passphrase(ask()?),
        })
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
        let secret = self.files.secret(output, passphrase::ask_twice)?;
        let runtime = options.start()?;
        conversion.run(&runtime, Direction::Seal, output, |input, sink| {
            let sink = Counted::new(sink);
            let writer = match &secret {
                Secret::Key(key) => SealWriter::new(&runtime, sink, key),
                Secret::Passphrase(passphrase) => {
                    SealWriter::with_passphrase(&runtime, sink, passphrase, Pbkdf2::default())
                }
            };
            let mut writer = writer.map_err(io::Error::from)?;
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
        let secret = self.files.secret(output, passphrase::ask)?;
        let runtime = options.start()?;
        conversion.run(&runtime, Direction::Seal, output, |input, sink| {
            let mut reader = match &secret {
                Secret::Key(key) => OpenReader::new(&runtime, input, key),
                Secret::Passphrase(passphrase) => {
                    OpenReader::with_passphrase(&runtime, input, passphrase)
                }
            };
            let written = transfer(&mut reader, sink)?;
            let read = reader.source_offset();
            Ok(Lengths { read, written })
        })?;
        Ok(Status::Success)
    }
}
