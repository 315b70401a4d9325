//! `kilowat xxh32`: hashes of files, printed and checked as `xxhsum -H32` does.

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

impl Xxh32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Xxh32, options, output)
    }
}
