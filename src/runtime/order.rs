//! In which order the tiers are asked for a call.

use kilowat_engine::EngineKind;

use super::Shared;
use super::dispatch::Lanes;
use super::policy::Policy;
use super::speeds::SizeClass;
use super::tiers::Tiers;
use crate::monitor::OperationId;

/// In which order the tiers are asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) tiers: Tiers,
    /// Whether the order is only what is expected, and the policy and the settings have it measured.
    pub(super) is_to_be_measured: bool,
}

impl Order {
    fn given(tiers: Tiers) -> Self {
        Self {
            tiers,
            is_to_be_measured: false,
        }
    }
}

impl Shared {
    /// In which order the tiers are asked for a call of a module with so many bytes of input.
    #[inline]
    pub(super) fn order(&self, lanes: &Lanes, operation: OperationId, bytes: u64) -> Order {
        let policy = self.policy.load();
        // To measure a call is to keep a copy of its input, and to interpret it.
        if lanes[0].kernel.constant_time {
            return Order::given(spare_interpreter(policy.tiers()));
        }
        if let Policy::List(tiers) = policy {
            return Order::given(tiers);
        }
        if self.is_brief
            && policy == Policy::Fastest
            && let Some(tiers) = sooner_than_opening(lanes, bytes)
        {
            return Order::given(tiers);
        }
        let cache = self.engines.cache.as_ref();
        match self.speeds.order(policy, operation, bytes, cache) {
            Some(tiers) => Order::given(tiers),
            None => Order {
                tiers: policy.tiers(),
                is_to_be_measured: !self.is_brief,
            },
        }
    }

    /// The tiers that are ever asked for calls of a module, in the order that holds where nothing is measured.
    pub(super) fn tiers_of(&self, lanes: &Lanes) -> Tiers {
        let tiers = self.policy.load().tiers();
        if lanes[0].kernel.constant_time {
            spare_interpreter(tiers)
        } else {
            tiers
        }
    }
}

/// The tiers for a call that native code has answered before its module would be open.
fn sooner_than_opening(lanes: &Lanes, bytes: u64) -> Option<Tiers> {
    const NATIVE_FIRST: Tiers =
        Tiers::built_in([EngineKind::Native, EngineKind::Jit, EngineKind::Interpreter]);

    let is_open = lanes[EngineKind::Jit as usize].module().is_some();
    let is_sooner = !is_open && SizeClass::of(bytes) != SizeClass::Large;
    (is_sooner && EngineKind::Native.is_built_in()).then_some(NATIVE_FIRST)
}

/// The tiers for kernels in constant time. The interpreter's own code for some instructions looks at their
/// operands, so that it is asked only where nothing else may be.
fn spare_interpreter(tiers: Tiers) -> Tiers {
    tiers.sparing(EngineKind::Interpreter)
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::{Cache, Preload, Runtime};

    /// Who answers SHA-256 of so many bytes in a process that is soon over.
    fn who_answers(policy: Policy, bytes: usize, is_open: bool) -> EngineKind {
        let runtime = Runtime::builder()
            .ignore_environment()
            .policy(policy)
            .brief(true)
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .build()
            .unwrap();
        if is_open {
            runtime.load_module("sha256").unwrap();
            runtime.wait_ready();
        }
        let _ = runtime.sha256(&vec![1; bytes]).unwrap();
        runtime.wait_measured();
        assert_eq!(runtime.speeds(), [], "nothing is timed");
        let report = runtime.report();
        let mut tiers = report.operations.iter().flat_map(|known| &known.tiers);
        tiers.find(|tier| tier.calls == 1).unwrap().tier
    }

    #[test]
    fn who_is_soon_over_opens_no_module_for_a_short_input() {
        use EngineKind::{Interpreter, Jit, Native};
        assert_eq!(who_answers(Policy::Fastest, 0x1_0000, false), Native);
        assert_eq!(who_answers(Policy::Fastest, 0x1_0000, true), Jit);
        assert_eq!(who_answers(Policy::Fastest, 0x1_0001, true), Jit);
        assert_eq!(who_answers(Policy::WasmFirst, 100, true), Jit);
        // The JIT compiles meanwhile.
        assert_eq!(who_answers(Policy::WasmFirst, 100, false), Interpreter);
    }
}
