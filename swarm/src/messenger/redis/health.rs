//! Whether a Redis is set as messages need it.

use std::time::{Duration, Instant};

use redis::{Value, cmd};
use serde::Serialize;

use super::address::Address;
use super::link::Link;
use super::reply::text;

/// The oldest Redis whose commands are used, as major and minor number.
const OLDEST: (u32, u32) = (7, 0);

/// By how much clocks may differ.
const SKEW: Duration = Duration::from_secs(2);

/// What a Redis says of itself.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// Where it is, without user and password.
    pub address: String,
    /// Its version; nothing where it does not answer.
    pub version: Option<String>,
    /// How long it took to answer.
    pub answered_in: Duration,
    /// What is wrong, worst first.
    pub problems: Vec<Problem>,
}

/// Something that is wrong with a Redis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// It does not answer, or refuses.
    #[error("{0}")]
    Unreachable(String),
    /// It lacks commands that are needed.
    #[error("version {0} is too old: 7.0 is needed")]
    Old(String),
    /// It drops keys when it has no memory left: messages would be lost.
    #[error("its maxmemory-policy is {0}: when memory runs out it drops messages; set noeviction")]
    Evicts(String),
    /// What it holds is lost when it ends.
    #[error(
        "it has no append-only file: what nobody has read is lost when it ends; set appendonly yes"
    )]
    NoFile,
    /// Its file cannot be written.
    #[error("its append-only file could not be written")]
    FileFailed,
    /// It has little memory left.
    #[error("{used} of {most} bytes of memory are used")]
    Memory {
        /// Bytes that are used.
        used: u64,
        /// Bytes that may be.
        most: u64,
    },
    /// It is a replica, which cannot be written to.
    #[error("it is a replica")]
    Replica,
    /// Its clock is another: times that people see are wrong by so much, and nothing else is.
    #[error("its clock differs by {} ms from the one here", .0.as_millis())]
    Skew(Duration),
    /// It may not be asked for some of that.
    #[error("it does not say {0}: its ACL keeps this user from asking")]
    Silent(&'static str),
}

impl Health {
    /// Asks a Redis how it is. It takes half a second at most.
    #[must_use]
    pub fn of(address: &Address) -> Self {
        let link = Link::new(address.clone());
        let began = Instant::now();
        let asked = link.ask(&cmd("PING"));
        let mut health = Self {
            address: address.to_string(),
            version: None,
            answered_in: began.elapsed(),
            problems: Vec::new(),
        };
        match asked {
            Ok(_) => health.look(&link),
            Err(trouble) => {
                let error = link.error(trouble).to_string();
                health.problems.push(Problem::Unreachable(error));
            }
        }
        health
    }

    fn look(&mut self, link: &Link) {
        let Ok(info) = link.ask(&cmd("INFO")).map(text) else {
            self.problems.push(Problem::Silent("INFO"));
            return;
        };
        let told = |name: &str| {
            let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.to_owned());
            info.lines().find_map(value)
        };
        let problems = &mut self.problems;
        self.version = told("redis_version");
        let version = self.version.clone().unwrap_or_default();
        let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
        if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < OLDEST {
            problems.push(Problem::Old(version));
        }
        if told("role").as_deref() == Some("slave") {
            problems.push(Problem::Replica);
        }
        match told("maxmemory_policy") {
            Some(policy) if policy != "noeviction" => problems.push(Problem::Evicts(policy)),
            _ => {}
        }
        if told("aof_enabled").as_deref() == Some("0") {
            problems.push(Problem::NoFile);
        }
        if told("aof_last_write_status").is_some_and(|status| status != "ok") {
            problems.push(Problem::FileFailed);
        }
        let number = |name| told(name).and_then(|text| text.parse::<u64>().ok());
        if let (Some(used), Some(most)) = (number("used_memory"), number("maxmemory"))
            && most > 0
            && used > most / 10 * 8
        {
            problems.push(Problem::Memory { used, most });
        }
        let skew = Duration::from_millis(link.ahead().unsigned_abs());
        if skew > SKEW {
            problems.push(Problem::Skew(skew));
        }
        if matches!(link.ask(&cmd("ROLE")), Err(_) | Ok(Value::Nil)) {
            problems.push(Problem::Silent("ROLE"));
        }
    }
}
