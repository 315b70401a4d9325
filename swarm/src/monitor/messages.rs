//! Channels and workers as a report has them: those of the database and, where there is one, those of a Redis.

use std::collections::HashSet;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::report::{ChannelReport, WorkerReport};
use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::{ChannelStats, WorkerSeen};
use crate::swarm::Swarm;
use crate::worker::GONE_AFTER;

/// The Redis that has the messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RedisReport {
    /// Its address, without user and password.
    pub address: String,
    /// Why its channels and workers are not known, where they are not.
    pub problem: Option<String>,
}

/// What is there.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) redis: Option<RedisReport>,
    pub(super) workers: Vec<WorkerReport>,
    /// The channels of the Redis.
    remote: Vec<ChannelReport>,
    /// Those of the database.
    local: Vec<ChannelStats>,
}

impl Seen {
    /// Looks at the database, and at the Redis. That this does not answer is in what is seen: all else is known.
    pub(super) fn new(swarm: &Swarm) -> Result<Self, Error> {
        let here = swarm.local();
        let now = swarm.now();
        let mut seen = Self {
            redis: swarm.redis().map(|address| RedisReport {
                address,
                problem: None,
            }),
            workers: Vec::new(),
            remote: Vec::new(),
            local: here.channels()?,
        };
        if let Some(redis) = &mut seen.redis {
            let asked = swarm
                .channels()
                .and_then(|channels| Ok((channels, swarm.workers()?)));
            match asked {
                Ok((channels, workers)) => {
                    let now_there = swarm.messages_now();
                    let channels = channels.into_iter();
                    seen.remote = channels.map(|stats| remote(stats, now_there)).collect();
                    let workers = workers.into_iter().map(|mut worker| {
                        // By the clock of the database, as all else is told.
                        let ago = now_there.0.saturating_sub(worker.seen.0);
                        worker.seen = Moment(now.0.saturating_sub(ago));
                        report(worker, now)
                    });
                    seen.workers = workers.collect();
                }
                Err(error @ (Error::Unreachable { .. } | Error::Redis { .. })) => {
                    redis.problem = Some(error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        // Of this machine, some say it at both places.
        let known: HashSet<_> = seen.workers.iter().map(|it| it.name.clone()).collect();
        let others = here.workers()?.into_iter();
        let others = others.filter(|worker| !known.contains(&worker.name));
        seen.workers
            .extend(others.map(|worker| report(worker, now)));
        seen.workers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(seen)
    }

    /// The channels, with who works for them. Of one that is at both places the messages are in the Redis.
    pub(super) fn channels(
        &mut self,
        connection: &Connection,
        now: Moment,
    ) -> Result<Vec<ChannelReport>, Error> {
        let mut select = connection.prepare_cached(
            "SELECT min(due) FROM deliveries WHERE channel = ?1 AND due <= ?2 AND owner IS NULL",
        )?;
        let mut channels = std::mem::take(&mut self.remote);
        let there = channels.len();
        for stats in std::mem::take(&mut self.local) {
            if channels[..there]
                .iter()
                .any(|it| it.stats.channel == stats.channel)
            {
                continue;
            }
            let due: Option<i64> =
                select.query_row(params![stats.channel, now.0], |row| row.get(0))?;
            channels.push(ChannelReport {
                waited: due.map(|due| now.0.abs_diff(due)),
                is_local: self.redis.is_some(),
                workers: 0,
                stats,
            });
        }
        for channel in &mut channels {
            let works = |worker: &&WorkerReport| {
                worker.is_there && worker.channels.contains(&channel.stats.channel)
            };
            channel.workers = self.workers.iter().filter(works).count() as u64;
        }
        channels.sort_by(|a, b| a.stats.channel.cmp(&b.stats.channel));
        Ok(channels)
    }
}

/// A channel of a Redis. The oldest message may be one that is taken, and then nobody knows how long others have waited.
fn remote(stats: ChannelStats, now: Moment) -> ChannelReport {
    let oldest = stats.oldest.filter(|_| stats.ready > 0 && stats.taken == 0);
    ChannelReport {
        waited: oldest.map(|oldest| now.0.abs_diff(oldest.0)),
        is_local: false,
        workers: 0,
        stats,
    }
}

fn report(worker: WorkerSeen, now: Moment) -> WorkerReport {
    let WorkerSeen {
        name,
        status,
        seen,
        data,
    } = worker;
    let number = |name: &str| data.get(name).and_then(serde_json::Value::as_u64);
    let channels = data.get("channels").and_then(|list| list.as_array());
    let channels = channels.into_iter().flatten();
    WorkerReport {
        is_there: now.since(seen) < GONE_AFTER,
        channels: channels
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect(),
        slots: number("slots"),
        running: number("running"),
        resident: number("resident"),
        instances: number("instances"),
        name,
        status,
        seen,
    }
}
