//! Messages that are sent by the clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result};
use kilowat_swarm::Error;
use kilowat_swarm::messenger::{Channel, Message, Queue};

use super::consumers::{Fleet, Running, consume};
use super::home::Home;
use super::ledger::Ledger;
use super::pace::Pace;
use super::record::{Outcome, Record};
use super::watch::{Interrupt, Seconds};
use super::{Course, Status};
use crate::arguments::Options;
use crate::commands::soak::memory::{Sample, growth};
use crate::output::Output;

/// The queue.
pub(super) const CHANNEL: &str = "load";

/// How many messages a commit has at most.
const MOST: u64 = 256;

/// How long a consumer has a message that is killed.
const CHAOS_LEASE: Duration = Duration::from_secs(2);

/// How long what was sent has to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a consumer is killed, and memory looked at in a short run.
const EACH: Duration = Duration::from_millis(500);

/// How often a server is killed; in a short run in its middle.
const SERVER_EACH: Duration = Duration::from_mins(5);

/// How often memory is looked at in all, at most: what is kept of that is memory, too.
const SAMPLES: u32 = 1_000;

/// What bodies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Json,
    Bytes,
}

/// What is sent, and how.
#[derive(Debug)]
pub(super) struct Flow {
    /// Messages a second.
    pub(super) rate: f64,
    pub(super) body: Body,
    pub(super) size: usize,
    pub(super) course: Course,
}

impl Flow {
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let interrupt = Interrupt::by_signals()?;
        let runtime = options.start()?;
        let home = Home::new(self.course.messenger)?;
        let swarm = home.open(&runtime)?;
        let mut queue = swarm.queue(CHANNEL).limit(1_000_000).attempts(1_000);
        if self.course.chaos {
            queue = queue.lease(CHAOS_LEASE);
        }
        let queue = queue.open()?;
        // The first calls compile, or load what was compiled; that is not what is measured.
        runtime.wait_ready();
        let ledger = Ledger::new()?;
        let mut shown = Seconds::of(self.course.duration);
        let pace = Pace::new(SystemTime::now(), self.rate);
        let ends = AtomicBool::new(false);
        let (sample, mut samples) = (|| Sample::take(&runtime.report().memory), Vec::new());
        let start = sample();
        let sample_each = self.course.duration / SAMPLES;
        let fleet = Fleet::new(&home, pace, self, &ledger);
        let server_each = (self.course.duration / 2).min(SERVER_EACH);
        let mut server_due = server_each;
        let (mut kills, mut server_kills) = (0, 0);
        let elapsed = thread::scope(|scope| -> Result<Duration> {
            let mut running = None;
            let mut consumers = Vec::new();
            if self.course.chaos {
                running = Some(fleet.start(scope));
            } else {
                for number in 0..self.course.consumers {
                    let consumer = queue.consumer(&format!("load-{number}"))?;
                    let (ledger, ends) = (&ledger, &ends);
                    consumers.push(scope.spawn(move || {
                        let received = |number| ledger.received(number, pace.late(number));
                        consume(&consumer, self.body, ends, received)
                    }));
                }
            }
            let sender = scope.spawn(|| self.send(&queue, pace, &ledger, &interrupt));
            let mut killed = Ok(());
            while !sender.is_finished() {
                thread::sleep(EACH);
                if pace.elapsed() >= sample_each * samples.len() as u32 {
                    samples.push(sample());
                }
                shown.at(pace.elapsed(), || {
                    let (sent, missing) = (ledger.accepted_so_far(), ledger.missing());
                    format!("{sent} sent, {missing} under way")
                });
                if running.is_some() && killed.is_ok() {
                    kills += u64::from(fleet.kill_one());
                    // Not so late that nothing comes after it.
                    let is_in_time = server_due + server_each / 2 <= self.course.duration;
                    if is_in_time && pace.elapsed() >= server_due {
                        server_due += server_each;
                        match home.kill_server() {
                            Ok(is_killed) => server_kills += u64::from(is_killed),
                            Err(error) => killed = Err(error),
                        }
                    }
                }
            }
            let sent = joined(sender);
            let waiting = Instant::now();
            let has_failed = sent.is_err() || killed.is_err();
            while !has_failed && ledger.missing() > 0 && waiting.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(20));
            }
            ends.store(true, Ordering::SeqCst);
            let taken = running.map_or(Ok(()), Running::end);
            for consumer in consumers {
                joined(consumer)?;
            }
            killed?;
            taken?;
            sent
        })?;
        let stats = queue.stats()?.context("the queue is gone")?;
        swarm.remove_channel(CHANNEL)?;
        let outcome = Outcome {
            elapsed,
            interrupted: interrupt.is_set(),
            dead: stats.dead,
            missing: ledger.missing(),
            kills,
            server_kills,
            start,
            end: sample(),
            grown: growth(&samples, elapsed),
        };
        let record = Record::new(self, &ledger.entries(), outcome);
        record.show(self, options, output)
    }

    /// Sends what is due, until the time is over. Says how long that took.
    fn send(
        &self,
        queue: &Channel<Queue>,
        pace: Pace,
        ledger: &Ledger,
        interrupt: &Interrupt,
    ) -> Result<Duration> {
        let mut next = 0;
        let all = pace.due(self.course.duration);
        loop {
            let elapsed = pace.elapsed();
            // What is so far behind will not come up any more.
            if next >= all || elapsed >= 2 * self.course.duration || interrupt.is_set() {
                return Ok(elapsed);
            }
            let due = pace.due(elapsed).min(next + MOST).min(all);
            if due == next {
                pace.wait(next);
                continue;
            }
            let messages = (next..due).map(|number| self.message(number));
            ledger.sending(next..due);
            match queue.send_batch(messages.collect()) {
                Ok(_) => ledger.accepted(due - next),
                Err(Error::Full { .. }) => ledger.refused(next..due),
                Err(error) => return Err(error.into()),
            }
            next = due;
        }
    }

    fn message(&self, number: u64) -> Message {
        match self.body {
            Body::Json => {
                const WORDS: &str = "an agent has something to say to another, ";
                let mut text = format!("{{\"number\":{number},\"text\":\"");
                let mut place = number as usize;
                while text.len() + 2 < self.size {
                    // Each begins elsewhere, so that they are not all alike.
                    text.push(char::from(WORDS.as_bytes()[place % WORDS.len()]));
                    place += 1;
                }
                text.push_str("\"}");
                Message::json_text("load", text.into_bytes())
            }
            Body::Bytes => {
                // Nothing that could be compressed.
                let mut random = fastrand::Rng::with_seed(number);
                let mut bytes = vec![0; self.size];
                random.fill(&mut bytes);
                bytes[..8].copy_from_slice(&number.to_le_bytes());
                Message::bytes("load", bytes)
            }
        }
    }
}

/// What a thread has come to; a panic goes on here.
pub(super) fn joined<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
