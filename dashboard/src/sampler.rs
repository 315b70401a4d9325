//! The thread that looks at the swarm each second.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use kilowat_swarm::Swarm;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::monitor::{Alert, Monitor, Report, WINDOW};
use kilowat_swarm::rollback::System;

use crate::hub::Hub;
use crate::sample::{Goal, Kernels, Point, Process, Sample, SystemKernels, increments};
use crate::{EACH, OnAlert};

/// What was seen last, for exporters.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) report: Option<Report>,
    pub(crate) alerts: Vec<Alert>,
    /// How often each hook did something, and went wrong, since the dashboard was started.
    pub(crate) totals: BTreeMap<String, (u64, u64)>,
    /// Which systems may run kernels.
    pub(crate) systems: Vec<SystemKernels>,
    /// Why the swarm cannot be read.
    pub(crate) error: Option<String>,
}

/// Looks at the swarm.
pub(crate) struct Sampler {
    swarm: Swarm,
    monitor: Monitor,
    hub: Arc<Hub>,
    seen: Arc<Mutex<Seen>>,
    on_alert: Option<OnAlert>,
    goals: Vec<Goal>,
    started: Moment,
    latest: Option<Instant>,
}

/// The thread, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Sampling {
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    pub(crate) fn new(
        swarm: &Swarm,
        hub: &Arc<Hub>,
        seen: &Arc<Mutex<Seen>>,
        on_alert: Option<OnAlert>,
    ) -> Self {
        Self {
            swarm: swarm.clone(),
            monitor: swarm.monitor(),
            hub: Arc::clone(hub),
            seen: Arc::clone(seen),
            on_alert,
            goals: Goal::all(),
            started: swarm.now(),
            latest: None,
        }
    }

    /// Looks once, and then each second on a thread.
    pub(crate) fn start(mut self) -> std::io::Result<Sampling> {
        self.look();
        let (wake, woken) = channel();
        let thread = std::thread::Builder::new()
            .name("sampler".to_owned())
            .spawn(move || self.run(&woken))?;
        Ok(Sampling {
            wake: Some(wake),
            thread: Some(thread),
        })
    }

    fn run(mut self, woken: &Receiver<()>) {
        let mut due = Instant::now() + EACH;
        loop {
            match woken.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    // Where the machine was asleep, what was missed is not made up for.
                    due = (due + EACH).max(Instant::now());
                }
                Ok(()) => {}
            }
            self.look();
        }
    }

    fn look(&mut self) {
        let now = Instant::now();
        let watched = self.monitor.report(WINDOW).and_then(|report| {
            let watch = self.monitor.watch(&report)?;
            Ok((report, watch))
        });
        let kernels = Kernels::of(self.swarm.place());
        let mut seen = lock(&self.seen);
        seen.systems.clone_from(&kernels.systems);
        match watched {
            Ok((report, watch)) => {
                let before = seen.report.take();
                let since = self.latest.map(|latest| now.duration_since(latest));
                let seconds = since.map_or(1.0, |since| since.as_secs_f64().max(0.001));
                let point = Point::new(&report, before.as_ref().map(|before| (before, seconds)));
                if before.is_some() {
                    for (hook, (n, errors)) in increments(&report, before.as_ref()) {
                        let total = seen.totals.entry(hook).or_default();
                        total.0 += n;
                        total.1 += errors;
                    }
                }
                self.latest = Some(now);
                seen.alerts = watch.alerts;
                seen.error = None;
                self.publish(Some(&report), &seen.alerts, point, &kernels, None);
                seen.report = Some(report);
                drop(seen);
                for alert in &watch.changes {
                    if let Some(act) = &self.on_alert {
                        act(alert);
                    }
                }
            }
            Err(error) => {
                let words = error.to_string();
                if seen.error.as_ref() != Some(&words) {
                    tracing::warn!(%error, "the swarm cannot be read");
                }
                seen.error = Some(words.clone());
                let point = Point {
                    at: self.swarm.now(),
                    ..Point::default()
                };
                self.publish(None, &seen.alerts, point, &kernels, Some(words));
            }
        }
    }

    fn publish(
        &self,
        report: Option<&Report>,
        alerts: &[Alert],
        point: Point,
        kernels: &Kernels,
        error: Option<String>,
    ) {
        let runtime = self.swarm.runtime_of(System::Memory).report().memory;
        let sample = Sample {
            at: point.at,
            report,
            alerts,
            targets: &self.goals,
            point: &point,
            process: Process {
                version: env!("CARGO_PKG_VERSION"),
                folder: self.swarm.place().folder().display().to_string(),
                started: self.started,
                resident: memory_stats::memory_stats().map(|memory| memory.physical_mem as u64),
                instances: runtime.in_use,
                limit: runtime.limit,
            },
            rollback: kernels,
            error,
        };
        // Numbers, texts and lists of them, which are JSON always.
        let json = serde_json::to_string(&sample).unwrap_or_default();
        self.hub.publish(&json, point);
    }
}

impl Sampling {
    /// Has the swarm looked at now, as something was changed.
    pub(crate) fn wake(&self) {
        if let Some(wake) = &self.wake {
            // Where the thread is gone, nobody looks on any more.
            let _ = wake.send(());
        }
    }
}

impl Drop for Sampling {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // It has panicked where it cannot be joined, and was said so.
            let _ = thread.join();
        }
    }
}

/// Nothing that can panic leaves it half changed.
pub(crate) fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
