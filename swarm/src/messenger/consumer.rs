//! Those who take messages.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Settings;
use super::delivery::{Delivery, Fate, Settled};
use super::engine::{Ear, Engine, Haul, Taken, Taker, Ticket, Verdict, row};
use crate::clock::Moment;
use crate::envelope::{Envelope, EnvelopeError, Keyring};
use crate::error::Error;
use crate::identity::Id;
use crate::monitor::{DELIVERIES, SETTLE, TAKE, timed};
use crate::swarm::Swarm;

/// The first pause of who waits, unless it is woken: each is twice as long as the one before.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);

/// How often a group of one's own says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// One pass in so many begins with what can wait, so that it does not wait for ever.
const LOW_FIRST_EACH: u32 = 8;

/// For whom messages of a topic are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Group {
    /// A group of this name: each message comes to one of its consumers, in whatever process. It lasts until it is
    /// [ended](crate::messenger::Channel::unsubscribe), and what comes while no consumer is there waits.
    Shared(String),
    /// The consumer alone. It ends with it, or when it has not asked for messages for 15 seconds.
    Own,
}

impl Group {
    /// A group of a name.
    #[must_use]
    pub fn shared(name: &str) -> Self {
        Self::Shared(name.to_owned())
    }

    /// The consumer alone.
    #[must_use]
    pub fn own() -> Self {
        Self::Own
    }
}

/// Somebody who takes messages, of a queue or for a group of a topic.
#[derive(Debug, Clone)]
pub struct Consumer {
    pub(super) swarm: Swarm,
    pub(super) shared: Arc<Shared>,
}

/// What one look at a channel has come to.
#[derive(Debug, Default)]
struct Pass {
    deliveries: Vec<Delivery>,
    /// When there will be something to take, if that is known.
    due: Option<Moment>,
    /// How many were taken that cannot be opened.
    damaged: usize,
}

/// What a consumer shares with its deliveries.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) taker: Taker,
    pub(super) settings: Settings,
    pub(super) keys: Option<Keyring>,
    is_own: bool,
    passes: AtomicU32,
    seen: Mutex<Instant>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.is_own {
            // Where that fails, it goes away after 15 seconds.
            let _ = self.engine.leave(&self.taker.channel, &self.taker.group);
        }
    }
}

impl Consumer {
    pub(super) fn new(
        swarm: Swarm,
        engine: Arc<dyn Engine>,
        taker: Taker,
        settings: Settings,
        keys: Option<Keyring>,
        is_own: bool,
    ) -> Self {
        let shared = Arc::new(Shared {
            engine,
            taker,
            settings,
            keys,
            is_own,
            passes: AtomicU32::new(0),
            seen: Mutex::new(Instant::now()),
        });
        Self { swarm, shared }
    }

    /// The channel.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.shared.taker.channel
    }

    /// Its group; of a queue all have one.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.shared.taker.group
    }

    /// What is set of the channel.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Takes so many messages at most, as soon as there is one; none, when there is none for so long.
    ///
    /// Those with a higher priority come first, but for one time in eight. What is damaged, has been tried too
    /// often or is wanted no more goes to the dead letters.
    ///
    /// # Errors
    /// [`Error::Envelope`] where a message is sealed, and the channel was opened without keys: it is given back;
    /// the others as of [every write](Swarm#writes).
    pub fn receive(&self, most: usize, wait: Duration) -> Result<Vec<Delivery>, Error> {
        let engine = &self.shared.engine;
        let began = Instant::now();
        let mut pause = SHORTEST_PAUSE;
        loop {
            let rung = engine.bell().count();
            self.say_that_it_is_there()?;
            let now = engine.now();
            let Pass {
                deliveries,
                due,
                damaged,
            } = self.take(most)?;
            if !deliveries.is_empty() || most == 0 {
                return Ok(deliveries);
            }
            if damaged > 0 {
                // Behind these there may be others.
                continue;
            }
            let is_due = due.is_some_and(|due| due <= now);
            let left = wait.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Ok(Vec::new());
            }
            if is_due {
                // Others were quicker.
                continue;
            }
            let until = due.map_or(Duration::MAX, |due| due.since(now));
            let is_rung = engine.wait(&self.shared.taker, rung, pause, left.min(until))?;
            pause = if is_rung {
                SHORTEST_PAUSE
            } else {
                (pause * 2).min(engine.bell().longest_pause())
            };
        }
    }

    /// Says what is to become of many deliveries, in one commit. Returns what has become of each.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes).
    pub fn settle(&self, deliveries: Vec<(Delivery, Fate)>) -> Result<Vec<Settled>, Error> {
        let held = deliveries.into_iter();
        let held = held.map(|(delivery, fate)| (delivery.held(), fate));
        self.settle_held(&held.collect::<Vec<_>>())
    }

    /// The same for deliveries that somebody else has.
    pub(crate) fn settle_held(&self, held: &[(Held, Fate)]) -> Result<Vec<Settled>, Error> {
        let verdict = |(Held(ticket), fate): &(Held, Fate)| (*ticket, fate.verdict(ticket.attempt));
        let verdicts: Vec<_> = held.iter().map(verdict).collect();
        self.shared.settle_timed(&self.swarm, &verdicts)
    }

    /// Keeps many deliveries for the length of a lease from now on, in one commit. Says which are still held.
    ///
    /// # Errors
    /// As of [every write](Swarm#writes).
    pub(crate) fn extend_all(&self, tickets: &[Held]) -> Result<Vec<bool>, Error> {
        let lease = self.shared.settings.lease;
        let keep = |held: &Held| (held.0, Verdict::Keep { lease });
        let outcomes = self
            .shared
            .settle(&tickets.iter().map(keep).collect::<Vec<_>>())?;
        let is_held = |settled: &Settled| *settled != Settled::Lost;
        Ok(outcomes.iter().map(is_held).collect())
    }

    /// What rings the bell of the process when there may be something to take, where there is need of that.
    pub(crate) fn ear(&self) -> Option<Box<dyn Ear>> {
        self.shared.engine.ear(&self.shared.taker)
    }

    /// Takes what is there.
    fn take(&self, most: usize) -> Result<Pass, Error> {
        let Shared {
            engine,
            taker,
            settings,
            keys,
            passes,
            ..
        } = &*self.shared;
        let pass = passes.load(Ordering::Relaxed);
        let low_first = pass % LOW_FIRST_EACH == LOW_FIRST_EACH - 1;
        let began = Instant::now();
        let Haul { taken, due } = engine.take_due(taker, settings, most, low_first)?;
        if taken.is_empty() {
            return Ok(Pass {
                due,
                ..Pass::default()
            });
        }
        let began = Instant::now();
        passes.fetch_add(1, Ordering::Relaxed);
        let bytes: Vec<&[u8]> = taken.iter().map(|taken| &taken.envelope[..]).collect();
        // It was accepted, whatever the longest is that was set since.
        let runtime = self.swarm.runtime();
        let opened = match Envelope::open_all_with(runtime, &bytes, usize::MAX, keys.as_ref()) {
            Ok(opened) => opened,
            Err(error) => {
                self.give_back(&taken);
                return Err(Error::envelope(row(&taker.channel, Id::new()), error));
            }
        };
        let mut deliveries = Vec::with_capacity(taken.len());
        let mut damaged = Vec::new();
        let mut failed = None;
        for (taken, opened) in taken.iter().zip(opened) {
            match opened.and_then(|envelope| self.is_for_this_channel(envelope)) {
                Ok(envelope) => {
                    deliveries.push(Delivery::new(
                        Arc::clone(&self.shared),
                        &self.swarm,
                        taken.ticket,
                        envelope,
                    ));
                }
                // Who has no keys at all is not set up as it should be, and there is nothing wrong with the message.
                Err(error @ (EnvelopeError::Runtime(_) | EnvelopeError::Sealed { .. })) => {
                    failed = Some(error);
                }
                Err(error) => {
                    let why = format!("it is damaged: {error}");
                    damaged.push((taken.ticket, Verdict::Dead { why }));
                }
            }
        }
        if let Some(error) = failed {
            self.give_back(&taken);
            return Err(Error::envelope(row(&taker.channel, Id::new()), error));
        }
        if !damaged.is_empty() {
            self.shared.settle(&damaged)?;
        }
        Ok(Pass {
            deliveries,
            due,
            damaged: damaged.len(),
        })
    }

    /// What is sealed says for which channel, and nobody without the key can change that.
    fn is_for_this_channel(&self, envelope: Envelope) -> Result<Envelope, EnvelopeError> {
        let Shared { keys, taker, .. } = &*self.shared;
        if keys.is_some() && envelope.header.channel != taker.channel {
            let channel = envelope.header.channel;
            return Err(EnvelopeError::Elsewhere { channel });
        }
        Ok(envelope)
    }

    /// Gives back what could not be opened for want of a tier, or of keys.
    fn give_back(&self, taken: &[Taken]) {
        let back = taken.iter().map(|taken| (taken.ticket, Verdict::Back));
        // Where that fails, it comes back when its lease is over.
        let _ = self.shared.settle(&back.collect::<Vec<_>>());
    }

    fn say_that_it_is_there(&self) -> Result<(), Error> {
        let shared = &self.shared;
        if !shared.is_own {
            return Ok(());
        }
        let mut seen = shared.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.elapsed() >= HEARTBEAT {
            shared
                .engine
                .join(&shared.taker.channel, &shared.taker.group, true)?;
            *seen = Instant::now();
        }
        Ok(())
    }
}

/// By what a delivery is held that somebody else works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held(pub(super) Ticket);

impl Shared {
    /// Settles, and has the monitor see it.
    pub(super) fn settle_timed(
        &self,
        swarm: &Swarm,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Settled>, Error> {
        let monitor = &swarm.shared().monitor;
        let settled = timed(monitor, SETTLE, || self.settle(verdicts))?;
        let ended = verdicts
            .iter()
            .zip(&settled)
            .filter(|((_, verdict), _)| !matches!(verdict, Verdict::Keep { .. } | Verdict::Back));
        let (mut n, mut errors) = (0, 0);
        for (_, settled) in ended {
            n += 1;
            errors += u64::from(*settled != Settled::Done);
        }
        monitor.count(DELIVERIES, n, errors);
        Ok(settled)
    }

    pub(super) fn settle(&self, verdicts: &[(Ticket, Verdict)]) -> Result<Vec<Settled>, Error> {
        let outcomes = self.engine.settle(&self.taker, &self.settings, verdicts)?;
        Ok(outcomes.into_iter().map(Settled::from).collect())
    }
}
