//! What wakes those in this process who wait for messages.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// It is rung when something was sent or came back.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    /// How often it was rung.
    pub(crate) fn count(&self) -> u64 {
        *self.lock()
    }

    pub(crate) fn ring(&self) {
        *self.lock() += 1;
        self.heard.notify_all();
    }

    /// Waits until it was rung more often than so, and not longer than so. Says whether it was.
    pub(crate) fn wait(&self, count: u64, longest: Duration) -> bool {
        let silent = |rung: &mut u64| *rung == count;
        let waited = self.heard.wait_timeout_while(self.lock(), longest, silent);
        let (rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung != count
    }

    /// A number is whole at any time.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
