//! Compressed streams written to any writer.

use std::io::Write;
use std::num::NonZero;

use super::container::Contained;
use super::{GzipHeader, Level};
use crate::encoding::{Encoder, impl_writer};
use crate::runtime::Runtime;
use crate::unfinished::Unfinished;

/// A writer's type, with what it has besides its documentation.
macro_rules! writer {
    ($(#[$doc:meta])* $name:ident of $new:ident, $cut_short:literal) => {
        $(#[$doc])*
        #[must_use = "a stream has its end from `finish`"]
        pub struct $name<W> {
            writer: W,
            encoder: Encoder<Contained>,
            unfinished: Unfinished,
        }

        impl_writer!($name);

        impl<W: Write> $name<W> {
            /// Begins a stream.
            pub fn new(runtime: &Runtime, writer: W, level: Level) -> Self {
                Self::parallel(runtime, writer, level, NonZero::<usize>::MIN)
            }

            /// Begins a stream of which so many threads make pieces of 256 KiB at the same time. It is the same stream
            /// as that of one thread, where no tier fails; with several, each takes 2 MiB of content.
            pub fn parallel(
                runtime: &Runtime,
                writer: W,
                level: Level,
                threads: NonZero<usize>,
            ) -> Self {
                Self {
                    writer,
                    encoder: Encoder::new(runtime, Contained::$new(level), threads),
                    unfinished: Unfinished::new($cut_short),
                }
            }
        }
    };
}

writer! {
    /// Makes a gzip file (RFC 1952) of what is written to it, in bounded memory.
    ///
    /// A file that has begun is ended whatever happens to the tiers: while none of them can answer, content is
    /// stored as it is, with a warning of [`tracing`].
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
    GzipWriter of gzip, "a gzip file is cut short: its writer was dropped without `finish`"
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
            encoder: Encoder::new(runtime, Contained::gzip_with(header, level), threads),
            ..Self::new(runtime, writer, level)
        }
    }
}

writer! {
    /// Makes a zlib stream (RFC 1950) of what is written to it, in bounded memory; as [`GzipWriter`] does.
    ZlibWriter of zlib, "a zlib stream is cut short: its writer was dropped without `finish`"
}
