//! The thread that takes messages for the slots, and says what has become of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::heartbeat::Heartbeat;
use super::slots::{Job, Slots};
use super::{Handler, Report, Stopper};
use crate::error::Error;
use crate::messenger::{Consumer, Delivery, Ear, Fate, Held, Settled};
use crate::swarm::Swarm;

/// How long to wait for news, at most: that other processes have sent something is seen by looking.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// The same, where something rings for each lane: leases and heartbeats are seen to meanwhile.
const PAUSE_WITH_EARS: Duration = Duration::from_millis(500);

/// How long to wait after an error of the database.
const RECOVERY: Duration = Duration::from_millis(250);

/// A queue, and what is done with its messages.
pub(super) struct Lane {
    pub(super) consumer: Consumer,
    handler: Handler,
    /// Settled and not stored yet.
    fates: Vec<(Held, Fate)>,
    extended: Instant,
    /// What rings when there are messages, where nothing else does.
    ear: Option<Box<dyn Ear>>,
}

/// A message that is worked on.
struct Flight {
    lane: usize,
    held: Held,
    /// Another has it by now: what becomes of it is no longer ours to say.
    is_lost: bool,
}

pub(super) struct Dispatcher {
    swarm: Swarm,
    lanes: Vec<Lane>,
    slots: Slots,
    free: usize,
    flights: BTreeMap<u64, Flight>,
    next: u64,
    stopper: Stopper,
    heartbeat: Heartbeat,
    report: Report,
}

impl Lane {
    pub(super) fn new(consumer: Consumer, handler: Handler) -> Self {
        Self {
            ear: consumer.ear(),
            consumer,
            handler,
            fates: Vec::new(),
            extended: Instant::now(),
        }
    }
}

impl Dispatcher {
    pub(super) fn new(
        swarm: &Swarm,
        lanes: Vec<Lane>,
        slots: usize,
        stopper: Stopper,
        heartbeat: Heartbeat,
    ) -> Self {
        Self {
            slots: Slots::new(slots, swarm.shared()),
            swarm: swarm.clone(),
            lanes,
            free: slots,
            flights: BTreeMap::new(),
            next: 0,
            stopper,
            heartbeat,
            report: Report::default(),
        }
    }

    pub(super) fn run(mut self, grace: Duration, idle: Option<Duration>) -> Result<Report, Error> {
        let mut pause = SHORTEST_PAUSE;
        let mut worked = Instant::now();
        let mut stopped = None;
        loop {
            let bell = &self.swarm.shared().bell;
            let rung = bell.count();
            let is_stopping = self.stopper.is_stopping();
            let has_worked = match self.pass(is_stopping) {
                Ok(has_worked) => has_worked,
                Err(error) if is_passing(&error) => {
                    tracing::warn!(%error, "a worker goes on later");
                    pause = RECOVERY;
                    false
                }
                Err(error) => return Err(error),
            };
            self.heartbeat
                .beat(self.flights.len(), &self.report, is_stopping);
            let is_empty =
                self.flights.is_empty() && self.lanes.iter().all(|lane| lane.fates.is_empty());
            if is_stopping {
                let since = *stopped.get_or_insert_with(Instant::now);
                if is_empty {
                    return Ok(self.report);
                }
                if since.elapsed() >= grace {
                    return self.give_up();
                }
            } else if has_worked || !is_empty {
                worked = Instant::now();
            } else if idle.is_some_and(|idle| worked.elapsed() >= idle) {
                return Ok(self.report);
            }
            if has_worked {
                pause = SHORTEST_PAUSE;
                continue;
            }
            let wait = if self.listen(is_stopping) {
                pause.max(PAUSE_WITH_EARS)
            } else {
                pause
            };
            if self.swarm.shared().bell.wait(rung, wait) {
                pause = SHORTEST_PAUSE;
            } else if pause < LONGEST_PAUSE {
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// Stores what has become of messages, keeps those that are under way, and takes new ones. Says whether there
    /// was anything to do.
    fn pass(&mut self, is_stopping: bool) -> Result<bool, Error> {
        let mut has_worked = false;
        for (number, fate) in self.slots.finished() {
            has_worked = true;
            self.free += 1;
            let Some(flight) = self.flights.remove(&number) else {
                continue;
            };
            if !flight.is_lost {
                self.lanes[flight.lane].fates.push((flight.held, fate));
            }
        }
        self.settle()?;
        self.extend()?;
        if is_stopping {
            return Ok(has_worked);
        }
        let lanes = self.lanes.len();
        for place in 0..lanes {
            // Each lane is the first in its turn.
            let lane = (place + self.next as usize) % lanes;
            if self.free > 0 {
                let deliveries = self.lanes[lane]
                    .consumer
                    .receive(self.free, Duration::ZERO)?;
                has_worked |= !deliveries.is_empty();
                for delivery in deliveries {
                    self.begin(lane, delivery);
                }
            }
        }
        Ok(has_worked)
    }

    /// Has the bell rung when there are messages, where there is somebody for them. Says whether there is no need to
    /// look.
    fn listen(&self, is_stopping: bool) -> bool {
        let ears = self.lanes.iter().filter_map(|lane| lane.ear.as_ref());
        let mut listening = 0;
        for ear in ears {
            ear.listen(self.free > 0 && !is_stopping);
            listening += 1;
        }
        listening == self.lanes.len() && !is_stopping
    }

    fn begin(&mut self, lane: usize, delivery: Delivery) {
        let number = self.next;
        self.next += 1;
        self.free -= 1;
        let flight = Flight {
            lane,
            held: delivery.held(),
            is_lost: false,
        };
        self.flights.insert(number, flight);
        self.slots.begin(Job {
            number,
            handler: Arc::clone(&self.lanes[lane].handler),
            delivery: Arc::new(delivery),
        });
    }

    fn settle(&mut self) -> Result<(), Error> {
        for lane in &mut self.lanes {
            if lane.fates.is_empty() {
                continue;
            }
            let settled = lane.consumer.settle_held(&lane.fates)?;
            for ((_, fate), settled) in lane.fates.drain(..).zip(settled) {
                let count = match (settled, fate) {
                    (Settled::Done, _) => &mut self.report.done,
                    (Settled::Again(_), Fate::Back) => &mut self.report.given_back,
                    (Settled::Again(_), _) => &mut self.report.retried,
                    (Settled::Dead, _) => &mut self.report.dead,
                    (Settled::Lost, _) => &mut self.report.lost,
                };
                *count += 1;
            }
        }
        Ok(())
    }

    /// Keeps what is under way: a lease is renewed when a third of it is over.
    fn extend(&mut self) -> Result<(), Error> {
        for (place, lane) in self.lanes.iter_mut().enumerate() {
            if lane.extended.elapsed() < lane.consumer.settings().lease / 3 {
                continue;
            }
            lane.extended = Instant::now();
            let mut flights: Vec<_> = self
                .flights
                .values_mut()
                .filter(|flight| flight.lane == place && !flight.is_lost)
                .collect();
            if flights.is_empty() {
                continue;
            }
            let held: Vec<_> = flights.iter().map(|flight| flight.held).collect();
            let kept = lane.consumer.extend_all(&held)?;
            for (flight, is_kept) in flights.iter_mut().zip(kept) {
                if !is_kept {
                    flight.is_lost = true;
                    self.report.lost += 1;
                }
            }
        }
        Ok(())
    }

    /// Gives back what has not ended in its time.
    fn give_up(mut self) -> Result<Report, Error> {
        self.stopper.end();
        for (_, flight) in std::mem::take(&mut self.flights) {
            if !flight.is_lost {
                self.lanes[flight.lane]
                    .fates
                    .push((flight.held, Fate::Back));
            }
        }
        self.settle()?;
        Ok(self.report)
    }
}

/// Whether it may be gone when it is tried again.
fn is_passing(error: &Error) -> bool {
    matches!(
        error,
        Error::Busy { .. }
            | Error::DiskFull { .. }
            | Error::Runtime(_)
            | Error::Undone { .. }
            | Error::Unreachable { .. }
    )
}
