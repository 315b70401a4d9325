//! What was measured, kept beside the compiled code for the next process.

use kilowat_engine::{ArtifactCache, EngineKind};
use kilowat_operations::ops::find;

use super::machine::machine;
use super::{Speed, Speeds};
use crate::monitor::OperationId;

/// The name of the record in the cache.
const NAME: &str = "speeds";

impl Speeds {
    /// Takes what an earlier process has measured on this machine, once.
    #[cold]
    pub(super) fn load_record(&self, cache: Option<&ArtifactCache>) {
        self.recorded.get_or_init(|| {
            for speed in cache.map(read).unwrap_or_default() {
                self.restore(&speed);
            }
        });
    }

    fn restore(&self, speed: &Speed) {
        let times = [speed.jit, speed.interpreter, speed.native];
        let is_time = |time: f64| time.is_finite() && time > 0.0;
        // Where a tier did not work, it is tried again: that may have been mended since.
        let mut built_in = EngineKind::ALL.iter().filter(|tier| tier.is_built_in());
        if !built_in.all(|tier| times[*tier as usize].is_some_and(is_time)) {
            return;
        }
        if let Some(operation) = find(&speed.module, &speed.operation)
            && let Some(slot) = self.slot(OperationId::from(operation.index()), speed.size)
        {
            slot.set(speed.bytes, times);
        }
    }

    /// Puts all that is known into the record, with what other processes have put there since.
    pub(super) fn store_record(&self, cache: &ArtifactCache) {
        let mut speeds = self.list(None);
        let is_new = |other: &Speed| {
            let same = |own: &Speed| {
                (&own.module, &own.operation, own.size)
                    == (&other.module, &other.operation, other.size)
            };
            !speeds.iter().any(same)
        };
        let others: Vec<_> = read(cache).into_iter().filter(is_new).collect();
        speeds.extend(others);
        let written = serde_json::to_vec(&speeds)
            .map_err(std::io::Error::from)
            .and_then(|bytes| cache.write_record(NAME, machine(), &bytes));
        if let Err(error) = written {
            // The next process measures again.
            tracing::info!(%error, "the speeds of the tiers are not kept");
        }
    }
}

fn read(cache: &ArtifactCache) -> Vec<Speed> {
    let record = cache.read_record(NAME, machine());
    // Another version's may have other fields: then it is measured anew.
    record
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}
