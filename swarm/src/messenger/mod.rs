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
mod embedded;
mod engine;
mod message;
mod opening;
mod outbox;
mod requests;
mod settings;

use std::sync::Arc;

use crate::error::Error;
use crate::memory::Direct;
use crate::swarm::Swarm;
pub(crate) use bell::Bell;
pub use channel::{Channel, ChannelStats, KindOf, Queue, Topic};
pub(crate) use consumer::Held;
pub use consumer::{Consumer, Group};
pub use dead_letters::DeadLetter;
pub use delivery::{Delivery, Fate, Settled};
use embedded::Embedded;
pub(crate) use embedded::sweep;
use engine::Engine;
pub use message::{Message, Receipt};
pub use opening::Opening;
pub use settings::{Kind, Settings};

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

    fn engine(&self) -> Arc<dyn Engine> {
        Arc::new(Embedded {
            access: Direct::unseen(self.shared()),
        })
    }
}
