//! Sealed streams read from any reader.

use std::io::Read;

use zeroize::Zeroizing;

use super::header::Secret;
use super::opening::Opening;
use crate::crypto::Key;
use crate::decoding::impl_reader;
use crate::runtime::Runtime;

/// The content of a sealed stream that a reader gives, as a [`SealWriter`](super::SealWriter) has made it. Nothing may
/// follow it.
///
/// Only what is authentic is given, in chunks of 64 KiB: a chunk that was changed, or stands in another place than its
/// own, is an error behind all content before it, and so is a stream that is cut short. **Who acts on content before its
/// end has been read acts on a part of it:** that it was all is known at the end only. An error is of kind
/// [`InvalidData`](std::io::ErrorKind::InvalidData), or [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) where the
/// source is cut short, with an [`Error::SealedStream`](crate::Error::SealedStream) inside. It stays.
///
/// It takes some 130 KiB, whatever the length of the content, and zeroes what it held of that. It owns a share of its
/// runtime, so that it can go to another thread.
///
/// ```
/// use std::io::{Read as _, Write as _};
/// use kilowat::Error;
/// use kilowat::crypto::{Key, OpenReader, SealWriter, SealedStreamError};
///
/// let runtime = kilowat::Runtime::new();
/// let key = Key::generate()?;
/// let mut writer = SealWriter::new(&runtime, Vec::new(), &key)?;
/// writer.write_all(&[7; 100_000])?;
/// let sealed = writer.finish()?;
///
/// let mut content = Vec::new();
/// let mut reader = OpenReader::new(&runtime, &sealed[..sealed.len() - 1], &key);
/// let error = reader.read_to_end(&mut content).unwrap_err();
/// assert_eq!(content, [7; 65_536], "the first chunk is whole");
/// let Error::SealedStream(error) = error.downcast()? else {
///     panic!("its last chunk is not");
/// };
/// assert_eq!(error, SealedStreamError::Unauthentic { offset: 65_536 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct OpenReader<R> {
    reader: R,
    decoder: Opening,
}

impl<R: Read> OpenReader<R> {
    /// A reader of the content. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R, key: &Key) -> Self {
        Self::with_secret(runtime, reader, Secret::Key(key.clone()))
    }

    /// A reader of the content of a stream that was sealed [with a passphrase](super::SealWriter::with_passphrase). The
    /// key is made of it when the header is read, which takes as long as whoever has sealed it wanted, up to
    /// [`Pbkdf2::MOST_ITERATIONS`](crate::crypto::Pbkdf2::MOST_ITERATIONS).
    pub fn with_passphrase(runtime: &Runtime, reader: R, passphrase: &[u8]) -> Self {
        let passphrase = Zeroizing::new(passphrase.to_vec());
        Self::with_secret(runtime, reader, Secret::Passphrase(passphrase))
    }

    fn with_secret(runtime: &Runtime, reader: R, secret: Secret) -> Self {
        let decoder = Opening::new(runtime, secret);
        Self { reader, decoder }
    }
}

impl_reader!(OpenReader);
