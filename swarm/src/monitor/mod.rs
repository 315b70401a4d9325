//! What a swarm does, and how well: hooks and their budgets, tiers, channels, workers, figures, alerts.
//!
//! Every process adds what it does, and any process can ask for all of it:
//!
//! ```
//! use kilowat_swarm::monitor::Run;
//! use std::time::Duration;
//!
//! # let folder = tempfile::tempdir()?;
//! # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
//! let monitor = swarm.monitor();
//! let run = Run::new("post-edit", Duration::from_millis(2)).step("rules", Duration::from_millis(1));
//! monitor.record(&run);           // in memory; stored once a second, in a commit that is made anyway
//! monitor.set_gauge("coverage", 99.2, "ci")?;
//! monitor.store()?;               // or now
//!
//! let report = monitor.report(Duration::from_secs(300))?;
//! let hook = report.hooks.iter().find(|hook| hook.name == "post-edit").unwrap();
//! assert_eq!((hook.n, hook.errors), (1, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The memory and the messenger record by themselves, under the names of the constants here. A process that only
//! reads stores nothing, so that what it has read is in no report.

mod alerts;
mod budget;
mod gauges;
mod histogram;
mod history;
mod judge;
mod messages;
mod recorder;
mod report;
mod run;
mod store;
mod trend;

use std::cell::Cell;
use std::time::Duration;

use crate::error::Error;
use crate::memory::{Access as _, Direct, Memory, Within};
use crate::names;
use crate::rollback::System;
use crate::swarm::Swarm;
pub use alerts::{Alert, AlertState, Bound, RULES, Rule, Watch};
use budget::Budgets;
pub use budget::{Budget, Grade};
pub use gauges::Gauge;
pub use history::Minute;
pub use judge::{Recommendation, StepCost, Verdict, judge};
pub use messages::RedisReport;
use recorder::Pending;
pub(crate) use recorder::Recorder;
pub use report::{
    ChannelReport, Count, DatabaseReport, HookReport, Report, Target, TaskReport, TierReport,
    WorkerReport,
};
pub use run::{Run, Step};
pub(crate) use store::{store, sweep};
pub use trend::{FEWEST, Trend};

/// Calls that WebAssembly was asked for, and those that it could not answer.
pub const WASM: &str = "tiers.wasm";
/// Calls that native code answered.
pub const NATIVE: &str = "tiers.native";
/// Answers that were compared with those of another tier, and those that differed.
pub const SHADOW: &str = "tiers.compared";
/// Deliveries that were settled, and those that were to be tried again or given up.
pub const DELIVERIES: &str = "messages.settled";
/// Messages that were sent.
pub const SENT: &str = "messages.sent";
/// Rows that were found to be damaged.
pub const DAMAGED: &str = "memory.damaged";
/// Hooks of a host that could not say what they should have.
pub const HOOK_FAULTS: &str = "hooks.faults";
/// A read of the memory.
pub const READ: &str = "memory.read";
/// A write of the memory, with its commit.
pub const WRITE: &str = "memory.write";
/// A call that sends messages.
pub const SEND: &str = "messages.send";
/// A call that takes messages, where there were some.
pub const TAKE: &str = "messages.take";
/// A call that says what has become of messages.
pub const SETTLE: &str = "messages.settle";

/// The monitor of a swarm.
#[derive(Debug, Clone)]
pub struct Monitor {
    access: Direct,
    swarm: Swarm,
    budgets: Budgets,
}

impl Swarm {
    /// Its monitor.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        Monitor {
            access: Direct::unseen(self.shared()),
            swarm: self.clone(),
            budgets: Budgets::default(),
        }
    }
}

impl Monitor {
    /// With another budget for a hook, in reports that are asked for here.
    #[must_use]
    pub fn budget(mut self, hook: &str, budget: Budget) -> Self {
        self.budgets.set(hook, budget);
        self
    }

    /// Takes note of a run, in memory. It is stored within a second where the process writes to the swarm, and at
    /// the end of the process where it ever has; a name that is none is not taken note of.
    pub fn record(&self, run: &Run) {
        if names::check("the hook", &run.hook).is_ok() {
            self.access.0.monitor.record(run);
        }
    }

    /// Does several things in one commit, as [`Memory::transaction`], and stores with them a run and what this process
    /// has taken note of: one commit is all that a short process makes. The run, which is asked for at the end, gets the
    /// calls of kernels by tier since this process has stored last.
    ///
    /// # Errors
    /// As of [`Memory::transaction`], with [`Error::Name`] where the hook of the run has no name.
    pub fn transaction<T>(
        &self,
        work: impl FnOnce(&Memory<Within<'_>>) -> Result<T, Error>,
        run: impl FnOnce() -> Run,
    ) -> Result<T, Error> {
        let shared = &self.access.0;
        let runtime = shared.engines.of(System::Memory);
        let sent = Cell::new(false);
        let pending = shared.monitor.take(shared.engines.all());
        let answer = shared.database.write(|connection, now| {
            let answer = work(&Memory {
                access: Within {
                    connection,
                    now,
                    runtime,
                    sent: Some(&sent),
                },
            })?;
            store(connection, now, &pending)?;
            let mut run = run();
            names::check("the hook", &run.hook)?;
            (run.wasm, run.native) = (pending.answers(WASM), pending.answers(NATIVE));
            let mut of_run = Pending::default();
            of_run.time(&run.hook, run.duration, run.is_success);
            of_run.runs.push(run);
            store(connection, now, &of_run)?;
            Ok(answer)
        });
        if answer.is_err() {
            shared.monitor.give_back(pending);
        } else if sent.get() {
            shared.was_sent();
        }
        answer
    }

    /// Counts what is not timed: how often, and how many of them went wrong. It is stored as runs are.
    pub fn count(&self, name: &str, n: u64, errors: u64) {
        if names::check("the figure", name).is_ok() {
            self.access.0.monitor.count(name, n, errors);
        }
    }

    /// Stores now what this process has taken note of.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes): it is kept then, and stored later.
    pub fn store(&self) -> Result<(), Error> {
        self.access.0.store_monitored()
    }
}

impl Memory<Within<'_>> {
    /// Stores a run as a part of the transaction.
    ///
    /// # Errors
    /// [`Error::Name`] where the hook has no name; the others as of [every write](Swarm#writes).
    pub fn record(&self, run: &Run) -> Result<(), Error> {
        names::check("the hook", &run.hook)?;
        let mut pending = Pending::default();
        pending.time(&run.hook, run.duration, run.is_success);
        pending.runs.push(run.clone());
        self.access
            .write(|connection, now| store(connection, now, &pending))
    }
}

/// Times something under a name.
pub(crate) fn timed<T>(
    recorder: &Recorder,
    hook: &str,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let began = std::time::Instant::now();
    let answer = work();
    recorder.time(hook, began.elapsed(), answer.is_ok());
    answer
}

/// The window of reports that alerts are judged by.
pub const WINDOW: Duration = Duration::from_mins(5);
