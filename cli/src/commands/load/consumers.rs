//! Those who take the messages: threads, or processes that are killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
#[cfg(feature = "redis")]
use kilowat_swarm::messenger::redis::{Address, VARIABLE};
use kilowat_swarm::messenger::{Consumer, Delivery, Fate};
use kilowat_swarm::{Error, Place, Swarm};
use serde::Deserialize;

use super::Status;
use super::flow::{Body, CHANNEL, Flow};
use super::home::Home;
use super::ledger::Ledger;
use super::pace::Pace;
use crate::arguments::Options;
use crate::output::Output;

/// How many messages are taken at a time.
const AT_A_TIME: usize = 64;

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

/// Processes that take messages.
pub(super) struct Fleet<'s, 'e> {
    children: Vec<Child>,
    folder: PathBuf,
    home: &'e Home,
    body: Body,
    pace: Pace,
    ledger: &'e Ledger,
    scope: &'s Scope<'s, 'e>,
}

impl<'s, 'e> Fleet<'s, 'e> {
    pub(super) fn start(
        home: &'e Home,
        pace: Pace,
        flow: &Flow,
        ledger: &'e Ledger,
        scope: &'s Scope<'s, 'e>,
    ) -> Result<Self> {
        let mut fleet = Self {
            children: Vec::new(),
            folder: home.place.folder().to_owned(),
            home,
            body: flow.body,
            pace,
            ledger,
            scope,
        };
        for _ in 0..flow.course.consumers {
            let child = fleet.child()?;
            fleet.children.push(child);
        }
        Ok(fleet)
    }

    /// Starts a process, and a thread that reads what it has taken.
    fn child(&self) -> Result<Child> {
        let program = std::env::current_exe().context("this program")?;
        let mut command = Command::new(program);
        command.args(["load", "consume"]).arg(&self.folder);
        if self.body == Body::Bytes {
            command.arg("--bytes");
        }
        self.home.tell(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("a consumer")?;
        if let Some(lines) = child.stdout.take() {
            let (ledger, pace) = (self.ledger, self.pace);
            self.scope.spawn(move || {
                for line in BufReader::new(lines).lines().map_while(Result::ok) {
                    // The last line of one that was killed may be cut.
                    if let Ok(number) = line.parse() {
                        ledger.received(number, pace.late(number));
                    }
                }
            });
        }
        Ok(child)
    }

    /// Kills one, and starts another in its place.
    pub(super) fn kill_one(&mut self) -> Result<()> {
        let child = self.child()?;
        let victim = fastrand::usize(..self.children.len());
        let mut killed = std::mem::replace(&mut self.children[victim], child);
        // One that has ended by itself cannot be killed, and is waited for.
        let _ = killed.kill();
        killed.wait().context("a consumer")?;
        Ok(())
    }
}

impl Drop for Fleet<'_, '_> {
    fn drop(&mut self) {
        for child in &mut self.children {
            // They end with nothing but this.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
