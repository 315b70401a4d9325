//! Events: what has happened in a swarm, in the order in which it was committed.

use std::time::Duration;

use rusqlite::{Row as Columns, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::Access;
use super::value::{from_blob, to_blob};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::names;

/// The events of a swarm.
#[derive(Debug)]
pub struct Events<'m, A> {
    pub(super) access: &'m A,
    pub(super) swarm: &'m str,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Event<T = serde_json::Value> {
    /// Its number: larger than that of each event that was there before. Who has read up to an event goes on
    /// behind its number.
    pub id: i64,
    /// What kind of event it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who has said so.
    pub source: String,
    /// When.
    pub at: Moment,
    /// From when on it is there no more.
    pub expires: Option<Moment>,
    /// What there is to know.
    pub data: T,
}

impl<A: Access> Events<'_, A> {
    /// Adds an event, which stays for so long, or for good. Returns its number.
    ///
    /// # Errors
    /// [`Error::Name`] where one of the names is none; the others as of [every write](crate::Swarm#writes).
    pub fn add<T: Serialize + ?Sized>(
        &self,
        kind: &str,
        source: &str,
        data: &T,
        ttl: Option<Duration>,
    ) -> Result<i64, Error> {
        names::check("the swarm", self.swarm)?;
        names::check("the type", kind)?;
        names::check("the source", source)?;
        let row = || Row::new("event", self.swarm, kind);
        let data = to_blob(self.access.runtime(), data, row)?;
        self.access.write(|connection, now| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO events (swarm, type, source, at, expires, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let expires = ttl.map(|ttl| now.after(ttl).0);
            Ok(insert.insert(params![self.swarm, kind, source, now.0, expires, data])?)
        })
    }

    /// The events behind a number, oldest first: `limit` at most. From 0 on it is all.
    ///
    /// Each event is there once: a later one never gets a smaller number.
    ///
    /// # Errors
    /// [`Error::Json`] where data is not of that type; [`Error::DamagedRow`] where one is not as it was stored;
    /// the others as of [every read](crate::Swarm#reads).
    pub fn since<T: DeserializeOwned>(
        &self,
        cursor: i64,
        limit: u32,
    ) -> Result<Vec<Event<T>>, Error> {
        names::check("the swarm", self.swarm)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(
                "SELECT id, type, source, at, expires, data FROM events
                 WHERE swarm = ?1 AND id > ?2 AND (expires IS NULL OR expires > ?3)
                 ORDER BY id LIMIT ?4",
            )?;
            let mut rows = select.query(params![self.swarm, cursor, now.0, limit])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(self.event(row)?);
            }
            Ok(events)
        })
    }

    fn event<T: DeserializeOwned>(&self, row: &Columns<'_>) -> Result<Event<T>, Error> {
        let id: i64 = row.get(0)?;
        let data = row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?;
        let name = || Row::new("event", self.swarm, id);
        Ok(Event {
            id,
            kind: row.get(1)?,
            source: row.get(2)?,
            at: Moment(row.get(3)?),
            expires: row.get::<_, Option<i64>>(4)?.map(Moment),
            data: from_blob(self.access.runtime(), data, name)?,
        })
    }
}
