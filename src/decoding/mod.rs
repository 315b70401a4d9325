//! Compressed streams on their way from a source to their content, whoever reads the source.

#[cfg(feature = "tokio")]
pub(crate) mod asynchronous;
#[cfg(any(feature = "brotli", feature = "deflate"))]
mod decoder;
mod reader;

#[cfg(any(feature = "brotli", feature = "deflate"))]
pub(crate) use decoder::{Decoder, Outcome, Piece, Stop, Stream};
pub(crate) use reader::{impl_reader, read_to_limit};

use std::io::{self, Read};

use crate::runtime::Error;

/// What is between a source and its content.
pub(crate) trait Decode {
    /// How many bytes of the source have been taken in.
    fn offset(&self) -> u64;

    /// What is wrong behind the content.
    fn error(&self) -> Option<&Error>;

    /// How many bytes of the source there are that have not been taken in.
    fn available(&self) -> usize;

    /// What is to be done next.
    ///
    /// # Errors
    /// What is wrong with the stream. It stays.
    fn next(&mut self) -> Result<Next, Error>;

    /// The content that is there.
    fn content(&self) -> &[u8];

    /// So much of it was given.
    fn consume(&mut self, len: usize);

    /// Where more of the source is read to.
    fn space(&mut self) -> &mut [u8];

    /// So much was read there; nothing at the end of the source.
    fn was_read(&mut self, len: usize);

    /// Takes what is there.
    fn step(&mut self);
}

/// What is to be done next.
pub(crate) enum Next {
    /// To give [content](Decode::content), of which there is none at the end.
    Give,
    /// To read more of the source into the [space](Decode::space) for it.
    Read,
    /// To take a [step](Decode::step).
    Step,
}

/// Makes sure that there is content to be given, unless there is no more.
pub(crate) fn advance(decoder: &mut impl Decode, reader: &mut impl Read) -> io::Result<()> {
    loop {
        match decoder.next()? {
            Next::Give => return Ok(()),
            Next::Step => decoder.step(),
            Next::Read => match reader.read(decoder.space()) {
                Ok(len) => decoder.was_read(len),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            },
        }
    }
}
