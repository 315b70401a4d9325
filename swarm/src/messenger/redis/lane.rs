//! What a process sends to a channel: one parcel at a time, so that their order holds.
//!
//! What was sent in the last seconds is kept. A server that was restarted, or a replica that has taken its place, may
//! have forgotten it: it says so by the last sequence that it knows, and what is newer is sent again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::link::Trouble;
use super::parcel::{Parcel, identity};
use super::reply::Parts;
use super::{Core, outbox, scripts};
use crate::error::{Error, Row};
use crate::messenger::Receipt;
use crate::messenger::engine::Outgoing;
use crate::swarm::Shared;

/// How long a parcel is kept that the server has: it syncs its file each second.
const KEPT_FOR: Duration = Duration::from_secs(5);

/// How many bytes of such parcels a process keeps.
const KEPT_BYTES: u64 = 64 << 20;

/// How many bytes a process may have in the outbox.
pub(super) const OUTBOX_BYTES: u64 = 1 << 30;

/// A channel as this process sends to it.
#[derive(Debug, Default)]
pub(super) struct Lane(Mutex<State>);

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

impl Lane {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send(
        &self,
        core: &Core,
        shared: &Shared,
        channel: &str,
        messages: &[Outgoing],
    ) -> Result<Vec<Receipt>, Error> {
        let mut state = self.lock();
        let parcel = Arc::new(Parcel::new(core.next_sequence(), messages));
        if !state.is_spooling && !core.link.is_down() {
            let delivered = state
                .catch_up(core, channel)
                .and_then(|()| state.deliver(core, channel, &parcel));
            match delivered {
                Ok(Delivered::Sent(receipts)) => {
                    state.keep(core, parcel);
                    return Ok(receipts);
                }
                Ok(Delivered::Full(limit)) => {
                    let channel = channel.to_owned();
                    return Err(Error::Full { channel, limit });
                }
                Ok(Delivered::Unknown) => {
                    return Err(Error::Unknown(Row::new("channel", "channels", channel)));
                }
                Err(Trouble::Down(_) | Trouble::NotNow(_)) => {}
                Err(trouble) => return Err(core.link.error(trouble)),
            }
        }
        core.spool(shared, channel, &parcel)?;
        state.is_spooling = true;
        core.link.wake();
        Ok(parcel.receipts(Receipt::Spooled))
    }
}

impl State {
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
        parcel: &Parcel,
    ) -> Result<Delivered, Trouble> {
        loop {
            let last = self.kept.back().map_or(0, |(_, parcel)| parcel.sequence);
            match core.deliver(channel, &core.producer, parcel, last)? {
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

impl Core {
    /// Adds a parcel. Where the server has forgotten what was sent before, the last sequence that it knows is
    /// returned, and nothing was added.
    pub(super) fn deliver(
        &self,
        channel: &str,
        producer: &[u8],
        parcel: &Parcel,
        last: u64,
    ) -> Result<Result<Delivered, u64>, Trouble> {
        let mut is_opened = false;
        loop {
            let mut call = scripts::SEND.call(&self.base(channel));
            call.arg(self.time())
                .arg(producer)
                .arg(parcel.sequence)
                .arg(last);
            for argument in &parcel.arguments {
                call.arg(argument);
            }
            let mut parts = Parts::of(self.link.run(&scripts::SEND, &call)?);
            let word = parts.text().unwrap_or_default();
            return match &*word {
                "sent" => {
                    let receipts = parcel.receipts(Receipt::Remote).into_iter();
                    let receipts = receipts.map(|receipt| match parts.bytes() {
                        Some(before) if !before.is_empty() => Receipt::Duplicate(identity(&before)),
                        _ => receipt,
                    });
                    Ok(Ok(Delivered::Sent(receipts.collect())))
                }
                "full" => Ok(Ok(Delivered::Full(parts.number().unwrap_or_default()))),
                "gap" => Ok(Err(parts.number().unwrap_or_default())),
                "unknown" if !is_opened && self.open_again(channel)? => {
                    is_opened = true;
                    continue;
                }
                "unknown" => Ok(Ok(Delivered::Unknown)),
                _ => Err(Trouble::Refused(format!("it answers {word:?} to a send"))),
            };
        }
    }

    /// Puts a parcel into the outbox.
    fn spool(&self, shared: &Shared, channel: &str, parcel: &Parcel) -> Result<(), Error> {
        let bytes = parcel.bytes();
        if self.sizes.waiting.load(Ordering::Relaxed) + bytes > OUTBOX_BYTES {
            return Err(Error::OutboxFull {
                redis: self.link.address().to_string(),
                limit: OUTBOX_BYTES,
            });
        }
        self.claim(shared)?;
        let settings = self.settings_of(channel);
        let shelf = self.shelf(channel);
        shared
            .database
            .write(|connection, now| outbox::insert(connection, now, &shelf, &settings, parcel))?;
        self.sizes.waiting.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }
}
