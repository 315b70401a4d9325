//! LZ4: blocks and frames, in memory and from readers to writers. Their checksum is
//! [`hash::xxh32`](Runtime::xxh32).

#[cfg(feature = "tokio")]
mod asynchronous;
mod decoder;
mod encoder;
mod functions;
mod reader;
mod writer;

use kilowat_operations::ops::{
    Lz4Compress, Lz4CompressHc, Lz4Decompress, Lz4Encoded, Lz4EncoderState, Lz4FrameCompress,
    Lz4FrameContentSize, Lz4FrameDecompress, Lz4FrameEncode, Lz4Last, Lz4Piece, Refusal,
};

#[cfg(feature = "tokio")]
pub use asynchronous::{AsyncFrameReader, AsyncFrameWriter};
pub use functions::{bound, compress, compress_hc, decompress, frame_compress, frame_decompress};
pub use kilowat_operations::ops::{
    Lz4BlockSize as BlockSize, Lz4Error, Lz4FrameFault as FrameFault,
    Lz4FrameOptions as FrameOptions, Lz4PieceError as PieceError,
};
pub use reader::FrameReader;
pub use writer::FrameWriter;

use crate::runtime::{Error, PIECE, Runtime};

/// Frames and contents up to this length are taken in one call.
const ONE_CALL: usize = 4 * PIECE;

/// No byte of a block stands for more bytes than this.
const HIGHEST_RATIO: usize = 255;

/// Why LZ4 frames could not be read, and where. Offsets count the bytes of the input from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A header, a block or an end of a frame is not as it should be.
    #[error("at byte {offset}: {fault}")]
    Damaged {
        /// Where that begins.
        offset: u64,
        /// What is wrong with it.
        fault: FrameFault,
    },
    /// The input ends where a frame does not.
    #[error("{}", where_it_ends(*offset, *end))]
    CutShort {
        /// Where the header, block or end begins that is not there as a whole.
        offset: u64,
        /// The length of the input.
        end: u64,
    },
    /// There is more content than the caller wants.
    #[error("the content is longer than the limit of {limit} bytes")]
    TooLong {
        /// How much the caller wants at most.
        limit: usize,
    },
}

fn where_it_ends(offset: u64, end: u64) -> String {
    if end == 0 {
        "the input is empty: it has no LZ4 frame".to_owned()
    } else if offset == end {
        format!("the input is cut short: it ends at byte {end}, where a frame goes on")
    } else {
        format!(
            "the input is cut short: it ends at byte {end}, within what begins at byte {offset}"
        )
    }
}

/// The content of a frame has another length than its options say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the content has {actual} bytes, and its frame was to have {declared}")]
pub struct ContentSizeError {
    /// What the options say.
    pub declared: u64,
    /// How long the content is.
    pub actual: u64,
}

impl Runtime {
    /// How long the LZ4 block of `len` bytes may be, or nothing where they are too many for a block:
    /// over `0x7e00_0000`.
    #[must_use]
    pub fn lz4_bound(len: usize) -> Option<usize> {
        (len <= Lz4Compress::LONGEST).then(|| Lz4Compress::bound(len))
    }

    /// An LZ4 block of `bytes` (LZ4 Block Format Description). The engines make the same to the byte; native
    /// code is another compressor, and makes another block of the same content. It does not say how long its content
    /// is, and has no checksum: for files and messages, [frames](Self::lz4_frame_compress) are better.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let block = runtime.lz4_compress(&[b'x'; 1_000])?;
    /// assert!(block.len() < 20);
    /// assert_eq!(runtime.lz4_decompress(&block, 1_000)?, [b'x'; 1_000]);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] with [`Lz4Error::TooLarge`] where there are more than `0x7e00_0000` bytes; the
    /// others where no tier can answer.
    pub fn lz4_compress(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let bound = Self::lz4_bound(bytes.len());
        let bound = bound.ok_or_else(|| Refusal::from(Lz4Error::TooLarge))?;
        let block = self.run_operation::<Lz4Compress>((bytes, bound))?;
        Ok(block.map_err(Refusal::from)?)
    }

    /// The same at a level: 3 to 12, from the fastest to the tightest, which make blocks as long as the levels of the
    /// tool `lz4` do. What is below 3 counts as 3, what is above 12 as 12. Native code has no levels.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let text = "a swarm of agents, and one of them, and all of them. ".repeat(100);
    /// let block = runtime.lz4_compress_hc(text.as_bytes(), 12)?;
    /// assert_eq!(runtime.lz4_decompress(&block, text.len())?, text.as_bytes());
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// As of [`lz4_compress`](Self::lz4_compress).
    pub fn lz4_compress_hc(&self, bytes: &[u8], level: u32) -> Result<Vec<u8>, Error> {
        let bound = Self::lz4_bound(bytes.len());
        let bound = bound.ok_or_else(|| Refusal::from(Lz4Error::TooLarge))?;
        let block = self.run_operation::<Lz4CompressHc>((bytes, level, bound))?;
        Ok(block.map_err(Refusal::from)?)
    }

    /// The content of an LZ4 block, `capacity` bytes at most.
    ///
    /// # Errors
    /// [`Error::Input`] with [`Lz4Error::Malformed`] where the block is damaged, and with
    /// [`Lz4Error::OutputTooSmall`] where its content is longer than `capacity`; the others where no
    /// tier can answer.
    pub fn lz4_decompress(&self, block: &[u8], capacity: usize) -> Result<Vec<u8>, Error> {
        let most = block.len().saturating_mul(HIGHEST_RATIO);
        let content = self.run_operation::<Lz4Decompress>((block, capacity.min(most)))?;
        Ok(content.map_err(Refusal::from)?)
    }

    /// The LZ4 frame of `content` (LZ4 Frame Format Description). The engines make the same to the byte;
    /// native code is another compressor, and makes another frame of the same content.
    ///
    /// ```
    /// use kilowat::lz4::FrameOptions;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let frame = runtime.lz4_frame_compress(b"watt by watt by watt", &FrameOptions::new())?;
    /// let content = runtime.lz4_frame_decompress(&frame, 1_000)?;
    /// assert_eq!(content, b"watt by watt by watt");
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Lz4ContentSize`] where the options have a content size, and it is another than the
    /// content's; the others where no tier can answer.
    pub fn lz4_frame_compress(
        &self,
        content: &[u8],
        options: &FrameOptions,
    ) -> Result<Vec<u8>, Error> {
        let actual = content.len() as u64;
        if let Some(declared) = options.declared_size()
            && declared != actual
        {
            return Err(ContentSizeError { declared, actual }.into());
        }
        let mut series = self.series::<Lz4FrameCompress>(content.len());
        if content.len() <= ONE_CALL {
            let bound = Lz4FrameCompress::bound(content.len());
            let frame = self.run_operation::<Lz4FrameCompress>((content, *options, bound))?;
            if let Ok(frame) = frame {
                return Ok(frame);
            }
        }
        let mut state = Lz4EncoderState::new(options);
        let mut frame = Vec::new();
        let mut taken = 0;
        loop {
            series.next_call();
            let end = content.len().min(taken + step_len(options));
            let src = &content[taken - state.history()..end];
            let last = if end == content.len() {
                Lz4Last::Finish
            } else {
                Lz4Last::WholeBlocks
            };
            let encoded = self.encode(&state, src, last)?;
            frame.extend(encoded.bytes);
            state = encoded.state;
            taken += state.consumed();
            if last == Lz4Last::Finish {
                return Ok(frame);
            }
        }
    }

    /// A step in making a frame.
    fn encode(
        &self,
        state: &Lz4EncoderState,
        src: &[u8],
        last: Lz4Last,
    ) -> Result<Lz4Encoded, Error> {
        let piece_len = src.len() - state.history();
        let piece = Lz4Piece {
            state: state.as_ref(),
            src,
            last,
            capacity: Lz4FrameCompress::bound(piece_len),
        };
        let encoded = match self.run_operation::<Lz4FrameEncode>(piece) {
            Ok(encoded) => encoded,
            // What has begun goes on without a compressor: nothing of the content is lost.
            Err(error) if state.has_begun() => {
                tracing::warn!(%error, "content of an LZ4 frame is stored, for no tier compresses it");
                state.as_ref().store(src, last)
            }
            Err(error) => return Err(error),
        };
        // There is room for all of it, so that nothing else can be wrong.
        Ok(encoded.map_err(|_| ContentSizeError {
            declared: state.options().declared_size().unwrap_or_default(),
            actual: state.position() + piece_len as u64,
        })?)
    }

    /// The content of all LZ4 frames in `frames`, one behind the other. Legacy frames are read too,
    /// and skippable ones passed over. For frames of any size there is [`FrameReader`].
    ///
    /// ```
    /// use kilowat::lz4::{FrameError, FrameFault, FrameOptions};
    /// use kilowat::Error;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut frame = runtime.lz4_frame_compress(b"watt by watt", &FrameOptions::new())?;
    /// frame[12] ^= 1;
    /// let Err(Error::Lz4Frame(error)) = runtime.lz4_frame_decompress(&frame, 1_000) else {
    ///     panic!("the damage is found");
    /// };
    /// let fault = FrameFault::ContentChecksum;
    /// assert_eq!(error, FrameError::Damaged { offset: 23, fault });
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Lz4Frame`]: what is wrong and where, also where the input has no frame at all, or the
    /// content is longer than `limit`; the others where no tier can answer.
    pub fn lz4_frame_decompress(&self, frames: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
        let most = frames.len().saturating_mul(HIGHEST_RATIO);
        let series = self.series::<Lz4FrameDecompress>(frames.len().max(most.min(limit)));
        // What a header says of the size need not be true, and what goes wrong is looked at again.
        if frames.len() <= ONE_CALL {
            let size = self.lz4_frame_content_size(frames)?;
            let likely = size.unwrap_or(4 * frames.len() as u64);
            let capacity = likely.min(4 * ONE_CALL as u64).min(limit as u64) as usize;
            let content = self.run_operation::<Lz4FrameDecompress>((frames, capacity))?;
            if let Ok(content) = content {
                return Ok(content);
            }
        }
        reader::read_to_limit(self, frames, limit, series)
    }

    /// How long the content of all LZ4 frames in `frames` is together, as their headers say it; nothing
    /// where one of them does not, is a legacy frame or is not there as a whole. Blocks are passed over,
    /// so that it need not be true.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer.
    pub fn lz4_frame_content_size(&self, frames: &[u8]) -> Result<Option<u64>, Error> {
        self.run_operation::<Lz4FrameContentSize>(frames)
    }
}

/// How much new content a step is given: whole blocks.
fn step_len(options: &FrameOptions) -> usize {
    options.block_bytes().max(PIECE)
}
