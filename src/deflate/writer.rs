//! Compressed streams written to any writer.

use std::fmt;
use std::io::{self, Write};
use std::num::NonZero;

use super::encoder::{Container, Encoder};
use super::{GzipHeader, Level};
use crate::runtime::Runtime;
use crate::unfinished::Unfinished;

/// A writer's type, with what it has besides its documentation.
macro_rules! writer {
    ($(#[$doc:meta])* $name:ident of $container:ident, $cut_short:literal) => {
        $(#[$doc])*
        #[must_use = "a stream has its end from `finish`"]
        pub struct $name<W> {
            writer: W,
            encoder: Encoder,
            unfinished: Unfinished,
        }

        /// Says nothing of the content.
        impl<W> fmt::Debug for $name<W> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }

        impl<W: Write> $name<W> {
            /// Begins a stream.
            pub fn new(runtime: &Runtime, writer: W, level: Level) -> Self {
                Self::parallel(runtime, writer, level, NonZero::<usize>::MIN)
            }

            /// Begins a stream of which so many threads make pieces of 256 KiB at the same time. It is the same stream
            /// as that of one thread, where no tier fails; each thread more takes 256 KiB of content more.
            pub fn parallel(
                runtime: &Runtime,
                writer: W,
                level: Level,
                threads: NonZero<usize>,
            ) -> Self {
                Self {
                    writer,
                    encoder: Encoder::new(runtime, Container::$container, level, threads),
                    unfinished: Unfinished::new($cut_short),
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
                write_stream(&mut self.writer, &mut self.encoder)?;
                self.encoder.encode(true)?;
                write_stream(&mut self.writer, &mut self.encoder)?;
                self.writer.flush()?;
                Ok(self.writer)
            }
        }

        impl<W: Write> Write for $name<W> {
            /// Takes content. Errors are those of the writer, and an [`Error`](crate::Error) where no tier can
            /// answer; what was given then has not been taken.
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = write_stream(&mut self.writer, &mut self.encoder)
                    .and_then(|()| Ok(self.encoder.take(bytes)?));
                match taken {
                    Ok(0) => {}
                    Ok(_) => self.unfinished.set(),
                    // Whoever has an error knows that the stream is not whole.
                    Err(_) => self.unfinished.clear(),
                }
                taken
            }

            /// Sends all content that was written so far, so that it can be decoded from the bytes that have
            /// arrived, and flushes the writer. Errors are as those of `write`; nothing is lost then, and a
            /// flush can be tried again.
            fn flush(&mut self) -> io::Result<()> {
                write_stream(&mut self.writer, &mut self.encoder)?;
                if self.encoder.waiting() > 0 {
                    self.encoder.encode(false)?;
                    write_stream(&mut self.writer, &mut self.encoder)?;
                }
                self.writer.flush()
            }
        }
    };
}

writer! {
    /// Makes a gzip file (RFC 1952) of what is written to it, in bounded memory.
    ///
    /// [`flush`](Write::flush) costs some five bytes, and what follows in short pieces compresses less. A file
    /// has an end: without [`finish`](Self::finish) it is cut short. A writer that is dropped before, after
    /// content was written to it, says so in a warning of [`tracing`].
    ///
    /// ```
    /// use std::io::Write as _;
    /// use kilowat::deflate::{GzipWriter, Level};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut writer = GzipWriter::new(&runtime, Vec::new(), Level::DEFAULT);
    /// writer.write_all(b"watt by watt")?;
    /// let file = writer.finish()?;
    /// assert_eq!(file, runtime.gzip(b"watt by watt", Level::DEFAULT)?);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    GzipWriter of Gzip, "a gzip file is cut short: its writer was dropped without `finish`"
}

impl<W: Write> GzipWriter<W> {
    /// Begins a file whose header says something of its content; otherwise as [`parallel`](Self::parallel).
    ///
    /// ```
    /// use std::io::{Read as _, Write as _};
    /// use std::num::NonZero;
    /// use kilowat::deflate::{GzipHeader, GzipReader, GzipWriter, Level};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let header = GzipHeader::new().with_name(b"watt.txt");
    /// let (level, threads) = (Level::DEFAULT, NonZero::<usize>::MIN);
    /// let mut writer = GzipWriter::with_header(&runtime, Vec::new(), &header, level, threads);
    /// writer.write_all(b"watt by watt")?;
    /// let file = writer.finish()?;
    ///
    /// let mut reader = GzipReader::new(&runtime, &*file);
    /// reader.read_to_end(&mut Vec::new())?;
    /// assert_eq!(reader.header(), Some(&header));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_header(
        runtime: &Runtime,
        writer: W,
        header: &GzipHeader,
        level: Level,
        threads: NonZero<usize>,
    ) -> Self {
        Self {
            encoder: Encoder::gzip(runtime, header, level, threads),
            ..Self::new(runtime, writer, level)
        }
    }
}

writer! {
    /// Makes a zlib stream (RFC 1950) of what is written to it, in bounded memory; as [`GzipWriter`] does.
    ZlibWriter of Zlib, "a zlib stream is cut short: its writer was dropped without `finish`"
}

/// Writes what there is of the stream. After an error the rest is still there.
fn write_stream(writer: &mut impl Write, encoder: &mut Encoder) -> io::Result<()> {
    while !encoder.stream().is_empty() {
        match writer.write(encoder.stream()) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(len) => encoder.was_written(len),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
