//! Messages that wait in the database, and those that are sent with the caller's own writes, or not at all.

use rusqlite::Connection;
use serde::Serialize;

use super::channel::{Channel, KindOf, outgoing};
use super::{Message, Receipt};
use crate::clock::Moment;
use crate::error::Error;
use crate::memory::{Access as _, Memory, Within};
use crate::swarm::Swarm;

/// What waits until a Redis has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backlog {
    /// How often something was sent that waits.
    pub sends: u64,
    /// How many bytes that is.
    pub bytes: u64,
    /// Since when the oldest of it waits.
    pub oldest: Option<Moment>,
}

impl Swarm {
    /// What waits in the database until the Redis of the swarm has it, of all processes.
    ///
    /// # Errors
    /// As of [every read](Swarm#reads).
    pub fn backlog(&self) -> Result<Backlog, Error> {
        let access = self.memory().access;
        access.read(|connection, _| backlog(connection))
    }
}

pub(crate) fn backlog(connection: &Connection) -> Result<Backlog, Error> {
    let mut select = connection
        .prepare_cached("SELECT count(*), ifnull(sum(length(parcel)), 0), min(at) FROM outbox")?;
    let backlog = select.query_row([], |row| {
        let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Backlog {
            sends: number(0)?,
            bytes: number(1)?,
            oldest: row.get::<_, Option<i64>>(2)?.map(Moment),
        })
    })?;
    Ok(backlog)
}

impl Memory<Within<'_>> {
    /// Sends a message as a part of the transaction: it is there when the transaction is committed, and not
    /// otherwise.
    ///
    /// ```
    /// # use kilowat_swarm::messenger::Message;
    /// # let folder = tempfile::tempdir()?;
    /// # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
    /// let jobs = swarm.queue("reviews").open()?;
    /// swarm.memory().transaction(|t| {
    ///     t.put("pulls", "17", "waits for its review")?;
    ///     t.send(&jobs, Message::json("review", &17)?)
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`Channel::send`].
    pub fn send<K: KindOf>(
        &self,
        channel: &Channel<K>,
        message: Message,
    ) -> Result<Receipt, Error> {
        let Within { now, .. } = self.access;
        let outgoing = outgoing(
            channel.swarm.runtime(),
            &channel.name,
            &channel.settings,
            channel.keys.as_ref(),
            vec![message],
            now,
        )?;
        let receipts = (self.access).write(|connection, now| {
            (channel.engine).send_within(connection, now, &channel.name, &outgoing)
        })?;
        if let Some(sent) = self.access.sent {
            sent.set(true);
        }
        let unknown =
            || Error::Unknown(crate::error::Row::new("channel", "channels", &channel.name));
        receipts.into_iter().next().ok_or_else(unknown)
    }
}
