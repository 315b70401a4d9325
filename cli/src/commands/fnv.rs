//! `kilowat fnv1a32` and `kilowat fnv1a64`: hashes of files, printed and checked as sha256sum does.

use clap::Args;

use super::Status;
use super::digest::Checksums;
use crate::arguments::Options;
use crate::checksum::Algorithm;
use crate::output::Output;

/// Print or check the 32-bit FNV-1a hashes of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that hash still.
/// FNV-1a is a fast hash for tables and checks against accidents. It does not protect against an
/// attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat fnv1a32 README.md Cargo.toml
  printf foobar | kilowat fnv1a32          bf9cf968  -
  printf foobar | kilowat fnv1a32 --tag    FNV1A32 (-) = bf9cf968
  kilowat fnv1a32 *.iso > HASHES           hashes into a list
  kilowat fnv1a32 --check HASHES           a.iso: OK
  kilowat --json fnv1a32 README.md         {\"operation\":\"fnv1a32\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a hash differs, and 2 if a file or list could not be read, a list
has no hash, none of its files is there or, with --strict, a line of it is no hash.")]
pub(crate) struct Fnv1a32 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the 64-bit FNV-1a hashes of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that hash still.
/// FNV-1a is a fast hash for tables and checks against accidents. It does not protect against an
/// attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat fnv1a64 README.md Cargo.toml
  printf foobar | kilowat fnv1a64          85944171f73967e8  -
  printf foobar | kilowat fnv1a64 --tag    FNV1A64 (-) = 85944171f73967e8
  kilowat fnv1a64 *.iso > HASHES           hashes into a list
  kilowat fnv1a64 --check HASHES           a.iso: OK
  kilowat --json fnv1a64 README.md         {\"operation\":\"fnv1a64\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a hash differs, and 2 if a file or list could not be read, a list
has no hash, none of its files is there or, with --strict, a line of it is no hash.")]
pub(crate) struct Fnv1a64 {
    #[command(flatten)]
    checksums: Checksums,
}

impl Fnv1a32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Fnv1a32, options, output)
    }
}

impl Fnv1a64 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Fnv1a64, options, output)
    }
}
