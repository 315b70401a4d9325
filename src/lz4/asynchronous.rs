//! LZ4 frames from asynchronous readers, and to asynchronous writers.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kilowat_operations::ops::Lz4Last;
use tokio::io::AsyncWrite;

use super::FrameOptions;
use super::decoder::Decoder;
use super::encoder::Encoder;
use crate::decoding::asynchronous::impl_async_reader;
use crate::runtime::{Pieces, Runtime};

/// The content of LZ4 frames that an asynchronous reader gives: [`FrameReader`](super::FrameReader) for
/// asynchronous tasks, with the same content and the same errors. With the feature `tokio`.
///
/// It awaits its turn for each piece, as [`Runtime::in_turn`] does, and lets the other tasks of its
/// thread go on between two. A read that is given up loses nothing.
///
/// ```
/// use kilowat::lz4::{AsyncFrameReader, AsyncFrameWriter, FrameOptions};
/// use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let runtime = kilowat::Runtime::new();
/// let mut writer = AsyncFrameWriter::new(&runtime, Vec::new(), &FrameOptions::new());
/// writer.write_all(b"watt by watt").await?;
/// let frame = writer.finish().await?;
///
/// let mut content = String::new();
/// let mut reader = AsyncFrameReader::new(&runtime, &frame[..]);
/// reader.read_to_string(&mut content).await?;
/// assert_eq!(content, "watt by watt");
/// # Ok(())
/// # }
/// ```
pub struct AsyncFrameReader<R> {
    reader: R,
    decoder: Decoder,
    pieces: Pieces,
}

impl<R> AsyncFrameReader<R> {
    /// A reader of the content of frames. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        Self {
            reader,
            decoder: Decoder::new(runtime),
            pieces: Pieces::new(runtime),
        }
    }

    /// As [`FrameReader::content_size`](super::FrameReader::content_size).
    #[must_use]
    pub fn content_size(&self) -> Option<u64> {
        self.decoder.state.content_size()
    }
}

impl_async_reader!(AsyncFrameReader);

/// Makes an LZ4 frame of what is written to it, for an asynchronous writer:
/// [`FrameWriter`](super::FrameWriter) for asynchronous tasks, which makes the same frame. With the
/// feature `tokio`; an example is at [`AsyncFrameReader`].
///
/// It awaits its turn for each piece, as [`Runtime::in_turn`] does, and lets the other tasks of its
/// thread go on between two. A write that is given up has not been taken, and a flush or an end that is
/// given up can be asked for again.
///
/// The frame has its end from [`finish`](Self::finish), or from the writer's
/// [shutdown](AsyncWrite::poll_shutdown), after which nothing can be written to it.
#[must_use = "a frame has its end from `finish`"]
pub struct AsyncFrameWriter<W> {
    writer: W,
    encoder: Encoder,
    pieces: Pieces,
    has_ended: bool,
}

impl<W> AsyncFrameWriter<W> {
    /// Begins a frame.
    pub fn new(runtime: &Runtime, writer: W, options: &FrameOptions) -> Self {
        Self {
            writer,
            encoder: Encoder::new(runtime, options),
            pieces: Pieces::new(runtime),
            has_ended: false,
        }
    }

    /// The writer that the frame goes to.
    pub fn get_ref(&self) -> &W {
        &self.writer
    }

    /// Gives the writer back that the frame goes to, and the frame up, unless it has ended: it stays cut
    /// short.
    pub fn into_inner(mut self) -> W {
        self.encoder.give_up();
        self.writer
    }
}

impl<W: AsyncWrite + Unpin> AsyncFrameWriter<W> {
    /// Ends the frame, and gives the writer back.
    ///
    /// # Errors
    /// As of [`FrameWriter::finish`](super::FrameWriter::finish).
    pub async fn finish(mut self) -> io::Result<W> {
        self.encoder.give_up();
        poll_fn(|context| self.poll_finish(context)).await?;
        poll_fn(|context| Pin::new(&mut self.writer).poll_flush(context)).await?;
        Ok(self.writer)
    }

    fn poll_finish(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_frame(context))?;
        if !self.has_ended {
            ready!(self.poll_encode(context, Lz4Last::Finish))?;
            self.has_ended = true;
            self.encoder.give_up();
        }
        self.poll_write_frame(context)
    }

    fn poll_encode(&mut self, context: &mut Context<'_>, last: Lz4Last) -> Poll<io::Result<()>> {
        let Self {
            encoder, pieces, ..
        } = self;
        let bytes = encoder.new_content_len();
        let encoded = ready!(pieces.poll_work(context, bytes, || encoder.encode(last)));
        Poll::Ready(encoded.map_err(Into::into))
    }

    /// Takes as much content as makes a step at most.
    fn poll_take(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.has_ended {
            let error = "the frame has ended";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, error)));
        }
        ready!(self.poll_write_frame(context))?;
        let Self {
            encoder, pieces, ..
        } = self;
        let bytes = encoder.fitting(bytes);
        if encoder.makes_a_step(bytes) {
            let len = encoder.new_content_len() + bytes.len();
            ready!(pieces.poll_work(context, len, || encoder.take(bytes)))?;
        } else {
            encoder.take(bytes)?;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_frame(context))?;
        if !self.has_ended && self.encoder.new_content_len() > 0 {
            ready!(self.poll_encode(context, Lz4Last::Flush))?;
            ready!(self.poll_write_frame(context))?;
        }
        Pin::new(&mut self.writer).poll_flush(context)
    }

    /// Writes what there is of the frame. After an error the rest is still there.
    fn poll_write_frame(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.encoder.frame().is_empty() {
            let writer = Pin::new(&mut self.writer);
            match ready!(writer.poll_write(context, self.encoder.frame()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                len => self.encoder.was_written(len),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Whoever has an error knows that the frame is not whole.
    fn known<T>(&mut self, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(outcome, Poll::Ready(Err(_))) {
            self.encoder.give_up();
        }
        outcome
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for AsyncFrameWriter<W> {
    /// Takes content; the errors are those of [`FrameWriter`](super::FrameWriter).
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let taken = this.poll_take(context, bytes);
        this.known(taken)
    }

    /// Ends a block, so that all content that was written so far can be decoded from what the writer has
    /// been given, and flushes the writer.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let sent = this.poll_send(context);
        this.known(sent)
    }

    /// Ends the frame, and shuts the writer down.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let ended = this.poll_finish(context);
        ready!(this.known(ended))?;
        Pin::new(&mut this.writer).poll_shutdown(context)
    }
}

/// Says where it is, and nothing of the content.
impl<W> fmt::Debug for AsyncFrameWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AsyncFrameWriter")
            .field("state", &self.encoder.state)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}
