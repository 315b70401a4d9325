//! What stops a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const WORKING: u8 = 0;
const STOPPING: u8 = 1;
const OVER: u8 = 2;

/// Stops a worker. Clones stop the same.
#[derive(Debug, Clone, Default)]
pub struct Stopper(Arc<AtomicU8>);

impl Stopper {
    /// Nothing new is begun from now on. What is under way has the time that the worker gives it. It may be called
    /// by a handler of signals.
    pub fn stop(&self) {
        self.0.fetch_max(STOPPING, Ordering::SeqCst);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.0.load(Ordering::SeqCst) != WORKING
    }

    /// That the time is over which those had that were under way.
    pub(super) fn end(&self) {
        self.0.store(OVER, Ordering::SeqCst);
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst) == OVER
    }
}
