//! How fast the tiers are on the machine at hand, and the orders that follow.

mod machine;
mod measure;
mod record;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use kilowat_engine::{ArtifactCache, EngineKind};
use kilowat_operations::ops::ALL;
use serde::{Deserialize, Serialize};

use super::policy::{Orders, Policy, Times};
use super::tiers::Tiers;
use crate::monitor::OperationId;

/// A class of calls by the length of their input. What a tier is good at depends on it: on small inputs
/// the price of a call decides, on large ones that of a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SizeClass {
    /// Up to 1 KiB.
    #[serde(rename = "to 1 KiB")]
    Small,
    /// Above 1 KiB, up to 64 KiB.
    #[serde(rename = "to 64 KiB")]
    Medium,
    /// Above 64 KiB.
    #[serde(rename = "above 64 KiB")]
    Large,
}

impl SizeClass {
    /// All classes, small ones first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The class of an input of so many bytes.
    #[must_use]
    #[inline]
    pub fn of(bytes: u64) -> Self {
        match bytes {
            0..=0x400 => Self::Small,
            0x401..=0x1_0000 => Self::Medium,
            _ => Self::Large,
        }
    }

    /// The name that reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "to 1 KiB",
            Self::Medium => "to 64 KiB",
            Self::Large => "above 64 KiB",
        }
    }
}

/// What was measured of an operation on inputs of one class of sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// The module that holds the operation.
    pub module: String,
    /// Its name.
    pub operation: String,
    /// The class.
    pub size: SizeClass,
    /// The length in bytes of the input that was measured: the first one of the class.
    pub bytes: u64,
    /// Nanoseconds of a call through the runtime on the JIT; `None` where it does not work.
    pub jit: Option<f64>,
    /// The same on the interpreter.
    pub interpreter: Option<f64>,
    /// The same of native code.
    pub native: Option<f64>,
}

impl Speed {
    /// Nanoseconds of a call on a tier.
    #[must_use]
    pub fn of(&self, tier: EngineKind) -> Option<f64> {
        match tier {
            EngineKind::Jit => self.jit,
            EngineKind::Interpreter => self.interpreter,
            EngineKind::Native => self.native,
        }
    }

    /// The tiers in the order in which a policy asks them.
    #[must_use]
    pub fn order(&self, policy: Policy) -> Tiers {
        let orders = Orders::of(&EngineKind::ALL.map(|tier| self.of(tier)));
        match policy {
            Policy::Fastest => orders.fastest,
            Policy::WasmFirst => orders.wasm_first,
            Policy::List(tiers) => tiers,
        }
    }
}

/// What is known of all operations. A call that finds its order loads one word.
#[derive(Debug)]
pub(crate) struct Speeds {
    slots: Vec<Slot>,
    recorded: OnceLock<()>,
}

/// What is known of one operation and class.
#[derive(Debug, Default)]
struct Slot {
    /// 0 while nothing is known; otherwise the packed order of each learning policy.
    orders: AtomicU64,
    /// Whether it is measured, or was.
    is_taken: AtomicBool,
    measured: Mutex<Option<(u64, Times)>>,
}

impl Slot {
    fn set(&self, bytes: u64, times: Times) {
        *self.measured() = Some((bytes, times));
        let Orders {
            fastest,
            wasm_first,
        } = Orders::of(&times);
        let packed = u64::from(wasm_first.packed()) << 32 | u64::from(fastest.packed());
        self.orders.store(packed, Ordering::Release);
    }

    fn measured(&self) -> MutexGuard<'_, Option<(u64, Times)>> {
        // It is replaced as a whole.
        self.measured.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Speeds {
    pub(crate) fn new() -> Self {
        let slots = ALL.len() * SizeClass::ALL.len();
        Self {
            slots: (0..slots).map(|_| Slot::default()).collect(),
            recorded: OnceLock::new(),
        }
    }

    /// The order of tiers for a call; `None` where nothing is known.
    #[inline]
    pub(super) fn order(
        &self,
        policy: Policy,
        operation: OperationId,
        bytes: u64,
        cache: Option<&ArtifactCache>,
    ) -> Option<Tiers> {
        let slot = self.slot(operation, SizeClass::of(bytes))?;
        let mut orders = slot.orders.load(Ordering::Acquire);
        if orders == 0 {
            self.load_record(cache);
            orders = slot.orders.load(Ordering::Acquire);
        }
        if orders == 0 {
            return None;
        }
        let packed = match policy {
            Policy::WasmFirst => orders >> 32,
            _ => orders & u64::from(u32::MAX),
        };
        Some(Tiers::from_packed(packed as u32))
    }

    /// Whether the caller is to have this measured: true once.
    #[inline]
    fn take(&self, operation: OperationId, bytes: u64) -> bool {
        let slot = self.slot(operation, SizeClass::of(bytes));
        slot.is_some_and(|slot| {
            !slot.is_taken.load(Ordering::Relaxed) && !slot.is_taken.swap(true, Ordering::Relaxed)
        })
    }

    /// Lets another call have it measured.
    fn leave(&self, operation: OperationId, bytes: u64) {
        if let Some(slot) = self.slot(operation, SizeClass::of(bytes)) {
            slot.is_taken.store(false, Ordering::Relaxed);
        }
    }

    fn set(&self, operation: OperationId, bytes: u64, times: Times) {
        if let Some(slot) = self.slot(operation, SizeClass::of(bytes)) {
            slot.set(bytes, times);
        }
    }

    /// All that is known, in the order of the operations.
    pub(super) fn list(&self, cache: Option<&ArtifactCache>) -> Vec<Speed> {
        self.load_record(cache);
        let classes = ALL
            .iter()
            .flat_map(|operation| SizeClass::ALL.map(|size| (*operation, size)));
        let known = self.slots.iter().zip(classes);
        known
            .filter_map(|(slot, (operation, size))| {
                let (bytes, [jit, interpreter, native]) = (*slot.measured())?;
                Some(Speed {
                    module: operation.export().module.name.to_owned(),
                    operation: operation.name().to_owned(),
                    size,
                    bytes,
                    jit,
                    interpreter,
                    native,
                })
            })
            .collect()
    }

    #[inline]
    fn slot(&self, operation: OperationId, size: SizeClass) -> Option<&Slot> {
        // Functions of users' own modules come behind the built-in operations, and have no slot: they
        // run on WebAssembly only.
        self.slots
            .get(operation.place() * SizeClass::ALL.len() + size as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_end_where_they_say() {
        for (bytes, class) in [
            (0, SizeClass::Small),
            (1_024, SizeClass::Small),
            (1_025, SizeClass::Medium),
            (65_536, SizeClass::Medium),
            (65_537, SizeClass::Large),
            (u64::MAX, SizeClass::Large),
        ] {
            assert_eq!(SizeClass::of(bytes), class, "{bytes}");
        }
    }

    #[test]
    fn what_is_set_is_an_order_for_its_class_alone() {
        let speeds = Speeds::new();
        let operation = OperationId::from(3);
        assert!(speeds.take(operation, 100));
        assert!(!speeds.take(operation, 1_000), "it is the same class");
        speeds.leave(operation, 100);
        assert!(speeds.take(operation, 100));
        speeds.set(operation, 100, [Some(9.0), Some(99.0), Some(1.0)]);
        let order = |policy, bytes| {
            let order = speeds.order(policy, operation, bytes, None);
            order.map(|tiers| tiers.to_string())
        };
        let fastest = order(Policy::Fastest, 0);
        assert_eq!(fastest.as_deref(), Some("native,jit,interpreter"));
        let wasm_first = order(Policy::WasmFirst, 1_024);
        assert_eq!(wasm_first.as_deref(), Some("jit,native,interpreter"));
        assert_eq!(order(Policy::Fastest, 1_025), None);
        let known = speeds.list(None);
        assert_eq!(known.len(), 1);
        assert_eq!((known[0].bytes, known[0].native), (100, Some(1.0)));
    }

    #[test]
    fn functions_of_users_modules_have_no_order() {
        let speeds = Speeds::new();
        let operation = OperationId::from(ALL.len());
        assert_eq!(speeds.order(Policy::Fastest, operation, 1, None), None);
        assert!(!speeds.take(operation, 1));
    }
}
