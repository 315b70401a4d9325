//! What was accepted, and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use kilowat_swarm::Id;
use kilowat_swarm::messenger::{Channel, KindOf, Receipt};

/// A record of all that was sent and received.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    accepted: BTreeSet<Id>,
    received: BTreeMap<Id, u32>,
}

impl Ledger {
    pub(super) fn accept(&mut self, receipt: Receipt) {
        if !matches!(receipt, Receipt::Duplicate(_)) {
            let id = receipt.id();
            assert!(self.accepted.insert(id), "{id} was accepted twice");
        }
    }

    pub(super) fn receive(&mut self, id: Id) {
        *self.received.entry(id).or_default() += 1;
    }

    /// Nothing is left, and all that was accepted was received, so often at most, or is given up.
    pub(super) fn close<K: KindOf>(&self, channel: &Channel<K>, most: u32) {
        let stats = channel.stats().unwrap().unwrap();
        assert_eq!((stats.ready, stats.taken, stats.delayed), (0, 0, 0));
        let dead = channel.dead_letters(0, u32::MAX).unwrap();
        let dead: BTreeSet<_> = dead.iter().map(|letter| letter.id).collect();
        assert_eq!(stats.dead, dead.len() as u64);
        for id in &self.accepted {
            let is_kept = self.received.contains_key(id) || dead.contains(id);
            assert!(is_kept, "{id} was accepted, and is lost");
        }
        for (id, times) in &self.received {
            assert!(self.accepted.contains(id), "{id} was never accepted");
            assert!(*times <= most, "{id} came {times} times");
        }
    }
}
