//! Checksums of files, as the tools of GNU coreutils print and read them.

mod line;
mod list;
mod read_ahead;

pub(crate) use line::{Escaped, line, raw_line, raw_tagged_line, tagged_line};
pub(crate) use list::{Entry, Parser};
pub(crate) use read_ahead::{Digests, Job, Jobs};

use std::io::{self, BufReader, Read};

use kilowat::{Error, Md5, Runtime, Sha256};

use crate::output::hex;

/// What is asked of a file at a time.
const BUFFER: usize = 1 << 20;

/// A message digest or another hash.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Algorithm {
    Sha256,
    Md5,
    Fnv1a32,
    Fnv1a64,
}

impl Algorithm {
    /// The name of the operation and of the command.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Md5 => "md5",
            Self::Fnv1a32 => "fnv1a32",
            Self::Fnv1a64 => "fnv1a64",
        }
    }

    /// Whether it is made to tell messages apart, and not only to spread them over a table.
    pub(crate) fn is_message_digest(self) -> bool {
        matches!(self, Self::Sha256 | Self::Md5)
    }

    /// The name that a line of the BSD form begins with.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Md5 => "MD5",
            Self::Fnv1a32 => "FNV1A32",
            Self::Fnv1a64 => "FNV1A64",
        }
    }

    /// Hexadecimal digits of a digest.
    fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Md5 => 32,
            Self::Fnv1a32 => 8,
            Self::Fnv1a64 => 16,
        }
    }

    /// The digest of all that a reader gives, in hexadecimal.
    ///
    /// # Errors
    /// Those of the reader.
    fn of_reader(self, runtime: &Runtime, reader: impl Read) -> io::Result<String> {
        // The copy goes through this buffer, and not through the small one that it would have.
        let mut reader = BufReader::with_capacity(BUFFER, reader);
        Ok(match self {
            Self::Sha256 => {
                let mut digest = Sha256::new(runtime);
                io::copy(&mut reader, &mut digest)?;
                hex(&digest.finish()?)
            }
            Self::Md5 => {
                let mut digest = Md5::new(runtime);
                io::copy(&mut reader, &mut digest)?;
                hex(&digest.finish()?)
            }
            Self::Fnv1a32 => hex(&runtime.fnv1a32_reader(reader)?.to_be_bytes()),
            Self::Fnv1a64 => hex(&runtime.fnv1a64_reader(reader)?.to_be_bytes()),
        })
    }

    /// The digests of messages in memory, in hexadecimal, in their order.
    fn of_messages(self, runtime: &Runtime, messages: &[&[u8]]) -> Result<Vec<String>, Error> {
        Ok(match self {
            Self::Sha256 => {
                let digests = runtime.sha256_batch(messages)?;
                digests.iter().map(|digest| hex(digest)).collect()
            }
            Self::Md5 => {
                let digests = runtime.md5_batch(messages)?;
                digests.iter().map(|digest| hex(digest)).collect()
            }
            Self::Fnv1a32 => each(messages, |message| {
                Ok(hex(&runtime.fnv1a32(message)?.to_be_bytes()))
            })?,
            Self::Fnv1a64 => each(messages, |message| {
                Ok(hex(&runtime.fnv1a64(message)?.to_be_bytes()))
            })?,
        })
    }
}

/// The hashes of messages, one after the other.
fn each(
    messages: &[&[u8]],
    hash: impl Fn(&[u8]) -> Result<String, Error>,
) -> Result<Vec<String>, Error> {
    messages.iter().map(|message| hash(message)).collect()
}
