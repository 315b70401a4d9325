//! The thread of an open swarm that reads the switches again, and says what runs its systems.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::config;
use super::engines::Engines;
use super::processes::{Entry, Process, Runs};
use super::{Switches, System};
use crate::clock::Moment;
use crate::error::Error;
use crate::place::Place;

/// How often the switches are read. A swarm that is open for a shorter time is not registered.
pub(super) const EACH: Duration = Duration::from_millis(250);

/// Watches until it is dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    ends: Arc<Ends>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Ends {
    is_over: Mutex<bool>,
    changed: Condvar,
}

impl Ends {
    /// Waits until the next look, or the end. Says whether it is over.
    fn wait(&self) -> bool {
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(is_over, EACH, |is_over| !*is_over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *self
            .ends
            .is_over
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.ends.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Watch {
    /// Begins to watch. What the file of the switches says, and what it is to that, was read before.
    pub(crate) fn start(
        place: Place,
        engines: Arc<Engines>,
        name: String,
        since: Moment,
        read: Read,
    ) -> Self {
        let ends = Arc::new(Ends::default());
        let mut watcher = Watcher {
            place,
            engines,
            name,
            since,
            read,
            entry: None,
            has_failed: false,
        };
        let thread = {
            let ends = Arc::clone(&ends);
            thread::Builder::new()
                .name("kilowat-watch".to_owned())
                .spawn(move || {
                    while !ends.wait() {
                        watcher.look();
                    }
                })
        };
        if let Err(error) = &thread {
            tracing::warn!(%error, "this process does not see when it is to be rolled back");
        }
        Self {
            ends,
            thread: thread.ok(),
        }
    }
}

/// What was read of the switches last.
#[derive(Debug)]
pub(crate) struct Read {
    text: Result<Option<String>, String>,
    problem: Option<String>,
}

impl Read {
    /// Reads the file of the switches, and what it means: native code alone where it means nothing.
    pub(crate) fn of(place: &Place) -> (Self, Switches) {
        let read = config::read(place);
        let switches = read.as_ref().map_err(Error::to_string).and_then(|text| {
            let text = text.as_deref().unwrap_or_default();
            Switches::of_text(&config::path(place), text).map_err(|error| error.to_string())
        });
        let text = read.map_err(|error| error.to_string());
        match switches {
            Ok(switches) => (
                Self {
                    text,
                    problem: None,
                },
                switches,
            ),
            Err(problem) => {
                tracing::warn!("native code only: {problem}");
                let problem = Some(problem);
                (Self { text, problem }, Switches::OFF)
            }
        }
    }
}

struct Watcher {
    place: Place,
    engines: Arc<Engines>,
    name: String,
    since: Moment,
    read: Read,
    entry: Option<Entry>,
    has_failed: bool,
}

impl Watcher {
    fn look(&mut self) {
        let text = config::read(&self.place).map_err(|error| error.to_string());
        let is_new = text != self.read.text;
        if is_new {
            let (read, switches) = Read::of(&self.place);
            self.read = read;
            self.engines.apply(switches);
        }
        if !is_new && (self.entry.is_some() || self.has_failed) {
            return;
        }
        let runs = |system| Runs::now(&self.engines, system);
        let process = Process {
            pid: std::process::id(),
            name: self.name.clone(),
            since: self.since,
            memory: runs(System::Memory),
            messages: runs(System::Messages),
            hooks: runs(System::Hooks),
            problem: self.read.problem.clone(),
        };
        let said = match &mut self.entry {
            Some(entry) => entry.write(&process),
            None => Entry::new(&self.place, &process).map(|entry| self.entry = Some(entry)),
        };
        // It goes by the switches all the same.
        if let Err(error) = said {
            self.has_failed = true;
            tracing::info!(%error, "it cannot be said what runs this process");
        }
    }
}
