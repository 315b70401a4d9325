//! Streams read from any reader.

use std::io::Read;

use super::decoder::Reading;
use crate::decoding::{Decoder, impl_reader};
use crate::limit::Limit;
use crate::runtime::Runtime;

/// The content of a Brotli stream that a reader gives (RFC 7932). Nothing may follow it.
///
/// It takes bounded memory, whatever the length of the content: a few times the window that the stream asks for, which
/// has 16 MiB at most. With each piece that the source gives the window is copied, so that of a large one many bytes at a
/// time are better than few. What was read before damage is given first. Then an error says what is wrong and where: of kind
/// [`InvalidData`](std::io::ErrorKind::InvalidData), or [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) where the
/// source is cut short, with an [`Error::Input`](crate::Error::Input) inside. An error stays.
///
/// It owns a share of its runtime, so that it can go to another thread.
///
/// ```
/// use std::io::Read as _;
/// use kilowat::Error;
/// use kilowat::brotli::{BrotliError, BrotliFault, BrotliReader};
///
/// let runtime = kilowat::Runtime::new();
/// let mut content = String::new();
/// let mut reader = BrotliReader::new(&runtime, &b"\x30\x00\x10watt"[..]);
/// let error = reader.read_to_string(&mut content).unwrap_err();
/// assert_eq!(content, "watt");
/// let Error::Input(refusal) = error.downcast()? else {
///     panic!("its last metablock is missing");
/// };
/// let detail: &BrotliError = refusal.detail().unwrap();
/// assert_eq!((detail.offset, detail.fault), (7, BrotliFault::Ends));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct BrotliReader<R> {
    reader: R,
    decoder: Decoder<Reading>,
}

impl<R: Read> BrotliReader<R> {
    /// A reader of the content, which may have 2^63 bytes and more. The other reader needs no buffer.
    pub fn new(runtime: &Runtime, reader: R) -> Self {
        Self::with_limit(runtime, reader, Limit::bytes(usize::MAX))
    }

    /// A reader of so much content at most. What is longer is an error behind that.
    pub fn with_limit(runtime: &Runtime, reader: R, limit: Limit) -> Self {
        let decoder = Decoder::new(runtime, Reading::default(), &[], limit.get());
        Self { reader, decoder }
    }
}

impl_reader!(BrotliReader);
