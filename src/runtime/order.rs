//! In which order the tiers are asked for a call.

use kilowat_engine::EngineKind;

use super::Shared;
use super::dispatch::Lanes;
use super::policy::Policy;
use super::tiers::Tiers;
use crate::monitor::OperationId;

/// In which order the tiers are asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) tiers: Tiers,
    /// Whether the order is only what is expected, and the policy one that measures.
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
        let cache = self.engines.cache.as_ref();
        match self.speeds.order(policy, operation, bytes, cache) {
            Some(tiers) => Order::given(tiers),
            None => Order {
                tiers: policy.tiers(),
                is_to_be_measured: true,
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

/// The tiers for kernels in constant time. The interpreter's own code for some instructions looks at their
/// operands, so that it is asked only where nothing else may be.
fn spare_interpreter(tiers: Tiers) -> Tiers {
    tiers.sparing(EngineKind::Interpreter)
}
