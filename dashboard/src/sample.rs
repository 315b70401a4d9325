//! What is seen in one second.

use std::collections::BTreeMap;

use kilowat_swarm::Place;
use kilowat_swarm::clock::Moment;
use kilowat_swarm::monitor::{self, Alert, Report, Target};
use kilowat_swarm::rollback::{self, Switches, System};
use serde::Serialize;

/// All that the page shows.
#[derive(Debug, Serialize)]
pub(crate) struct Sample<'s> {
    /// When.
    pub(crate) at: Moment,
    /// The swarm; nothing where it cannot be read.
    pub(crate) report: Option<&'s Report>,
    pub(crate) alerts: &'s [Alert],
    pub(crate) targets: &'s [Goal],
    /// The last second, as charts show it.
    pub(crate) point: &'s Point,
    pub(crate) process: Process,
    pub(crate) rollback: &'s Kernels,
    /// Why the swarm cannot be read.
    pub(crate) error: Option<String>,
}

/// What figures should be.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    gauge: &'static str,
    least: f64,
}

impl Goal {
    pub(crate) fn all() -> Vec<Self> {
        let goal = |Target { gauge, least, .. }| Self { gauge, least };
        Target::ALL.map(goal).into()
    }
}

/// The dashboard itself. Sizes are in bytes.
#[derive(Debug, Serialize)]
pub(crate) struct Process {
    pub(crate) version: &'static str,
    /// The folder of the swarm.
    pub(crate) folder: String,
    /// When it was started.
    pub(crate) started: Moment,
    /// Its memory as the system sees it.
    pub(crate) resident: Option<u64>,
    /// The memory of its instances of kernels, now and at most.
    pub(crate) instances: u64,
    pub(crate) limit: u64,
}

/// How many processes are shown at most: hooks are many, and short.
const SHOWN: usize = 50;

/// What may run kernels, and what does in the processes that have the swarm open.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Kernels {
    pub(crate) systems: Vec<SystemKernels>,
    /// The first of them, by their numbers.
    pub(crate) processes: Vec<rollback::Process>,
    /// How many there are.
    pub(crate) count: usize,
    /// Why that is not known.
    pub(crate) problem: Option<String>,
}

/// Whether a system may run kernels, as far as the switches go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct SystemKernels {
    pub(crate) system: System,
    pub(crate) wasm: bool,
}

impl Kernels {
    pub(crate) fn of(place: &Place) -> Self {
        let switches = Switches::of(place);
        let processes = rollback::processes(place);
        let problem = [switches.as_ref().err(), processes.as_ref().err()];
        let problem = problem.into_iter().flatten().next();
        let mut kernels = Self {
            problem: problem.map(ToString::to_string),
            ..Self::default()
        };
        // Processes run native code where the switches mean nothing.
        let wasm = |system| {
            switches
                .as_ref()
                .is_ok_and(|switches| switches.allows(system))
        };
        let system = |system| SystemKernels {
            system,
            wasm: wasm(system),
        };
        kernels.systems = System::ALL.map(system).into();
        kernels.processes = processes.unwrap_or_default();
        kernels.count = kernels.processes.len();
        kernels.processes.truncate(SHOWN);
        kernels
    }
}

/// What charts show of a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Point {
    pub(crate) at: Moment,
    /// How often each hook did something, a second.
    pub(crate) rates: BTreeMap<String, f64>,
    /// What 95 in a hundred runs stayed within, in nanoseconds.
    pub(crate) p95: BTreeMap<String, u64>,
    /// Messages that can be taken, that are taken, that were given up, of all channels.
    pub(crate) ready: u64,
    pub(crate) taken: u64,
    pub(crate) dead: u64,
}

impl Point {
    /// What there is to draw of a report, with what has come since the one before, so many seconds ago.
    pub(crate) fn new(report: &Report, before: Option<(&Report, f64)>) -> Self {
        let channels = report.channels.iter().map(|channel| &channel.stats);
        let mut point = Self {
            at: report.at,
            rates: before.map_or_else(BTreeMap::new, |(before, seconds)| {
                let per_second = |(hook, count)| (hook, float(count) / seconds);
                let new = increments(report, Some(before)).into_iter();
                new.map(|(hook, (n, _))| per_second((hook, n))).collect()
            }),
            p95: report
                .hooks
                .iter()
                .map(|hook| (hook.name.clone(), hook.p95))
                .collect(),
            ..Self::default()
        };
        for channel in channels {
            point.ready += channel.ready;
            point.taken += channel.taken;
            point.dead += channel.dead;
        }
        point
    }
}

/// How often each hook did something, and went wrong, between two reports.
pub(crate) fn increments(report: &Report, before: Option<&Report>) -> BTreeMap<String, (u64, u64)> {
    let mut increments = BTreeMap::<_, (u64, u64)>::new();
    for (key, count) in &report.latest {
        let known = before.and_then(|before| before.latest.get(key));
        let known: monitor::Count = known.copied().unwrap_or_default();
        let (n, errors) = increments.entry(key.0.clone()).or_default();
        *n += count.n.saturating_sub(known.n);
        *errors += count.errors.saturating_sub(known.errors);
    }
    increments
}

/// A number as charts and exporters have it.
#[expect(clippy::cast_precision_loss, reason = "15 digits are enough")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}
