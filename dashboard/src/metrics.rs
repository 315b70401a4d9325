//! The figures as Prometheus reads them: those of the swarm, and those of the runtime of the dashboard itself.

use kilowat_swarm::monitor::{AlertState, Report};
use kilowat_swarm::rollback::System;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::sample::float;
use crate::sampler;
use crate::server::Shared;

/// All of it, in Prometheus' text format.
pub(crate) fn text(shared: &Shared) -> String {
    // One of its own for each answer, so that what is gone is not told for ever.
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        shared.swarm.runtime_of(System::Memory).report().publish();
        describe();
        let seen = sampler::lock(&shared.seen);
        let is_up = if seen.error.is_none() { 1.0 } else { 0.0 };
        gauge!("kilowat_swarm_up").set(is_up);
        for (hook, (n, errors)) in &seen.totals {
            counter!("kilowat_swarm_runs_total", "hook" => hook.clone()).absolute(*n);
            counter!("kilowat_swarm_run_errors_total", "hook" => hook.clone()).absolute(*errors);
        }
        for alert in &seen.alerts {
            let value = match alert.state {
                AlertState::Firing => 1.0,
                AlertState::Pending => 0.5,
                AlertState::Resolved => 0.0,
            };
            let labels = [
                ("rule", alert.rule.clone()),
                ("subject", alert.subject.clone()),
            ];
            gauge!("kilowat_swarm_alert", &labels).set(value);
        }
        if let Some(report) = &seen.report {
            publish(report);
        }
        for system in &seen.systems {
            let value = if system.wasm { 1.0 } else { 0.0 };
            gauge!("kilowat_swarm_kernels", "system" => system.system.name()).set(value);
        }
    });
    handle.render()
}

fn describe() {
    describe_counter!(
        "kilowat_swarm_runs_total",
        "How often a hook did something since the dashboard was started."
    );
    describe_counter!(
        "kilowat_swarm_run_errors_total",
        "How often that went wrong."
    );
    for (name, description) in [
        ("kilowat_swarm_up", "Whether the swarm can be read."),
        (
            "kilowat_swarm_alert",
            "Alerts: 1 firing, 0.5 pending, 0 resolved.",
        ),
        (
            "kilowat_swarm_duration_seconds",
            "How long hooks took in the last five minutes.",
        ),
        (
            "kilowat_swarm_wasm_share",
            "Share of calls that WebAssembly answered in the last five minutes, in all processes.",
        ),
        (
            "kilowat_swarm_tier_error_rate",
            "Share of calls to tiers that failed in the last five minutes, in all processes.",
        ),
        ("kilowat_swarm_messages", "Messages in a channel."),
        (
            "kilowat_swarm_waited_seconds",
            "How long the message has waited that waits longest.",
        ),
        ("kilowat_swarm_workers", "Workers that are there."),
        (
            "kilowat_swarm_resident_bytes",
            "Memory of all workers that are there.",
        ),
        ("kilowat_swarm_tasks", "Tasks that have not ended."),
        (
            "kilowat_swarm_outbox_sends",
            "What was sent and waits for a Redis, of all processes.",
        ),
        ("kilowat_swarm_outbox_bytes", "Its length."),
        (
            "kilowat_swarm_outbox_waited_seconds",
            "How long the oldest of it has waited.",
        ),
        (
            "kilowat_swarm_kernels",
            "Whether a system may run kernels: 0 where it is rolled back.",
        ),
        ("kilowat_swarm_database_bytes", "The database's files."),
        (
            "kilowat_swarm_backup_timestamp_seconds",
            "When the newest backup was made.",
        ),
        ("kilowat_swarm_gauge", "Figures that somebody has said."),
    ] {
        describe_gauge!(name, description);
    }
}

fn publish(report: &Report) {
    for hook in &report.hooks {
        for (quantile, nanos) in [("0.5", hook.p50), ("0.95", hook.p95), ("0.99", hook.p99)] {
            let labels = [
                ("hook", hook.name.clone()),
                ("quantile", quantile.to_owned()),
            ];
            gauge!("kilowat_swarm_duration_seconds", &labels).set(float(nanos) / 1e9);
        }
    }
    if let Some(share) = report.tiers.wasm_share {
        gauge!("kilowat_swarm_wasm_share").set(share);
    }
    if let Some(rate) = report.tiers.error_rate {
        gauge!("kilowat_swarm_tier_error_rate").set(rate);
    }
    for channel in &report.channels {
        let stats = &channel.stats;
        for (state, count) in [
            ("ready", stats.ready),
            ("taken", stats.taken),
            ("delayed", stats.delayed),
            ("dead", stats.dead),
        ] {
            let labels = [
                ("channel", stats.channel.clone()),
                ("state", state.to_owned()),
            ];
            gauge!("kilowat_swarm_messages", &labels).set(float(count));
        }
        let waited = float(channel.waited.unwrap_or_default()) / 1e3;
        gauge!("kilowat_swarm_waited_seconds", "channel" => stats.channel.clone()).set(waited);
    }
    let there = report.workers.iter().filter(|worker| worker.is_there);
    gauge!("kilowat_swarm_workers").set(float(there.count() as u64));
    if let Some(bytes) = report.resident() {
        gauge!("kilowat_swarm_resident_bytes").set(float(bytes));
    }
    for (state, count) in [
        ("held", report.tasks.held),
        ("waiting", report.tasks.waiting),
    ] {
        gauge!("kilowat_swarm_tasks", "state" => state).set(float(count));
    }
    let outbox = &report.outbox;
    gauge!("kilowat_swarm_outbox_sends").set(float(outbox.sends));
    gauge!("kilowat_swarm_outbox_bytes").set(float(outbox.bytes));
    let waited = outbox.oldest.map(|oldest| report.at.since(oldest));
    let waited = waited.unwrap_or_default().as_secs_f64();
    gauge!("kilowat_swarm_outbox_waited_seconds").set(waited);
    let database = &report.database;
    for (file, bytes) in [
        ("database", database.bytes),
        ("journal", database.journal_bytes),
    ] {
        gauge!("kilowat_swarm_database_bytes", "file" => file).set(float(bytes));
    }
    if let Some(backup) = database.backup {
        gauge!("kilowat_swarm_backup_timestamp_seconds").set(float(backup.0.unsigned_abs()) / 1e3);
    }
    for figure in &report.gauges {
        gauge!("kilowat_swarm_gauge", "name" => figure.name.clone()).set(figure.value);
    }
}
