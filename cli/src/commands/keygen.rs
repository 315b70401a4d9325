//! `kilowat keygen`: a new key in a file of its own.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueHint};
use kilowat::crypto::Key;

use super::Status;
use crate::arguments::Options;
use crate::key_file;

/// Make a key for `kilowat seal` and `kilowat open`
///
/// The key has 32 bytes from the system's generator. KEYFILE is made whole or not at all, nobody but the
/// user can read it (mode 0600), and what stands there already is never overwritten. Nothing of the key is
/// printed.
///
/// Who has the file can open all that was sealed with it, and without it nobody can: keep a copy.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat keygen my.key                             makes a key
  kilowat seal --key-file my.key a.tar -o a.sealed  seals a file with it
  kilowat open --key-file my.key a.sealed -o a.tar  makes the file again

The file is a line: KILOWAT-KEY- and 64 hexadecimal digits.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Keygen {
    /// The file to make
    #[arg(value_name = "KEYFILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

impl Keygen {
    pub(crate) fn run(&self, options: Options) -> Result<Status> {
        if options.json {
            bail!("--json: nothing is printed");
        }
        if self.file.as_os_str() == "-" {
            bail!("-: a key is written to a file, and not to standard output");
        }
        key_file::write(&self.file, &Key::generate()?)?;
        Ok(Status::Success)
    }
}
