//! In which order the tiers are asked for a call.

use super::Shared;
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
    /// In which order the tiers are asked for a call with so many bytes of input.
    #[inline]
    pub(super) fn order(&self, operation: OperationId, bytes: u64) -> Order {
        let policy = self.policy.load();
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
}
