//! Messages in Redis, which any number of machines share: streams with consumer groups, and scripts that are whole.
//!
//! What is sent while the server does not answer waits in the database of the swarm, the outbox, and is sent when it
//! answers again. Each process gives what it sends a sequence, the last of which the server keeps: what is sent again is
//! added once.

mod address;
mod channels;
mod courier;
mod deliver;
mod ear;
mod groups;
mod health;
mod lane;
mod letters;
mod link;
mod outbox;
mod parcel;
mod reply;
mod scripts;
mod settle;
mod take;
mod workers;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use super::dead_letters::Letter;
use super::engine::{Change, Ear, Engine, Haul, Outcome, Outgoing, Taken, Taker, Ticket, Verdict};
use super::{Bell, ChannelStats, Kind, Receipt, Settings, WorkerSeen};
use crate::clock::{Clock, Moment, Steady};
use crate::error::Error;
use crate::identity::Id;
use crate::swarm::{Shared, Swarm};
pub use address::{Address, AddressError, VARIABLE};
use channels::Opened;
pub use health::{Health, Problem};
use lane::{Lane, Sizes};
use link::Link;
use outbox::{Claim, Pile};
use parcel::Parcel;

/// How often what has had its time is removed from a channel, in milliseconds.
const TIDY_EACH: i64 = 1_000;

/// What a process has of a Redis. The thread that finds it again ends with this.
#[derive(Debug)]
pub(crate) struct Redis(Arc<Core>);

impl Drop for Redis {
    fn drop(&mut self) {
        self.0.is_closing.store(true, Ordering::SeqCst);
        self.0.link.wake();
    }
}

#[derive(Debug)]
struct Core {
    link: Link,
    /// By which the server knows this process.
    producer: Vec<u8>,
    /// The sequence of all that it sends, to whatever channel.
    sequence: AtomicU64,
    lanes: Mutex<HashMap<String, Arc<Lane>>>,
    opened: Mutex<HashMap<String, Opened>>,
    /// The groups of topics that this process has joined, and whether they are its own.
    groups: Mutex<HashMap<(String, String), bool>>,
    /// When those who wait for a channel have to look by themselves.
    dues: Mutex<HashMap<(String, String), Instant>>,
    sizes: Sizes,
    /// The lock by which others know that this process is alive; taken when it first has something in the outbox.
    claim: OnceLock<Claim>,
    /// Something was put into the outbox with other writes.
    has_news: AtomicBool,
    is_closing: AtomicBool,
    courier: OnceLock<()>,
    tidied: AtomicI64,
    /// The time, where the swarm has a clock of its own; else it is that of the server.
    clock: Option<Steady>,
}

impl Redis {
    pub(crate) fn new(address: Address, clock: Option<Arc<dyn Clock>>) -> Self {
        Self(Arc::new(Core {
            link: Link::new(address),
            producer: Id::new().as_bytes().to_vec(),
            sequence: AtomicU64::new(0),
            lanes: Mutex::default(),
            opened: Mutex::default(),
            groups: Mutex::default(),
            dues: Mutex::default(),
            sizes: Sizes::default(),
            claim: OnceLock::new(),
            has_news: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            courier: OnceLock::new(),
            tidied: AtomicI64::new(i64::MIN),
            clock: clock.map(Steady::new),
        }))
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        self.0.link.address().to_string()
    }

    /// Starts the thread that sends what waits.
    pub(crate) fn start(&self, shared: &Arc<Shared>) {
        self.0
            .courier
            .get_or_init(|| courier::start(&self.0, shared));
    }

    /// A transaction that may have put something into the outbox is committed.
    pub(crate) fn was_committed(&self) {
        self.0.has_news.store(true, Ordering::SeqCst);
        self.0.link.wake();
    }
}

impl Core {
    /// The beginning of the keys of a channel. What is in braces decides in which slot of a cluster they are: all are in
    /// the same.
    fn base(&self, channel: &str) -> String {
        format!("kw:{{{}/{channel}}}", self.link.address().swarm_name())
    }

    /// The time for scripts; nothing where it is that of the server.
    fn time(&self) -> String {
        self.clock
            .as_ref()
            .map_or_else(String::new, |clock| clock.now().0.to_string())
    }

    fn next_sequence(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, channel: &str) -> Arc<Lane> {
        let mut lanes = self.lanes();
        Arc::clone(lanes.entry(channel.to_owned()).or_default())
    }

    /// Where this process puts what waits for a channel.
    fn pile(&self, channel: &str) -> Pile {
        Pile {
            swarm: self.link.address().swarm_name().to_owned(),
            producer: self.producer.clone(),
            channel: channel.to_owned(),
        }
    }

    /// Says to others that this process is alive, and sends itself what it has in the outbox.
    fn claim(&self, shared: &Shared) -> Result<(), Error> {
        if self.claim.get().is_none()
            && let Some(claim) = Claim::new(shared.database.place(), &self.producer)?
        {
            // Another thread may have been quicker.
            let _ = self.claim.set(claim);
        }
        Ok(())
    }
}

/// Messages in the Redis of a swarm.
#[derive(Debug)]
pub(super) struct Remote {
    shared: Arc<Shared>,
    core: Arc<Core>,
}

impl Remote {
    /// The engine of a swarm that has a Redis.
    pub(super) fn of(swarm: &Swarm) -> Option<Self> {
        let redis = swarm.remote()?;
        Some(Self {
            shared: Arc::clone(swarm.shared()),
            core: Arc::clone(&redis.0),
        })
    }

    /// Has what has had its time removed, if that was not done for a while.
    fn tidy_if_due(&self) {
        let core = &self.core;
        let (now, due) = (self.now().0, core.tidied.load(Ordering::Relaxed));
        let is_mine = now >= due
            && (core.tidied)
                .compare_exchange(
                    due,
                    now.saturating_add(TIDY_EACH),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                )
                .is_ok();
        if is_mine && let Err(error) = core.tidy() {
            tracing::warn!(%error, "what has had its time could not be removed");
        }
    }
}

impl Engine for Remote {
    fn now(&self) -> Moment {
        let now = self.shared.database.now();
        match self.core.clock {
            Some(_) => now,
            None => Moment(now.0.saturating_add(self.core.link.ahead())),
        }
    }

    fn bell(&self) -> &Bell {
        &self.shared.bell
    }

    fn open(&self, channel: &str, kind: Kind, change: &Change) -> Result<Settings, Error> {
        self.core.open(channel, kind, change)
    }

    fn close(&self, channel: &str) -> Result<(), Error> {
        self.core.close(channel)
    }

    fn kind_of(&self, channel: &str) -> Result<Option<Kind>, Error> {
        self.core.kind_of(channel)
    }

    fn channels(&self) -> Result<Vec<ChannelStats>, Error> {
        self.core.stats()
    }

    fn send(&self, channel: &str, messages: &[Outgoing]) -> Result<Vec<Receipt>, Error> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let lane = self.core.lane(channel);
        let receipts = lane.send(&self.core, &self.shared, channel, messages)?;
        self.tidy_if_due();
        Ok(receipts)
    }

    fn send_within(
        &self,
        connection: &Connection,
        now: Moment,
        channel: &str,
        messages: &[Outgoing],
    ) -> Result<Vec<Receipt>, Error> {
        let (producer, sequence) = outbox::home(connection, now)?;
        let pile = Pile {
            producer,
            ..self.core.pile(channel)
        };
        let parcel = Parcel::new(sequence, messages);
        let settings = self.core.settings_of(channel);
        outbox::insert(connection, now, &pile, &settings, &parcel)?;
        Ok(parcel.receipts(Receipt::Stored))
    }

    fn join(&self, channel: &str, group: &str, is_own: bool) -> Result<(), Error> {
        self.core.join(channel, group, is_own)
    }

    fn leave(&self, channel: &str, group: &str) -> Result<(), Error> {
        self.core.leave(channel, group)
    }

    fn next_due(&self, taker: &Taker) -> Result<Option<Moment>, Error> {
        Ok(self.core.due(taker).map(|left| self.now().after(left)))
    }

    fn take(
        &self,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Vec<Taken>, Error> {
        Ok(self.take_due(taker, settings, most, low_first)?.taken)
    }

    fn take_due(
        &self,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Haul, Error> {
        self.tidy_if_due();
        self.core.take(self.now(), taker, settings, most, low_first)
    }

    fn wait(
        &self,
        taker: &Taker,
        _rung: u64,
        _pause: Duration,
        most: Duration,
    ) -> Result<bool, Error> {
        self.core.wait(taker, most)
    }

    fn ear(&self, taker: &Taker) -> Option<Box<dyn Ear>> {
        let ear = ear::Thread::new(Arc::clone(&self.core), Arc::downgrade(&self.shared), taker);
        Some(Box::new(ear))
    }

    fn settle(
        &self,
        taker: &Taker,
        settings: &Settings,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Outcome>, Error> {
        self.core.settle(taker, settings, verdicts)
    }

    fn beat(&self, worker: &str, data: Option<&Value>) -> Result<(), Error> {
        self.core.beat(worker, data)
    }

    fn workers(&self) -> Result<Option<Vec<WorkerSeen>>, Error> {
        self.core.workers().map(Some)
    }

    fn peek(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        self.core.peek(channel, most)
    }

    fn history(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        self.core.history(channel, most)
    }

    fn dead_letters(&self, channel: &str, after: i64, most: u32) -> Result<Vec<Letter>, Error> {
        self.core.dead_letters(channel, after, most)
    }

    fn revive(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        self.core.revive(channel, letter)
    }

    fn drop_letter(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        self.core.drop_letter(channel, letter)
    }
}
