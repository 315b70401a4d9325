//! Pieces of Brotli streams.

use kilowat_operations::ops::{BrotliCompress, Refusal};

use super::BrotliOptions;
use crate::encoding::Format;
use crate::runtime::{Error, PIECE, Runtime};

/// What is compressed at once, at least.
const LEAST_PIECE: usize = 4 * PIECE;

/// The most bytes of a metablock whose length has four digits of four bits (RFC 7932, section 9.2).
const LONGEST_STORED: usize = 1 << 16;

/// A metablock that is empty and the last one.
const END: u8 = 3;

impl Format for BrotliOptions {
    type Operation = BrotliCompress;

    /// It is as long as the window, so that not much more is looked through for what may be copied than is compressed.
    fn piece_len(&self) -> usize {
        self.window.len().max(LEAST_PIECE)
    }

    fn longest_piece_len(&self) -> usize {
        self.piece_len()
    }

    fn window(&self) -> usize {
        self.window.len()
    }

    /// The first piece says how wide the window is.
    fn header(&self) -> Vec<u8> {
        Vec::new()
    }

    fn piece(
        &self,
        runtime: &Runtime,
        bytes: &[u8],
        history: usize,
        is_last: bool,
    ) -> Result<Vec<u8>, Error> {
        let capacity = BrotliCompress::bound(bytes.len() - history);
        let [quality, window, mode] = [
            self.quality.number(),
            self.window.bits(),
            self.mode.number(),
        ];
        let input = (bytes, history, quality, window, mode, !is_last, capacity);
        let stream = runtime.run_operation::<BrotliCompress>(input)?;
        Ok(stream.map_err(Refusal::from)?)
    }

    fn stored(&self, bytes: &[u8], is_last: bool) -> Vec<u8> {
        let mut stream = Vec::with_capacity(bytes.len() + 3 * (1 + bytes.len() / LONGEST_STORED));
        for block in bytes.chunks(LONGEST_STORED) {
            // It is not the last one, its length has four digits, and it is not compressed.
            let header = (block.len() as u32 - 1) << 3 | 1 << 19;
            stream.extend(&header.to_le_bytes()[..3]);
            stream.extend(block);
        }
        if is_last {
            stream.push(END);
        }
        stream
    }
}
