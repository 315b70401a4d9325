//! The turns of a task that works on an input of any size, a piece at a time.

use std::task::{Context, Poll, ready};

use crate::runtime::{PIECE, Runtime};
use crate::semaphore::Place;

/// The turns of a task that works on an input of any size, a piece at a time.
#[derive(Debug)]
pub(crate) struct Pieces {
    runtime: Runtime,
    place: Place,
    /// Bytes of work since others of the thread had their chance.
    bytes: usize,
}

impl Pieces {
    pub(crate) fn new(runtime: &Runtime) -> Self {
        Self {
            runtime: runtime.clone(),
            place: Place::default(),
            bytes: 0,
        }
    }

    /// Does work on so many bytes when it is its turn; after long work the other tasks of the thread go first.
    pub(crate) fn poll_work<T>(
        &mut self,
        context: &Context<'_>,
        bytes: usize,
        work: impl FnOnce() -> T,
    ) -> Poll<T> {
        if self.bytes >= PIECE {
            self.bytes = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let permit = ready!(self.runtime.turns().poll_turn(&mut self.place, context));
        self.bytes += bytes;
        Poll::Ready(permit.spend(work))
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.runtime.turns().leave(&mut self.place);
    }
}
