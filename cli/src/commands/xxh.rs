//! `kilowat xxh32`, `xxh64` and `xxh3`: hashes of files, printed and checked as `xxhsum` does.

use clap::Args;

use super::Status;
use super::digest::Checksums;
use crate::arguments::Options;
use crate::checksum::Algorithm;
use crate::output::Output;

/// Print or check the 32-bit xxHashes of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as xxhsum -H32 prints it: names
/// are not escaped, and standard input is called stdin. With --check, reads such lines and says of each
/// file whether it has that hash still.
/// xxHash is a fast hash for checks against accidents. It does not protect against an attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat xxh32 README.md Cargo.toml
  printf foobar | kilowat xxh32            eda34aaf  stdin
  printf foobar | kilowat xxh32 --tag      XXH32 (stdin) = eda34aaf
  kilowat xxh32 *.iso > HASHES             hashes into a list
  kilowat xxh32 --check HASHES             a.iso: OK
  kilowat --json xxh32 README.md           {\"operation\":\"xxh32\",\"file\":\"README.md\",...

In JSON Lines, an object a file, where standard input is `-`. A check's verdict on it is `ok`,
`different` or `unreadable`.

Exit status: 0 if all is well, 1 if a hash differs, and 2 if a file or list could not be read, a list
has no hash, none of its files is there or, with --strict, a line of it is no hash.")]
pub(crate) struct Xxh32 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the 64-bit xxHashes of files
///
/// A line is the hash in hexadecimal, two spaces and the file's name, as xxhsum -H1 prints it: names
/// are not escaped, and standard input is called stdin. With --check, reads such lines and says of each
/// file whether it has that hash still.
/// xxHash is a fast hash for checks against accidents. It does not protect against an attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat xxh64 README.md Cargo.toml
  printf foobar | kilowat xxh64            a2aa05ed9085aaf9  stdin
  printf foobar | kilowat xxh64 --tag      XXH64 (stdin) = a2aa05ed9085aaf9
  kilowat xxh64 *.iso > HASHES             hashes into a list
  kilowat xxh64 --check HASHES             a.iso: OK
  kilowat --json xxh64 README.md           {\"operation\":\"xxh64\",\"file\":\"README.md\",...

In JSON Lines, an object a file, where standard input is `-`. A check's verdict on it is `ok`,
`different` or `unreadable`.

Exit status: 0 if all is well, 1 if a hash differs, and 2 if a file or list could not be read, a list
has no hash, none of its files is there or, with --strict, a line of it is no hash.")]
pub(crate) struct Xxh64 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the XXH3 hashes of files, of 64 bits
///
/// A line is `XXH3_` and the hash in hexadecimal, two spaces and the file's name, as xxhsum -H3 prints it: names
/// are not escaped, and standard input is called stdin. With --check, reads such lines and says of each
/// file whether it has that hash still.
/// XXH3 is the fastest hash here, for checks against accidents. It does not protect against an attacker.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat xxh3 README.md Cargo.toml
  printf foobar | kilowat xxh3            XXH3_d78fda63144c5c84  stdin
  printf foobar | kilowat xxh3 --tag      XXH3 (stdin) = d78fda63144c5c84
  kilowat xxh3 *.iso > HASHES             hashes into a list
  kilowat xxh3 --check HASHES             a.iso: OK
  kilowat --json xxh3 README.md           {\"operation\":\"xxh3\",\"file\":\"README.md\",...

In JSON Lines, an object a file, where standard input is `-`. A check's verdict on it is `ok`,
`different` or `unreadable`.

Exit status: 0 if all is well, 1 if a hash differs, and 2 if a file or list could not be read, a list
has no hash, none of its files is there or, with --strict, a line of it is no hash.")]
pub(crate) struct Xxh3 {
    #[command(flatten)]
    checksums: Checksums,
}

impl Xxh32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Xxh32, options, output)
    }
}

impl Xxh64 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Xxh64, options, output)
    }
}

impl Xxh3 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Xxh3, options, output)
    }
}
