//! Messages between programs: queues, of which each message is one worker's, and topics, which all groups read.
//!
//! ```
//! use kilowat_swarm::messenger::Message;
//! use std::time::Duration;
//!
//! # let folder = tempfile::tempdir()?;
//! # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
//! let jobs = swarm.queue("reviews").lease(Duration::from_secs(30)).attempts(5).open()?;
//! jobs.send(Message::json("review", &17)?.key("pr-17"))?;
//!
//! let consumer = jobs.consumer("worker-1")?;
//! for delivery in consumer.receive(8, Duration::from_secs(1))? {
//!     assert_eq!(delivery.json::<u32>()?, 17);
//!     delivery.ack()?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is accepted is delivered at least once, or stands in the [dead letters](Channel::dead_letters). A message
//! comes twice where whoever took it did not acknowledge it before its lease was over; for effects in the
//! database of the swarm [`once`](crate::Memory::once) makes of that once. Messages of one priority come in the
//! order in which they were committed, until one of them is retried.

mod backoff;
mod bell;
mod channel;
mod consumer;
mod dead_letters;
mod delivery;
#[cfg(unix)]
mod doorbell;
mod embedded;
mod engine;
mod in_flight;
mod message;
mod opening;
mod outbox;
#[cfg(feature = "redis")]
pub mod redis;
mod requests;
mod settings;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::clock::Moment;
use crate::error::Error;
use crate::memory::Direct;
use crate::swarm::Swarm;
use crate::worker::WORKERS;
pub(crate) use bell::Bell;
pub use channel::{Channel, ChannelStats, KindOf, Queue, Topic};
pub(crate) use consumer::Held;
pub use consumer::{Consumer, Group};
pub use dead_letters::DeadLetter;
pub use delivery::{Delivery, Fate, Settled};
use embedded::Embedded;
pub(crate) use embedded::sweep;
pub(crate) use engine::Ear;
use engine::Engine;
pub(crate) use in_flight::{BYTES_IN_FLIGHT, InFlight};
pub use message::{Message, Receipt};
pub use opening::Opening;
pub use outbox::Backlog;
pub(crate) use outbox::backlog;
pub use settings::{Kind, Settings};

/// A worker, by what it says of itself each 5 seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorkerSeen {
    /// Its name.
    pub name: String,
    /// What it does, in one word.
    pub status: String,
    /// When it was seen last, by the clock of what has the messages.
    pub seen: Moment,
    /// Its process, its channels, how many messages it works on, and what it has done.
    pub data: Value,
}

impl Swarm {
    /// A queue, to be opened: each of its messages is done by one consumer.
    pub fn queue(&self, name: &str) -> Opening<Queue> {
        Opening::new(self, name)
    }

    /// A topic, to be opened: each of its messages comes to all groups.
    pub fn topic(&self, name: &str) -> Opening<Topic> {
        Opening::new(self, name)
    }

    /// The channels that there are, by their names.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn channels(&self) -> Result<Vec<ChannelStats>, Error> {
        self.engine().channels()
    }

    /// What a channel is; nothing where there is none.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn kind_of(&self, channel: &str) -> Result<Option<Kind>, Error> {
        self.engine().kind_of(channel)
    }

    /// The workers, of all machines where a Redis has the messages. One that was not seen for
    /// [15 seconds](crate::worker::GONE_AFTER) is gone, unless it could not say so.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn workers(&self) -> Result<Vec<WorkerSeen>, Error> {
        if let Some(workers) = self.engine().workers()? {
            return Ok(workers);
        }
        let agents = self.memory().agents(WORKERS).list::<Value>(None)?;
        let seen = agents.into_iter().map(|agent| WorkerSeen {
            name: agent.id,
            status: agent.status,
            seen: agent.seen,
            data: agent.data,
        });
        Ok(seen.collect())
    }

    /// The time by which messages are due: that of the server, where a Redis has them.
    pub(crate) fn messages_now(&self) -> Moment {
        self.engine().now()
    }

    /// Says to other machines what a worker does; without anything to say, that it ends.
    pub(crate) fn beat(&self, worker: &str, data: Option<&Value>) -> Result<(), Error> {
        self.engine().beat(worker, data)
    }

    /// Removes a channel with all that is in it. Says nothing where there is none.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes).
    pub fn remove_channel(&self, channel: &str) -> Result<(), Error> {
        self.engine().close(channel)
    }

    /// Where its messages are, if a Redis has them: without user and password.
    #[must_use]
    pub fn redis(&self) -> Option<String> {
        #[cfg(feature = "redis")]
        return self.remote().map(redis::Redis::address);
        #[cfg(not(feature = "redis"))]
        None
    }

    fn engine(&self) -> Arc<dyn Engine> {
        #[cfg(feature = "redis")]
        if let Some(remote) = redis::Remote::of(self) {
            return Arc::new(remote);
        }
        Arc::new(Embedded {
            access: Direct::unseen(self.shared()),
        })
    }
}
