//! Rolling back the systems of a swarm to native code, in all of its processes, while they run.
//!
//! What may run kernels stands in `config.toml` in the folder of the swarm. Each process that has the swarm open
//! reads it four times a second, and says in a file of its own what runs its systems since. A [`Rollback`] sets the
//! switches, and waits until all have said so:
//!
//! ```
//! use kilowat_swarm::rollback::{Rollback, System};
//! use kilowat_swarm::{Place, Swarm};
//!
//! # let folder = tempfile::tempdir()?;
//! # let place = Place::at(folder.path().join(".kilowat"));
//! let swarm = Swarm::open(&place)?;
//! let report = Rollback::of(&place).system(System::Messages).run()?;
//! assert!(report.is_done());
//! let tiers = swarm.runtime_of(System::Messages).tiers();
//! assert_eq!(tiers.to_string(), "native");
//!
//! Rollback::of(&place).undo().run()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The switches go before whatever a program or the environment says of tiers, and only turn off: with `wasm = true`
//! a process runs what it would run without the file. The database need not be sound for any of this.

mod config;
mod engines;
mod processes;
mod system;
mod watch;

use std::thread;
use std::time::{Duration, Instant};

use kilowat::Runtime;
use serde::Serialize;

use crate::database::locks;
use crate::error::Error;
use crate::place::Place;
pub use config::Switches;
pub(crate) use engines::{Engines, of_process};
pub use processes::{Process, Runs, processes};
pub use system::{System, SystemError};
pub(crate) use watch::{Read, Watch};

/// How long to wait for processes, unless it is set.
const PATIENCE: Duration = Duration::from_secs(10);

/// A process that was not registered when the switches were set has seen them after so long.
const SETTLED: Duration = Duration::from_millis(500);

const PAUSE: Duration = Duration::from_millis(20);

/// Turns the kernels of a swarm off, or on again.
#[derive(Debug, Clone)]
#[must_use]
pub struct Rollback {
    place: Place,
    system: Option<System>,
    undo: bool,
    patience: Duration,
}

/// What a rollback has done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The switches before.
    pub before: Switches,
    /// The switches since.
    pub after: Switches,
    /// What runs each system in a process that opens the swarm now.
    pub systems: Vec<SystemReport>,
    /// The processes that have the swarm open.
    pub processes: Vec<Process>,
    /// Those of them, by their numbers, that have not said in time that they go by the switches.
    pub pending: Vec<u32>,
    /// How long it took.
    pub seconds: f64,
}

/// What runs a system in a process that opens the swarm now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SystemReport {
    /// The system.
    pub system: System,
    /// Whether the switches allow kernels.
    pub wasm: bool,
    /// The tier that has answered a call.
    pub answers: Option<String>,
}

impl Report {
    /// Whether all processes go by the switches, and native code answers wherever kernels are turned off.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let is_right = |wasm: bool, answers: &Option<String>| {
            wasm || answers.as_deref() == Some(kilowat::EngineKind::Native.name())
        };
        let is_right_in = |process: &Process| {
            System::ALL.into_iter().all(|system| {
                let Runs { wasm, answers } = process.runs(system);
                is_right(*wasm, answers)
            })
        };
        self.pending.is_empty()
            && self.processes.iter().all(is_right_in)
            && self
                .systems
                .iter()
                .all(|report| is_right(report.wasm, &report.answers))
    }
}

impl Rollback {
    /// All systems of the swarm of a place are to run native code alone.
    pub fn of(place: &Place) -> Self {
        Self {
            place: place.clone(),
            system: None,
            undo: false,
            patience: PATIENCE,
        }
    }

    /// This system only.
    pub fn system(mut self, system: System) -> Self {
        self.system = Some(system);
        self
    }

    /// What was rolled back may run kernels again.
    pub fn undo(mut self) -> Self {
        self.undo = true;
        self
    }

    /// How long to wait for processes: 10 seconds unless it is set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The switches as they are, and as they would be. Nothing is changed.
    ///
    /// # Errors
    /// [`Error::Config`] where the file means nothing, and cannot be changed therefore: processes run native code
    /// then. [`Error::Place`] and [`Error::Io`] where it cannot be read.
    pub fn plan(&self) -> Result<(Switches, Switches), Error> {
        let (_, _, before, after) = self.change()?;
        Ok((before, after))
    }

    /// Sets the switches, waits until all processes go by them, and has a call of each system answered. Where
    /// processes have not said so in time they are [pending](Report::pending) in the report.
    ///
    /// # Errors
    /// As of [`plan`](Self::plan); [`Error::Busy`] where another rollback is under way.
    pub fn run(&self) -> Result<Report, Error> {
        let begun = Instant::now();
        let place = self.place.prepare()?;
        let after = {
            let lock = place.folder().join("config.lock");
            let _lock = locks::exclusive(&lock, self.patience)?;
            let (old, new, before, after) = self.change()?;
            if old.as_deref() != Some(&*new) {
                config::write(&place, &new)?;
            }
            (before, after)
        };
        let (before, after) = after;
        let is_pending = |process: &Process| {
            let goes_by = |system| process.runs(system).wasm == after.allows(system);
            !System::ALL.into_iter().all(goes_by)
        };
        let processes = loop {
            let processes = processes(&place)?;
            let all_go = !processes.iter().any(is_pending);
            let elapsed = begun.elapsed();
            if (all_go && elapsed >= SETTLED) || elapsed >= self.patience.max(SETTLED) {
                break processes;
            }
            thread::sleep(PAUSE);
        };
        let pending = processes.iter().filter(|process| is_pending(process));
        let pending = pending.map(|process| process.pid).collect();
        let here = Engines::new(Runtime::shared().clone(), after);
        let systems = System::ALL.map(|system| {
            let Runs { wasm, answers } = Runs::now(&here, system);
            SystemReport {
                system,
                wasm,
                answers,
            }
        });
        Ok(Report {
            before,
            after,
            systems: systems.into(),
            processes,
            pending,
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    /// The text of the file and the one that it should have, and the switches of both.
    fn change(&self) -> Result<(Option<String>, String, Switches, Switches), Error> {
        let path = config::path(&self.place);
        let old = config::read(&self.place)?;
        let new = config::changed(&path, old.as_deref(), self.system, self.undo)?;
        let before = Switches::of_text(&path, old.as_deref().unwrap_or_default())?;
        let after = Switches::of_text(&path, &new)?;
        Ok((old, new, before, after))
    }
}
