//! Deflate streams made a piece at a time, whoever takes them.
//!
//! A piece has the last 32 KiB before it for matches to reach back to, and needs nothing else of what came
//! before: so any tier makes each of them, and several threads do at the same time.

use std::num::NonZero;
use std::thread;

use kilowat_operations::ops::{self, Deflate, Refusal};

use super::{GzipHeader, Level};
use crate::runtime::{Error, PIECE, Runtime};

/// What is compressed at once where it is all there.
const ONE_CALL: usize = 4 * PIECE;

/// What stands around a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Raw,
    Zlib,
    Gzip,
}

impl Container {
    /// What stands in front of the stream.
    fn header(self, level: Level) -> Vec<u8> {
        match self {
            Self::Raw => Vec::new(),
            // A window of 32 KiB; the level, roughly; and what makes it a multiple of 31.
            Self::Zlib => vec![
                0x78,
                match level.number() {
                    0 | 1 => 0x01,
                    2..=5 => 0x5e,
                    6 => 0x9c,
                    _ => 0xda,
                },
            ],
            Self::Gzip => GzipHeader::new().encode(level),
        }
    }

    /// The checksum of no bytes.
    fn empty_sum(self) -> u32 {
        match self {
            Self::Raw | Self::Gzip => ops::Crc32::EMPTY,
            Self::Zlib => ops::Adler32::EMPTY,
        }
    }

    /// The checksum of what `sum` is that of, and then `bytes`.
    fn sum(self, runtime: &Runtime, sum: u32, bytes: &[u8]) -> Result<u32, Error> {
        match self {
            Self::Raw => Ok(sum),
            Self::Zlib => runtime.adler32_update(sum, bytes),
            Self::Gzip => runtime.crc32_update(sum, bytes),
        }
    }

    /// What stands behind the stream of a content of `len` bytes.
    fn trailer(self, sum: u32, len: u64) -> Vec<u8> {
        match self {
            Self::Raw => Vec::new(),
            Self::Zlib => sum.to_be_bytes().to_vec(),
            // The length without the bits over 32.
            Self::Gzip => [sum.to_le_bytes(), (len as u32).to_le_bytes()].concat(),
        }
    }
}

/// Blocks of what follows the first `history` of `bytes`.
fn piece(
    runtime: &Runtime,
    level: Level,
    bytes: &[u8],
    history: usize,
    is_last: bool,
) -> Result<Vec<u8>, Error> {
    let capacity = Deflate::bound(bytes.len() - history);
    let input = (bytes, history, level.number(), !is_last, capacity);
    let blocks = runtime.run_operation::<Deflate>(input)?;
    Ok(blocks.map_err(Refusal::from)?)
}

/// A stream that is being made.
pub(super) struct Encoder {
    runtime: Runtime,
    container: Container,
    level: Level,
    threads: NonZero<usize>,
    sum: u32,
    /// The length of the content, as far as it is encoded.
    encoded: u64,
    /// The end of that, and behind it what was taken and is not encoded.
    content: Vec<u8>,
    history: usize,
    /// What was made; from `written` on it is still to be written.
    stream: Vec<u8>,
    written: usize,
}

impl Encoder {
    pub(super) fn new(
        runtime: &Runtime,
        container: Container,
        level: Level,
        threads: NonZero<usize>,
    ) -> Self {
        Self {
            runtime: runtime.clone(),
            container,
            level,
            threads,
            sum: container.empty_sum(),
            encoded: 0,
            content: Vec::new(),
            history: 0,
            stream: container.header(level),
            written: 0,
        }
    }

    /// A gzip file with a header of its own.
    pub(super) fn gzip(
        runtime: &Runtime,
        header: &GzipHeader,
        level: Level,
        threads: NonZero<usize>,
    ) -> Self {
        Self {
            stream: header.encode(level),
            ..Self::new(runtime, Container::Gzip, level, threads)
        }
    }

    /// The stream of `bytes`.
    pub(super) fn whole(
        runtime: &Runtime,
        container: Container,
        level: Level,
        bytes: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let mut stream = container.header(level);
        let sum = container.sum(runtime, container.empty_sum(), bytes)?;
        let mut series = runtime.series::<Deflate>(bytes.len());
        let mut start = 0;
        loop {
            let end = bytes.len().min(start + ONE_CALL);
            let history = start.min(Deflate::WINDOW);
            let is_last = end == bytes.len();
            series.next_call();
            stream.extend(piece(
                runtime,
                level,
                &bytes[start - history..end],
                history,
                is_last,
            )?);
            if is_last {
                break;
            }
            start = end;
        }
        stream.extend(container.trailer(sum, bytes.len() as u64));
        Ok(stream)
    }

    /// How many bytes are encoded at once: a piece for each thread.
    fn batch(&self) -> usize {
        self.threads.get().saturating_mul(PIECE)
    }

    /// How much was taken and is not encoded.
    pub(super) fn waiting(&self) -> usize {
        self.content.len() - self.history
    }

    /// Takes what fits into a batch, and encodes a batch that is full; the stream has to be written before.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer; then nothing has been taken.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        let before = self.content.len();
        let fitting = bytes.len().min(self.batch() - self.waiting());
        self.content.extend_from_slice(&bytes[..fitting]);
        if self.waiting() == self.batch()
            && let Err(error) = self.encode(false)
        {
            self.content.truncate(before);
            return Err(error);
        }
        Ok(fitting)
    }

    /// Encodes all that was taken, and where `is_last`, ends the stream.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer; then all is as before.
    pub(super) fn encode(&mut self, is_last: bool) -> Result<(), Error> {
        let text = &self.content[self.history..];
        let sum = self.container.sum(&self.runtime, self.sum, text)?;
        let len = self.encoded + text.len() as u64;
        let blocks = self.blocks(is_last)?;
        self.stream.drain(..self.written);
        self.written = 0;
        for blocks in blocks {
            self.stream.extend(blocks);
        }
        if is_last {
            self.stream.extend(self.container.trailer(sum, len));
        }
        (self.sum, self.encoded) = (sum, len);
        let kept = self.content.len().min(Deflate::WINDOW);
        self.content.drain(..self.content.len() - kept);
        self.history = kept;
        Ok(())
    }

    /// The blocks of each piece of what was taken, in order.
    fn blocks(&self, is_last: bool) -> Result<Vec<Vec<u8>>, Error> {
        let end = self.content.len();
        // Without any text there is one piece, to end the stream.
        let starts = (self.history..end.max(self.history + 1)).step_by(PIECE);
        let one = |start: usize| {
            let history = start.min(Deflate::WINDOW);
            let piece_end = end.min(start + PIECE);
            let bytes = &self.content[start - history..piece_end];
            let is_last = is_last && piece_end == end;
            piece(&self.runtime, self.level, bytes, history, is_last)
        };
        if self.threads.get() == 1 || self.waiting() <= PIECE {
            return starts.map(one).collect();
        }
        thread::scope(|scope| {
            let one = &one;
            let workers: Vec<_> = (starts.clone().skip(1))
                .map(|start| scope.spawn(move || one(start)))
                .collect();
            let mut blocks = vec![one(self.history)?];
            for worker in workers {
                match worker.join() {
                    Ok(more) => blocks.push(more?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(blocks)
        })
    }

    /// What is to be written.
    pub(super) fn stream(&self) -> &[u8] {
        &self.stream[self.written..]
    }

    /// Some of that was written.
    pub(super) fn was_written(&mut self, len: usize) {
        self.written += len;
    }
}
