//! The memory that buffers stand in: an instance's, or the host's while no tier runs their kernel.

use kilowat_engine::{EngineError, EngineKind, Instance, Module, PAGE};
use kilowat_operations::frame::CallError;
use kilowat_operations::session::Growth;

use crate::budget::{MemoryBudget, Reservation};
use crate::runtime::instances::{LeaseError, WithinBudget};
use crate::runtime::kernel::Kernel;

/// Whole pages of memory, within the budget. Offsets mean the same in both kinds.
#[derive(Debug)]
pub(super) struct Memory {
    place: Place,
    reservation: Reservation,
}

#[derive(Debug)]
enum Place {
    Host(Vec<u8>),
    Instance {
        instance: Instance,
        /// Whether a call has failed in it: its bytes are good, and it is not called again.
        has_failed: bool,
    },
}

impl Memory {
    /// The memory of a new instance, of `len` bytes at least.
    pub(super) fn of_instance(
        module: &Module,
        len: u64,
        budget: &MemoryBudget,
    ) -> Result<Self, LeaseError> {
        let len = whole_pages(len).max(module.initial_memory());
        let reservation = budget.reserve(len)?;
        let mut instance = module.instantiate()?;
        instance.reserve_memory(len)?;
        let place = Place::Instance {
            instance,
            has_failed: false,
        };
        Ok(Self { place, reservation })
    }

    /// Memory of the host, of `len` bytes at least.
    pub(super) fn of_host(
        kernel: &Kernel,
        len: u64,
        budget: &MemoryBudget,
    ) -> Result<Self, CallError> {
        let mut memory = Self {
            place: Place::Host(Vec::new()),
            reservation: budget.reserve(0)?,
        };
        memory.reserve(kernel, len)?;
        Ok(memory)
    }

    /// Makes sure that there are `len` bytes at least.
    pub(super) fn reserve(&mut self, kernel: &Kernel, len: u64) -> Result<(), CallError> {
        let reservation = &mut self.reservation;
        match &mut self.place {
            Place::Instance { instance, .. } => {
                WithinBudget::new(reservation).reserve(instance, len)
            }
            Place::Host(bytes) => {
                let present = bytes.len() as u64;
                if len <= present {
                    return Ok(());
                }
                // By a half at least, so that what is copied stays in proportion to what there is.
                grow_host(bytes, reservation, kernel, len.max(present + present / 2))
                    .or_else(|_| grow_host(bytes, reservation, kernel, len))
            }
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.place {
            Place::Host(bytes) => bytes,
            Place::Instance { instance, .. } => instance.memory(),
        }
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.place {
            Place::Host(bytes) => bytes,
            Place::Instance { instance, .. } => instance.memory_mut(),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// The tier whose instance this is.
    pub(super) fn tier(&self) -> Option<EngineKind> {
        match &self.place {
            Place::Host(_) => None,
            Place::Instance { instance, .. } => Some(instance.engine()),
        }
    }

    /// The tier that can be called in this memory.
    pub(super) fn callable_tier(&self) -> Option<EngineKind> {
        match &self.place {
            Place::Instance {
                has_failed: false, ..
            } => self.tier(),
            _ => None,
        }
    }

    /// The instance, and what its memory grows by.
    pub(super) fn instance(&mut self) -> Option<(&mut Instance, WithinBudget<'_>)> {
        match &mut self.place {
            Place::Host(_) => None,
            Place::Instance { instance, .. } => {
                Some((instance, WithinBudget::new(&mut self.reservation)))
            }
        }
    }

    /// Takes note that a call has failed.
    pub(super) fn fail(&mut self) {
        if let Place::Instance { has_failed, .. } = &mut self.place {
            *has_failed = true;
        }
    }

    /// Zeroes all that is not the kernel's own.
    pub(super) fn wipe(&mut self, kernel: &Kernel) {
        match &mut self.place {
            Place::Host(bytes) => wipe(bytes),
            Place::Instance { instance, .. } => {
                let end = instance.memory().len() as u64;
                kernel.wipe(instance, end);
            }
        }
    }
}

fn grow_host(
    bytes: &mut Vec<u8>,
    reservation: &mut Reservation,
    kernel: &Kernel,
    len: u64,
) -> Result<(), CallError> {
    let len = whole_pages(len);
    let missing = len - bytes.len() as u64;
    reservation.grow(missing)?;
    let mut grown = Vec::new();
    if grown.try_reserve_exact(len as usize).is_err() {
        reservation.shrink(missing);
        return Err(CallError::Engine(EngineError::Grow {
            module: kernel.name.clone().into_owned(),
            pages: missing / PAGE as u64,
        }));
    }
    grown.extend_from_slice(bytes);
    grown.resize(len as usize, 0);
    if kernel.zeroize {
        wipe(bytes);
    }
    *bytes = grown;
    Ok(())
}

/// Zeroes bytes that are about to be freed, and lets no compiler think that this is for nothing.
fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

fn whole_pages(len: u64) -> u64 {
    len.next_multiple_of(PAGE as u64)
}
