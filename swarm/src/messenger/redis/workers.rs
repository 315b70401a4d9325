//! The workers of all machines, by what they say of themselves.

use redis::cmd;
use serde_json::Value;

use super::Core;
use super::reply::Parts;
use super::scripts::BEAT;
use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::WorkerSeen;

impl Core {
    /// The keys that are of no channel.
    fn swarm_base(&self) -> String {
        format!("kw:{{{}}}", self.link.address().swarm_name())
    }

    /// Says what a worker does; without anything to say, that it ends.
    pub(super) fn beat(&self, name: &str, data: Option<&Value>) -> Result<(), Error> {
        let mut call = BEAT.call(&self.swarm_base());
        let data = data.map(Value::to_string);
        call.arg(self.time())
            .arg(name)
            .arg(data.unwrap_or_default());
        let beaten = self.link.run(&BEAT, &call);
        beaten.map(drop).map_err(|trouble| self.link.error(trouble))
    }

    pub(super) fn workers(&self) -> Result<Vec<WorkerSeen>, Error> {
        let base = self.swarm_base();
        let mut ask = cmd("ZRANGE");
        ask.arg(format!("{base}:w"))
            .arg(0)
            .arg(-1)
            .arg("WITHSCORES");
        let mut parts = Parts::of(self.asked(&ask)?);
        let mut workers = Vec::new();
        while let (Some(name), Some(seen)) = (parts.text(), parts.number()) {
            workers.push(WorkerSeen {
                name,
                status: String::new(),
                seen: Moment(seen),
                data: Value::Null,
            });
        }
        if !workers.is_empty() {
            let mut ask = cmd("HMGET");
            ask.arg(format!("{base}:wi"));
            for worker in &workers {
                ask.arg(&worker.name);
            }
            let mut parts = Parts::of(self.asked(&ask)?);
            for worker in &mut workers {
                let data = parts.text().unwrap_or_default();
                worker.data = serde_json::from_str(&data).unwrap_or_default();
                let status = worker.data["status"].as_str();
                worker.status = status.unwrap_or("running").to_owned();
            }
        }
        Ok(workers)
    }
}
