//! Reports: the numbers that are derived, the table and the JSON.

use std::time::Duration;

use kilowat::EngineKind::{self, Interpreter, Jit, Native};
use kilowat::monitor::{MemoryReport, Monitor};

use crate::{answered, assert_snapshot, nanos, sample};

#[test]
fn a_report_is_a_table() {
    let table = sample().to_string();
    assert!(table.lines().all(|line| line.chars().count() <= 100));
    assert_snapshot("table", &table);
    let idle = Monitor::new([("a", "a")]);
    let idle = idle.report(MemoryReport::default(), Vec::new());
    assert_snapshot("table_idle", &idle.to_string());
}

#[test]
fn the_largest_numbers_fit_the_table() {
    let monitor = Monitor::new([("a", "a")]);
    monitor.record_answer(0.into(), Jit, u64::MAX, Duration::from_hours(24));
    let mut report = monitor.report(MemoryReport::default(), Vec::new());
    let tier = &mut report.operations[0].tiers[0];
    (tier.calls, tier.errors, tier.fallbacks) = (99_999_999_999, 99_999_999, 99_999_999);
    let table = report.to_string();
    assert!(
        table.lines().all(|line| line.chars().count() <= 100),
        "{table}"
    );
}

#[test]
fn a_report_is_json() {
    let json = serde_json::to_string_pretty(&sample()).unwrap();
    assert_snapshot("json", &json);
}

#[test]
fn shares_are_those_of_calls_over_all_tiers() {
    let monitor = Monitor::new([("a", "a")]);
    let report = answered(&monitor, &[], nanos(1));
    assert_eq!((report.wasm_share, report.error_rate), (1.0, 0.0));
    let report = answered(
        &monitor,
        &[(Jit, 5), (Interpreter, 1), (Native, 2)],
        nanos(1),
    );
    assert_eq!((report.calls, report.wasm_share), (8, 0.75));
    monitor.record_failure(0.into(), Interpreter);
    monitor.record_failure(0.into(), Jit);
    let report = answered(&monitor, &[], nanos(1));
    assert_eq!((report.errors, report.error_rate), (2, 0.2));
}

#[test]
fn speedups_compare_like_with_like() {
    type Calls<'a> = &'a [(EngineKind, u64, u64)];
    let cases: [(&str, Calls, Option<f64>); 6] = [
        (
            "the same size",
            &[(Jit, 100, 10), (Native, 100, 25)],
            Some(2.5),
        ),
        (
            "sizes between the same powers",
            &[(Jit, 64, 64), (Native, 127, 254)],
            Some(2.0),
        ),
        (
            "large against small",
            &[(Jit, 1 << 20, 10), (Native, 16, 25)],
            None,
        ),
        ("no input", &[(Jit, 0, 10), (Native, 0, 25)], None),
        ("one tier only", &[(Jit, 100, 10)], None),
        (
            // 128 bytes take native 256 ns, 1024 bytes 1024 ns; what only one has had is left out.
            "the work of the JIT",
            &[
                (Jit, 128, 64),
                (Jit, 1_024, 256),
                (Jit, 1_024, 256),
                (Jit, 1 << 20, 5),
                (Native, 128, 256),
                (Native, 128, 256),
                (Native, 1_024, 1_024),
                (Native, 3, 1_000_000),
            ],
            Some(2_304.0 / 576.0),
        ),
    ];
    for (name, calls, expected) in cases {
        let monitor = Monitor::new([("a", "a")]);
        for &(tier, bytes, nanoseconds) in calls {
            monitor.record_answer(0.into(), tier, bytes, nanos(nanoseconds));
        }
        let report = &monitor.snapshot()[0];
        assert_eq!(report.speedup_over_native, expected, "{name}");
        assert_eq!(report.speedup_over_interpreter, None, "{name}");
    }
}
