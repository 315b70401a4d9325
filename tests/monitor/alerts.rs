//! Alerts: one for each crossing, none for a few calls, and a mismatch at once.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kilowat::EngineKind::{self, Interpreter, Jit, Native};
use kilowat::monitor::{
    Alert, AlertMonitor, Digest, MemoryReport, Monitor, ShadowMismatch, Thresholds,
};
use tracing::field::{Field, Visit};
use tracing::span;

use crate::nanos;

/// An alert monitor, and the alerts that it raised.
fn alert_monitor(thresholds: Thresholds) -> (AlertMonitor, Arc<Mutex<Vec<Alert>>>) {
    let raised = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&raised);
    let callback = move |alert: &Alert| sink.lock().unwrap().push(alert.clone());
    (
        AlertMonitor::new(thresholds, Some(Arc::new(callback))),
        raised,
    )
}

/// What happens between two reports.
#[derive(Default)]
struct Step {
    answers: &'static [(EngineKind, u64, u64)],
    errors: u64,
    in_use: u64,
    /// What the alerts of the report at the end begin with.
    alerts: &'static [&'static str],
}

fn run(name: &str, thresholds: Thresholds, steps: &[Step]) {
    let monitor = Monitor::new([("sha256", "sha256")]);
    let (alerts, raised) = alert_monitor(thresholds);
    for (number, step) in steps.iter().enumerate() {
        for &(tier, calls, nanoseconds) in step.answers {
            for _ in 0..calls {
                monitor.record_answer(0.into(), tier, 64, nanos(nanoseconds));
            }
        }
        for _ in 0..step.errors {
            monitor.record_failure(0.into(), Jit);
        }
        let memory = MemoryReport {
            in_use: step.in_use,
            ..MemoryReport::default()
        };
        alerts.evaluate(&monitor.report(memory, Vec::new()));
        let raised: Vec<_> = raised.lock().unwrap().drain(..).collect();
        let raised: Vec<_> = raised.iter().map(ToString::to_string).collect();
        let matches = raised.len() == step.alerts.len()
            && raised
                .iter()
                .zip(step.alerts)
                .all(|(alert, start)| alert.starts_with(start));
        assert!(
            matches,
            "{name}, step {number}: {raised:?}, not {:?}",
            step.alerts
        );
    }
}

#[test]
fn the_share_of_webassembly() {
    const LOW: &[&str] = &["WebAssembly answers 94.00 % of the calls, less than 95.00 %"];
    let calls = |answers, alerts| Step {
        answers,
        alerts,
        ..Step::default()
    };
    run(
        "share",
        Thresholds::default(),
        &[
            calls(&[], &[]),
            calls(&[(Jit, 900, 1), (Interpreter, 50, 1), (Native, 50, 1)], &[]),
            calls(&[(Jit, 940, 1), (Native, 60, 1)], LOW),
            // Still low: the same crossing.
            calls(&[(Native, 1_000, 1)], &[]),
            calls(&[(Interpreter, 1_000, 1)], &[]),
            calls(&[(Jit, 940, 1), (Native, 60, 1)], LOW),
        ],
    );
    run(
        "few calls",
        Thresholds::default(),
        &[
            calls(&[(Native, 60, 1)], &[]),
            calls(&[(Jit, 939, 1)], &[]),
            // The thousandth call.
            calls(&[(Jit, 1, 1)], LOW),
            calls(&[(Jit, 1_000, 1)], &[]),
            calls(&[(Jit, 999, 1)], &[]),
            calls(
                &[(Native, 60, 1), (Jit, 1, 1)],
                &["WebAssembly answers 94.34 %"],
            ),
        ],
    );
}

#[test]
fn the_share_of_errors() {
    const HIGH: &[&str] = &["0.20 % of the calls to tiers fail, more than 0.10 %"];
    let calls = |calls, errors, alerts| Step {
        answers: calls,
        errors,
        alerts,
        ..Step::default()
    };
    run(
        "errors",
        Thresholds::default(),
        &[
            calls(&[(Jit, 999, 1)], 1, &[]),
            calls(&[(Jit, 998, 1)], 2, HIGH),
            calls(&[(Jit, 900, 1)], 100, &[]),
            calls(&[(Jit, 1_000, 1)], 0, &[]),
            calls(&[(Jit, 998, 1)], 2, HIGH),
            // No answer at all has no share of WebAssembly.
            calls(&[(Jit, 1_000, 1)], 0, &[]),
            calls(&[], 1_000, &["100.00 % of the calls to tiers fail"]),
        ],
    );
}

#[test]
fn memory() {
    const HIGH: &[&str] = &["the instances hold 101 bytes of memory, more than 100"];
    let in_use = |in_use, alerts| Step {
        in_use,
        alerts,
        ..Step::default()
    };
    let thresholds = Thresholds {
        memory_budget: Some(100),
        ..Thresholds::default()
    };
    let steps = [
        in_use(100, &[]),
        in_use(101, HIGH),
        in_use(500, &[]),
        in_use(100, &[]),
        in_use(101, HIGH),
    ];
    run("memory", thresholds, &steps);
    run("no budget", Thresholds::default(), &[in_use(u64::MAX, &[])]);
}

#[test]
fn latency() {
    const SLOW: &[&str] = &["one in a hundred calls of sha256/sha256 on jit takes "];
    let calls = |answers, alerts| Step {
        answers,
        alerts,
        ..Step::default()
    };
    let thresholds = Thresholds {
        max_p99: Some(Duration::from_micros(10)),
        min_calls: 100,
        ..Thresholds::default()
    };
    run(
        "latency",
        thresholds,
        &[
            calls(&[(Jit, 99, 1_000), (Jit, 1, 50_000)], &[]),
            // The bound is judged by what happened since, not by what was before.
            calls(&[(Jit, 98, 1_000), (Jit, 2, 50_000)], SLOW),
            calls(&[(Jit, 98, 1_000), (Jit, 2, 50_000)], &[]),
            // Another tier has a bound of its own, and few calls change nothing.
            calls(&[(Interpreter, 99, 90_000)], &[]),
            calls(
                &[(Interpreter, 1, 90_000)],
                &["one in a hundred calls of sha256/sha256 on interpreter takes "],
            ),
            calls(&[(Jit, 100, 1_000)], &[]),
            calls(&[(Jit, 100, 50_000)], SLOW),
        ],
    );
    let unbound = [calls(&[(Jit, 2_000, u64::MAX)], &[])];
    run("no bound", Thresholds::default(), &unbound);
}

fn mismatch() -> ShadowMismatch {
    ShadowMismatch {
        module: "lz4".to_owned(),
        operation: "lz4_decompress".to_owned(),
        tier: Jit,
        shadow: Interpreter,
        input: Digest([0x0a; 32]),
        answer: Digest([0xb0; 32]),
        shadow_answer: Digest([0xcc; 32]),
    }
}

#[test]
fn every_mismatch_is_raised_at_once() {
    let (alerts, raised) = alert_monitor(Thresholds::default());
    alerts.shadow_mismatch(mismatch());
    alerts.shadow_mismatch(mismatch());
    let raised = raised.lock().unwrap();
    assert_eq!(
        *raised,
        [
            Alert::ShadowMismatch(mismatch()),
            Alert::ShadowMismatch(mismatch())
        ]
    );
    assert_eq!(
        raised[0].to_string(),
        format!(
            "lz4/lz4_decompress differs between jit and interpreter: input {}, jit {}, \
             interpreter {}",
            "0a".repeat(32),
            "b0".repeat(32),
            "cc".repeat(32)
        )
    );
}

#[test]
fn alerts_are_warnings() {
    let log = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(Log(Arc::clone(&log)), || {
        AlertMonitor::new(Thresholds::default(), None).shadow_mismatch(mismatch());
    });
    let alert = Alert::ShadowMismatch(mismatch());
    assert_eq!(*log.lock().unwrap(), [format!("WARN {alert}")]);
}

#[test]
fn a_callback_may_evaluate_a_report() {
    let monitor = Monitor::new([("sha256", "sha256")]);
    let memory = MemoryReport {
        in_use: 2,
        ..MemoryReport::default()
    };
    let report = monitor.report(memory, Vec::new());
    let calls = Arc::new(Mutex::new(0));
    let alerts = Arc::new_cyclic(|alerts: &std::sync::Weak<AlertMonitor>| {
        let (alerts, report, calls) = (alerts.clone(), report.clone(), Arc::clone(&calls));
        let callback = move |_: &Alert| {
            *calls.lock().unwrap() += 1;
            alerts.upgrade().unwrap().evaluate(&report);
        };
        let thresholds = Thresholds {
            memory_budget: Some(1),
            ..Thresholds::default()
        };
        AlertMonitor::new(thresholds, Some(Arc::new(callback)))
    });
    alerts.evaluate(&report);
    assert_eq!(*calls.lock().unwrap(), 1);
}

/// Keeps the level and message of each event.
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = Message(format!("{} ", event.metadata().level()));
        event.record(&mut message);
        self.0.lock().unwrap().push(message.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        assert_eq!(field.name(), "message");
        write!(self.0, "{value:?}").unwrap();
    }
}
