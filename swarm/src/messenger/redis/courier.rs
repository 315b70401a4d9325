//! The thread that finds a Redis again which did not answer, and sends what waits in the outbox.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::Core;
use super::lane::Delivered;
use super::link::Trouble;
use super::outbox::{self, Claim, Pile};
use crate::error::Error;
use crate::swarm::Shared;

/// How often the outboxes of others are looked at, and how often what cannot be sent is tried again.
const ADOPTS_EACH: Duration = Duration::from_secs(5);
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// Starts the thread. It ends with the swarm.
pub(super) fn start(core: &Arc<Core>, shared: &Arc<Shared>) {
    let (core, shared) = (Arc::clone(core), Arc::downgrade(shared));
    thread::spawn(move || run(&core, &shared));
}

fn run(core: &Core, shared: &Weak<Shared>) {
    let mut adopted: Option<Instant> = None;
    let mut pause = SHORTEST_PAUSE;
    while !core.is_closing.load(Ordering::SeqCst) {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let mut sleep = ADOPTS_EACH;
        if let Some(again) = core.link.revive() {
            sleep = again;
        } else {
            let is_due = adopted.is_none_or(|adopted| adopted.elapsed() >= ADOPTS_EACH);
            let adopts = core.has_news.swap(false, Ordering::SeqCst) || is_due;
            if adopts {
                adopted = Some(Instant::now());
            }
            match core.round(&shared, adopts) {
                Ok(true) => pause = SHORTEST_PAUSE,
                Ok(false) => {
                    // Something is full, or has no memory: not too often.
                    sleep = pause.mul_f64(1.0 + fastrand::f64() / 2.0);
                    pause = (pause * 2).min(ADOPTS_EACH);
                    if adopts {
                        core.has_news.store(true, Ordering::SeqCst);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "what waits in the outbox is sent later");
                    sleep = ADOPTS_EACH;
                }
            }
            if core.link.is_down() {
                continue;
            }
        }
        drop(shared);
        core.link.sleep(sleep);
    }
}

/// How far a pile was emptied.
#[derive(PartialEq, Eq)]
enum Emptied {
    All,
    /// There may be more, which nothing keeps from being sent.
    Some,
    /// The server takes no more at this time.
    Stuck,
}

impl Core {
    /// Sends what waits. Says whether all of it was sent.
    fn round(&self, shared: &Shared, adopts: bool) -> Result<bool, Error> {
        self.open_what_waits();
        let mut is_done = true;
        let lanes: Vec<_> = {
            let lanes = self.lanes();
            let all = lanes.iter();
            all.map(|(name, lane)| (name.clone(), Arc::clone(lane)))
                .collect()
        };
        for (channel, lane) in lanes {
            if let Err(trouble) = lane.lock().catch_up(self, &channel) {
                return self.later(trouble);
            }
            if lane.lock().is_spooling {
                let pile = self.pile(&channel);
                // First what is there while others go on; then, while they wait, what has come since.
                let mut emptied = self.empty(shared, &pile, usize::MAX)?;
                if emptied != Emptied::Stuck {
                    let mut state = lane.lock();
                    emptied = self.empty(shared, &pile, 0)?;
                    state.is_spooling = emptied != Emptied::All;
                }
                is_done &= emptied != Emptied::Stuck;
            }
            let mut lanes = self.lanes();
            if lane.lock().forget_old(self) && Arc::strong_count(&lane) == 2 {
                lanes.remove(&channel);
            }
        }
        if adopts {
            let swarm = self.link.address().swarm_name();
            let piles = shared
                .database
                .read(|connection| outbox::others(connection, swarm, &self.producer))?;
            for pile in piles {
                let Some(_claim) = Claim::new(shared.database.place(), &pile.producer)? else {
                    continue;
                };
                is_done &= self.empty(shared, &pile, usize::MAX)? != Emptied::Stuck;
            }
        }
        Ok(is_done)
    }

    fn later(&self, trouble: Trouble) -> Result<bool, Error> {
        match trouble {
            Trouble::Down(_) | Trouble::NotNow(_) => Ok(false),
            trouble => Err(self.link.error(trouble)),
        }
    }

    /// Sends what is on a pile, until nothing is left, or what is left is only a few rows.
    fn empty(&self, shared: &Shared, pile: &Pile, most: usize) -> Result<Emptied, Error> {
        let mut rounds = 0;
        loop {
            let rows = shared
                .database
                .read(|connection| outbox::oldest(connection, pile))?;
            if rows.is_empty() {
                return Ok(Emptied::All);
            }
            let is_last = rows.len() < outbox::AT_A_TIME as usize;
            let (mut sent, mut bytes, mut stop) = (Vec::new(), 0, None);
            for row in rows {
                let parcel = match row.parcel {
                    Ok(parcel) => Arc::new(parcel),
                    Err(error) => {
                        // It stays, for somebody who looks, and what is behind it waits: their order is theirs.
                        tracing::error!(%error, "a row of the outbox cannot be read");
                        stop = Some(Err(error));
                        break;
                    }
                };
                self.know_settings(&pile.channel, &row.settings);
                match self.deliver(&pile.channel, &pile.producer, &parcel, 0) {
                    Ok(Ok(Delivered::Sent(_))) => {
                        sent.push(row.id);
                        bytes += parcel.bytes();
                    }
                    Ok(_) => stop = Some(Ok(Emptied::Stuck)),
                    Err(Trouble::Down(_) | Trouble::NotNow(_)) => {
                        stop = Some(Ok(Emptied::Stuck));
                    }
                    Err(trouble) => stop = Some(Err(self.link.error(trouble))),
                }
                if stop.is_some() {
                    break;
                }
            }
            shared
                .database
                .write(|connection, _| outbox::remove(connection, &sent))?;
            if pile.producer == self.producer {
                let waiting = &self.sizes.waiting;
                waiting.fetch_sub(bytes, Ordering::Relaxed);
            }
            rounds += 1;
            match stop {
                Some(outcome) => return outcome,
                None if is_last && rounds <= most => return Ok(Emptied::Some),
                None => {}
            }
        }
    }
}
