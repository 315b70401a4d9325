//! The dashboard as programs and browsers use it.

mod answers;
mod browser;
mod client;
mod hooks;
mod rollback;
mod security;
mod stream;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use kilowat::{EngineKind, Runtime};
use kilowat_dashboard::{Dashboard, Running};
use kilowat_swarm::messenger::Message;
use kilowat_swarm::{Place, Swarm};
use tempfile::TempDir;

use client::Client;

/// Tests are not about tiers, and this one is ready at once.
static NATIVE: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::with_engine(EngineKind::Native).unwrap());

/// A swarm in a folder of its own.
struct Folder {
    folder: TempDir,
    swarm: Swarm,
}

impl Folder {
    fn new() -> Self {
        Self::named("swarm")
    }

    fn named(name: &str) -> Self {
        Self::on(NATIVE.clone(), name)
    }

    fn on(runtime: Runtime, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().join(name));
        let builder = Swarm::builder().runtime(runtime);
        let swarm = builder.daily_backups(false).open(&place).unwrap();
        Self { folder, swarm }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A dashboard on a port that is free.
    fn dashboard(&self) -> Dashboard {
        Dashboard::new(&self.swarm).port(0)
    }

    fn start(&self) -> (Running, Client) {
        started(self.dashboard())
    }

    /// Has a message of a queue given up.
    fn inject_dead_letter(&self, queue: &str) {
        let jobs = self.swarm.queue(queue).open().unwrap();
        jobs.send(Message::json("t", &1).unwrap()).unwrap();
        let consumer = jobs.consumer("test").unwrap();
        for delivery in consumer.receive(1, Duration::ZERO).unwrap() {
            delivery.dead("a test wants it").unwrap();
        }
    }
}

fn started(dashboard: Dashboard) -> (Running, Client) {
    let running = dashboard.start().unwrap();
    let client = Client::new(running.addresses()[0]);
    (running, client)
}

/// Asks until something is so, for ten seconds at most.
#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "not {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}
