//! `kilowat crc32` and `kilowat crc32c`: checksums of files, printed and checked as sha256sum does.

use clap::Args;

use super::Status;
use super::digest::Checksums;
use crate::arguments::Options;
use crate::checksum::Algorithm;
use crate::output::Output;

/// Print or check the CRC-32 checksums of files
///
/// It is the checksum of gzip, ZIP and PNG (ISO 3309), the one that `gzip -lv` prints, and crc32 of
/// Python's zlib. It finds every error whose first and last bit are less than 32 apart. It does not
/// protect against an attacker.
///
/// A line is the checksum in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that checksum still.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat crc32 README.md Cargo.toml
  printf 123456789 | kilowat crc32         cbf43926  -
  printf 123456789 | kilowat crc32 --tag   CRC32 (-) = cbf43926
  gzip -dc a.gz | kilowat crc32            what `gzip -lv a.gz` says it should be
  kilowat crc32 *.iso > SUMS               checksums into a list
  kilowat crc32 --check SUMS               a.iso: OK
  kilowat --json crc32 README.md           {\"operation\":\"crc32\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`. The
cksum tool has another CRC, whose numbers are others.

Exit status: 0 if all is well, 1 if a checksum differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.")]
pub(crate) struct Crc32 {
    #[command(flatten)]
    checksums: Checksums,
}

/// Print or check the CRC-32C checksums of files
///
/// It is the checksum of iSCSI, ext4, Btrfs and many storage services (RFC 3720), also known as
/// Castagnoli's. In messages as long as a packet it finds more errors than CRC-32. It does not protect
/// against an attacker.
///
/// A line is the checksum in hexadecimal, two spaces and the file's name, as sha256sum prints it: where
/// the name has a backslash or a line break, they are escaped and the line starts with a backslash.
/// With --check, reads such lines and says of each file whether it has that checksum still.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat crc32c README.md Cargo.toml
  printf 123456789 | kilowat crc32c        e3069283  -
  printf 123456789 | kilowat crc32c --tag  CRC32C (-) = e3069283
  kilowat crc32c *.iso > SUMS              checksums into a list
  kilowat crc32c --check SUMS              a.iso: OK
  kilowat --json crc32c README.md          {\"operation\":\"crc32c\",\"file\":\"README.md\",...

In JSON Lines, an object a file. A check's verdict on it is `ok`, `different` or `unreadable`.

Exit status: 0 if all is well, 1 if a checksum differs, and 2 if a file or list could not be read, a
list has no checksum, none of its files is there or, with --strict, a line of it is no checksum.")]
pub(crate) struct Crc32c {
    #[command(flatten)]
    checksums: Checksums,
}

impl Crc32 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Crc32, options, output)
    }
}

impl Crc32c {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        self.checksums.run(Algorithm::Crc32c, options, output)
    }
}
