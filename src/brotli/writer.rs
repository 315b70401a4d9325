//! Streams written to any writer.

use std::io::Write;
use std::num::NonZero;

use super::BrotliOptions;
use crate::encoding::{Encoder, impl_writer};
use crate::runtime::Runtime;
use crate::unfinished::Unfinished;

/// Makes a Brotli stream (RFC 7932) of what is written to it, in bounded memory: that of a window or 1 MiB, whichever
/// is more, twice. A stream that has begun is ended whatever happens to the tiers: while none of them can answer,
/// content is stored as it is, with a warning of [`tracing`].
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
    encoder: Encoder<BrotliOptions>,
    unfinished: Unfinished,
}

impl_writer!(BrotliWriter);

impl<W: Write> BrotliWriter<W> {
    /// Begins a stream.
    pub fn new(runtime: &Runtime, writer: W, options: impl Into<BrotliOptions>) -> Self {
        Self::parallel(runtime, writer, options, NonZero::<usize>::MIN)
    }

    /// Begins a stream of which so many threads make pieces at the same time, as long as the window or 1 MiB, whichever
    /// is more. It is the same stream as that of one thread, where no tier fails; with several, each takes a piece of
    /// content, or 2 MiB.
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
}
