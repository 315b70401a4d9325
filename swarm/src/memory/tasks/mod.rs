//! Tasks: work that one agent at a time holds, for as long as its lease.

mod claims;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row as Columns, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::Access;
use super::value::{from_blob, to_blob};
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::names;
pub use claims::{Claim, Outcome};

/// The tasks of a swarm.
#[derive(Debug)]
pub struct Tasks<'m, A> {
    pub(super) access: &'m A,
    pub(super) swarm: &'m str,
}

/// A task that is to be added.
#[derive(Debug)]
pub struct NewTask<'t, T: ?Sized> {
    /// Its name.
    pub id: &'t str,
    /// What kind of task it is.
    pub kind: &'t str,
    /// The highest is claimed first.
    pub priority: i32,
    /// How long nobody can claim it.
    pub delay: Duration,
    /// The tasks that must be done before it.
    pub needs: &'t [&'t str],
    /// What is to be done.
    pub data: &'t T,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Task<T = serde_json::Value> {
    /// Its name.
    pub id: String,
    /// What kind of task it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What has become of it.
    pub status: Status,
    /// The highest is claimed first.
    pub priority: i32,
    /// Who holds it, or held it last.
    pub agent: Option<String>,
    /// Until when it is held.
    pub lease: Option<Moment>,
    /// The number of the last claim: who has another does not hold it any more.
    pub fence: u64,
    /// How often it was claimed.
    pub attempts: u64,
    /// From when on it can be claimed.
    pub due: Moment,
    /// When it was added.
    pub created: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
    /// The tasks that must be done before it.
    pub needs: Vec<String>,
    /// What is to be done.
    pub data: T,
    /// What came of it.
    pub result: Option<T>,
}

/// What has become of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// It can be claimed: it is due, and what it needs is done.
    Ready,
    /// It is not due, or a task that it needs is not done.
    Waiting,
    /// An agent holds it.
    Held,
    /// It has ended as it should.
    Done,
    /// It has ended otherwise.
    Failed,
    /// A task that it needs has failed: it was never begun.
    Skipped,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ready,
        Self::Waiting,
        Self::Held,
        Self::Done,
        Self::Failed,
        Self::Skipped,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A text that is no status of a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no status: expected ready, waiting, held, done, failed or skipped")]
#[non_exhaustive]
pub struct StatusError {
    /// The text.
    pub text: String,
}

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let named = |status: &Self| status.name() == text;
        Self::ALL
            .into_iter()
            .find(named)
            .ok_or_else(|| StatusError {
                text: text.to_owned(),
            })
    }
}

/// Whether a task that it needs is not done.
const NEEDS: &str = "EXISTS (SELECT 1 FROM needs JOIN tasks AS other
       ON other.swarm = needs.swarm AND other.id = needs.other
     WHERE needs.swarm = tasks.swarm AND needs.task = tasks.id AND other.status <> 'done')";

/// The columns of a task, where `?1` is the time. The column `status` has `open` until the task has ended.
fn columns() -> String {
    format!(
        "id, type,
         CASE WHEN ended IS NOT NULL THEN status WHEN lease > ?1 THEN 'held'
              WHEN due > ?1 OR {NEEDS} THEN 'waiting' ELSE 'ready' END AS state,
         priority, agent, lease, fence, attempts, due, created, ended,
         (SELECT json_group_array(other ORDER BY other) FROM needs
           WHERE needs.swarm = tasks.swarm AND needs.task = tasks.id),
         data, result"
    )
}

impl<A: Access> Tasks<'_, A> {
    fn row(&self, id: &str) -> Row {
        Row::new("task", self.swarm, id)
    }

    fn check(&self, id: &str) -> Result<(), Error> {
        names::check("the swarm", self.swarm)?;
        Ok(names::check("the task", id)?)
    }

    /// Adds a task. What it needs must be there already, so that no circle can be made.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is a task of this name; [`Error::Unknown`] where one that it needs is not
    /// there; [`Error::Name`] where one of its names is none; the others as of
    /// [every write](crate::Swarm#writes).
    pub fn add<T: Serialize + ?Sized>(&self, task: &NewTask<'_, T>) -> Result<(), Error> {
        self.check(task.id)?;
        names::check("the type", task.kind)?;
        for other in task.needs {
            names::check("the task", other)?;
        }
        let data = to_blob(self.access.runtime(), task.data, || self.row(task.id))?;
        self.access.write(|connection, now| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO tasks
                   (swarm, id, type, status, priority, fence, attempts, due, created, data)
                 VALUES (?1, ?2, ?3, 'open', ?4, 0, 0, ?5, ?6, ?7)
                 ON CONFLICT (swarm, id) DO NOTHING",
            )?;
            let due = now.after(task.delay);
            let values = params![
                self.swarm,
                task.id,
                task.kind,
                task.priority,
                due.0,
                now.0,
                data
            ];
            if insert.execute(values)? == 0 {
                return Err(Error::Exists(self.row(task.id)));
            }
            let mut has_failed = false;
            for other in task.needs {
                has_failed |= self.need(connection, task.id, other)?;
            }
            if has_failed {
                claims::skip(connection, now, self.swarm, task.id)?;
            }
            Ok(())
        })
    }

    /// Notes that a task needs another. Says whether that one can never be done.
    fn need(&self, connection: &Connection, task: &str, other: &str) -> Result<bool, Error> {
        let mut select = connection
            .prepare_cached("SELECT status FROM tasks WHERE swarm = ?1 AND id = ?2 AND id <> ?3")?;
        let status = select.query_row(params![self.swarm, other, task], |row| {
            row.get::<_, String>(0)
        });
        let Some(status) = status.optional()? else {
            return Err(Error::Unknown(self.row(other)));
        };
        let mut insert = connection.prepare_cached(
            "INSERT OR IGNORE INTO needs (swarm, task, other) VALUES (?1, ?2, ?3)",
        )?;
        insert.execute(params![self.swarm, task, other])?;
        Ok(status == "failed" || status == "skipped")
    }

    /// The task of a name.
    ///
    /// # Errors
    /// [`Error::Json`] where its data or result is not of that type; [`Error::DamagedRow`] where it is not as
    /// it was stored; the others as of [every read](crate::Swarm#reads).
    pub fn get<T: DeserializeOwned>(&self, id: &str) -> Result<Option<Task<T>>, Error> {
        self.check(id)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {} FROM tasks WHERE swarm = ?2 AND id = ?3",
                columns()
            ))?;
            let mut rows = select.query(params![now.0, self.swarm, id])?;
            rows.next()?.map(|row| self.task(row)).transpose()
        })
    }

    /// The tasks, or those of a status: `limit` at most, by priority and then by when they are due.
    ///
    /// # Errors
    /// As of [`get`](Self::get).
    pub fn list<T: DeserializeOwned>(
        &self,
        status: Option<Status>,
        limit: u32,
    ) -> Result<Vec<Task<T>>, Error> {
        names::check("the swarm", self.swarm)?;
        self.access.read(|connection, now| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {} FROM tasks WHERE swarm = ?2 AND (?3 IS NULL OR state = ?3)
                 ORDER BY priority DESC, due, id LIMIT ?4",
                columns()
            ))?;
            let status = status.map(Status::name);
            let mut rows = select.query(params![now.0, self.swarm, status, limit])?;
            let mut tasks = Vec::new();
            while let Some(row) = rows.next()? {
                tasks.push(self.task(row)?);
            }
            Ok(tasks)
        })
    }

    fn task<T: DeserializeOwned>(&self, row: &Columns<'_>) -> Result<Task<T>, Error> {
        let id: String = row.get(0)?;
        let (status, needs): (String, String) = (row.get(2)?, row.get(11)?);
        let runtime = self.access.runtime();
        let blob = |column| Ok::<_, Error>(row.get_ref(column)?.as_blob_or_null());
        let data = blob(12)?
            .map_err(rusqlite::Error::from)?
            .unwrap_or_default();
        let result = blob(13)?.map_err(rusqlite::Error::from)?;
        let read = |blob| from_blob(runtime, blob, || self.row(&id));
        Ok(Task {
            data: read(data)?,
            result: result.map(read).transpose()?,
            kind: row.get(1)?,
            status: status.parse().map_err(|_| {
                Error::DamagedRow(self.row(&id), "it has a status that there is not")
            })?,
            priority: row.get(3)?,
            agent: row.get(4)?,
            lease: row.get::<_, Option<i64>>(5)?.map(Moment),
            fence: row.get::<_, i64>(6)?.cast_unsigned(),
            attempts: row.get::<_, i64>(7)?.cast_unsigned(),
            due: Moment(row.get(8)?),
            created: Moment(row.get(9)?),
            ended: row.get::<_, Option<i64>>(10)?.map(Moment),
            // SQLite has made it of names.
            needs: serde_json::from_str(&needs).unwrap_or_default(),
            id,
        })
    }
}
