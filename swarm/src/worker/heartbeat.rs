//! That a worker is there, for those who ask: an agent of the swarm `workers`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Report;
use super::dispatcher::Lane;
use crate::swarm::Swarm;

/// The swarm that workers are agents of.
pub const WORKERS: &str = "workers";

/// A worker that was not seen for so long is gone.
pub const GONE_AFTER: Duration = Duration::from_secs(15);

const EACH: Duration = Duration::from_secs(5);

pub(super) struct Heartbeat {
    swarm: Swarm,
    name: String,
    channels: Vec<String>,
    slots: usize,
    last: Option<Instant>,
}

impl Heartbeat {
    pub(super) fn new(swarm: &Swarm, name: &str, lanes: &[Lane], slots: usize) -> Self {
        Self {
            swarm: swarm.clone(),
            name: name.to_owned(),
            channels: lanes
                .iter()
                .map(|lane| lane.consumer.channel().to_owned())
                .collect(),
            slots,
            last: None,
        }
    }

    /// Says what the worker does, if that was not said for a while.
    pub(super) fn beat(&mut self, running: usize, report: &Report, is_stopping: bool) {
        if self.last.is_some_and(|last| last.elapsed() < EACH) {
            return;
        }
        self.last = Some(Instant::now());
        let status = if is_stopping { "stopping" } else { "running" };
        let memory = memory_stats::memory_stats();
        let instances = self.swarm.runtime().report().memory.in_use;
        let data = json!({
            "pid": std::process::id(),
            "status": status,
            "channels": self.channels,
            "slots": self.slots,
            "running": running,
            "report": report,
            "resident": memory.map(|memory| memory.physical_mem),
            "instances": instances,
        });
        let memory = self.swarm.memory();
        // Work goes on where it cannot be said.
        if let Err(error) = memory
            .agents(WORKERS)
            .put(&self.name, "worker", status, &data)
        {
            tracing::warn!(%error, worker = self.name, "its heartbeat was not stored");
        }
        if let Err(error) = self.swarm.beat(&self.name, Some(&data)) {
            tracing::warn!(%error, worker = self.name, "its heartbeat was not sent");
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        // Else it is seen no more after 15 seconds.
        let _ = self.swarm.memory().agents(WORKERS).delete(&self.name);
        let _ = self.swarm.beat(&self.name, None);
    }
}
