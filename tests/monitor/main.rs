//! `kilowat::monitor`: what it counts, what it tells, and when it gives warning.

mod alerts;
mod instruments;
mod recording;
mod report;

use std::time::Duration;

use kilowat::EngineKind::{self, Interpreter, Jit, Native};
use kilowat::monitor::ArenaTelemetry;
use kilowat::monitor::{
    BreakerReport, BreakerState, BufferReport, MemoryReport, Monitor, OperationId, Report,
};

fn nanos(nanoseconds: u64) -> Duration {
    Duration::from_nanos(nanoseconds)
}

/// A report of what a day may bring: three tiers, a tier that fails, a breaker that is open, and an
/// operation that nobody called.
fn sample() -> Report {
    let monitor = Monitor::new([
        ("sha256", "sha256"),
        ("lz4", "lz4_compress"),
        ("md5", "md5"),
    ]);
    let [sha256, lz4] = [0, 1].map(OperationId::from);
    for call in 0..1_200 {
        monitor.record_answer(sha256, Jit, 1_024, nanos(3_000 + call));
    }
    for call in 0..40 {
        monitor.record_answer(sha256, Interpreter, 1_024, nanos(48_000 + 100 * call));
        monitor.record_answer(sha256, Native, 1_500, nanos(5_000));
    }
    monitor.record_answer(lz4, Jit, 3 << 20, Duration::from_millis(7));
    monitor.record_failure(lz4, Jit);
    monitor.record_fallback(lz4, Jit);
    monitor.record_answer(lz4, Native, 4 << 30, Duration::from_millis(5_120));
    monitor.record_shadow(sha256, true);
    monitor.record_shadow(sha256, true);
    monitor.record_shadow(lz4, false);
    monitor.record_shadow_dropped(lz4);
    let memory = MemoryReport {
        in_use: 12 << 20,
        limit: 1 << 30,
        peak: 20 << 20,
        instances: 4,
        idle: 3,
    };
    let breaker = |module: &str, tier, state, trips, cause: Option<&str>| BreakerReport {
        module: module.to_owned(),
        tier,
        state,
        trips,
        cause: cause.map(str::to_owned),
    };
    let buffers = BufferReport {
        module: "sha256".to_owned(),
        tier: Some(Jit),
        memory: 5 << 20,
        arena: ArenaTelemetry {
            used: 3 << 20,
            free: 1_900_000,
            largest_free: 1_800_000,
            fragmentation: 1.0 / 19.0,
            peak: 4 << 20,
            allocations: 12_000,
            frees: 11_900,
            compactions: 7,
            moved: 9 << 20,
        },
    };
    let report = monitor.report(
        memory,
        vec![
            breaker("sha256", Jit, BreakerState::Closed, 0, None),
            breaker("lz4", Jit, BreakerState::Open, 2, Some("it trapped")),
            breaker("lz4", Interpreter, BreakerState::HalfOpen, 1, None),
        ],
    );
    Report {
        buffers: vec![buffers],
        ..report
    }
}

/// A report of one operation whose tiers answered as many calls.
fn answered(monitor: &Monitor, calls: &[(EngineKind, u64)], elapsed: Duration) -> Report {
    for &(tier, calls) in calls {
        for _ in 0..calls {
            monitor.record_answer(0.into(), tier, 64, elapsed);
        }
    }
    monitor.report(MemoryReport::default(), Vec::new())
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/monitor"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
