//! How much memory all instances of a runtime may hold together: a hard limit.

mod counter;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::sync::{Arc, atomic};

use counter::Counter;
pub(crate) use counter::Exhausted;

/// A number of bytes that reservations share. Cheap to clone; clones are the same budget.
#[derive(Debug, Clone)]
pub(crate) struct MemoryBudget {
    counter: Arc<Counter>,
}

/// Bytes of a budget, given back on drop.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: MemoryBudget,
    bytes: u64,
}

impl MemoryBudget {
    /// A budget of `limit` bytes.
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            counter: Arc::new(Counter::new(limit)),
        }
    }

    /// Sets `bytes` aside: all of them or none.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation, Exhausted> {
        self.counter.add(bytes)?;
        Ok(Reservation {
            budget: self.clone(),
            bytes,
        })
    }

    /// Bytes that can be reserved in all.
    pub(crate) fn limit(&self) -> u64 {
        self.counter.limit()
    }

    /// Bytes that are reserved.
    pub(crate) fn in_use(&self) -> u64 {
        self.counter.in_use()
    }

    /// The most bytes that were ever reserved at a time.
    pub(crate) fn peak(&self) -> u64 {
        self.counter.peak()
    }
}

impl Reservation {
    /// Bytes that are set aside.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Sets `bytes` more aside: all of them or none.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Exhausted> {
        self.budget.counter.add(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Gives `bytes` back, or all that there are if they are fewer.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.counter.subtract(bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.counter.subtract(self.bytes);
    }
}
