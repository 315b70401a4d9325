//! Sessions that wait for the next caller, so that threads share one runtime without sharing a
//! memory.

use std::sync::{Mutex, PoisonError};

use kilowat_harness::session::{Library, Session};

/// A session that holds more memory than this is dropped after use: one huge input must not keep
/// its memory for ever. Inputs go through in pieces far smaller than this; only a huge needle, or
/// the list of very many occurrences, needs more.
const KEPT_MEMORY: usize = 16 << 20;

/// A pool of sessions of one engine. It holds as many as were ever in use at the same time.
#[derive(Debug)]
pub(crate) struct SessionPool {
    library: Library,
    idle: Mutex<Vec<Session>>,
}

impl SessionPool {
    pub(crate) fn new(library: Library) -> Self {
        Self {
            library,
            idle: Mutex::default(),
        }
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Lends a session to `work`, and keeps it for the next caller if `work` succeeds. One that has
    /// failed, by a trap for example, is dropped with whatever state it was left in.
    pub(crate) fn with_session<T, E>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.idle().pop();
        let mut session = idle.unwrap_or_else(|| self.library.session());
        let outcome = work(&mut session)?;
        if session.memory_held() <= KEPT_MEMORY {
            self.idle().push(session);
        }
        Ok(outcome)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        // Nothing that can panic runs under this lock, and a list of sessions is never half changed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
