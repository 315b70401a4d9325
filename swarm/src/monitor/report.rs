//! What a swarm does now, as plain data: what pages, exporters and alerts are made from.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use serde::Serialize;

use super::budget::{Budgets, Grade};
use super::judge::{Recommendation, StepCost, costs, float, judge};
use super::messages::{RedisReport, Seen};
use super::recorder::Sum;
use super::store::{self, MINUTE};
use super::trend::Trend;
use super::{DAMAGED, DELIVERIES, Gauge, Monitor, NATIVE, SHADOW, WASM};
use crate::clock::Moment;
use crate::database;
use crate::error::Error;
use crate::memory::Access as _;
use crate::messenger::{self, Backlog, ChannelStats, Kind};

/// Of each hook so many runs are judged: the last ones.
const JUDGED: u32 = 1_000;

/// What a swarm does. Counts are those of the window; durations are in nanoseconds, and shares in `0..=1`. What was
/// not measured is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// When it was made.
    pub at: Moment,
    /// How long the window is, in milliseconds: whole minutes, and the one that it is now.
    pub window: u64,
    /// The hooks that are timed, by their names.
    pub hooks: Vec<HookReport>,
    /// What the steps of hooks cost: hook by hook, of each the step that takes most first.
    pub steps: Vec<StepCost>,
    /// What is counted and not timed, by its name.
    pub counts: BTreeMap<String, Count>,
    /// Who has answered calls of kernels, in all processes.
    pub tiers: TierReport,
    /// The channels, by their names.
    pub channels: Vec<ChannelReport>,
    /// The workers of all machines, by their names.
    pub workers: Vec<WorkerReport>,
    /// The Redis, where one has the messages.
    pub redis: Option<RedisReport>,
    /// Tasks of all swarms.
    pub tasks: TaskReport,
    /// What waits until a Redis has it.
    pub outbox: Backlog,
    /// The database.
    pub database: DatabaseReport,
    /// Figures that somebody has said.
    pub gauges: Vec<Gauge>,
    /// What to look at first.
    pub recommendations: Vec<Recommendation>,
    /// How often each hook did something in this minute and the one before: who compares two reports knows what has
    /// come in between.
    #[serde(skip)]
    pub latest: BTreeMap<(String, i64), Count>,
}

/// How often something was done, and went wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// How often.
    pub n: u64,
    /// How many of them went wrong.
    pub errors: u64,
}

impl Count {
    /// Errors as a share of all; nothing where there are fewer than so many.
    #[must_use]
    pub fn error_rate(self, fewest: u64) -> Option<f64> {
        (self.n >= fewest.max(1)).then(|| float(self.errors) / float(self.n))
    }
}

/// A hook.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HookReport {
    /// Its name.
    pub name: String,
    /// How often it ran.
    pub n: u64,
    /// How many of them went wrong.
    pub errors: u64,
    /// What half of them stayed within.
    pub p50: u64,
    /// What 95 in a hundred stayed within.
    pub p95: u64,
    /// What 99 in a hundred stayed within.
    pub p99: u64,
    /// The longest.
    pub max: u64,
    /// What is good, slow and critical, where it has a budget.
    pub budget: Option<[u64; 3]>,
    /// What the 95th percentile is by the budget.
    pub grade: Option<Grade>,
    /// The window, compared with the one before it.
    pub trend: Trend,
}

/// Who has answered calls of kernels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TierReport {
    /// Calls that WebAssembly answered.
    pub wasm: u64,
    /// Calls that native code answered.
    pub native: u64,
    /// Calls that a tier could not answer, and the next one did.
    pub errors: u64,
    /// The share that WebAssembly answered; nothing where there was no call.
    pub wasm_share: Option<f64>,
    /// The share of calls to tiers that failed; nothing where there was no call.
    pub error_rate: Option<f64>,
    /// Answers that were compared with those of another tier, and those that differed.
    pub compared: Count,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChannelReport {
    /// What there is in it.
    #[serde(flatten)]
    pub stats: ChannelStats,
    /// How long the message has waited that waits longest and can be taken, in milliseconds. In a Redis it is not known while
    /// another is taken.
    pub waited: Option<u64>,
    /// Whether it is of this machine alone, where a Redis has the messages of all others.
    pub is_local: bool,
    /// Workers of this channel that are there.
    pub workers: u64,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorkerReport {
    /// Its name.
    pub name: String,
    /// What it does, in one word.
    pub status: String,
    /// When it was seen.
    pub seen: Moment,
    /// Whether it is there: it was seen within 15 seconds.
    pub is_there: bool,
    /// The channels that it works for.
    pub channels: Vec<String>,
    /// How many messages it works on at a time.
    pub slots: Option<u64>,
    /// How many it works on.
    pub running: Option<u64>,
    /// Its memory as the system sees it, in bytes.
    pub resident: Option<u64>,
    /// The memory of its instances of kernels, in bytes.
    pub instances: Option<u64>,
}

/// Tasks that have not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskReport {
    /// Those that an agent holds.
    pub held: u64,
    /// The others.
    pub waiting: u64,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DatabaseReport {
    /// Its length in bytes.
    pub bytes: u64,
    /// The length of its journal in bytes.
    pub journal_bytes: u64,
    /// When the newest backup was made.
    pub backup: Option<Moment>,
    /// For how long what was written has been in no backup, in milliseconds by the clock of the machine, as files have
    /// its time: the age of the newest backup or, where there is none, of the database.
    pub unsaved: Option<u64>,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// The name of the gauge.
    pub gauge: &'static str,
    /// What it should be at least.
    pub least: f64,
}

impl Target {
    /// Figures that were said longer ago are out of date.
    pub const FRESH: Duration = Duration::from_hours(7 * 24);

    /// All there are.
    pub const ALL: [Self; 3] = [
        Self::new("speedup", 52.0),
        Self::new("coverage", 100.0),
        Self::new("documentation", 100.0),
    ];

    const fn new(gauge: &'static str, least: f64) -> Self {
        Self { gauge, least }
    }
}

impl Monitor {
    /// What the swarm does, over a window up to now: at most 30 days, and a minute at least.
    ///
    /// # Errors
    /// [`Error::DamagedRow`] where something in it cannot be read; the others as of
    /// [every read](crate::Swarm#reads).
    pub fn report(&self, window: Duration) -> Result<Report, Error> {
        let mut seen = Seen::new(&self.swarm)?;
        let place = self.swarm.place();
        let backup = self.swarm.backups().into_iter().next();
        let backup = backup.and_then(|backup| backup.path.metadata().ok()?.modified().ok());
        let made = || place.database().metadata().ok()?.created().ok();
        let database = DatabaseReport {
            bytes: database::size(&place.database()),
            journal_bytes: database::size(&place.database().with_extension("db-wal")),
            backup: backup.and_then(moment),
            unsaved: (backup.or_else(made))
                .and_then(|kept| u64::try_from(kept.elapsed().ok()?.as_millis()).ok()),
        };
        let gauges = self.gauges()?;
        self.access.snapshot(|connection, now| {
            let minutes = i64::try_from(window.as_millis() / 60_000).unwrap_or(i64::MAX);
            let minutes = minutes.clamp(1, 30 * 24 * 60);
            let next = now.0.div_euclid(MINUTE) + 1;
            let first = next - minutes;
            let mut sums = store::sums(connection, first, next)?;
            let earlier = store::sums(connection, first - minutes, first)?;
            let tiers = tiers(&sums);
            let hooks = hooks(&mut sums, &earlier, &self.budgets);
            let counts = sums
                .into_iter()
                .map(|(name, sum)| (name, sum.count()))
                .collect();
            let mut report = Report {
                at: now,
                window: minutes.unsigned_abs() * MINUTE.unsigned_abs(),
                hooks,
                steps: Vec::new(),
                counts,
                tiers,
                channels: seen.channels(connection, now)?,
                workers: seen.workers,
                redis: seen.redis,
                tasks: tasks(connection, now)?,
                outbox: messenger::backlog(connection)?,
                database,
                gauges,
                recommendations: Vec::new(),
                latest: latest(connection, next)?,
            };
            let since = Moment(first * MINUTE);
            for hook in store::hooks_with_runs(connection, since)? {
                let runs = store::runs(connection, &hook, since, JUDGED)?;
                report.steps.extend(costs(&runs));
                let budget = self.budgets.of(&hook);
                let verdict = judge(self.swarm.runtime(), &runs, budget)?;
                let found = verdict.and_then(|verdict| verdict.recommendation);
                report.recommendations.extend(found);
            }
            let worst_first = |found: &Recommendation| std::cmp::Reverse(found.grade);
            report.recommendations.sort_by_key(worst_first);
            Ok(report)
        })
    }
}

impl Sum {
    fn count(&self) -> Count {
        let Self { n, errors, .. } = *self;
        Count { n, errors }
    }
}

fn moment(time: SystemTime) -> Option<Moment> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Some(Moment::default().after(since))
}

fn tiers(sums: &BTreeMap<String, Sum>) -> TierReport {
    let count = |name: &str| sums.get(name).map(Sum::count).unwrap_or_default();
    let (asked, native) = (count(WASM), count(NATIVE).n);
    let wasm = asked.n.saturating_sub(asked.errors);
    let answered = wasm + native;
    let calls = answered + asked.errors;
    let share = |part: u64, of: u64| (of > 0).then(|| float(part) / float(of));
    TierReport {
        wasm,
        native,
        errors: asked.errors,
        wasm_share: share(wasm, answered),
        error_rate: share(asked.errors, calls),
        compared: count(SHADOW),
    }
}

/// What is timed; it is taken out of the sums.
fn hooks(
    sums: &mut BTreeMap<String, Sum>,
    earlier: &BTreeMap<String, Sum>,
    budgets: &Budgets,
) -> Vec<HookReport> {
    let mut hooks = Vec::new();
    sums.retain(|name, sum| {
        let Some(durations) = &sum.durations else {
            return true;
        };
        let quantile = |quantile| durations.quantile(quantile).unwrap_or_default();
        let before = earlier.get(name).and_then(|sum| sum.durations.as_ref());
        let median = |nanos: u64| float(nanos);
        let trend = Trend::of(
            before.map_or((0, 0.0), |before| {
                (before.len(), before.quantile(0.5).map_or(0.0, median))
            }),
            (durations.len(), median(quantile(0.5))),
        );
        let budget = budgets.of(name);
        let p95 = quantile(0.95);
        hooks.push(HookReport {
            name: name.clone(),
            n: sum.n,
            errors: sum.errors,
            p50: quantile(0.5),
            p95,
            p99: quantile(0.99),
            max: durations.longest().unwrap_or_default(),
            budget: budget
                .map(|budget| [budget.good, budget.slow, budget.critical].map(super::run::nanos)),
            grade: budget.map(|budget| budget.grade(Duration::from_nanos(p95))),
            trend,
        });
        false
    });
    hooks
}

fn latest(connection: &Connection, next: i64) -> Result<BTreeMap<(String, i64), Count>, Error> {
    let mut latest = BTreeMap::new();
    store::each_minute(connection, next - 2, next, |hook, minute, n, errors, _| {
        latest.insert((hook.to_owned(), minute), Count { n, errors });
        Ok(())
    })?;
    Ok(latest)
}

fn tasks(connection: &Connection, now: Moment) -> Result<TaskReport, Error> {
    let mut select = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE lease > ?1), count(*) FROM tasks WHERE ended IS NULL",
    )?;
    let (held, open): (i64, i64) =
        select.query_row([now.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(TaskReport {
        held: held.unsigned_abs(),
        waiting: open.abs_diff(held),
    })
}

impl Report {
    /// What is counted under a name.
    #[must_use]
    pub fn count(&self, name: &str) -> Count {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// Deliveries that were settled, and those that were to be tried again or given up.
    #[must_use]
    pub fn deliveries(&self) -> Count {
        self.count(DELIVERIES)
    }

    /// Rows that were found to be damaged.
    #[must_use]
    pub fn damaged_rows(&self) -> u64 {
        self.count(DAMAGED).n
    }

    /// The memory of all workers that are there and say it, in bytes; nothing where none does.
    #[must_use]
    pub fn resident(&self) -> Option<u64> {
        let there = self.workers.iter().filter(|worker| worker.is_there);
        there
            .filter_map(|worker| worker.resident)
            .reduce(u64::saturating_add)
    }

    /// A figure, unless it is out of date.
    #[must_use]
    pub fn fresh_gauge(&self, name: &str) -> Option<&Gauge> {
        let gauge = self.gauges.iter().find(|gauge| gauge.name == name)?;
        (self.at.since(gauge.at) <= Target::FRESH).then_some(gauge)
    }

    pub(super) fn queues(&self) -> impl Iterator<Item = &ChannelReport> {
        let channels = self.channels.iter();
        channels.filter(|channel| channel.stats.kind == Kind::Queue)
    }
}
