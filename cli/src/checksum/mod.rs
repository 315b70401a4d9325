//! Checksums of files, as the tools of GNU coreutils, b3sum and xxhsum print and read them.

mod blake3;
mod line;
mod list;
mod read_ahead;

pub(crate) use blake3::Blake3;
pub(crate) use line::{Escaped, line, raw_line, raw_tagged_line, tagged_line};
pub(crate) use list::{Entry, Parser};
pub(crate) use read_ahead::{Digests, Job, Jobs};

use std::io::{self, BufReader, Read};

use kilowat::crypto::HmacSha256;
use kilowat::hash::{Adler32, Crc32, Crc32c, Md5, Sha256, Sha512, Xxh3_64, Xxh32, Xxh64};
use kilowat::{Error, Runtime};

use crate::input::Source;
use crate::output::hex;

/// What is asked of a file at a time.
const BUFFER: usize = 1 << 20;

/// A message digest or another hash.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Algorithm<'k> {
    Sha256,
    Sha512,
    Blake3(Blake3<'k>),
    Md5,
    /// With a key: what a message begins with.
    HmacSha256(&'k HmacSha256),
    Fnv1a32,
    Fnv1a64,
    Xxh32,
    Xxh64,
    Xxh3,
    Crc32,
    Crc32c,
    Adler32,
}

impl Algorithm<'_> {
    /// The name of the command.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Blake3(_) => "b3sum",
            Self::Md5 => "md5",
            Self::HmacSha256(_) => "hmac",
            Self::Fnv1a32 => "fnv1a32",
            Self::Fnv1a64 => "fnv1a64",
            Self::Xxh32 => "xxh32",
            Self::Xxh64 => "xxh64",
            Self::Xxh3 => "xxh3",
            Self::Crc32 => "crc32",
            Self::Crc32c => "crc32c",
            Self::Adler32 => "adler32",
        }
    }

    /// Whether it is made to tell messages apart, and not only to spread them over a table.
    pub(crate) fn is_message_digest(self) -> bool {
        matches!(
            self,
            Self::Sha256 | Self::Sha512 | Self::Blake3(_) | Self::Md5 | Self::HmacSha256(_)
        )
    }

    /// The name that a line of the BSD form begins with.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Blake3(_) => "BLAKE3",
            Self::Md5 => "MD5",
            Self::HmacSha256(_) => "HMAC-SHA256",
            Self::Fnv1a32 => "FNV1A32",
            Self::Fnv1a64 => "FNV1A64",
            Self::Xxh32 => "XXH32",
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Adler32 => "ADLER32",
            Self::Xxh64 => "XXH64",
            Self::Xxh3 => "XXH3",
        }
    }

    /// What stands before the digest in a line that has no tag: xxhsum tells hashes of one length apart
    /// by it.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Xxh3 => "XXH3_",
            _ => "",
        }
    }

    /// Whether lines have names escaped, as the tools of GNU coreutils have them; xxhsum leaves them
    /// as they are.
    pub(crate) fn escapes_names(self) -> bool {
        !matches!(self, Self::Xxh32 | Self::Xxh64 | Self::Xxh3)
    }

    /// What lines call standard input.
    pub(crate) fn standard_input(self) -> &'static str {
        match self {
            Self::Xxh32 | Self::Xxh64 | Self::Xxh3 => "stdin",
            _ => "-",
        }
    }

    /// The name of a file in a line.
    pub(crate) fn name_of(self, source: &Source) -> &[u8] {
        match source {
            Source::StandardInput => self.standard_input().as_bytes(),
            Source::File(_) => source.name(),
        }
    }

    /// What a name in a line stands for.
    pub(crate) fn source(self, name: &[u8]) -> Option<Source> {
        if name == self.standard_input().as_bytes() {
            return Some(Source::StandardInput);
        }
        Source::from_name(name)
    }

    /// Hexadecimal digits of a digest.
    fn digits(self) -> usize {
        match self {
            Self::Sha256 | Self::HmacSha256(_) => 64,
            Self::Sha512 => 128,
            Self::Blake3(blake3) => 2 * blake3.len,
            Self::Md5 => 32,
            Self::Fnv1a32 | Self::Xxh32 | Self::Crc32 | Self::Crc32c | Self::Adler32 => 8,
            Self::Fnv1a64 | Self::Xxh64 | Self::Xxh3 => 16,
        }
    }

    /// Whether a digest is the one of a list. Of what has a key, nobody may learn by the time that it takes how much of
    /// a wrong one is right.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub(crate) fn is_listed(
        self,
        digest: &str,
        listed: &str,
        runtime: &Runtime,
    ) -> Result<bool, Error> {
        match self {
            Self::HmacSha256(_) | Self::Blake3(Blake3 { key: Some(_), .. }) => {
                runtime.ct_equal(digest.as_bytes(), listed.as_bytes())
            }
            _ => Ok(digest == listed),
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
            Self::Sha512 => {
                let mut digest = Sha512::new(runtime);
                io::copy(&mut reader, &mut digest)?;
                hex(&digest.finish()?)
            }
            Self::Blake3(blake3) => {
                let mut digest = blake3.begin(runtime);
                io::copy(&mut reader, &mut digest)?;
                hex(&digest.finish_xof(blake3.len)?)
            }
            Self::Md5 => {
                let mut digest = Md5::new(runtime);
                io::copy(&mut reader, &mut digest)?;
                hex(&digest.finish()?)
            }
            Self::HmacSha256(keyed) => {
                let mut tag = keyed.clone();
                io::copy(&mut reader, &mut tag)?;
                hex(&tag.finish()?)
            }
            Self::Fnv1a32 => hex(&runtime.fnv1a32_reader(reader)?.to_be_bytes()),
            Self::Fnv1a64 => hex(&runtime.fnv1a64_reader(reader)?.to_be_bytes()),
            Self::Xxh32 => {
                let mut hash = Xxh32::new(runtime, 0);
                io::copy(&mut reader, &mut hash)?;
                hex(&hash.hash()?.to_be_bytes())
            }
            Self::Xxh64 => {
                let mut hash = Xxh64::new(runtime, 0);
                io::copy(&mut reader, &mut hash)?;
                hex(&hash.hash()?.to_be_bytes())
            }
            Self::Xxh3 => {
                let mut hash = Xxh3_64::new(runtime, 0);
                io::copy(&mut reader, &mut hash)?;
                hex(&hash.hash()?.to_be_bytes())
            }
            Self::Crc32 => {
                let mut sum = Crc32::new(runtime);
                io::copy(&mut reader, &mut sum)?;
                hex(&sum.hash().to_be_bytes())
            }
            Self::Crc32c => {
                let mut sum = Crc32c::new(runtime);
                io::copy(&mut reader, &mut sum)?;
                hex(&sum.hash().to_be_bytes())
            }
            Self::Adler32 => {
                let mut sum = Adler32::new(runtime);
                io::copy(&mut reader, &mut sum)?;
                hex(&sum.hash().to_be_bytes())
            }
        })
    }

    /// The digests of messages in memory, in hexadecimal, in their order.
    fn of_messages(self, runtime: &Runtime, messages: &[&[u8]]) -> Result<Vec<String>, Error> {
        Ok(match self {
            Self::Sha256 => {
                let digests = runtime.sha256_batch(messages)?;
                digests.iter().map(|digest| hex(digest)).collect()
            }
            Self::Sha512 => each(messages, |message| Ok(hex(&runtime.sha512(message)?)))?,
            Self::Blake3(blake3) => each(messages, |message| {
                Ok(hex(&blake3.digest(runtime, message)?))
            })?,
            Self::Md5 => {
                let digests = runtime.md5_batch(messages)?;
                digests.iter().map(|digest| hex(digest)).collect()
            }
            Self::HmacSha256(keyed) => each(messages, |message| {
                let mut tag = keyed.clone();
                tag.update(message)?;
                Ok(hex(&tag.finish()?))
            })?,
            Self::Fnv1a32 => each(messages, |message| {
                Ok(hex(&runtime.fnv1a32(message)?.to_be_bytes()))
            })?,
            Self::Fnv1a64 => each(messages, |message| {
                Ok(hex(&runtime.fnv1a64(message)?.to_be_bytes()))
            })?,
            Self::Xxh32 => each(messages, |message| {
                Ok(hex(&runtime.xxh32(message, 0)?.to_be_bytes()))
            })?,
            Self::Xxh64 => each(messages, |message| {
                Ok(hex(&runtime.xxh64(message)?.to_be_bytes()))
            })?,
            Self::Xxh3 => each(messages, |message| {
                Ok(hex(&runtime.xxh3_64(message)?.to_be_bytes()))
            })?,
            Self::Crc32 => each(messages, |message| {
                Ok(hex(&runtime.crc32(message)?.to_be_bytes()))
            })?,
            Self::Crc32c => each(messages, |message| {
                Ok(hex(&runtime.crc32c(message)?.to_be_bytes()))
            })?,
            Self::Adler32 => each(messages, |message| {
                Ok(hex(&runtime.adler32(message)?.to_be_bytes()))
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
