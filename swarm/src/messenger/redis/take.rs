//! How messages are taken, and how those wait who find none.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use redis::{Value, cmd};

use super::Core;
use super::link::Trouble;
use super::parcel::identity;
use super::reply::Parts;
use super::scripts::TAKE;
use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::engine::{Entry, Haul, Taken, Taker, Ticket};
use crate::messenger::{Kind, Settings};

/// How many messages are taken at a time.
const MOST: usize = 1_000;

/// How long somebody waits before looking again, whatever was said: one that was woken and has ended says nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The server ends what waits to a tenth of a second. Shorter times are slept here, in pauses.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const PAUSE: Duration = Duration::from_millis(10);

/// Where an identity stands in an envelope.
const IDENTITY: std::ops::Range<usize> = 16..32;

/// The identity that an envelope has; that of no message where it is cut before.
pub(super) fn identity_of(envelope: &[u8]) -> crate::identity::Id {
    identity(envelope.get(IDENTITY).unwrap_or_default())
}

impl Core {
    pub(super) fn take(
        &self,
        now: Moment,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Haul, Error> {
        let lanes = match (taker.kind, low_first) {
            (Kind::Topic, false) => "hrnl",
            (Kind::Topic, true) => "lnrh",
            (_, false) => "hnl",
            (_, true) => "lnh",
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let mut call = TAKE.call(&self.base(&taker.channel));
            call.arg(self.time())
                .arg(taker.kind.name())
                .arg(&taker.group)
                .arg(&taker.owner)
                .arg(most.min(MOST))
                .arg(millis(settings.lease))
                .arg(settings.attempts)
                .arg(lanes);
            let mut parts = match self.link.run(&TAKE, &call) {
                Ok(value) => Parts::of(value),
                Err(Trouble::NoGroup) if tries < 3 => {
                    self.join_again(taker)?;
                    continue;
                }
                Err(trouble) => return Err(self.link.error(trouble)),
            };
            match parts.text().as_deref() {
                Some("taken") => return Ok(self.haul(now, taker, &mut parts)),
                _ if tries < 3 && self.opened_again(&taker.channel)? => {}
                // A channel that is gone has nothing.
                _ => return Ok(Haul::default()),
            }
        }
    }

    fn haul(&self, now: Moment, taker: &Taker, parts: &mut Parts) -> Haul {
        let left = parts.number().map(Duration::from_millis);
        let mut head = None;
        let messages = std::iter::from_fn(|| taken_of(parts, &mut head)).collect();
        let key = (taker.channel.clone(), taker.group.clone());
        let mut dues = self.dues.lock().unwrap_or_else(PoisonError::into_inner);
        match left {
            Some(left) => dues.insert(key, Instant::now() + left),
            None => dues.remove(&key),
        };
        // It cannot be taken at this very moment where nothing was.
        let at_least = Duration::from_millis(1);
        let due = left.map(|left| now.after(left.max(at_least)));
        Haul {
            taken: messages,
            due,
        }
    }

    /// How long until something is due of which nobody says so.
    pub(super) fn due(&self, taker: &Taker) -> Option<Duration> {
        let key = (taker.channel.clone(), taker.group.clone());
        let dues = self.dues.lock().unwrap_or_else(PoisonError::into_inner);
        dues.get(&key)
            .map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Waits until there may be something to take, so long at most. Says whether somebody has said so.
    pub(super) fn wait(&self, taker: &Taker, most: Duration) -> Result<bool, Error> {
        let due = self.due(taker).unwrap_or(LONGEST_WAIT);
        let most = most.min(due).min(LONGEST_WAIT);
        if most < SHORTEST_WAIT {
            std::thread::sleep(most.min(PAUSE));
            return Ok(false);
        }
        let mut call = cmd("BLPOP");
        call.arg(self.bell_of(taker)).arg(most.as_secs_f64());
        let answer = self.link.wait(&call, most);
        let answer = answer.map_err(|trouble| self.link.error(trouble))?;
        Ok(answer != Value::Nil)
    }

    /// Has another woken in the place of this one.
    pub(super) fn wake_another(&self, taker: &Taker) {
        let mut call = cmd("RPUSH");
        call.arg(self.bell_of(taker)).arg("1");
        // Else the others look by themselves.
        let _ = self.link.ask(&call);
    }

    fn bell_of(&self, taker: &Taker) -> String {
        format!("{}:b:{}", self.base(&taker.channel), taker.group)
    }
}

/// What is said once of messages that stand one after the other.
#[derive(Clone, Copy)]
struct Head {
    lane: char,
    before: u32,
    attempt: u32,
}

impl Head {
    /// A letter, and two numbers: the number of an entry is none.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let lane = words.next()?.chars().next()?;
        Some(Self {
            lane,
            before: words.next()?.parse().ok()?,
            attempt: words.next()?.parse().ok()?,
        })
    }
}

/// The next message, with what was said last.
fn taken_of(parts: &mut Parts, head: &mut Option<Head>) -> Option<Taken> {
    let mut text = parts.text()?;
    if let Some(said) = Head::read(&text) {
        *head = Some(said);
        text = parts.text()?;
    }
    let Head {
        lane,
        before,
        attempt,
    } = (*head)?;
    let number = number(&text)?;
    let envelope = parts.bytes()?;
    Some(Taken {
        ticket: Ticket {
            message: 0,
            entry: Some(Entry {
                lane,
                number,
                before,
            }),
            id: identity_of(&envelope),
            attempt,
        },
        envelope,
    })
}

/// The number of an entry.
pub(super) fn number(text: &str) -> Option<(u64, u64)> {
    let (time, count) = text.split_once('-')?;
    Some((time.parse().ok()?, count.parse().ok()?))
}

pub(super) fn millis(duration: Duration) -> u64 {
    // A hundred years: numbers of Lua are exact to beyond that.
    const LONGEST: u128 = 100 * 365 * 24 * 60 * 60 * 1_000;
    duration.as_millis().min(LONGEST) as u64
}
