//! The buffers of one module behind a lock, and what can be seen of them without it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use super::contents::Contents;
use crate::monitor::BufferReport;
use crate::runtime::kernel::Kernel;
use crate::semaphore::{FairGuard, FairMutex};

/// All buffers of one module. They share a memory, so that one call at a time works on them, and the
/// one that came first is the next.
#[derive(Debug)]
pub(crate) struct Store {
    contents: FairMutex<Contents>,
    /// As of when the lock was last released: who reports waits for no call.
    report: Mutex<BufferReport>,
}

impl Store {
    pub(crate) fn new(kernel: &Arc<Kernel>) -> Self {
        let contents = Contents::new(Arc::clone(kernel));
        Self {
            report: Mutex::new(BufferReport {
                module: kernel.name.clone().into_owned(),
                tier: None,
                memory: 0,
                arena: contents.arena.telemetry(),
            }),
            contents: FairMutex::new(contents),
        }
    }

    pub(super) fn lock(&self) -> Locked<'_> {
        // Who panics leaves the books of the arena as they were: it keeps them, or calls a kernel.
        let contents = self.contents.lock();
        let report = &self.report;
        Locked { report, contents }
    }

    /// How many threads wait for the buffers.
    #[cfg(test)]
    pub(super) fn in_line(&self) -> usize {
        self.contents.in_line()
    }

    /// Does something unless a call is at work on the buffers.
    fn if_free(&self, work: impl FnOnce(&mut Contents)) {
        if let Some(contents) = self.contents.try_lock() {
            let report = &self.report;
            work(&mut Locked { report, contents });
        }
    }

    /// Gives back memory that no buffer has needed since this was last called.
    pub(crate) fn trim(&self) {
        self.if_free(Contents::trim);
    }

    /// Gives back memory that no buffer needs.
    pub(crate) fn release(&self) {
        self.if_free(Contents::release);
    }

    /// What there is to tell, once there was a buffer.
    pub(crate) fn report(&self) -> Option<BufferReport> {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        (report.arena.allocations > 0).then(|| report.clone())
    }
}

/// The buffers, for as long as nobody else works on them.
pub(super) struct Locked<'a> {
    report: &'a Mutex<BufferReport>,
    contents: FairGuard<'a, Contents>,
}

impl Deref for Locked<'_> {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.contents
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Contents {
        &mut self.contents
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let memory = self.contents.memory.as_ref();
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.tier = memory.and_then(super::memory::Memory::tier);
        report.memory = memory.map_or(0, super::memory::Memory::len);
        report.arena = self.contents.arena.telemetry();
    }
}
