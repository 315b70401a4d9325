//! A report as instruments of the `metrics` crate.

use metrics::{SharedString, Unit, counter, describe_counter, describe_gauge, gauge};

use super::ratio;
use super::report::{
    BreakerReport, BreakerState, BufferReport, Latency, OperationReport, Report, TierReport,
};

impl Report {
    /// Sets the `kilowat_…` counters and gauges of the installed `metrics` recorder, whatever exporter
    /// that is. Does nothing where none is installed. Calls cost nothing more for it: call this as
    /// often as the numbers shall be fresh.
    ///
    /// | instrument | labels | what |
    /// |---|---|---|
    /// | `kilowat_calls_total` | module, operation, tier | calls that the tier answered |
    /// | `kilowat_errors_total` | module, operation, tier | calls that it could not answer |
    /// | `kilowat_fallbacks_total` | module, operation, tier | calls that went on to the next tier |
    /// | `kilowat_bytes_total` | module, operation, tier | length of the inputs |
    /// | `kilowat_latency_seconds` | module, operation, tier, quantile | 0 and 1 are the extremes |
    /// | `kilowat_speedup` | module, operation, over | of the JIT over a slower tier |
    /// | `kilowat_shadow_compared_total` | module, operation | answers compared with another tier's |
    /// | `kilowat_shadow_mismatches_total` | module, operation | those that differed |
    /// | `kilowat_shadow_dropped_total` | module, operation | comparisons due and not made |
    /// | `kilowat_wasm_share` | | see [`Report::wasm_share`] |
    /// | `kilowat_error_rate` | | see [`Report::error_rate`] |
    /// | `kilowat_memory_bytes` | kind | in_use, limit, peak |
    /// | `kilowat_instances` | state | busy, idle |
    /// | `kilowat_buffer_bytes` | module, kind | used, free, largest_free, peak |
    /// | `kilowat_buffer_fragmentation` | module | see [`ArenaTelemetry`](super::ArenaTelemetry) |
    /// | `kilowat_buffer_allocations_total` | module | buffers ever allocated |
    /// | `kilowat_buffer_frees_total` | module | buffers ever freed |
    /// | `kilowat_buffer_compactions_total` | module | compactions done |
    /// | `kilowat_buffer_moved_bytes_total` | module | copied by compactions and resizes |
    /// | `kilowat_breaker_open` | module, tier | 0 closed, 0.5 half-open, 1 open |
    /// | `kilowat_breaker_trips_total` | module, tier | how many times it opened |
    pub fn publish(&self) {
        describe();
        for operation in &self.operations {
            publish_operation(operation);
        }
        for breaker in &self.breakers {
            publish_breaker(breaker);
        }
        for buffers in &self.buffers {
            publish_buffers(buffers);
        }
        gauge!("kilowat_wasm_share").set(self.wasm_share);
        gauge!("kilowat_error_rate").set(self.error_rate);
        let memory = &self.memory;
        for (kind, bytes) in [
            ("in_use", memory.in_use),
            ("limit", memory.limit),
            ("peak", memory.peak),
        ] {
            gauge!("kilowat_memory_bytes", "kind" => kind).set(ratio(bytes, 1));
        }
        let busy = memory.instances.saturating_sub(memory.idle);
        for (state, instances) in [("busy", busy), ("idle", memory.idle)] {
            gauge!("kilowat_instances", "state" => state).set(ratio(instances, 1));
        }
    }
}

fn describe() {
    let count = [
        ("kilowat_calls_total", "Calls that a tier answered."),
        (
            "kilowat_errors_total",
            "Calls that a tier could not answer.",
        ),
        (
            "kilowat_fallbacks_total",
            "Calls that went on to the next tier.",
        ),
        (
            "kilowat_shadow_compared_total",
            "Answers that were compared with those of another tier.",
        ),
        (
            "kilowat_shadow_mismatches_total",
            "Comparisons that found two different answers.",
        ),
        (
            "kilowat_shadow_dropped_total",
            "Comparisons that were due and not made.",
        ),
        (
            "kilowat_breaker_trips_total",
            "How many times a circuit breaker opened.",
        ),
        (
            "kilowat_buffer_allocations_total",
            "Buffers ever allocated.",
        ),
        ("kilowat_buffer_frees_total", "Buffers ever freed."),
        (
            "kilowat_buffer_compactions_total",
            "How many times buffers were moved together.",
        ),
    ];
    for (name, description) in count {
        describe_counter!(name, Unit::Count, description);
    }
    describe_counter!(
        "kilowat_bytes_total",
        Unit::Bytes,
        "Length of the inputs that a tier answered."
    );
    describe_counter!(
        "kilowat_buffer_moved_bytes_total",
        Unit::Bytes,
        "Bytes of buffers that compactions and resizes have copied."
    );
    for (name, unit, description) in [
        (
            "kilowat_latency_seconds",
            Unit::Seconds,
            "How long calls took.",
        ),
        (
            "kilowat_speedup",
            Unit::Count,
            "Of the JIT over a slower tier, for the same bytes.",
        ),
        (
            "kilowat_wasm_share",
            Unit::Count,
            "Share of calls that WebAssembly answered.",
        ),
        (
            "kilowat_error_rate",
            Unit::Count,
            "Errors as a share of all calls to tiers.",
        ),
        (
            "kilowat_memory_bytes",
            Unit::Bytes,
            "Linear memory of all instances.",
        ),
        ("kilowat_instances", Unit::Count, "Instances of kernels."),
        (
            "kilowat_buffer_bytes",
            Unit::Bytes,
            "The memory that buffers are in.",
        ),
        (
            "kilowat_buffer_fragmentation",
            Unit::Count,
            "Share of the free bytes between buffers that is not in the largest free block.",
        ),
        (
            "kilowat_breaker_open",
            Unit::Count,
            "Circuit breakers: 0 closed, 0.5 half-open, 1 open.",
        ),
    ] {
        describe_gauge!(name, unit, description);
    }
}

fn publish_operation(report: &OperationReport) {
    let module = SharedString::from(report.module.clone());
    let operation = SharedString::from(report.operation.clone());
    let labels = [("module", module.clone()), ("operation", operation.clone())];
    for tier in &report.tiers {
        publish_tier(tier, &labels);
    }
    for (over, speedup) in [
        ("interpreter", report.speedup_over_interpreter),
        ("native", report.speedup_over_native),
    ] {
        if let Some(speedup) = speedup {
            let labels = with(&labels, "over", over);
            gauge!("kilowat_speedup", &labels).set(speedup);
        }
    }
    let shadow = &report.shadow;
    if shadow.compared + shadow.dropped > 0 {
        counter!("kilowat_shadow_compared_total", &labels).absolute(shadow.compared);
        counter!("kilowat_shadow_mismatches_total", &labels).absolute(shadow.mismatches);
        counter!("kilowat_shadow_dropped_total", &labels).absolute(shadow.dropped);
    }
}

type Label = (&'static str, SharedString);

fn with(labels: &[Label; 2], key: &'static str, value: &'static str) -> [Label; 3] {
    let [module, operation] = labels.clone();
    [module, operation, (key, value.into())]
}

fn publish_tier(report: &TierReport, operation: &[Label; 2]) {
    let labels = with(operation, "tier", report.tier.name());
    counter!("kilowat_calls_total", &labels).absolute(report.calls);
    counter!("kilowat_errors_total", &labels).absolute(report.errors);
    counter!("kilowat_fallbacks_total", &labels).absolute(report.fallbacks);
    counter!("kilowat_bytes_total", &labels).absolute(report.bytes);
    if report.calls > 0 {
        for (quantile, nanoseconds) in quantiles(&report.latency) {
            let [module, operation, tier] = labels.clone();
            let labels = [module, operation, tier, ("quantile", quantile.into())];
            gauge!("kilowat_latency_seconds", &labels).set(ratio(nanoseconds, 1_000_000_000));
        }
    }
}

fn quantiles(latency: &Latency) -> [(&'static str, u64); 6] {
    [
        ("0", latency.min),
        ("0.5", latency.p50),
        ("0.9", latency.p90),
        ("0.95", latency.p95),
        ("0.99", latency.p99),
        ("1", latency.max),
    ]
}

fn publish_buffers(report: &BufferReport) {
    let module = ("module", SharedString::from(report.module.clone()));
    let arena = &report.arena;
    for (kind, bytes) in [
        ("used", arena.used),
        ("free", arena.free),
        ("largest_free", arena.largest_free),
        ("peak", arena.peak),
    ] {
        let labels: [Label; 2] = [module.clone(), ("kind", kind.into())];
        gauge!("kilowat_buffer_bytes", &labels).set(ratio(bytes, 1));
    }
    let labels = [module];
    gauge!("kilowat_buffer_fragmentation", &labels).set(arena.fragmentation);
    counter!("kilowat_buffer_allocations_total", &labels).absolute(arena.allocations);
    counter!("kilowat_buffer_frees_total", &labels).absolute(arena.frees);
    counter!("kilowat_buffer_compactions_total", &labels).absolute(arena.compactions);
    counter!("kilowat_buffer_moved_bytes_total", &labels).absolute(arena.moved);
}

fn publish_breaker(report: &BreakerReport) {
    let open = match report.state {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 0.5,
        BreakerState::Open => 1.0,
    };
    let module = SharedString::from(report.module.clone());
    let labels: [Label; 2] = [("module", module), ("tier", report.tier.name().into())];
    gauge!("kilowat_breaker_open", &labels).set(open);
    counter!("kilowat_breaker_trips_total", &labels).absolute(report.trips);
}
