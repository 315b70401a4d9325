//! What a process sends to a channel: one parcel at a time, so that their order holds.
//!
//! What was sent in the last seconds is kept. A server that was restarted, or a replica that has taken its place, may
//! have forgotten it: it says so by the last sequence that it knows, and what is newer is sent again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Core;
use super::link::Trouble;
use super::parcel::Parcel;
use crate::error::{Error, Row};
use crate::messenger::Receipt;
use crate::messenger::engine::Outgoing;
use crate::swarm::Shared;

/// How long a parcel is kept that the server has: it syncs its file each second.
const KEPT_FOR: Duration = Duration::from_secs(5);

/// How many bytes of such parcels a process keeps.
const KEPT_BYTES: u64 = 64 << 20;

/// How many parcels are sent on one way.
const AT_A_TIME: usize = 64;

/// How many bytes a process may have in the outbox.
pub(super) const OUTBOX_BYTES: u64 = 1 << 30;

/// A channel as this process sends to it.
#[derive(Debug, Default)]
pub(super) struct Lane {
    state: Mutex<State>,
    /// What threads want to send, in the order of its sequences.
    waiting: Mutex<VecDeque<Arc<Job>>>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    kept: VecDeque<(Instant, Arc<Parcel>)>,
    /// Parcels wait in the outbox, and others go behind them.
    pub(super) is_spooling: bool,
    /// As of when the server was known to have what is kept.
    generation: u64,
}

/// What the server has made of a parcel.
pub(super) enum Delivered {
    Sent(Vec<Receipt>),
    Full(u64),
    /// It knows no such channel.
    Unknown,
}

/// How many bytes a process keeps, of what is sent and of what waits.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    kept: AtomicU64,
    pub(super) waiting: AtomicU64,
}

/// What somebody sends, and what has become of it.
#[derive(Debug)]
struct Job {
    parcel: Arc<Parcel>,
    outcome: Mutex<Option<Result<Vec<Receipt>, Error>>>,
}

impl Job {
    fn outcome(&self) -> MutexGuard<'_, Option<Result<Vec<Receipt>, Error>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Arc<Job>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends messages, or puts them into the outbox. While one thread is on its way others line up: the first of them
    /// sends what all have.
    pub(super) fn send(
        &self,
        core: &Core,
        shared: &Shared,
        channel: &str,
        messages: &[Outgoing],
    ) -> Result<Vec<Receipt>, Error> {
        let mut parcel = Parcel::new(0, messages);
        let job = {
            let mut waiting = self.waiting();
            // In the order of the line.
            parcel.sequence = core.next_sequence();
            let job = Arc::new(Job {
                parcel: Arc::new(parcel),
                outcome: Mutex::new(None),
            });
            waiting.push_back(Arc::clone(&job));
            job
        };
        let mut state = self.lock();
        loop {
            if let Some(outcome) = job.outcome().take() {
                return outcome;
            }
            let jobs: Vec<_> = {
                let mut waiting = self.waiting();
                let count = waiting.len().min(AT_A_TIME);
                waiting.drain(..count).collect()
            };
            state.send_all(core, shared, channel, &jobs);
        }
    }
}

impl State {
    fn send_all(&mut self, core: &Core, shared: &Shared, channel: &str, jobs: &[Arc<Job>]) {
        let can_be_sent =
            !self.is_spooling && !core.link.is_down() && self.catch_up(core, channel).is_ok();
        let mut answers = Vec::new();
        if can_be_sent && jobs.len() > 1 {
            let parcels: Vec<_> = jobs.iter().map(|job| Arc::clone(&job.parcel)).collect();
            // Else they are tried one by one.
            answers = core
                .deliver_all(channel, &parcels, self.last())
                .unwrap_or_default();
        }
        let mut answers = answers.into_iter();
        for job in jobs {
            let outcome = match answers.next().flatten() {
                Some(receipts) => {
                    self.keep(core, Arc::clone(&job.parcel));
                    Ok(receipts)
                }
                None => self.send(core, shared, channel, &job.parcel),
            };
            *job.outcome() = Some(outcome);
        }
    }

    /// Sends a parcel, or puts it into the outbox.
    fn send(
        &mut self,
        core: &Core,
        shared: &Shared,
        channel: &str,
        parcel: &Arc<Parcel>,
    ) -> Result<Vec<Receipt>, Error> {
        if !self.is_spooling && !core.link.is_down() {
            let delivered = self
                .catch_up(core, channel)
                .and_then(|()| self.deliver(core, channel, parcel));
            match delivered {
                Ok(Delivered::Sent(receipts)) => {
                    self.keep(core, Arc::clone(parcel));
                    return Ok(receipts);
                }
                Ok(Delivered::Full(limit)) => return Err(full(channel, limit)),
                Ok(Delivered::Unknown) => {
                    return Err(Error::Unknown(Row::new("channel", "channels", channel)));
                }
                Err(Trouble::Down(_) | Trouble::NotNow(_)) => {}
                Err(trouble) => return Err(core.link.error(trouble)),
            }
        }
        core.spool(shared, channel, parcel)?;
        self.is_spooling = true;
        core.link.wake();
        Ok(parcel.receipts(Receipt::Spooled))
    }

    /// The last sequence that can be sent again.
    fn last(&self) -> u64 {
        self.kept.back().map_or(0, |(_, parcel)| parcel.sequence)
    }

    /// Sends again what the server has forgotten since it was connected last.
    pub(super) fn catch_up(&mut self, core: &Core, channel: &str) -> Result<(), Trouble> {
        let generation = core.link.generation();
        if self.generation == generation {
            return Ok(());
        }
        if !self.kept.is_empty() {
            let mut ask = redis::cmd("HGET");
            ask.arg(format!("{}:p", core.base(channel)))
                .arg(&core.producer[..]);
            let known = super::reply::text(core.link.ask(&ask)?);
            self.send_again(core, channel, known.parse().unwrap_or(0))?;
        }
        self.generation = generation;
        Ok(())
    }

    fn send_again(&mut self, core: &Core, channel: &str, known: u64) -> Result<(), Trouble> {
        for (_, parcel) in &self.kept {
            if parcel.sequence > known {
                match core.deliver(channel, &core.producer, parcel, 0)? {
                    // A channel that is gone has nobody who misses it.
                    Ok(Delivered::Sent(_) | Delivered::Unknown) | Err(_) => {}
                    Ok(Delivered::Full(_)) => {
                        let what = "there is no room for what it has forgotten";
                        return Err(Trouble::NotNow(what.to_owned()));
                    }
                }
            }
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        core: &Core,
        channel: &str,
        parcel: &Arc<Parcel>,
    ) -> Result<Delivered, Trouble> {
        loop {
            match core.deliver(channel, &core.producer, parcel, self.last())? {
                Ok(delivered) => return Ok(delivered),
                // It has forgotten without that the connection was lost.
                Err(known) => self.send_again(core, channel, known)?,
            }
        }
    }

    fn keep(&mut self, core: &Core, parcel: Arc<Parcel>) {
        let kept = &core.sizes.kept;
        kept.fetch_add(parcel.bytes(), Ordering::Relaxed);
        self.kept.push_back((Instant::now(), parcel));
        let is_over =
            |sent: &Instant| sent.elapsed() > KEPT_FOR || kept.load(Ordering::Relaxed) > KEPT_BYTES;
        while self.kept.front().is_some_and(|(sent, _)| is_over(sent)) {
            self.forget_first(core);
        }
    }

    fn forget_first(&mut self, core: &Core) {
        if let Some((_, parcel)) = self.kept.pop_front() {
            let kept = &core.sizes.kept;
            kept.fetch_sub(parcel.bytes(), Ordering::Relaxed);
        }
    }

    /// Forgets what the server has for certain by now. Says whether there is nothing left to be known of the channel.
    pub(super) fn forget_old(&mut self, core: &Core) -> bool {
        if self.generation == core.link.generation() {
            while self
                .kept
                .front()
                .is_some_and(|(sent, _)| sent.elapsed() > KEPT_FOR)
            {
                self.forget_first(core);
            }
        }
        self.kept.is_empty() && !self.is_spooling
    }
}

fn full(channel: &str, limit: u64) -> Error {
    let channel = channel.to_owned();
    Error::Full { channel, limit }
}
