//! What a monitor counted so far, as plain data.

use kilowat_engine::EngineKind;
use serde::{Serialize, Serializer};

use super::histogram::Buckets;
use super::ratio;
use super::shard::{SIZES, Size, Tally};
use crate::arena::ArenaTelemetry;
use crate::runtime::{Policy, Speed};

/// What was counted since the monitor was made. `Display` is a table for people, `Serialize` is for
/// machines, and [`Report::publish`] is for exporters of the `metrics` crate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Calls that were answered, by whatever tier.
    pub calls: u64,
    /// Calls to a tier that it could not answer. The user had the answer from a later one.
    pub errors: u64,
    /// The share of answered calls that a tier of WebAssembly answered, in `0..=1`; 1 where there was
    /// no call yet.
    pub wasm_share: f64,
    /// Errors as a share of all calls to tiers, `errors / (calls + errors)`; 0 where there was none.
    pub error_rate: f64,
    /// Answers that were compared with those of another tier.
    pub shadow: ShadowReport,
    /// The memory of all instances.
    pub memory: MemoryReport,
    /// The buffers of each module that ever had one.
    pub buffers: Vec<BufferReport>,
    /// The circuit breakers, whatever their state.
    pub breakers: Vec<BreakerReport>,
    /// The order in which the runtime asks the tiers; `None` for a monitor without a runtime.
    pub policy: Option<Policy>,
    /// How fast the tiers are on this machine, as far as it was measured.
    pub speeds: Vec<Speed>,
    /// Every operation, also those that were never called.
    pub operations: Vec<OperationReport>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationReport {
    /// The module that holds it.
    pub module: String,
    /// Its name.
    pub operation: String,
    /// The tiers that were asked, fastest first.
    pub tiers: Vec<TierReport>,
    /// How many times as long the interpreter would have taken for what the JIT answered.
    ///
    /// Time per byte is compared between calls whose inputs lie between the same powers of two, and
    /// weighted by the time that the JIT spent on each such class. Classes that only one of the two
    /// has answered count for nothing, and neither do calls without input; `None` where nothing is
    /// left.
    pub speedup_over_interpreter: Option<f64>,
    /// How many times as long the native tier would have taken, in the same sense.
    pub speedup_over_native: Option<f64>,
    /// Answers that were compared with those of another tier.
    pub shadow: ShadowReport,
}

/// One operation on one tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierReport {
    /// The tier.
    #[serde(serialize_with = "tier_name")]
    pub tier: EngineKind,
    /// Calls that it answered.
    pub calls: u64,
    /// Calls that it was asked for and could not answer.
    pub errors: u64,
    /// Calls that went on to the next tier.
    pub fallbacks: u64,
    /// Length of the inputs of the answered calls.
    pub bytes: u64,
    /// How long the answered calls took.
    pub latency: Latency,
    #[serde(skip)]
    pub(super) buckets: Buckets,
}

/// How long calls took, in nanoseconds; all 0 where there was none.
///
/// The minimum, mean and maximum are exact. The percentiles are within 1/32 of the exact ones up to
/// 18 minutes, and at most 18 minutes beyond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Latency {
    /// The shortest.
    pub min: u64,
    /// The arithmetic mean.
    pub mean: f64,
    /// Half of the calls took at most this long.
    pub p50: u64,
    /// Nine in ten took at most this long.
    pub p90: u64,
    /// 95 in a hundred took at most this long.
    pub p95: u64,
    /// 99 in a hundred took at most this long.
    pub p99: u64,
    /// The longest.
    pub max: u64,
}

/// Answers of one tier that were compared with those of the next, off the caller's path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ShadowReport {
    /// Comparisons made.
    pub compared: u64,
    /// Comparisons that found two different answers.
    pub mismatches: u64,
    /// Comparisons that were due and not made, because too many were waiting.
    pub dropped: u64,
}

/// The linear memory of all instances. Sizes are in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MemoryReport {
    /// What the instances hold now.
    pub in_use: u64,
    /// What they may hold at most.
    pub limit: u64,
    /// The most that they held at a time.
    pub peak: u64,
    /// Instances that there are.
    pub instances: u64,
    /// Those of them that wait for a call.
    pub idle: u64,
}

/// The buffers of one module, and the memory that they stand in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BufferReport {
    /// The module.
    pub module: String,
    /// The tier whose instance the memory belongs to; `None` where it is the host's, or there is none.
    #[serde(serialize_with = "optional_name")]
    pub tier: Option<EngineKind>,
    /// Bytes of the memory, which count in [`MemoryReport::in_use`].
    pub memory: u64,
    /// The state of the buffers.
    #[serde(flatten)]
    pub arena: ArenaTelemetry,
}

/// The circuit breaker of one module on one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakerReport {
    /// The module.
    pub module: String,
    /// The tier.
    #[serde(serialize_with = "tier_name")]
    pub tier: EngineKind,
    /// What it does with calls now.
    pub state: BreakerState,
    /// How many times it opened.
    pub trips: u64,
    /// Why it opened last.
    pub cause: Option<String>,
}

/// What a circuit breaker does with calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// The tier gets every call.
    Closed,
    /// The tier gets a call to show that it works again.
    HalfOpen,
    /// The tier gets no call.
    Open,
}

impl BreakerState {
    /// The name that reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }
}

impl Report {
    pub(super) fn new(
        operations: Vec<OperationReport>,
        memory: MemoryReport,
        breakers: Vec<BreakerReport>,
    ) -> Self {
        let totals = Totals::of(&operations);
        let mut shadow = ShadowReport::default();
        for operation in &operations {
            shadow.compared += operation.shadow.compared;
            shadow.mismatches += operation.shadow.mismatches;
            shadow.dropped += operation.shadow.dropped;
        }
        Self {
            calls: totals.calls,
            errors: totals.errors,
            wasm_share: totals.wasm_share().unwrap_or(1.0),
            error_rate: totals.error_rate(),
            shadow,
            memory,
            buffers: Vec::new(),
            breakers,
            policy: None,
            speeds: Vec::new(),
            operations,
        }
    }
}

/// Calls over all operations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) calls: u64,
    wasm_calls: u64,
    pub(super) errors: u64,
}

impl Totals {
    pub(super) fn of(operations: &[OperationReport]) -> Self {
        let mut totals = Self::default();
        for tier in operations.iter().flat_map(|operation| &operation.tiers) {
            totals.calls += tier.calls;
            totals.errors += tier.errors;
            if EngineKind::WASM.contains(&tier.tier) {
                totals.wasm_calls += tier.calls;
            }
        }
        totals
    }

    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(earlier.calls),
            wasm_calls: self.wasm_calls.saturating_sub(earlier.wasm_calls),
            errors: self.errors.saturating_sub(earlier.errors),
        }
    }

    /// `None` where no call was answered.
    pub(super) fn wasm_share(self) -> Option<f64> {
        (self.calls > 0).then(|| ratio(self.wasm_calls, self.calls))
    }

    pub(super) fn error_rate(self) -> f64 {
        ratio(self.errors, self.calls + self.errors)
    }
}

impl OperationReport {
    pub(super) fn new(
        module: &str,
        operation: &str,
        tallies: [Option<Tally>; EngineKind::ALL.len()],
        shadow: ShadowReport,
    ) -> Self {
        let sizes = tallies.each_ref().map(|tally| {
            let tally = tally.as_ref();
            tally.map_or([Size::default(); SIZES], |tally| tally.sizes)
        });
        let over = |tier| speedup(&sizes[EngineKind::Jit as usize], &sizes[tier as usize]);
        let tiers = EngineKind::ALL.into_iter().zip(tallies);
        Self {
            module: module.to_owned(),
            operation: operation.to_owned(),
            speedup_over_interpreter: over(EngineKind::Interpreter),
            speedup_over_native: over(EngineKind::Native),
            tiers: tiers
                .filter_map(|(tier, tally)| Some(TierReport::new(tier, tally?)))
                .collect(),
            shadow,
        }
    }
}

/// The time that `other` would have taken for what `ours` did, over the time that `ours` took, in
/// those size classes that both have.
fn speedup(ours: &[Size], other: &[Size]) -> Option<f64> {
    let (mut our_time, mut other_time) = (0.0, 0.0);
    for (ours, other) in ours.iter().zip(other) {
        if ours.bytes > 0 && other.bytes > 0 {
            our_time += ratio(ours.nanoseconds, 1);
            other_time += ratio(other.nanoseconds, other.bytes) * ratio(ours.bytes, 1);
        }
    }
    (our_time > 0.0 && other_time > 0.0).then_some(other_time / our_time)
}

impl TierReport {
    fn new(tier: EngineKind, tally: Tally) -> Self {
        let sum = |part: fn(&Size) -> u64| tally.sizes.iter().map(part).sum();
        let calls = tally.buckets.calls();
        let latency = match calls {
            0 => Latency::default(),
            // A call that is being recorded may be in its bucket and not yet in the extremes.
            _ => tally.buckets.latency(
                tally.min.min(tally.max),
                tally.max,
                sum(|size| size.nanoseconds),
            ),
        };
        Self {
            tier,
            calls,
            errors: tally.errors,
            fallbacks: tally.fallbacks,
            bytes: sum(|size| size.bytes),
            latency,
            buckets: tally.buckets,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
pub(crate) fn tier_name<S: Serializer>(
    tier: &EngineKind,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(tier.name())
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn optional_name<S: Serializer>(
    tier: &Option<EngineKind>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    tier.map(EngineKind::name).serialize(serializer)
}
