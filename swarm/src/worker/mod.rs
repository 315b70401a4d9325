//! Workers: who does what comes in queues, several at a time.
//!
//! ```
//! use kilowat_swarm::messenger::{Fate, Message};
//! use kilowat_swarm::worker::Worker;
//! use std::time::Duration;
//!
//! # let folder = tempfile::tempdir()?;
//! # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
//! let jobs = swarm.queue("reviews").open()?;
//! jobs.send(Message::json("review", &17)?)?;
//!
//! let report = Worker::new(&swarm)
//!     .handle("reviews", |delivery| match delivery.json::<u32>() {
//!         Ok(17) => Fate::Done,
//!         Ok(_) => Fate::Retry { after: None, why: "not yet".into() },
//!         Err(error) => Fate::Dead(error.to_string()),
//!     })
//!     .slots(8)
//!     .idle(Duration::from_millis(10))    // else until it is stopped
//!     .run()?;
//! assert_eq!(report.done, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Any number of workers, in any number of processes, share a queue, and none leads. A worker that is killed has its
//! messages taken by others when their leases are over.

mod dispatcher;
mod heartbeat;
#[cfg(unix)]
mod program;
mod slots;
mod stop;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::envelope::Keyring;
use crate::error::Error;
use crate::identity::Id;
use crate::messenger::{Delivery, Fate};
use crate::swarm::Swarm;
use dispatcher::{Dispatcher, Lane};
pub use heartbeat::{GONE_AFTER, WORKERS};
#[cfg(unix)]
pub use program::{End, Ended, Program};
pub use stop::Stopper;

/// How long those that are under way have to end, when the worker is stopped.
const GRACE: Duration = Duration::from_secs(30);

/// Does what a message asks, and says what is to become of it.
pub(crate) type Handler = Arc<dyn Fn(&Delivery) -> Fate + Send + Sync>;

/// A worker that is to run.
#[must_use]
pub struct Worker {
    swarm: Swarm,
    name: String,
    handlers: Vec<(String, Handler)>,
    keys: Option<Keyring>,
    slots: usize,
    grace: Duration,
    idle: Option<Duration>,
    stopper: Stopper,
}

/// What a worker has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Messages that are done.
    pub done: u64,
    /// Attempts that are to be repeated.
    pub retried: u64,
    /// Messages that it has given up.
    pub dead: u64,
    /// Messages whose lease was over, and which another has taken since.
    pub lost: u64,
    /// Messages that were given back when it was stopped.
    pub given_back: u64,
}

impl Worker {
    /// A worker of one slot that does nothing yet.
    pub fn new(swarm: &Swarm) -> Self {
        Self {
            swarm: swarm.clone(),
            name: format!("worker-{}", Id::new()),
            handlers: Vec::new(),
            keys: None,
            slots: 1,
            grace: GRACE,
            idle: None,
            stopper: Stopper::default(),
        }
    }

    /// By which name others see it: one of its own unless it is set.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// What is done with the messages of a queue. A handler that panics has its message tried again.
    pub fn handle<F, R>(mut self, queue: &str, handler: F) -> Self
    where
        F: Fn(&Delivery) -> R + Send + Sync + 'static,
        R: Into<Fate>,
    {
        let handler = Arc::new(move |delivery: &Delivery| handler(delivery).into());
        self.handlers.push((queue.to_owned(), handler));
        self
    }

    /// Runs a program for each message of a queue.
    #[cfg(unix)]
    pub fn run_program(self, queue: &str, program: Program) -> Self {
        let stopper = self.stopper.clone();
        self.handle(queue, move |delivery: &Delivery| {
            program.run(delivery, &stopper)
        })
    }

    /// What opens the messages of its queues, and seals its answers. They are sealed all of them then.
    pub fn sealed(mut self, keys: &Keyring) -> Self {
        self.keys = Some(keys.clone());
        self
    }

    /// How many messages it works on at a time.
    pub fn slots(mut self, slots: usize) -> Self {
        self.slots = slots.max(1);
        self
    }

    /// How long those that are under way have to end when it is stopped: 30 seconds unless it is set. The rest is
    /// given back then.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// It ends by itself when there was nothing to do for so long.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// What stops it, from whatever thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Works until it is stopped.
    ///
    /// # Errors
    /// Where its queues cannot be opened. When it works it goes on where others hold the database for too long,
    /// the disk is full, or no tier answers; what else happens to the database ends it.
    pub fn run(self) -> Result<Report, Error> {
        let mut lanes = Vec::new();
        for (queue, handler) in self.handlers {
            let mut opening = self.swarm.queue(&queue);
            if let Some(keys) = &self.keys {
                opening = opening.sealed(keys);
            }
            let consumer = opening.open()?.consumer(&self.name)?;
            lanes.push(Lane::new(consumer, handler));
        }
        let heartbeat = heartbeat::Heartbeat::new(&self.swarm, &self.name, &lanes, self.slots);
        let dispatcher = Dispatcher::new(&self.swarm, lanes, self.slots, self.stopper, heartbeat);
        dispatcher.run(self.grace, self.idle)
    }
}

/// Done, or to be tried again for a reason.
impl<E: std::fmt::Display> From<Result<(), E>> for Fate {
    fn from(outcome: Result<(), E>) -> Self {
        match outcome {
            Ok(()) => Self::Done,
            Err(error) => Self::Retry {
                after: None,
                why: error.to_string(),
            },
        }
    }
}
