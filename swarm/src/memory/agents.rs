//! Agents: who works in a swarm.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row as Columns, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::Access;
use super::value::{from_blob, to_blob};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::names;

/// The agents of a swarm.
#[derive(Debug)]
pub struct Agents<'m, A> {
    pub(super) access: &'m A,
    pub(super) swarm: &'m str,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Agent<T = serde_json::Value> {
    /// Its name.
    pub id: String,
    /// What kind of agent it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it does, in one word.
    pub status: String,
    /// When it was last put, or said that it is there.
    pub seen: Moment,
    /// 1 when it is first put, and 1 more each time.
    pub version: u64,
    /// What else there is to know.
    pub data: T,
}

const COLUMNS: &str = "id, type, status, seen, version, data";

impl<A: Access> Agents<'_, A> {
    fn row(&self, id: &str) -> Row {
        Row::new("agent", self.swarm, id)
    }

    fn check(&self, id: &str) -> Result<(), Error> {
        names::check("the swarm", self.swarm)?;
        Ok(names::check("the agent", id)?)
    }

    /// Stores an agent, in the place of the one of its name. Returns its version.
    ///
    /// # Errors
    /// [`Error::Name`] where one of its names is none; the others as of [every write](crate::Swarm#writes).
    pub fn put<T: Serialize + ?Sized>(
        &self,
        id: &str,
        kind: &str,
        status: &str,
        data: &T,
    ) -> Result<u64, Error> {
        self.check(id)?;
        names::check("the type", kind)?;
        names::check("the status", status)?;
        let data = to_blob(self.access.runtime(), data, || self.row(id))?;
        self.access.write(|connection, now| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO agents (swarm, id, type, status, seen, version, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
                 ON CONFLICT (swarm, id) DO UPDATE SET type = excluded.type,
                   status = excluded.status, seen = excluded.seen, data = excluded.data,
                   version = agents.version + 1
                 RETURNING version",
            )?;
            let values = params![self.swarm, id, kind, status, now.0, data];
            let version: i64 = insert.query_row(values, |row| row.get(0))?;
            Ok(version.cast_unsigned())
        })
    }

    /// Says that an agent is there. Returns whether it is known.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn seen(&self, id: &str) -> Result<bool, Error> {
        self.check(id)?;
        self.access.write(|connection, now| {
            let mut update = connection
                .prepare_cached("UPDATE agents SET seen = ?3 WHERE swarm = ?1 AND id = ?2")?;
            Ok(update.execute(params![self.swarm, id, now.0])? > 0)
        })
    }

    /// The agent of a name.
    ///
    /// # Errors
    /// [`Error::Json`] where its data is not of that type; [`Error::DamagedRow`] where it is not as it was
    /// stored; the others as of [every read](crate::Swarm#reads).
    pub fn get<T: DeserializeOwned>(&self, id: &str) -> Result<Option<Agent<T>>, Error> {
        self.check(id)?;
        self.access.read(|connection, _| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM agents WHERE swarm = ?1 AND id = ?2"
            ))?;
            let mut rows = select.query(params![self.swarm, id])?;
            rows.next()?.map(|row| self.agent(row)).transpose()
        })
    }

    /// The agents that were seen within so long, or all, by their names.
    ///
    /// # Errors
    /// As of [`get`](Self::get).
    pub fn list<T: DeserializeOwned>(
        &self,
        seen_within: Option<Duration>,
    ) -> Result<Vec<Agent<T>>, Error> {
        names::check("the swarm", self.swarm)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM agents WHERE swarm = ?1 AND seen >= ?2 ORDER BY id"
            ))?;
            let within = |within: Duration| i64::try_from(within.as_millis()).unwrap_or(i64::MAX);
            let since = seen_within.map_or(i64::MIN, |time| now.0.saturating_sub(within(time)));
            let mut rows = select.query(params![self.swarm, since])?;
            let mut agents = Vec::new();
            while let Some(row) = rows.next()? {
                agents.push(self.agent(row)?);
            }
            Ok(agents)
        })
    }

    /// Removes an agent. Says whether there was one. Tasks that it holds come back when their leases are over.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn delete(&self, id: &str) -> Result<bool, Error> {
        self.check(id)?;
        self.access.write(|connection, _| {
            let mut delete = connection
                .prepare_cached("DELETE FROM agents WHERE swarm = ?1 AND id = ?2 RETURNING 1")?;
            let gone = delete.query_row(params![self.swarm, id], |_| Ok(()));
            Ok(gone.optional()?.is_some())
        })
    }

    fn agent<T: DeserializeOwned>(&self, row: &Columns<'_>) -> Result<Agent<T>, Error> {
        let id: String = row.get(0)?;
        let data = row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?;
        Ok(Agent {
            data: from_blob(self.access.runtime(), data, || self.row(&id))?,
            kind: row.get(1)?,
            status: row.get(2)?,
            seen: Moment(row.get(3)?),
            version: row.get::<_, i64>(4)?.cast_unsigned(),
            id,
        })
    }
}
