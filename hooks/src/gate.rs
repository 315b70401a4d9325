//! How many edits are looked at at the same time: each has a file open, and perhaps a connection to the database, and of
//! these a process has only so many.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// More would not be done sooner.
const MOST: usize = 64;

/// Lets so many in at a time; the others wait.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    within: Mutex<usize>,
    left: Condvar,
}

/// That one is within, until it is dropped.
#[derive(Debug)]
pub(crate) struct Within<'g>(&'g Gate);

impl Gate {
    /// Waits until there is room.
    pub(crate) fn enter(&self) -> Within<'_> {
        let is_full = |within: &mut usize| *within >= MOST;
        let within = self.left.wait_while(self.lock(), is_full);
        *within.unwrap_or_else(PoisonError::into_inner) += 1;
        Within(self)
    }

    /// Nothing that can panic is done with the lock held.
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.within.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Within<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.0.left.notify_one();
    }
}
