//! Bytes on their way to base64 or hexadecimal digits, whoever takes the text.

use std::fmt;
use std::io::{self, Write};

use kilowat_operations::ops::{Base64Encode, HexEncode, Refusal};

use super::{Base64, HexCase, THREES};
use crate::runtime::{Error, Runtime};
use crate::semaphore::message_is_over;
use crate::unfinished::Unfinished;

/// What is said of a text without an end.
const CUT_SHORT: &str = "an encoded text is cut short: its writer was dropped without `finish`";

/// What bytes become.
#[derive(Debug, Clone, Copy)]
enum Form {
    Base64(Base64),
    Hex(HexCase),
}

impl Form {
    /// The text of bytes, which is complete: with padding, if there is to be any.
    fn encode(self, runtime: &Runtime, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Self::Base64(variant) => {
                let _series = runtime.piece::<Base64Encode>(bytes.len());
                let (url_safe, unpadded) = (variant.is_url_safe(), variant.is_unpadded());
                let capacity = bytes.len().div_ceil(3) * 4;
                let input = (bytes, url_safe, unpadded, capacity);
                Ok(runtime
                    .run_operation::<Base64Encode>(input)?
                    .map_err(Refusal::from)?)
            }
            Self::Hex(case) => {
                let _series = runtime.piece::<HexEncode>(bytes.len());
                let upper = case == HexCase::Upper;
                let input = (bytes, upper, 2 * bytes.len());
                Ok(runtime
                    .run_operation::<HexEncode>(input)?
                    .map_err(Refusal::from)?)
            }
        }
    }

    /// How many bytes become whole symbols.
    fn unit(self) -> usize {
        match self {
            Self::Base64(_) => 3,
            Self::Hex(_) => 1,
        }
    }
}

/// What the writers have in common.
struct Encoder {
    runtime: Runtime,
    form: Form,
    unfinished: Unfinished,
    /// What was taken and is not encoded yet: less than a piece.
    content: Vec<u8>,
    /// The text that was made; from `written` on it is still to be written.
    text: Vec<u8>,
    written: usize,
}

impl Encoder {
    fn new(runtime: &Runtime, form: Form) -> Self {
        Self {
            runtime: runtime.clone(),
            form,
            unfinished: Unfinished::new(CUT_SHORT),
            content: Vec::new(),
            text: Vec::new(),
            written: 0,
        }
    }

    /// Takes what fits into a piece, and encodes a piece that is full. The text has to be written.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer; then nothing has been taken.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        let before = self.content.len();
        let fitting = &bytes[..bytes.len().min(THREES - before)];
        if fitting.len() == THREES {
            // Nothing is left from before, so that nothing need be copied.
            self.set_text(self.form.encode(&self.runtime, fitting)?);
        } else {
            self.content.extend(fitting);
            if self.content.len() == THREES
                && let Err(error) = self.encode(THREES)
            {
                self.content.truncate(before);
                return Err(error);
            }
        }
        if !fitting.is_empty() {
            self.unfinished.set();
        }
        Ok(fitting.len())
    }

    /// Encodes so many bytes of what was taken.
    fn encode(&mut self, len: usize) -> Result<(), Error> {
        if len > 0 {
            self.set_text(self.form.encode(&self.runtime, &self.content[..len])?);
            self.content.drain(..len);
        }
        Ok(())
    }

    fn set_text(&mut self, text: Vec<u8>) {
        self.text = text;
        self.written = 0;
    }

    /// Writes what there is of the text. After an error the rest is still there.
    fn write_text(&mut self, writer: &mut impl Write) -> io::Result<()> {
        while self.written < self.text.len() {
            match writer.write(&self.text[self.written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(len) => self.written += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn write(&mut self, writer: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
        self.write_text(writer)?;
        Ok(self.take(bytes)?)
    }

    /// Sends all that makes whole symbols.
    fn send(&mut self, writer: &mut impl Write) -> io::Result<()> {
        self.write_text(writer)?;
        let whole = self.content.len() / self.form.unit() * self.form.unit();
        self.encode(whole)?;
        self.write_text(writer)?;
        writer.flush()
    }

    fn finish(&mut self, writer: &mut impl Write) -> io::Result<()> {
        self.write_text(writer)?;
        self.encode(self.content.len())?;
        message_is_over();
        self.write_text(writer)?;
        writer.flush()
    }
}

/// A writer's type, with what it has besides its documentation.
macro_rules! encoder {
    ($(#[$doc:meta])* $name:ident, $form:ident of $argument:ident: $kind:ty, $new:literal) => {
        $(#[$doc])*
        #[must_use = "a text has its end from `finish`"]
        pub struct $name<W> {
            writer: W,
            encoder: Encoder,
        }

        impl<W: Write> $name<W> {
            #[doc = $new]
            pub fn new(runtime: &Runtime, writer: W, $argument: $kind) -> Self {
                let encoder = Encoder::new(runtime, Form::$form($argument));
                Self { writer, encoder }
            }

            /// The writer that the text goes to.
            pub fn get_ref(&self) -> &W {
                &self.writer
            }

            /// The same to be changed. What is written to it directly comes into the middle of the text.
            pub fn get_mut(&mut self) -> &mut W {
                &mut self.writer
            }

            /// Gives the writer back that the text goes to, and the text up: it stays cut short.
            pub fn into_inner(mut self) -> W {
                self.encoder.unfinished.clear();
                self.writer
            }

            /// Ends the text, and gives the writer back, flushed.
            ///
            /// # Errors
            /// Those of the writer, and an [`Error`] where no tier can answer.
            pub fn finish(mut self) -> io::Result<W> {
                self.encoder.unfinished.clear();
                self.encoder.finish(&mut self.writer)?;
                Ok(self.writer)
            }
        }

        impl<W: Write> Write for $name<W> {
            /// Takes bytes. Errors are those of the writer, and an [`Error`] where no tier can answer; what
            /// was given then has not been taken.
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = self.encoder.write(&mut self.writer, bytes);
                // Whoever has an error knows that the text is not whole.
                if taken.is_err() {
                    self.encoder.unfinished.clear();
                }
                taken
            }

            /// Writes the symbols of all bytes so far that make whole ones, and flushes the writer. Nothing
            /// is lost where that fails, and it can be tried again.
            fn flush(&mut self) -> io::Result<()> {
                let sent = self.encoder.send(&mut self.writer);
                if sent.is_err() {
                    self.encoder.unfinished.clear();
                }
                sent
            }
        }

        /// Says nothing of the bytes.
        impl<W> fmt::Debug for $name<W> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct(stringify!($name))
                    .field("form", &self.encoder.form)
                    .finish_non_exhaustive()
            }
        }
    };
}

encoder! {
    /// Writes the base64 (RFC 4648) of what is written to it, in bounded memory: less than a mebibyte. It is
    /// the text that [`Runtime::base64_encode`] makes of all of it, and has no line breaks.
    ///
    /// Three bytes make four symbols: up to two of the last bytes wait for more, or for
    /// [`finish`](Self::finish). Without that the text is cut short. A writer that is dropped before, after
    /// something was written to it, says so in a warning of [`tracing`]; not where an error of it was
    /// returned, nor while its thread panics. [`into_inner`](Self::into_inner) gives a text up on purpose.
    ///
    /// ```
    /// use std::io::Write as _;
    /// use kilowat::text::{Base64, Base64Encoder};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut encoder = Base64Encoder::new(&runtime, Vec::new(), Base64::Standard);
    /// write!(encoder, "watt by {}", "watt")?;
    /// assert_eq!(encoder.finish()?, b"d2F0dCBieSB3YXR0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// It owns a share of its runtime, so that it can go to another thread.
    Base64Encoder, Base64 of variant: Base64, "Begins a text."
}

encoder! {
    /// Writes the hexadecimal digits (RFC 4648, section 8) of what is written to it, in bounded memory: less
    /// than a mebibyte. They are those that [`Runtime::hex_encode`] makes of all of it, without line breaks.
    ///
    /// Bytes are gathered until they are a piece: the last of them wait for [`flush`](Write::flush) or
    /// [`finish`](Self::finish). A writer that is dropped before, after something was written to it, says so
    /// in a warning of [`tracing`]; as [`Base64Encoder`].
    ///
    /// ```
    /// use std::io::Write as _;
    /// use kilowat::text::{HexCase, HexEncoder};
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut encoder = HexEncoder::new(&runtime, Vec::new(), HexCase::Lower);
    /// write!(encoder, "kilo")?;
    /// assert_eq!(encoder.finish()?, b"6b696c6f");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    HexEncoder, Hex of case: HexCase, "Begins a text, with letters of one case."
}
