//! What writers of streams have in common.

use std::io::{self, ErrorKind, Write};

use super::{Encoder, Format};

/// What a writer does besides being made, whose fields are the `writer` that its stream goes to, an `encoder`, and
/// whether it is `unfinished`.
macro_rules! impl_writer {
    ($name:ident) => {
        /// Says nothing of the content.
        impl<W> std::fmt::Debug for $name<W> {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .debug_struct(stringify!($name))
                    .finish_non_exhaustive()
            }
        }

        impl<W: std::io::Write> $name<W> {
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
            /// Those of the writer, and an [`Error`](crate::Error) where no tier can answer and the stream has not
            /// begun.
            pub fn finish(mut self) -> std::io::Result<W> {
                self.unfinished.clear();
                $crate::encoding::write_stream(&mut self.writer, &mut self.encoder)?;
                self.encoder.encode(true)?;
                $crate::encoding::write_stream(&mut self.writer, &mut self.encoder)?;
                self.writer.flush()?;
                Ok(self.writer)
            }
        }

        impl<W: std::io::Write> std::io::Write for $name<W> {
            /// Takes content. Errors are those of the writer, and an [`Error`](crate::Error) where no tier can
            /// answer and the stream has not begun; what was given then has not been taken.
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                let taken = $crate::encoding::write_stream(&mut self.writer, &mut self.encoder)
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
            fn flush(&mut self) -> std::io::Result<()> {
                $crate::encoding::write_stream(&mut self.writer, &mut self.encoder)?;
                if self.encoder.waiting() > 0 {
                    self.encoder.encode(false)?;
                    $crate::encoding::write_stream(&mut self.writer, &mut self.encoder)?;
                }
                self.writer.flush()
            }
        }
    };
}

pub(crate) use impl_writer;

/// Writes what there is of a stream. After an error the rest is still there.
pub(crate) fn write_stream<F: Format>(
    writer: &mut impl Write,
    encoder: &mut Encoder<F>,
) -> io::Result<()> {
    while !encoder.stream().is_empty() {
        match writer.write(encoder.stream()) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(len) => encoder.was_written(len),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
