//! Brotli streams made a piece at a time, whoever takes them.
//!
//! A piece has the window before it for copies to reach back to, and needs nothing else of what came before: so any
//! tier makes each of them, and several threads do at the same time.

use std::num::NonZero;
use std::thread;

use kilowat_operations::ops::{BrotliCompress, Refusal};

use super::BrotliOptions;
use crate::runtime::{Error, PIECE, Runtime};

/// What is compressed at once, at least.
const LEAST_PIECE: usize = 4 * PIECE;

impl BrotliOptions {
    /// How many bytes a piece has. It is as long as the window, so that not much more is looked through for what may
    /// be copied than is compressed.
    fn piece_len(&self) -> usize {
        self.window.len().max(LEAST_PIECE)
    }

    /// Metablocks of what follows the first `history` of `bytes`.
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

    /// The stream of `bytes`.
    pub(super) fn whole(&self, runtime: &Runtime, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut stream = Vec::new();
        let mut series = runtime.series::<BrotliCompress>(bytes.len());
        let mut start = 0;
        loop {
            let end = bytes.len().min(start + self.piece_len());
            let history = start.min(self.window.len());
            let is_last = end == bytes.len();
            series.next_call();
            let piece = self.piece(runtime, &bytes[start - history..end], history, is_last)?;
            if start == 0 && is_last {
                return Ok(piece);
            }
            stream.extend(piece);
            if is_last {
                return Ok(stream);
            }
            start = end;
        }
    }
}

/// A stream that is being made.
pub(super) struct Encoder {
    runtime: Runtime,
    options: BrotliOptions,
    threads: NonZero<usize>,
    /// The end of what is encoded, and behind it what was taken and is not.
    content: Vec<u8>,
    history: usize,
    /// What was made; from `written` on it is still to be written.
    stream: Vec<u8>,
    written: usize,
}

impl Encoder {
    pub(super) fn new(runtime: &Runtime, options: BrotliOptions, threads: NonZero<usize>) -> Self {
        Self {
            runtime: runtime.clone(),
            options,
            threads,
            content: Vec::new(),
            history: 0,
            stream: Vec::new(),
            written: 0,
        }
    }

    /// How many bytes are encoded at once: a piece for each thread.
    fn batch(&self) -> usize {
        self.threads.get().saturating_mul(self.options.piece_len())
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
        let pieces = self.pieces(is_last)?;
        self.stream.drain(..self.written);
        self.written = 0;
        for piece in pieces {
            self.stream.extend(piece);
        }
        let kept = self.content.len().min(self.options.window.len());
        self.content.drain(..self.content.len() - kept);
        self.history = kept;
        Ok(())
    }

    /// What becomes of each piece of what was taken, in order.
    fn pieces(&self, is_last: bool) -> Result<Vec<Vec<u8>>, Error> {
        let end = self.content.len();
        let len = self.options.piece_len();
        // Without any content there is one piece, to end the stream.
        let starts = (self.history..end.max(self.history + 1)).step_by(len);
        let one = |start: usize| {
            let history = start.min(self.options.window.len());
            let piece_end = end.min(start + len);
            let bytes = &self.content[start - history..piece_end];
            let is_last = is_last && piece_end == end;
            self.options.piece(&self.runtime, bytes, history, is_last)
        };
        if self.threads.get() == 1 || self.waiting() <= len {
            return starts.map(one).collect();
        }
        thread::scope(|scope| {
            let one = &one;
            let workers: Vec<_> = (starts.clone().skip(1))
                .map(|start| scope.spawn(move || one(start)))
                .collect();
            let mut pieces = vec![one(self.history)?];
            for worker in workers {
                match worker.join() {
                    Ok(piece) => pieces.push(piece?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(pieces)
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
