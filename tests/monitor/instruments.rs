//! Instruments: each with its labels, through the facade and through an exporter.

use kilowat::EngineKind::Jit;
use kilowat::monitor::Monitor;
use metrics::Label;
use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_util::debugging::DebuggingRecorder;

use crate::{answered, assert_snapshot, nanos, sample};

#[test]
fn every_instrument_is_described_and_has_its_labels() {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || sample().publish());
    let instruments = recorder.snapshotter().snapshot().into_vec();
    let lines = instruments.into_iter().map(|(key, unit, description, _)| {
        assert!(description.is_some(), "{key:?} is not described");
        let labels: Vec<_> = key.key().labels().map(Label::key).collect();
        let (name, unit, kind) = (key.key().name(), unit.unwrap().as_str(), key.kind());
        format!("{name} {labels:?}: {kind:?} of {unit}")
    });
    assert_snapshot("instruments", &sorted(lines));
}

#[test]
fn prometheus_reads_the_instruments() {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || sample().publish());
    let text = recorder.handle().render();
    let lines = text.lines().filter(|line| !line.is_empty());
    assert_snapshot("prometheus", &sorted(lines.map(str::to_owned)));
}

#[test]
fn publishing_again_brings_the_instruments_up_to_date() {
    let monitor = Monitor::new([("sha256", "sha256")]);
    let recorder = PrometheusBuilder::new().build_recorder();
    let calls = |calls| {
        let report = answered(&monitor, &[(Jit, calls)], nanos(500));
        metrics::with_local_recorder(&recorder, || report.publish());
        let text = recorder.handle().render();
        let line = text
            .lines()
            .find(|line| line.starts_with("kilowat_calls_total{"))
            .unwrap();
        line.to_owned()
    };
    let line = "kilowat_calls_total{module=\"sha256\",operation=\"sha256\",tier=\"jit\"}";
    assert_eq!(calls(3), format!("{line} 3"));
    assert_eq!(calls(0), format!("{line} 3"));
    assert_eq!(calls(4), format!("{line} 7"));
}

/// Each line once. Recorders keep instruments in no order.
fn sorted(lines: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines.dedup();
    lines.join("\n")
}
