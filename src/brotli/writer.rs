//! Streams written to any writer.

use std::fmt;
use std::io::{self, Write};
use std::num::NonZero;

use super::BrotliOptions;
use super::encoder::Encoder;
use crate::runtime::Runtime;
use crate::unfinished::Unfinished;

/// Makes a Brotli stream (RFC 7932) of what is written to it, in bounded memory: that of a window or 1 MiB, whichever
/// is more, twice.
///
/// [`flush`](Write::flush) costs a byte or so, and what follows in short pieces compresses less. A stream has an end:
/// without [`finish`](Self::finish) it is cut short. A writer that is dropped before, after content was written to it,
/// says so in a warning of [`tracing`].
///
/// ```
/// use std::io::Write as _;
/// use kilowat::Limit;
/// use kilowat::brotli::{BrotliWriter, Quality};
///
/// let runtime = kilowat::Runtime::new();
/// let mut writer = BrotliWriter::new(&runtime, Vec::new(), Quality::DEFAULT);
/// writer.write_all(b"watt by watt")?;
/// let stream = writer.finish()?;
/// assert_eq!(runtime.unbrotli(&stream, Limit::default())?, b"watt by watt");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a stream has its end from `finish`"]
pub struct BrotliWriter<W> {
    writer: W,
    encoder: Encoder,
    unfinished: Unfinished,
}

/// Says nothing of the content.
impl<W> fmt::Debug for BrotliWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrotliWriter")
            .finish_non_exhaustive()
    }
}

impl<W: Write> BrotliWriter<W> {
    /// Begins a stream.
    pub fn new(runtime: &Runtime, writer: W, options: impl Into<BrotliOptions>) -> Self {
        Self::parallel(runtime, writer, options, NonZero::<usize>::MIN)
    }

    /// Begins a stream of which so many threads make pieces at the same time, as long as the window or 1 MiB, whichever
    /// is more. It is the same stream as that of one thread, where no tier fails; each thread more takes a piece of
    /// content more.
    pub fn parallel(
        runtime: &Runtime,
        writer: W,
        options: impl Into<BrotliOptions>,
        threads: NonZero<usize>,
    ) -> Self {
        Self {
            writer,
            encoder: Encoder::new(runtime, options.into(), threads),
            unfinished: Unfinished::new(
                "a Brotli stream is cut short: its writer was dropped without `finish`",
            ),
        }
    }

    /// The writer that the stream goes to.
    pub fn get_ref(&self) -> &W {
        &self.writer
    }

    /// The same to be changed. What is written to it directly comes into the middle of the stream.
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
    /// Those of the writer, and an [`Error`](crate::Error) where no tier can answer.
    pub fn finish(mut self) -> io::Result<W> {
        self.unfinished.clear();
        self.write_stream()?;
        self.encoder.encode(true)?;
        self.write_stream()?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    /// Writes what there is of the stream. After an error the rest is still there.
    fn write_stream(&mut self) -> io::Result<()> {
        while !self.encoder.stream().is_empty() {
            match self.writer.write(self.encoder.stream()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(len) => self.encoder.was_written(len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for BrotliWriter<W> {
    /// Takes content. Errors are those of the writer, and an [`Error`](crate::Error) where no tier can answer; what was
    /// given then has not been taken.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.write_stream() {
            Ok(()) => self.encoder.take(bytes).map_err(io::Error::from),
            Err(error) => Err(error),
        };
        match taken {
            Ok(0) => {}
            Ok(_) => self.unfinished.set(),
            // Whoever has an error knows that the stream is not whole.
            Err(_) => self.unfinished.clear(),
        }
        taken
    }

    /// Sends all content that was written so far, so that it can be decoded from the bytes that have arrived, and
    /// flushes the writer. Errors are as those of `write`; nothing is lost then, and a flush can be tried again.
    fn flush(&mut self) -> io::Result<()> {
        self.write_stream()?;
        if self.encoder.waiting() > 0 {
            self.encoder.encode(false)?;
            self.write_stream()?;
        }
        self.writer.flush()
    }
}
