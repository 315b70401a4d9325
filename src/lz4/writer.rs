//! LZ4 frames written to any writer.

use std::fmt;
use std::io::{self, Write};

use kilowat_operations::ops::Lz4Last;

use super::FrameOptions;
use super::encoder::Encoder;
use crate::runtime::Runtime;

/// Makes an LZ4 frame of what is written to it, in bounded memory: a few blocks, or a few times 256 KiB
/// where they are shorter. The frame is the same as [`Runtime::lz4_frame_compress`] makes on the same tier,
/// where nothing is flushed before its end.
///
/// A frame that has begun is ended whatever happens to the tiers: while none of them can answer, content is
/// stored as it is, with a warning of [`tracing`].
///
/// [`flush`](Write::flush) sends all that was written so far, so that a reader can decode it from the
/// bytes that have arrived. For that a block ends early: each flush costs up to 8 bytes of framing, and
/// content in short blocks compresses less, above all in independent ones. Where nothing was written
/// since the last flush, the frame does not change.
///
/// A frame has an end: without [`finish`](Self::finish) it is cut short, and readers refuse it. A writer
/// that is dropped before, after content was written to it, says so in a warning of [`tracing`]; not
/// where an error of it was returned, nor while its thread panics. [`into_inner`](Self::into_inner) gives
/// a frame up on purpose.
///
/// It owns a share of its runtime, so that it can go to another thread.
///
/// ```
/// use std::io::{Read as _, Write as _};
/// use kilowat::lz4::{FrameOptions, FrameReader, FrameWriter};
///
/// let runtime = kilowat::Runtime::new();
/// let mut writer = FrameWriter::new(&runtime, Vec::new(), &FrameOptions::new());
/// writer.write_all(b"watt by watt")?;
/// let frame = writer.finish()?;
///
/// let mut content = String::new();
/// FrameReader::new(&runtime, &frame[..]).read_to_string(&mut content)?;
/// assert_eq!(content, "watt by watt");
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "a frame has its end from `finish`"]
pub struct FrameWriter<W> {
    writer: W,
    encoder: Encoder,
}

/// Says where it is, and nothing of the content.
impl<W> fmt::Debug for FrameWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FrameWriter")
            .field("state", &self.encoder.state)
            .finish_non_exhaustive()
    }
}

impl<W: Write> FrameWriter<W> {
    /// Begins a frame.
    pub fn new(runtime: &Runtime, writer: W, options: &FrameOptions) -> Self {
        let encoder = Encoder::new(runtime, options);
        Self { writer, encoder }
    }

    /// The writer that the frame goes to.
    pub fn get_ref(&self) -> &W {
        &self.writer
    }

    /// The same to be changed. What is written to it directly comes into the middle of the frame.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Gives the writer back that the frame goes to, and the frame up: it stays cut short.
    pub fn into_inner(mut self) -> W {
        self.encoder.give_up();
        self.writer
    }

    /// Ends the frame, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer, an [`Error`](crate::Error) where no tier can answer, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) with
    /// [`Lz4ContentSize`](crate::Error::Lz4ContentSize) where the options have a content size, and it
    /// is another than the content's.
    pub fn finish(mut self) -> io::Result<W> {
        self.encoder.give_up();
        self.write_frame()?;
        self.encoder.encode(Lz4Last::Finish)?;
        self.write_frame()?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    /// Takes content.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_frame()?;
        let bytes = self.encoder.fitting(bytes);
        self.encoder.take(bytes)?;
        Ok(bytes.len())
    }

    /// Sends all content that was taken.
    fn send(&mut self) -> io::Result<()> {
        self.write_frame()?;
        if self.encoder.new_content_len() > 0 {
            self.encoder.encode(Lz4Last::Flush)?;
            self.write_frame()?;
        }
        self.writer.flush()
    }

    /// Writes what there is of the frame. After an error the rest is still there.
    fn write_frame(&mut self) -> io::Result<()> {
        while !self.encoder.frame().is_empty() {
            match self.writer.write(self.encoder.frame()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(len) => self.encoder.was_written(len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for FrameWriter<W> {
    /// Takes content. Errors are those of the writer, and an [`Error`](crate::Error) where no tier can
    /// answer; what was given then has not been taken.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.take(bytes);
        // Whoever has an error knows that the frame is not whole.
        if taken.is_err() {
            self.encoder.give_up();
        }
        taken
    }

    /// Ends a block, so that all content that was written so far can be decoded from what the writer
    /// has been given, and flushes the writer. Where nothing is new, only the writer is flushed. Errors
    /// are those of the writer, and an [`Error`](crate::Error) where no tier can answer; nothing is
    /// lost then, and a flush can be tried again.
    fn flush(&mut self) -> io::Result<()> {
        let sent = self.send();
        if sent.is_err() {
            self.encoder.give_up();
        }
        sent
    }
}
