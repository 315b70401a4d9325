//! Content on its way to an LZ4 frame, whoever writes the frame.

use kilowat_operations::ops::{Lz4EncoderState, Lz4FrameEncode, Lz4Last};

use super::{FrameOptions, step_len};
use crate::runtime::{Error, Runtime};
use crate::semaphore::message_is_over;
use crate::unfinished::Unfinished;

pub(super) struct Encoder {
    runtime: Runtime,
    unfinished: Unfinished,
    pub(super) state: Lz4EncoderState,
    /// What blocks may refer to, and then what is in none yet.
    content: Vec<u8>,
    /// Of the frame, from `written` on still to be written.
    frame: Vec<u8>,
    written: usize,
    /// New content that makes a step.
    step_len: usize,
}

/// What is said of a frame without an end.
const CUT_SHORT: &str = "an LZ4 frame is cut short: its writer was dropped without `finish`";

impl Encoder {
    pub(super) fn new(runtime: &Runtime, options: &FrameOptions) -> Self {
        Self {
            runtime: runtime.clone(),
            unfinished: Unfinished::new(CUT_SHORT),
            state: Lz4EncoderState::new(options),
            content: Vec::new(),
            frame: Vec::new(),
            written: 0,
            step_len: step_len(options),
        }
    }

    /// It is known that the frame is not whole, or it will be soon.
    pub(super) fn give_up(&mut self) {
        self.unfinished.clear();
    }

    /// How much content there is when a step is made.
    fn full(&self) -> usize {
        self.state.history() + self.step_len
    }

    /// How much content is in no block yet.
    pub(super) fn new_content_len(&self) -> usize {
        self.content.len() - self.state.history()
    }

    /// As much of some content as is taken before a step.
    pub(super) fn fitting<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[..bytes.len().min(self.full() - self.content.len())]
    }

    /// Whether content that [fits](Self::fitting) makes a step.
    #[cfg(feature = "tokio")]
    pub(super) fn makes_a_step(&self, fitting: &[u8]) -> bool {
        self.content.len() + fitting.len() == self.full()
    }

    /// Takes content that [fits](Self::fitting). The frame has to be written.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer; the content has not been taken then.
    pub(super) fn take(&mut self, fitting: &[u8]) -> Result<(), Error> {
        let before = self.content.len();
        self.content.extend(fitting);
        if self.content.len() == self.full()
            && let Err(error) = self.encode(Lz4Last::WholeBlocks)
        {
            self.content.truncate(before);
            return Err(error);
        }
        if !fitting.is_empty() {
            self.unfinished.set();
        }
        Ok(())
    }

    /// Makes blocks of the new content, and keeps what the next ones may refer to.
    ///
    /// # Errors
    /// [`Error`] where no tier can answer, or the content is not as long as was said; then nothing has
    /// changed.
    pub(super) fn encode(&mut self, last: Lz4Last) -> Result<(), Error> {
        let len = self.new_content_len();
        let series = self.runtime.piece::<Lz4FrameEncode>(len);
        let encoded = self.runtime.encode(&self.state, &self.content, last)?;
        drop(series);
        if last == Lz4Last::Finish {
            message_is_over();
        }
        let end = self.state.history() + encoded.state.consumed();
        self.content.drain(..end - encoded.state.history());
        self.state = encoded.state;
        self.frame = encoded.bytes;
        self.written = 0;
        Ok(())
    }

    /// What is still to be written of the frame.
    pub(super) fn frame(&self) -> &[u8] {
        &self.frame[self.written..]
    }

    pub(super) fn was_written(&mut self, len: usize) {
        self.written = self.frame.len().min(self.written + len);
    }
}
