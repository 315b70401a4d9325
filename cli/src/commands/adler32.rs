//! `kilowat adler32`: checksums of files, printed and checked as sha256sum does.

use clap::Args;

use super::Status;
use super::digest::Checksums;
use crate::arguments::Options;
use crate::checksum::Algorithm;
use crate::output::Output;

/// Print or check the Adler-32 checksums of files
///
/// It is the checksum at the end of a zlib stream (RFC 1950), and adler32 of Python's zlib. It is weak
/// for short files: of less than some hundred bytes its upper half takes few of the values that it could.
/// It does not protect against an attacker.
///
/// A line is the checksum in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that checksum still.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat adler32 README.md Cargo.toml
  printf Wikipedia | kilowat adler32         11e60398  -
  printf Wikipedia | kilowat adler32 --tag   ADLER32 (-) = 11e60398
  kilowat adler32 *.iso > SUMS               checksums into a list
  kilowat adler32 --check SUMS               a.iso: OK
  kilowat --json adler32 README.md           {\"operation\":\"adler32\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a checksum differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.")]
pub(crate) struct Adler32 {
    #[command(flatten)]
    checksums: Checksums,
}

impl Adler32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Adler32, options, output)
    }
}
