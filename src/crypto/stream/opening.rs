//! A sealed stream on its way from its source to its content.

use zeroize::Zeroizing;

use super::chunks::Chunks;
use super::header::{self, Secret};
use super::{SEALED_CHUNK, SealedStreamError};
use crate::decoding::{Decode, Next};
use crate::runtime::{Error, Runtime};

/// A sealed stream that is being read.
pub(super) struct Opening {
    runtime: Runtime,
    stage: Stage,
    /// What was read and not taken is the first `len` bytes.
    source: Vec<u8>,
    len: usize,
    /// Whether the source has no more.
    at_end: bool,
    /// How much of the source was taken.
    offset: u64,
    /// Content; from `given` on it is still to be given.
    content: Zeroizing<Vec<u8>>,
    given: usize,
    /// What is wrong behind that.
    error: Option<Error>,
}

/// What comes next of the source.
enum Stage {
    Header(Secret),
    Chunks(Chunks),
    /// Nothing.
    End,
}

impl Opening {
    pub(super) fn new(runtime: &Runtime, secret: Secret) -> Self {
        Self {
            runtime: runtime.clone(),
            stage: Stage::Header(secret),
            source: Vec::new(),
            len: 0,
            at_end: false,
            offset: 0,
            content: Zeroizing::default(),
            given: 0,
            error: None,
        }
    }

    /// How many bytes of the source are needed for the next step. A byte behind a chunk tells that it is not the last.
    fn wanted(&self) -> usize {
        match self.stage {
            Stage::Header(_) => header::len(&self.source[..self.len]),
            Stage::Chunks(_) => SEALED_CHUNK + 1,
            Stage::End => 0,
        }
    }

    fn try_step(&mut self) -> Result<(), Error> {
        let read = &self.source[..self.len];
        match &mut self.stage {
            Stage::Header(secret) => {
                let chunks = header::read(&self.runtime, secret, read)?;
                self.stage = Stage::Chunks(chunks);
                self.take(self.len);
            }
            Stage::Chunks(chunks) => {
                let is_last = read.len() <= SEALED_CHUNK;
                let sealed = &read[..read.len().min(SEALED_CHUNK)];
                let offset = chunks.offset();
                let Some(content) = chunks.open(&self.runtime, sealed, is_last)? else {
                    return Err(wrong(&self.runtime, chunks, sealed, is_last)?.into());
                };
                // Nobody who seals puts an empty chunk behind others: a content has one form.
                if content.is_empty() && offset > 0 {
                    return Err(SealedStreamError::Unauthentic { offset }.into());
                }
                self.content = Zeroizing::new(content);
                self.given = 0;
                let len = sealed.len();
                if is_last {
                    self.stage = Stage::End;
                }
                self.take(len);
            }
            Stage::End => {}
        }
        Ok(())
    }

    /// So much of the source was taken.
    fn take(&mut self, len: usize) {
        self.source.copy_within(len..self.len, 0);
        self.len -= len;
        self.offset += len as u64;
    }
}

/// What is wrong with a chunk that does not open: it may do so where it would be the last one, or would not.
///
/// # Errors
/// [`Error`] where no tier can answer.
fn wrong(
    runtime: &Runtime,
    chunks: &mut Chunks,
    sealed: &[u8],
    is_last: bool,
) -> Result<SealedStreamError, Error> {
    let offset = chunks.offset();
    let opened = chunks.open(runtime, sealed, !is_last)?.map(Zeroizing::new);
    Ok(match (opened, is_last) {
        (Some(content), false) => SealedStreamError::Trailing {
            offset: offset + content.len() as u64,
        },
        (Some(_), true) => SealedStreamError::CutShort { offset },
        (None, true) if sealed.is_empty() => SealedStreamError::CutShort { offset },
        (None, _) => SealedStreamError::Unauthentic { offset },
    })
}

impl Decode for Opening {
    fn offset(&self) -> u64 {
        self.offset
    }

    fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    fn available(&self) -> usize {
        self.len
    }

    fn next(&mut self) -> Result<Next, Error> {
        if self.given < self.content.len() {
            return Ok(Next::Give);
        }
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        Ok(match self.stage {
            Stage::End => Next::Give,
            _ if self.at_end || self.len == self.wanted() => Next::Step,
            _ => Next::Read,
        })
    }

    fn content(&self) -> &[u8] {
        &self.content[self.given..]
    }

    fn consume(&mut self, len: usize) {
        self.given = self.content.len().min(self.given + len);
    }

    fn space(&mut self) -> &mut [u8] {
        let wanted = self.wanted();
        if self.source.len() < wanted {
            self.source.resize(wanted, 0);
        }
        &mut self.source[self.len..wanted]
    }

    fn was_read(&mut self, len: usize) {
        self.len = self.wanted().min(self.len + len);
        self.at_end = len == 0;
    }

    fn step(&mut self) {
        if let Err(error) = self.try_step() {
            self.error = Some(error);
        }
    }
}
