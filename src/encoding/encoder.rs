//! A stream that is being made, whoever takes it.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Format;
use crate::runtime::{Error, Runtime};

/// What is encoded at once for each thread, in bytes: several pieces, so that while one is made that takes long,
/// the other threads make the rest.
const BATCH_A_THREAD: usize = 2 << 20;

/// The stream of `bytes`.
///
/// # Errors
/// [`Error`] where no tier can answer.
pub(crate) fn whole<F: Format>(
    runtime: &Runtime,
    format: &F,
    bytes: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut stream = format.header();
    let sum = format.sum(runtime, format.empty_sum(), bytes)?;
    let mut series = runtime.series::<F::Operation>(bytes.len());
    let mut start = 0;
    loop {
        let end = bytes.len().min(start + format.longest_piece_len());
        let history = start.min(format.window());
        let is_last = end == bytes.len();
        series.next_call();
        stream.extend(format.piece(runtime, &bytes[start - history..end], history, is_last)?);
        if is_last {
            stream.extend(format.trailer(sum, bytes.len() as u64));
            return Ok(stream);
        }
        start = end;
    }
}

/// A stream that is being made.
pub(crate) struct Encoder<F> {
    runtime: Runtime,
    format: F,
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

impl<F: Format> Encoder<F> {
    pub(crate) fn new(runtime: &Runtime, format: F, threads: NonZero<usize>) -> Self {
        Self {
            runtime: runtime.clone(),
            threads,
            sum: format.empty_sum(),
            encoded: 0,
            content: Vec::new(),
            history: 0,
            stream: format.header(),
            written: 0,
            format,
        }
    }

    /// How many bytes are encoded at once.
    fn batch(&self) -> usize {
        let piece = self.format.piece_len();
        let pieces = match self.threads.get() {
            1 => 1,
            threads => threads.saturating_mul((BATCH_A_THREAD / piece).max(1)),
        };
        pieces.saturating_mul(piece)
    }

    /// How much was taken and is not encoded.
    pub(crate) fn waiting(&self) -> usize {
        self.content.len() - self.history
    }

    /// Takes what fits into a batch. One that is full is encoded before, now that it is not the last: so that the
    /// stream ends alike for any number of threads.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer and the stream has not begun; then nothing has been taken.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        if !bytes.is_empty() && self.waiting() == self.batch() {
            self.encode(false)?;
        }
        let fitting = bytes.len().min(self.batch() - self.waiting());
        self.content.extend_from_slice(&bytes[..fitting]);
        Ok(fitting)
    }

    /// Encodes all that was taken, and where `is_last`, ends the stream.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer and the stream has not begun; then all is as before.
    pub(crate) fn encode(&mut self, is_last: bool) -> Result<(), Error> {
        let text = &self.content[self.history..];
        let sum = self.format.sum(&self.runtime, self.sum, text);
        let sum = self.or_by_host(sum, || self.format.sum_by_host(self.sum, text))?;
        let len = self.encoded + text.len() as u64;
        let pieces = self.pieces(is_last)?;
        self.stream.drain(..self.written);
        self.written = 0;
        for piece in pieces {
            self.stream.extend(piece);
        }
        if is_last {
            self.stream.extend(self.format.trailer(sum, len));
        }
        (self.sum, self.encoded) = (sum, len);
        let kept = self.content.len().min(self.format.window());
        self.content.drain(..self.content.len() - kept);
        self.history = kept;
        Ok(())
    }

    /// What becomes of each piece of what was taken, in order.
    fn pieces(&self, is_last: bool) -> Result<Vec<Vec<u8>>, Error> {
        let end = self.content.len();
        let len = self.format.piece_len();
        let first = self.history;
        // Without any content there is one piece, to end the stream.
        let count = self.waiting().div_ceil(len).max(1);
        let piece = |number: usize| {
            let start = first + number * len;
            let history = start.min(self.format.window());
            let piece_end = end.min(start + len);
            let bytes = &self.content[start - history..piece_end];
            (bytes, history, is_last && piece_end == end)
        };
        let compressed = |number: usize| {
            let (bytes, history, is_last) = piece(number);
            self.format.piece(&self.runtime, bytes, history, is_last)
        };
        let threads = self.threads.get().min(count);
        let answers: Vec<_> = if threads == 1 {
            (0..count).map(compressed).collect()
        } else {
            on_threads(threads, count, compressed)
        };
        let answers = answers.into_iter().enumerate();
        let pieces = answers.map(|(number, answer)| {
            // Alone it may fit into the memory that several were too many for.
            let answer = answer.or_else(|error| match threads {
                1 => Err(error),
                _ => compressed(number),
            });
            let (bytes, history, is_last) = piece(number);
            self.or_by_host(answer, || self.format.stored(&bytes[history..], is_last))
        });
        pieces.collect()
    }

    /// What a tier has answered; or, where none can and the stream has begun, what the host makes in its place, so
    /// that nothing of the content is lost.
    fn or_by_host<T>(
        &self,
        answer: Result<T, Error>,
        host: impl FnOnce() -> T,
    ) -> Result<T, Error> {
        match answer {
            Err(error) if self.encoded > 0 => {
                tracing::warn!(%error, "content of a stream is stored, for no tier compresses it");
                Ok(host())
            }
            answer => answer,
        }
    }

    /// What is to be written.
    pub(crate) fn stream(&self) -> &[u8] {
        &self.stream[self.written..]
    }

    /// Some of that was written.
    pub(crate) fn was_written(&mut self, len: usize) {
        self.written += len;
    }
}

/// What `work` gives for the numbers up to `count`, on so many threads, in order.
fn on_threads<T: Send>(threads: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut done = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in workers {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, answer)| answer).collect()
}
