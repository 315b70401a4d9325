//! What the runtime knows of itself: who answered how many calls, how fast, and what went wrong.
//!
//! A [`Monitor`] counts; recording a call costs a few atomic additions and neither locks nor
//! allocates. A [`Report`] is what it counted so far, for people, for machines and for exporters of
//! the `metrics` crate. An [`AlertMonitor`] compares reports with [`Thresholds`].
//!
//! ```
//! use std::time::Duration;
//! use kilowat::EngineKind;
//! use kilowat::monitor::{MemoryReport, Monitor};
//!
//! let monitor = Monitor::new([("sha256", "sha256")]);
//! let sha256 = monitor.register("sha256", "sha256");
//! monitor.record_answer(sha256, EngineKind::Jit, 1024, Duration::from_nanos(3100));
//!
//! let report = monitor.report(MemoryReport::default(), Vec::new());
//! assert_eq!(report.calls, 1);
//! assert_eq!(report.operations[0].tiers[0].latency.max, 3100);
//! println!("{report}");
//! ```

mod alerts;
mod histogram;
mod instruments;
mod report;
mod shard;
mod table;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kilowat_engine::EngineKind;

pub use crate::arena::ArenaTelemetry;
pub use alerts::{Alert, AlertCallback, AlertMonitor, Digest, ShadowMismatch, Thresholds};
pub(crate) use report::tier_name;
pub use report::{
    BreakerReport, BreakerState, BufferReport, Latency, MemoryReport, OperationReport, Report,
    ShadowReport, TierReport,
};

use shard::Shards;

/// More shards than this would hold more memory than they save time.
const MOST_SHARDS: usize = 64;

/// An operation of a [`Monitor`]: its place in the order of registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperationId(usize);

impl OperationId {
    /// Its place in the order of registration.
    pub(crate) fn place(self) -> usize {
        self.0
    }
}

impl From<usize> for OperationId {
    /// The operation at this place in the list that [`Monitor::new`] got.
    fn from(place: usize) -> Self {
        Self(place)
    }
}

/// Counts calls, by operation and tier.
///
/// It can be shared between threads. Recording never waits, and what was recorded before a report is
/// asked for is in the report. Numbers that belong together, such as the calls and the bytes, may
/// differ by the calls that are being recorded at that moment.
pub struct Monitor {
    operations: boxcar::Vec<Operation>,
    /// Held while an operation is added, so that none is added twice.
    registration: Mutex<()>,
    shards: usize,
}

struct Operation {
    module: String,
    name: String,
    tiers: [Shards; EngineKind::ALL.len()],
    compared: AtomicU64,
    mismatches: AtomicU64,
    dropped: AtomicU64,
}

/// Calls of all operations together, as of one moment: some microseconds of work, where a [`Report`] is some hundreds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Calls that WebAssembly has answered.
    pub wasm: u64,
    /// Calls that native code has answered.
    pub native: u64,
    /// Calls that a tier was asked for and could not answer.
    pub errors: u64,
    /// Answers that were compared with those of another tier.
    pub compared: u64,
    /// Those of them that were not the same.
    pub mismatches: u64,
}

impl Monitor {
    /// A monitor of these operations, each a module and a name. Their places are their
    /// [`OperationId`]s.
    pub fn new<M: Into<String>, O: Into<String>>(
        operations: impl IntoIterator<Item = (M, O)>,
    ) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let monitor = Self {
            operations: boxcar::Vec::new(),
            registration: Mutex::default(),
            shards: threads.next_power_of_two().min(MOST_SHARDS),
        };
        for (module, operation) in operations {
            monitor.push(module.into(), operation.into());
        }
        monitor
    }

    /// Adds an operation while calls are being recorded. One that is known keeps its id and counts.
    pub fn register(&self, module: impl Into<String>, operation: impl Into<String>) -> OperationId {
        let (module, operation) = (module.into(), operation.into());
        // Nothing under this lock leaves anything half done.
        let _guard = self
            .registration
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut known = self.operations.iter();
        match known.find(|(_, known)| known.module == module && known.name == operation) {
            Some((place, _)) => OperationId(place),
            None => self.push(module, operation),
        }
    }

    fn push(&self, module: String, name: String) -> OperationId {
        OperationId(self.operations.push(Operation {
            module,
            name,
            tiers: EngineKind::ALL.map(|_| Shards::new(self.shards)),
            compared: AtomicU64::default(),
            mismatches: AtomicU64::default(),
            dropped: AtomicU64::default(),
        }))
    }

    /// Counts a call that `tier` answered, be the answer good or bad: an input that is malformed has
    /// its answer too. `bytes` is the length of the input, `elapsed` the time from asking the tier to
    /// its answer.
    ///
    /// Here and in what follows, the id of an operation that this monitor does not have counts
    /// nothing.
    #[inline]
    pub fn record_answer(
        &self,
        operation: OperationId,
        tier: EngineKind,
        bytes: u64,
        elapsed: Duration,
    ) {
        if let Some(shards) = self.tier(operation, tier) {
            shards.here().record_answer(bytes, elapsed);
        }
    }

    /// Counts a call that `tier` was asked for and could not answer: it trapped, did not compile or
    /// refused the call.
    pub fn record_failure(&self, operation: OperationId, tier: EngineKind) {
        if let Some(shards) = self.tier(operation, tier) {
            shards.here().record_error();
        }
    }

    /// Counts a call that went on from `tier` to the next one, because it failed or because its
    /// circuit breaker is open.
    pub fn record_fallback(&self, operation: OperationId, tier: EngineKind) {
        if let Some(shards) = self.tier(operation, tier) {
            shards.here().record_fallback();
        }
    }

    /// Counts an answer that was compared with that of another tier.
    pub fn record_shadow(&self, operation: OperationId, matched: bool) {
        if let Some(operation) = self.operations.get(operation.0) {
            operation.compared.fetch_add(1, Relaxed);
            operation.mismatches.fetch_add(u64::from(!matched), Relaxed);
        }
    }

    /// Counts an answer that should have been compared with that of another tier and was not, because
    /// too many were waiting.
    pub fn record_shadow_dropped(&self, operation: OperationId) {
        if let Some(operation) = self.operations.get(operation.0) {
            operation.dropped.fetch_add(1, Relaxed);
        }
    }

    /// The module and the name of an operation; empty for one that this monitor does not have.
    pub(crate) fn names(&self, operation: OperationId) -> (String, String) {
        self.operations
            .get(operation.0)
            .map(|known| (known.module.clone(), known.name.clone()))
            .unwrap_or_default()
    }

    /// What was counted so far, for each operation in the order of their registration.
    #[must_use]
    pub fn snapshot(&self) -> Vec<OperationReport> {
        let operations = self.operations.iter();
        operations
            .map(|(_, operation)| operation.report())
            .collect()
    }

    /// The calls of all operations together so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (_, operation) in &self.operations {
            for tier in EngineKind::ALL {
                let (answers, errors) = operation.tiers[tier as usize].answers_and_errors();
                totals.errors += errors;
                if EngineKind::WASM.contains(&tier) {
                    totals.wasm += answers;
                } else {
                    totals.native += answers;
                }
            }
            totals.compared += operation.compared.load(Relaxed);
            totals.mismatches += operation.mismatches.load(Relaxed);
        }
        totals
    }

    /// What was counted so far, with what others know of the memory and of the circuit breakers.
    #[must_use]
    pub fn report(&self, memory: MemoryReport, breakers: Vec<BreakerReport>) -> Report {
        Report::new(self.snapshot(), memory, breakers)
    }

    #[inline]
    fn tier(&self, operation: OperationId, tier: EngineKind) -> Option<&Shards> {
        let operation = self.operations.get(operation.0)?;
        Some(&operation.tiers[tier as usize])
    }
}

impl Operation {
    fn report(&self) -> OperationReport {
        let shadow = ShadowReport {
            compared: self.compared.load(Relaxed),
            mismatches: self.mismatches.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
        };
        let tallies = EngineKind::ALL.map(|tier| self.tiers[tier as usize].tally());
        OperationReport::new(&self.module, &self.name, tallies, shadow)
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Monitor");
        debug.field("operations", &self.operations.count());
        debug.field("shards", &self.shards).finish_non_exhaustive()
    }
}

/// `part / whole`, or 0 where there is nothing to share.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are plenty for a share or a mean"
)]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}
