//! Those who take the messages: threads, or processes that are killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
#[cfg(feature = "redis")]
use kilowat_swarm::messenger::redis::{Address, VARIABLE};
use kilowat_swarm::messenger::{Consumer, Delivery, Fate};
use kilowat_swarm::{Error, Place, Swarm};
use serde::Deserialize;

use super::Status;
use super::flow::{Body, CHANNEL, Flow, joined};
use super::home::Home;
use super::ledger::Ledger;
use super::pace::Pace;
use super::watch::apart;
use crate::arguments::Options;
use crate::output::Output;

/// How many messages are taken at a time.
const AT_A_TIME: usize = 256;

const WAIT: Duration = Duration::from_millis(100);

/// How long to wait for a server that does not answer.
const RECOVERY: Duration = Duration::from_millis(20);

/// Take messages of a load, and print their numbers
#[derive(Debug, Args)]
pub(super) struct Consume {
    /// The folder of the swarm
    folder: PathBuf,
    /// Whether bodies are bytes
    #[arg(long)]
    bytes: bool,
    /// The name of the swarm in the Redis of `KILOWAT_REDIS`
    #[cfg(feature = "redis")]
    #[arg(long)]
    redis_swarm: Option<String>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

fn number(delivery: &Delivery, body: Body) -> Result<u64> {
    match body {
        Body::Json => Ok(delivery.json::<Numbered>()?.number),
        Body::Bytes => {
            let bytes = delivery.message().body.first_chunk();
            Ok(u64::from_le_bytes(
                *bytes.context("a body without a number")?,
            ))
        }
    }
}

/// Takes messages until it ends, and says which.
pub(super) fn consume(
    consumer: &Consumer,
    body: Body,
    ends: &AtomicBool,
    mut received: impl FnMut(u64),
) -> Result<()> {
    while !ends.load(Ordering::SeqCst) {
        let Some(deliveries) = unless_down(consumer.receive(AT_A_TIME, WAIT))? else {
            continue;
        };
        for delivery in &deliveries {
            received(number(delivery, body)?);
        }
        let done = deliveries
            .into_iter()
            .map(|delivery| (delivery, Fate::Done));
        // What was not acknowledged comes again.
        unless_down(consumer.settle(done.collect()))?;
    }
    Ok(())
}

/// Nothing, after a pause, where a server does not answer: it may come back.
fn unless_down<T>(answer: Result<T, Error>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Unreachable { .. }) => {
            std::thread::sleep(RECOVERY);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

impl Consume {
    /// The numbers are printed before the messages are acknowledged: a line that was not printed comes again.
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let builder = Swarm::builder()
            .runtime(options.start()?)
            .daily_backups(false);
        #[cfg(feature = "redis")]
        let builder = builder.redis(self.redis()?);
        let swarm = builder.open(&Place::at(&self.folder))?;
        let queue = swarm.queue(CHANNEL).open()?;
        let consumer = queue.consumer(&format!("load-{}", std::process::id()))?;
        let body = if self.bytes { Body::Bytes } else { Body::Json };
        loop {
            let Some(deliveries) = unless_down(consumer.receive(AT_A_TIME, WAIT))? else {
                continue;
            };
            for delivery in &deliveries {
                writeln!(output, "{}", number(delivery, body)?)?;
            }
            output.flush()?;
            let done = deliveries
                .into_iter()
                .map(|delivery| (delivery, Fate::Done));
            unless_down(consumer.settle(done.collect()))?;
        }
    }

    /// The Redis, in the environment: who looks at the processes of the machine is not to see a password.
    #[cfg(feature = "redis")]
    fn redis(&self) -> Result<Option<Address>> {
        let (Some(swarm), Ok(address)) = (&self.redis_swarm, std::env::var(VARIABLE)) else {
            return Ok(None);
        };
        Ok(Some(Address::new(&address)?.swarm(swarm)?))
    }
}

/// Processes that take messages. Each has a thread that reads what it has taken, and starts it again when it has ended.
pub(super) struct Fleet<'e> {
    slots: Vec<Mutex<Slot>>,
    home: &'e Home,
    body: Body,
    pace: Pace,
    ledger: &'e Ledger,
}

#[derive(Default)]
struct Slot {
    child: Option<Child>,
    ends: bool,
}

impl Slot {
    /// Says whether there was one to be killed.
    fn kill(&mut self) -> bool {
        let child = self.child.as_mut();
        child.is_some_and(|child| child.kill().is_ok())
    }
}

impl<'e> Fleet<'e> {
    pub(super) fn new(home: &'e Home, pace: Pace, flow: &Flow, ledger: &'e Ledger) -> Self {
        let slots = (0..flow.course.consumers).map(|_| Mutex::default());
        Self {
            slots: slots.collect(),
            home,
            body: flow.body,
            pace,
            ledger,
        }
    }

    pub(super) fn start<'s>(&'s self, scope: &'s Scope<'s, '_>) -> Running<'s, 'e> {
        let slots = self.slots.iter();
        let threads = slots.map(|slot| scope.spawn(move || self.run(slot)));
        Running {
            fleet: self,
            threads: threads.collect(),
        }
    }

    fn run(&self, slot: &Mutex<Slot>) -> Result<()> {
        loop {
            let lines = {
                let mut slot = lock(slot);
                if slot.ends {
                    return Ok(());
                }
                let mut child = self.child()?;
                let lines = child.stdout.take();
                slot.child = Some(child);
                lines.context("a consumer")?
            };
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                // The last line of one that was killed may be cut.
                if let Ok(number) = line.parse() {
                    self.ledger.received(number, self.pace.late(number));
                }
            }
            let Some(mut ended) = lock(slot).child.take() else {
                continue;
            };
            // Of one whose output has ended nothing more is heard.
            let _ = ended.kill();
            let status = ended.wait().context("a consumer")?;
            // While the server is away it cannot begin, and ends by itself.
            if status.code().is_some() {
                std::thread::sleep(RECOVERY);
            }
        }
    }

    fn child(&self) -> Result<Child> {
        let program = std::env::current_exe().context("this program")?;
        let mut command = Command::new(program);
        command
            .args(["load", "consume"])
            .arg(self.home.place.folder());
        if self.body == Body::Bytes {
            command.arg("--bytes");
        }
        self.home.tell(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        apart(&mut command);
        command.spawn().context("a consumer")
    }

    /// Kills one, in whose place another comes. Says whether it was there.
    pub(super) fn kill_one(&self) -> bool {
        lock(&self.slots[fastrand::usize(..self.slots.len())]).kill()
    }
}

/// The threads of a fleet, whose processes are killed when this is dropped.
pub(super) struct Running<'s, 'e> {
    fleet: &'s Fleet<'e>,
    threads: Vec<ScopedJoinHandle<'s, Result<()>>>,
}

impl Running<'_, '_> {
    /// Ends all.
    pub(super) fn end(mut self) -> Result<()> {
        let threads = std::mem::take(&mut self.threads);
        drop(self);
        threads.into_iter().try_for_each(joined)
    }
}

impl Drop for Running<'_, '_> {
    fn drop(&mut self) {
        for slot in &self.fleet.slots {
            let mut slot = lock(slot);
            slot.ends = true;
            slot.kill();
        }
    }
}

/// Nothing that can panic is done with it locked.
fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
