//! Sealed streams written to any writer.

use std::fmt;
use std::io::{self, ErrorKind, Write};

use zeroize::Zeroizing;

use super::CHUNK;
use super::chunks::Chunks;
use super::header;
use crate::crypto::{Key, Pbkdf2};
use crate::runtime::{Error, Runtime};
use crate::unfinished::Unfinished;

/// Makes a sealed stream of what is written to it: content of any size that only who has the key can read, and nobody
/// else can change, cut short, or put together from parts of this and other streams.
///
/// It has a header of 72 bytes, and 16 bytes more for each 64 KiB of content. The length of the content shows. Each
/// stream has a key of its own, which HKDF makes of the key and 32 random bytes, so that one key seals any number of
/// streams. `docs/sealed-stream.md` has the format.
///
/// Content is held back until there is a chunk of it, also by [`flush`](Write::flush): a chunk is sealed when it is known
/// whether it is the last one. A stream has an end: without [`finish`](Self::finish) it is cut short, and readers say so.
/// A writer that is dropped before, after content was written to it, says so in a warning of [`tracing`]. What it held of
/// the content is zeroed. It owns a share of its runtime, so that it can go to another thread.
///
/// ```
/// use std::io::{Read as _, Write as _};
/// use kilowat::crypto::{Key, OpenReader, SealWriter};
///
/// let runtime = kilowat::Runtime::new();
/// let key = Key::generate()?;
/// let mut writer = SealWriter::new(&runtime, Vec::new(), &key)?;
/// writer.write_all(b"watt by watt")?;
/// let sealed = writer.finish()?;
///
/// let mut content = String::new();
/// OpenReader::new(&runtime, &sealed[..], &key).read_to_string(&mut content)?;
/// assert_eq!(content, "watt by watt");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a stream has its end from `finish`"]
pub struct SealWriter<W> {
    writer: W,
    runtime: Runtime,
    chunks: Chunks,
    /// What was taken and is not sealed: a chunk at most.
    content: Zeroizing<Vec<u8>>,
    /// What was sealed; from `written` on it is still to be written.
    sealed: Vec<u8>,
    written: usize,
    unfinished: Unfinished,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream. Nothing is written before there is content, or the end.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no salt; the others where no tier can answer.
    pub fn new(runtime: &Runtime, writer: W, key: &Key) -> Result<Self, Error> {
        let beginning = header::begin(runtime, key)?;
        Ok(Self::begin(runtime, writer, beginning))
    }

    /// Begins a stream that a passphrase opens. What PBKDF2 needs stands in the header: it has 4 bytes more.
    ///
    /// ```
    /// use std::io::{Read as _, Write as _};
    /// use kilowat::crypto::{OpenReader, Pbkdf2, SealWriter};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let passphrase = b"correct horse battery staple";
    /// let pbkdf2 = Pbkdf2::default();
    /// let mut writer = SealWriter::with_passphrase(&runtime, Vec::new(), passphrase, pbkdf2)?;
    /// writer.write_all(b"watt by watt")?;
    /// let sealed = writer.finish()?;
    ///
    /// let mut content = String::new();
    /// OpenReader::with_passphrase(&runtime, &sealed[..], passphrase).read_to_string(&mut content)?;
    /// assert_eq!(content, "watt by watt");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`new`](Self::new).
    pub fn with_passphrase(
        runtime: &Runtime,
        writer: W,
        passphrase: &[u8],
        pbkdf2: Pbkdf2,
    ) -> Result<Self, Error> {
        let beginning = header::begin_with_passphrase(runtime, passphrase, pbkdf2)?;
        Ok(Self::begin(runtime, writer, beginning))
    }

    fn begin(runtime: &Runtime, writer: W, (header, chunks): (Vec<u8>, Chunks)) -> Self {
        Self {
            writer,
            runtime: runtime.clone(),
            chunks,
            // It does not grow, which would leave copies behind.
            content: Zeroizing::new(Vec::with_capacity(CHUNK)),
            sealed: header,
            written: 0,
            unfinished: Unfinished::new(
                "a sealed stream is cut short: its writer was dropped without `finish`",
            ),
        }
    }

    /// The writer that the stream goes to.
    pub fn get_ref(&self) -> &W {
        &self.writer
    }

    /// The same to be changed. What is written to it directly comes into the middle of the stream, which does not open
    /// then.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Gives the writer back that the stream goes to, and the stream up: it stays cut short.
    pub fn into_inner(mut self) -> W {
        self.unfinished.clear();
        self.writer
    }

    /// Ends the stream, and gives the writer back, flushed.
    ///
    /// # Errors
    /// Those of the writer, and an [`Error`] where no tier can answer.
    pub fn finish(mut self) -> io::Result<W> {
        self.unfinished.clear();
        self.write_sealed()?;
        self.seal(true)?;
        self.write_sealed()?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    /// Seals what was taken. After an error it is still to be sealed.
    fn seal(&mut self, is_last: bool) -> Result<(), Error> {
        self.sealed = self.chunks.seal(&self.runtime, &self.content, is_last)?;
        self.written = 0;
        self.content.clear();
        Ok(())
    }

    /// Writes what was sealed. After an error the rest is still to be written.
    fn write_sealed(&mut self) -> io::Result<()> {
        while self.written < self.sealed.len() {
            match self.writer.write(&self.sealed[self.written..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(len) => self.written += len,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes what fits into a chunk. One that is full is sealed before, now that it is not the last.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_sealed()?;
        if !bytes.is_empty() && self.content.len() == CHUNK {
            self.seal(false)?;
            self.write_sealed()?;
        }
        let fitting = bytes.len().min(CHUNK - self.content.len());
        self.content.extend_from_slice(&bytes[..fitting]);
        Ok(fitting)
    }
}

impl<W: Write> Write for SealWriter<W> {
    /// Takes content. Errors are those of the writer, and an [`Error`] where no tier can answer; what was given then has
    /// not been taken.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.take(bytes);
        match taken {
            Ok(0) => {}
            Ok(_) => self.unfinished.set(),
            // Whoever has an error knows that the stream is not whole.
            Err(_) => self.unfinished.clear(),
        }
        taken
    }

    /// Writes the chunks that are sealed, and flushes the writer. A chunk that is not full is held back.
    fn flush(&mut self) -> io::Result<()> {
        self.write_sealed()?;
        self.writer.flush()
    }
}

/// Says nothing of the content.
impl<W> fmt::Debug for SealWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SealWriter").finish_non_exhaustive()
    }
}
