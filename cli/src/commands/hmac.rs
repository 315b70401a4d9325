//! `kilowat hmac`: tags of files with a key, printed and checked as sha256sum does.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueHint};
use kilowat::crypto::HmacSha256;
use zeroize::Zeroizing;

use super::Status;
use super::digest::Checksums;
use crate::arguments::Options;
use crate::checksum::Algorithm;
use crate::input::Source;
use crate::output::Output;
use crate::secret_file;

/// The most bytes of a key: whoever gives more has taken another file for it.
const LONGEST_KEY: usize = 1 << 16;

/// Print or check the HMAC-SHA-256 of files
///
/// It vouches for a file to whoever has the same key, and nobody without the key can make it (RFC 2104).
/// The key is a file, never a word of the command line, where every user of the machine could read it:
/// all bytes of the file, a line break at its end among them. It should be random, and have 32 bytes or
/// more.
///
/// A line is the tag in hexadecimal, two spaces and the file's name, as sha256sum prints it: where the
/// name has a backslash or a line break, they are escaped and the line starts with a backslash. With
/// --check, reads such lines and says of each file whether it has that tag still; tags are compared in
/// constant time. The list itself need not be kept from others.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  head -c 32 /dev/urandom > KEY             a key, for oneself alone (umask 077)
  kilowat hmac --key-file KEY *.iso > TAGS  tags into a list
  kilowat hmac --key-file KEY --check TAGS  a.iso: OK
  kilowat hmac --key-file KEY --tag a.iso   HMAC-SHA256 (a.iso) = 5bdcc146...
  pass show key | kilowat hmac --key-file - a.iso
  kilowat --json hmac --key-file KEY a.iso  {\"operation\":\"hmac\",\"file\":\"a.iso\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a tag differs, and 2 if a file, a list or the key could not be read,
a list has no tag, none of its files is there or, with --strict, a line of it is no tag.")]
pub(crate) struct Hmac {
    /// Read the key from a file, all of it; from standard input for `-`
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: PathBuf,

    #[command(flatten)]
    checksums: Checksums,
}

impl Hmac {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let runtime = options.start()?;
        let source = Source::new(&self.key_file);
        if source == Source::StandardInput && self.checksums.reads_standard_input() {
            bail!("standard input cannot be both the key and a file");
        }
        let keyed = HmacSha256::new(&runtime, &key(&source)?)?;
        let algorithm = Algorithm::HmacSha256(&keyed);
        self.checksums.run_on(&runtime, algorithm, options, output)
    }
}

/// Reads a key.
fn key(source: &Source) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let key = secret_file::read(source.open_beside_others()?, LONGEST_KEY + 1)?;
    match key.len() {
        0 => bail!("{}: the key is empty", source.title()),
        1..=LONGEST_KEY => Ok(key),
        _ => bail!("{}: the key has more than 64 KiB", source.title()),
    }
}
