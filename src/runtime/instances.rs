//! Instances that wait for the next call: each call has one for itself, so that threads share a
//! runtime without sharing a memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crossbeam_queue::ArrayQueue;
use kilowat_harness::engine::{EngineError, Instance, Module};
use kilowat_harness::frame::CallError;
use kilowat_harness::session::Growth;

use crate::budget::{Exhausted, MemoryBudget, Reservation};

/// An instance that holds more memory than this is dropped after use: one huge input must not keep
/// its memory for ever. Inputs go through in pieces far smaller than this; only a huge needle, or
/// the list of very many occurrences, needs more.
pub(crate) const KEPT_MEMORY: u64 = 16 << 20;

/// An instance, and its share of the memory budget.
#[derive(Debug)]
struct Budgeted {
    instance: Instance,
    memory: Reservation,
}

/// Why there is no instance.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LeaseError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Budget(#[from] Exhausted),
}

/// The instances of one module on one tier.
#[derive(Debug)]
pub(crate) struct InstancePool {
    idle: ArrayQueue<Budgeted>,
    /// How many there are, idle or in use.
    live: AtomicUsize,
    /// The fewest that were idle since the pool was last trimmed: so many are not needed.
    fewest_idle: AtomicUsize,
    waiting: AtomicUsize,
    turn: Mutex<()>,
    returned: Condvar,
}

impl InstancePool {
    /// A pool of `most` instances at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            idle: ArrayQueue::new(most),
            live: AtomicUsize::new(0),
            fewest_idle: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            turn: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// An instance for one call. Where as many as there may be are in use, waits for one of them.
    ///
    /// # Errors
    /// [`LeaseError`] where there is none that waits, and no other can be made.
    #[inline]
    pub(crate) fn lease(
        &self,
        module: &Module,
        budget: &MemoryBudget,
    ) -> Result<Lease<'_>, LeaseError> {
        let budgeted = match self.idle.pop() {
            Some(budgeted) => {
                let idle = self.idle.len();
                if idle < self.fewest_idle.load(Ordering::Relaxed) {
                    self.fewest_idle.store(idle, Ordering::Relaxed);
                }
                budgeted
            }
            None => self.make_or_wait(module, budget)?,
        };
        Ok(Lease {
            pool: self,
            budgeted: Some(budgeted),
        })
    }

    #[cold]
    fn make_or_wait(&self, module: &Module, budget: &MemoryBudget) -> Result<Budgeted, LeaseError> {
        loop {
            self.fewest_idle.store(0, Ordering::Relaxed);
            if self.may_make_one() {
                return make(module, budget).inspect_err(|_| self.one_less());
            }
            let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            self.waiting.fetch_add(1, Ordering::SeqCst);
            let found = self.idle.pop();
            let is_full = self.live.load(Ordering::SeqCst) >= self.idle.capacity();
            if found.is_none() && is_full {
                drop(self.returned.wait(turn));
            }
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            if let Some(budgeted) = found.or_else(|| self.idle.pop()) {
                return Ok(budgeted);
            }
        }
    }

    fn may_make_one(&self) -> bool {
        let most = self.idle.capacity();
        let add = |live| (live < most).then_some(live + 1);
        self.live
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add)
            .is_ok()
    }

    fn one_less(&self) {
        self.live.fetch_sub(1, Ordering::SeqCst);
        self.wake_one();
    }

    #[inline]
    fn wake_one(&self) {
        // Written, though nothing changes: so it stands before or after the change by whoever is about
        // to wait, who in the second case finds what was given back.
        if self.waiting.fetch_or(0, Ordering::AcqRel) > 0 {
            // The lock makes sure that who is about to wait is waiting.
            drop(self.turn.lock().unwrap_or_else(PoisonError::into_inner));
            self.returned.notify_one();
        }
    }

    #[inline]
    fn give_back(&self, budgeted: Budgeted) {
        if budgeted.memory.bytes() > KEPT_MEMORY {
            drop(budgeted);
            self.one_less();
            return;
        }
        // There is room for as many as may live.
        drop(self.idle.push(budgeted));
        self.wake_one();
    }

    /// Drops the instances that no call has needed since this was last called.
    pub(crate) fn trim(&self) {
        let unneeded = self.fewest_idle.swap(usize::MAX, Ordering::Relaxed);
        self.drop_idle(unneeded.min(self.idle.len()));
    }

    /// Drops so many idle instances at most; returns how many.
    pub(crate) fn drop_idle(&self, most: usize) -> usize {
        let dropped = (0..most).map_while(|_| self.idle.pop());
        dropped
            .map(|budgeted| {
                drop(budgeted);
                self.one_less();
            })
            .count()
    }

    pub(crate) fn live(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub(crate) fn idle(&self) -> usize {
        self.idle.len()
    }
}

fn make(module: &Module, budget: &MemoryBudget) -> Result<Budgeted, LeaseError> {
    let memory = budget.reserve(module.initial_memory())?;
    let instance = module.instantiate()?;
    Ok(Budgeted { instance, memory })
}

/// An instance in use. It is dropped, with whatever state a failed call left in it, unless it is
/// [given back](Self::give_back).
#[derive(Debug)]
pub(crate) struct Lease<'a> {
    pool: &'a InstancePool,
    budgeted: Option<Budgeted>,
}

impl Lease<'_> {
    /// The instance, and what its memory grows by.
    #[inline]
    pub(crate) fn parts(&mut self) -> Option<(&mut Instance, WithinBudget<'_>)> {
        let Budgeted { instance, memory } = self.budgeted.as_mut()?;
        Some((instance, WithinBudget::new(memory)))
    }

    #[inline]
    pub(crate) fn give_back(mut self) {
        if let Some(budgeted) = self.budgeted.take() {
            self.pool.give_back(budgeted);
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.budgeted.take().is_some() {
            self.pool.one_less();
        }
    }
}

impl From<Exhausted> for CallError {
    fn from(Exhausted { needed, available }: Exhausted) -> Self {
        Self::OverBudget { needed, available }
    }
}

/// Lets a memory grow as far as the budget allows.
#[derive(Debug)]
pub(crate) struct WithinBudget<'a> {
    memory: &'a mut Reservation,
}

impl<'a> WithinBudget<'a> {
    /// For a memory of as many bytes as are reserved.
    #[inline]
    pub(crate) fn new(memory: &'a mut Reservation) -> Self {
        Self { memory }
    }
}

impl Growth for WithinBudget<'_> {
    fn reserve(&mut self, instance: &mut Instance, bytes: u64) -> Result<(), CallError> {
        let missing = bytes
            .next_multiple_of(kilowat_harness::engine::PAGE as u64)
            .saturating_sub(self.memory.bytes());
        if missing == 0 {
            return Ok(());
        }
        self.memory.grow(missing)?;
        instance.reserve_memory(bytes).map_err(|error| {
            self.memory.shrink(missing);
            error.into()
        })
    }
}
