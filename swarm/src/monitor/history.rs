//! How a hook has done, minute by minute.

use serde::Serialize;

use super::Monitor;
use super::histogram::Durations;
use super::store::{MINUTE, each_minute};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::memory::Access as _;

/// One minute of one hook. Durations are in nanoseconds, and none where the hook is only counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Minute {
    /// When it began.
    pub at: Moment,
    /// How often.
    pub n: u64,
    /// How many of them went wrong.
    pub errors: u64,
    /// What half of them stayed within.
    pub p50: Option<u64>,
    /// What 95 in a hundred stayed within.
    pub p95: Option<u64>,
    /// What 99 in a hundred stayed within.
    pub p99: Option<u64>,
}

impl Monitor {
    /// The minutes of a hook in which there was something, oldest first: of the last so many minutes.
    ///
    /// # Errors
    /// [`Error::DamagedRow`] where one cannot be read; the others as of [every read](crate::Swarm#reads).
    pub fn history(&self, hook: &str, minutes: u32) -> Result<Vec<Minute>, Error> {
        let mut history = Vec::new();
        self.access.read(|connection, now| {
            let next = now.0.div_euclid(MINUTE) + 1;
            let first = next - i64::from(minutes);
            each_minute(connection, first, next, |name, minute, n, errors, bytes| {
                if name != hook {
                    return Ok(());
                }
                let mut durations = Durations::new();
                if !durations.add_bytes(bytes) {
                    let row = Row::new("minute", hook, minute);
                    return Err(Error::DamagedRow(row, "its durations cannot be read"));
                }
                history.push(Minute {
                    at: Moment(minute * MINUTE),
                    n,
                    errors,
                    p50: durations.quantile(0.5),
                    p95: durations.quantile(0.95),
                    p99: durations.quantile(0.99),
                });
                Ok(())
            })
        })?;
        Ok(history)
    }
}
