//! LZ4 frames written to any writer.

use std::io::{self, Write};
use std::{fmt, thread};

use kilowat_operations::ops::{Lz4EncoderState, Lz4FrameEncode, Lz4Last};

use super::{FrameOptions, step_len};
use crate::runtime::{Error, Runtime};
use crate::semaphore::message_is_over;

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
    runtime: Runtime,
    writer: W,
    unfinished: Unfinished,
    state: Lz4EncoderState,
    /// What blocks may refer to, and then what is in none yet.
    content: Vec<u8>,
    /// Of the frame, from `written` on still to be written.
    frame: Vec<u8>,
    written: usize,
    /// New content that makes a step.
    step_len: usize,
}

/// Warns where it is dropped while it is set. It is apart from the writer, whose parts can be moved out.
#[derive(Default)]
struct Unfinished(bool);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.0 && !thread::panicking() {
            tracing::warn!("an LZ4 frame is cut short: its writer was dropped without `finish`");
        }
    }
}

/// Says where it is, and nothing of the content.
impl<W> fmt::Debug for FrameWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FrameWriter")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl<W: Write> FrameWriter<W> {
    /// Begins a frame.
    pub fn new(runtime: &Runtime, writer: W, options: &FrameOptions) -> Self {
        Self {
            runtime: runtime.clone(),
            writer,
            unfinished: Unfinished::default(),
            state: Lz4EncoderState::new(options),
            content: Vec::new(),
            frame: Vec::new(),
            written: 0,
            step_len: step_len(options),
        }
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
        self.unfinished.0 = false;
        self.writer
    }

    /// Ends the frame, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer, an [`Error`] where no tier can answer, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) with [`Error::Lz4ContentSize`] where the options
    /// have a content size, and it is another than the content's.
    pub fn finish(mut self) -> io::Result<W> {
        self.unfinished.0 = false;
        self.write_frame()?;
        self.encode(Lz4Last::Finish)?;
        self.write_frame()?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    /// Takes content.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_frame()?;
        let full = self.state.history() + self.step_len;
        let taken = bytes.len().min(full - self.content.len());
        self.content.extend(&bytes[..taken]);
        if self.content.len() == full
            && let Err(error) = self.encode(Lz4Last::WholeBlocks)
        {
            self.content.truncate(full - taken);
            return Err(error.into());
        }
        Ok(taken)
    }

    /// Sends all content that was taken.
    fn send(&mut self) -> io::Result<()> {
        self.write_frame()?;
        if self.content.len() > self.state.history() {
            self.encode(Lz4Last::Flush)?;
            self.write_frame()?;
        }
        self.writer.flush()
    }

    /// Makes blocks of the new content, and keeps what the next ones may refer to.
    fn encode(&mut self, last: Lz4Last) -> Result<(), Error> {
        let len = self.content.len() - self.state.history();
        let series = self.runtime.piece::<Lz4FrameEncode>(len);
        let encoded = self.runtime.encode(&self.state, &self.content, last)?;
        drop(series);
        if last == Lz4Last::Finish {
            message_is_over();
        }
        let end = self.state.history() + encoded.state.consumed();
        self.content.drain(..end - encoded.state.history());
        self.state = encoded.state;
        self.frame = encoded.bytes;
        self.written = 0;
        Ok(())
    }

    /// Writes what there is of the frame. After an error the rest is still there.
    fn write_frame(&mut self) -> io::Result<()> {
        while self.written < self.frame.len() {
            match self.writer.write(&self.frame[self.written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(len) => self.written += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for FrameWriter<W> {
    /// Takes content. Errors are those of the writer, and an [`Error`] where no tier can answer; what
    /// was given then has not been taken.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.take(bytes);
        // Whoever has an error knows that the frame is not whole.
        self.unfinished.0 = match &taken {
            Ok(taken) => *taken > 0 || self.unfinished.0,
            Err(_) => false,
        };
        taken
    }

    /// Ends a block, so that all content that was written so far can be decoded from what the writer has
    /// been given, and flushes the writer. Where nothing is new, only the writer is flushed. Errors are
    /// those of the writer, and an [`Error`] where no tier can answer; nothing is lost then, and a flush
    /// can be tried again.
    fn flush(&mut self) -> io::Result<()> {
        let sent = self.send();
        if sent.is_err() {
            self.unfinished.0 = false;
        }
        sent
    }
}
