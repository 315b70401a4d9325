//! What an operator wants to be told of.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kilowat_engine::EngineKind;

use super::histogram::Buckets;
use super::report::{OperationReport, Report, TierReport, Totals};
use crate::runtime::Policy;

/// The bounds beyond which an [`Alert`] is raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The least share of answered calls that WebAssembly should answer, where the policy is
    /// [`Policy::WasmFirst`]: under the others there is no share to aim at. 0.95 at first.
    pub min_wasm_share: f64,
    /// The largest share of calls to tiers that may fail. 0.001 at first.
    pub max_error_rate: f64,
    /// The most bytes that the memory of all instances should take; `None`, as at first, for no bound.
    /// The runtime's own limit holds whatever stands here.
    pub memory_budget: Option<u64>,
    /// The longest that 99 in a hundred calls of an operation on a tier may take; `None`, as at first,
    /// for no bound.
    pub max_p99: Option<Duration>,
    /// Shares and percentiles are taken over at least this many calls: fewer say little, and one
    /// error in ten calls is no rate of 10 %. 1000 at first.
    pub min_calls: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            min_wasm_share: 0.95,
            max_error_rate: 0.001,
            memory_budget: None,
            max_p99: None,
            min_calls: 1000,
        }
    }
}

/// Something that an operator should look at. `Display` says it in a line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Alert {
    /// Too many calls are answered by the native tier.
    WasmShareLow {
        /// The share of answered calls that WebAssembly answered.
        share: f64,
        /// [`Thresholds::min_wasm_share`].
        threshold: f64,
    },
    /// Too many calls to tiers fail.
    ErrorRateHigh {
        /// The share of calls to tiers that failed.
        rate: f64,
        /// [`Thresholds::max_error_rate`].
        threshold: f64,
    },
    /// The instances hold too much memory.
    MemoryHigh {
        /// Bytes that they hold.
        in_use: u64,
        /// [`Thresholds::memory_budget`].
        budget: u64,
    },
    /// An operation is slow on a tier.
    LatencyHigh {
        /// The module.
        module: String,
        /// The operation.
        operation: String,
        /// The tier.
        tier: EngineKind,
        /// What 99 in a hundred calls stayed within.
        p99: Duration,
        /// [`Thresholds::max_p99`].
        threshold: Duration,
    },
    /// Two tiers gave different answers.
    ShadowMismatch(ShadowMismatch),
}

/// Two tiers that gave different answers to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowMismatch {
    /// The module.
    pub module: String,
    /// The operation.
    pub operation: String,
    /// The tier that answered the caller.
    pub tier: EngineKind,
    /// The tier that its answer was compared with.
    pub shadow: EngineKind,
    /// Of what the operation was called with.
    pub input: Digest,
    /// Of the answer that the caller got.
    pub answer: Digest,
    /// Of the answer that it was compared with.
    pub shadow_answer: Digest,
}

/// The SHA-256 of something that is too long to be shown. Where it may be secret, as what goes into a module whose
/// header says `secret = true`, it is one under a random key, which the runtime draws and nobody sees: the same bytes
/// have the same digest in one runtime, and nobody can try guesses on it. `Display` is hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        match self {
            Self::WasmShareLow { share, threshold } => write!(
                formatter,
                "WebAssembly answers {} of the calls, less than {}",
                percent(*share),
                percent(*threshold)
            ),
            Self::ErrorRateHigh { rate, threshold } => write!(
                formatter,
                "{} of the calls to tiers fail, more than {}",
                percent(*rate),
                percent(*threshold)
            ),
            Self::MemoryHigh { in_use, budget } => write!(
                formatter,
                "the instances hold {in_use} bytes of memory, more than {budget}"
            ),
            Self::LatencyHigh {
                module,
                operation,
                tier,
                p99,
                threshold,
            } => write!(
                formatter,
                "one in a hundred calls of {module}/{operation} on {tier} takes {p99:?} or longer, \
                 more than {threshold:?}"
            ),
            Self::ShadowMismatch(mismatch) => mismatch.fmt(formatter),
        }
    }
}

impl fmt::Display for ShadowMismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tier, shadow, .. } = self;
        write!(
            formatter,
            "{}/{} differs between {tier} and {shadow}: input {}, {tier} {}, {shadow} {}",
            self.module, self.operation, self.input, self.answer, self.shadow_answer
        )
    }
}

/// Is called with each alert, on the thread that evaluates the report or found the mismatch.
pub type AlertCallback = Arc<dyn Fn(&Alert) + Send + Sync>;

/// Compares reports of one [`Monitor`](super::Monitor) with [`Thresholds`].
///
/// An alert is raised once when its bound is crossed, and again only after a report was within the
/// bound. It goes to the callback and, as a warning, to [`tracing`].
///
/// Rates and percentiles are those of the calls since the last report that could be judged: what went
/// well for a week does not hide what goes wrong now. With fewer than [`Thresholds::min_calls`] since
/// then, the verdict stays what it was and the calls count for the next report. Latencies are judged
/// in this way for each operation and tier by itself.
pub struct AlertMonitor {
    thresholds: Thresholds,
    callback: Option<AlertCallback>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    judged: Totals,
    judged_latencies: HashMap<Place, Buckets>,
    crossed: HashSet<Bound>,
}

/// Module, operation and tier.
type Place = (String, String, EngineKind);

#[derive(PartialEq, Eq, Hash)]
enum Bound {
    WasmShare,
    ErrorRate,
    Memory,
    Latency(Place),
}

impl AlertMonitor {
    /// An alert monitor that has seen no report yet.
    #[must_use]
    pub fn new(thresholds: Thresholds, callback: Option<AlertCallback>) -> Self {
        Self {
            thresholds,
            callback,
            state: Mutex::default(),
        }
    }

    /// Raises what the report gives reason for. Reports are to be given in the order in which they
    /// were made.
    pub fn evaluate(&self, report: &Report) {
        // Callbacks run when the lock is free again, so that they may evaluate a report themselves.
        let alerts = self.state().judge(report, &self.thresholds);
        for alert in alerts {
            self.raise(&alert);
        }
    }

    /// Raises a mismatch at once. Each is raised: two of them are two wrong answers.
    pub fn shadow_mismatch(&self, mismatch: ShadowMismatch) {
        self.raise(&Alert::ShadowMismatch(mismatch));
    }

    fn raise(&self, alert: &Alert) {
        tracing::warn!("{alert}");
        if let Some(callback) = &self.callback {
            callback(alert);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AlertMonitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("AlertMonitor");
        debug.field("thresholds", &self.thresholds);
        debug.finish_non_exhaustive()
    }
}

impl State {
    /// The alerts of the bounds that this report crosses and the last one did not.
    fn judge(&mut self, report: &Report, thresholds: &Thresholds) -> Vec<Alert> {
        let mut verdicts = self.judge_rates(report, thresholds);
        if let Some(budget) = thresholds.memory_budget {
            let in_use = report.memory.in_use;
            let alert = Alert::MemoryHigh { in_use, budget };
            verdicts.push((Bound::Memory, in_use > budget, alert));
        }
        if let Some(max_p99) = thresholds.max_p99 {
            for operation in &report.operations {
                let tiers = operation.tiers.iter();
                verdicts.extend(tiers.filter_map(|tier| {
                    self.judge_latency(operation, tier, max_p99, thresholds.min_calls)
                }));
            }
        }
        let new = verdicts
            .into_iter()
            .filter_map(|(bound, is_beyond, alert)| {
                if is_beyond {
                    self.crossed.insert(bound).then_some(alert)
                } else {
                    self.crossed.remove(&bound);
                    None
                }
            });
        new.collect()
    }

    fn judge_rates(&mut self, report: &Report, thresholds: &Thresholds) -> Vec<Verdict> {
        let totals = Totals::of(&report.operations);
        let since = totals.since(self.judged);
        if since.calls + since.errors < thresholds.min_calls.max(1) {
            return Vec::new();
        }
        self.judged = totals;
        let threshold = thresholds.max_error_rate;
        let rate = since.error_rate();
        let alert = Alert::ErrorRateHigh { rate, threshold };
        let mut verdicts = vec![(Bound::ErrorRate, rate > threshold, alert)];
        let aims_at_wasm = report
            .policy
            .is_none_or(|policy| policy == Policy::WasmFirst);
        if let Some(share) = since.wasm_share().filter(|_| aims_at_wasm) {
            let threshold = thresholds.min_wasm_share;
            let alert = Alert::WasmShareLow { share, threshold };
            verdicts.push((Bound::WasmShare, share < threshold, alert));
        }
        verdicts
    }

    fn judge_latency(
        &mut self,
        operation: &OperationReport,
        report: &TierReport,
        threshold: Duration,
        min_calls: u64,
    ) -> Option<Verdict> {
        let (module, operation) = (operation.module.clone(), operation.operation.clone());
        let tier = report.tier;
        let place = (module.clone(), operation.clone(), tier);
        let judged = self.judged_latencies.entry(place.clone()).or_default();
        let since = report.buckets.since(judged);
        if since.calls() < min_calls.max(1) {
            return None;
        }
        *judged = report.buckets.clone();
        let p99 = Duration::from_nanos(since.p99());
        let alert = Alert::LatencyHigh {
            module,
            operation,
            tier,
            p99,
            threshold,
        };
        Some((Bound::Latency(place), p99 > threshold, alert))
    }
}

/// A bound, whether the report is beyond it, and what to raise if it is.
type Verdict = (Bound, bool, Alert);
