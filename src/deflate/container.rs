//! Deflate streams and what stands around them, as they are made.

use kilowat_operations::ops::{self, Deflate, Refusal};

use super::{GzipHeader, Level, stored};
use crate::encoding::Format;
use crate::runtime::{Error, PIECE, Runtime};

/// What is compressed at once where it is all there.
const ONE_CALL: usize = 4 * PIECE;

/// What stands around a stream.
enum Container {
    Raw,
    Zlib,
    /// With this header, encoded.
    Gzip(Vec<u8>),
}

/// A stream of some level in a container.
pub(super) struct Contained {
    container: Container,
    level: Level,
}

impl Contained {
    pub(super) fn raw(level: Level) -> Self {
        let container = Container::Raw;
        Self { container, level }
    }

    pub(super) fn zlib(level: Level) -> Self {
        let container = Container::Zlib;
        Self { container, level }
    }

    /// A gzip file whose header says nothing of its content.
    pub(super) fn gzip(level: Level) -> Self {
        Self::gzip_with(&GzipHeader::new(), level)
    }

    pub(super) fn gzip_with(header: &GzipHeader, level: Level) -> Self {
        let container = Container::Gzip(header.encode(level));
        Self { container, level }
    }
}

impl Format for Contained {
    type Operation = Deflate;

    fn piece_len(&self) -> usize {
        PIECE
    }

    fn longest_piece_len(&self) -> usize {
        ONE_CALL
    }

    fn window(&self) -> usize {
        Deflate::WINDOW
    }

    fn header(&self) -> Vec<u8> {
        match &self.container {
            Container::Raw => Vec::new(),
            // A window of 32 KiB; the level, roughly; and what makes it a multiple of 31.
            Container::Zlib => vec![
                0x78,
                match self.level.number() {
                    0 | 1 => 0x01,
                    2..=5 => 0x5e,
                    6 => 0x9c,
                    _ => 0xda,
                },
            ],
            Container::Gzip(header) => header.clone(),
        }
    }

    fn piece(
        &self,
        runtime: &Runtime,
        bytes: &[u8],
        history: usize,
        is_last: bool,
    ) -> Result<Vec<u8>, Error> {
        let capacity = Deflate::bound(bytes.len() - history);
        let input = (bytes, history, self.level.number(), !is_last, capacity);
        let blocks = runtime.run_operation::<Deflate>(input)?;
        Ok(blocks.map_err(Refusal::from)?)
    }

    fn stored(&self, bytes: &[u8], is_last: bool) -> Vec<u8> {
        stored::blocks(bytes, is_last)
    }

    fn empty_sum(&self) -> u32 {
        match self.container {
            Container::Raw | Container::Gzip(_) => ops::Crc32::EMPTY,
            Container::Zlib => ops::Adler32::EMPTY,
        }
    }

    fn sum(&self, runtime: &Runtime, sum: u32, bytes: &[u8]) -> Result<u32, Error> {
        match self.container {
            Container::Raw => Ok(sum),
            Container::Zlib => runtime.adler32_update(sum, bytes),
            Container::Gzip(_) => runtime.crc32_update(sum, bytes),
        }
    }

    fn sum_by_host(&self, sum: u32, bytes: &[u8]) -> u32 {
        match self.container {
            Container::Raw => sum,
            Container::Zlib => stored::adler32(sum, bytes),
            Container::Gzip(_) => stored::crc32(sum, bytes),
        }
    }

    fn trailer(&self, sum: u32, len: u64) -> Vec<u8> {
        match self.container {
            Container::Raw => Vec::new(),
            Container::Zlib => sum.to_be_bytes().to_vec(),
            // The length without the bits over 32.
            Container::Gzip(_) => [sum.to_le_bytes(), (len as u32).to_le_bytes()].concat(),
        }
    }
}
