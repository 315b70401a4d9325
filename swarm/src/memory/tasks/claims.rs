//! Who holds a task: leases, which end by themselves, and fences, by which that is found out.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{NEEDS, Task, Tasks};
use crate::clock::Moment;
use crate::error::Error;
use crate::memory::access::Access;
use crate::memory::value::to_blob;
use crate::names;

/// A task that an agent holds: until its lease is over nobody else gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Claim<T = serde_json::Value> {
    /// The task.
    #[serde(flatten)]
    pub task: Task<T>,
}

impl<T> Claim<T> {
    /// The number of this claim. What is done with the task is done with this number, and refused where
    /// somebody else has claimed it since.
    #[must_use]
    pub fn fence(&self) -> u64 {
        self.task.fence
    }
}

/// How a task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// As it should. The tasks that need it can begin.
    Done,
    /// Otherwise. The tasks that need it are skipped, with those that need them.
    Failed,
}

impl<A: Access> Tasks<'_, A> {
    /// Claims the task that is to be done next, of these kinds or of all, for as long as the lease. The lease
    /// of an agent that has died is over at its end, and the task comes to another.
    ///
    /// # Errors
    /// [`Error::Name`] where the agent's name is none; those of [`get`](Tasks::get); the others as of
    /// [every write](crate::Swarm#writes).
    pub fn claim<T: DeserializeOwned>(
        &self,
        agent: &str,
        lease: Duration,
        kinds: &[&str],
    ) -> Result<Option<Claim<T>>, Error> {
        names::check("the swarm", self.swarm)?;
        names::check("the agent", agent)?;
        for kind in kinds {
            names::check("the type", kind)?;
        }
        self.access.write(|connection, now| {
            let kinds = serde_json::Value::from(kinds).to_string();
            let mut update = connection.prepare_cached(&format!(
                "UPDATE tasks SET agent = ?2, lease = ?3, fence = fence + 1, attempts = attempts + 1
                 WHERE rowid = (SELECT rowid FROM tasks
                   WHERE swarm = ?1 AND ended IS NULL AND due <= ?4
                     AND (lease IS NULL OR lease <= ?4)
                     AND (?5 = '[]' OR type IN (SELECT value FROM json_each(?5)))
                     AND NOT {NEEDS}
                   ORDER BY priority DESC, due, id LIMIT 1)
                 RETURNING id"
            ))?;
            let values = params![self.swarm, agent, now.after(lease).0, now.0, kinds];
            let id = update.query_row(values, |row| row.get::<_, String>(0));
            let Some(id) = id.optional()? else {
                return Ok(None);
            };
            let within = crate::memory::access::Within {
                connection,
                now,
                runtime: self.access.runtime(),
                sent: None,
            };
            let tasks = Tasks {
                access: &within,
                swarm: self.swarm,
            };
            let task = tasks.get(&id)?;
            Ok(task.map(|task| Claim { task }))
        })
    }

    /// Keeps a task for so long from now on.
    ///
    /// # Errors
    /// [`Error::Lost`] where it is no longer held with this fence; [`Error::Unknown`] where there is no such
    /// task; the others as of [every write](crate::Swarm#writes).
    pub fn extend(&self, id: &str, fence: u64, lease: Duration) -> Result<(), Error> {
        self.change(id, fence, "lease = ?4", |now| Some(now.after(lease).0))
    }

    /// Gives a task back, for another claim after a delay.
    ///
    /// # Errors
    /// As of [`extend`](Self::extend).
    pub fn release(&self, id: &str, fence: u64, delay: Duration) -> Result<(), Error> {
        // The fence counts on, so that whoever has this one has lost it.
        let change = "lease = NULL, fence = fence + 1, due = ?4";
        self.change(id, fence, change, |now| Some(now.after(delay).0))
    }

    /// Ends a task, with what came of it. Who was too late, as another has claimed it since, is told so, and
    /// nothing is changed.
    ///
    /// # Errors
    /// As of [`extend`](Self::extend); [`Error::Json`] where the result is none that JSON can say.
    pub fn finish<T: Serialize + ?Sized>(
        &self,
        id: &str,
        fence: u64,
        outcome: Outcome,
        result: Option<&T>,
    ) -> Result<(), Error> {
        self.check(id)?;
        let runtime = self.access.runtime();
        let result = result.map(|result| to_blob(runtime, result, || self.row(id)));
        let result = result.transpose()?;
        let status = match outcome {
            Outcome::Done => "done",
            Outcome::Failed => "failed",
        };
        self.access.write(|connection, now| {
            let mut update = connection.prepare_cached(
                "UPDATE tasks SET status = ?4, ended = ?5, lease = NULL, result = ?6
                 WHERE swarm = ?1 AND id = ?2 AND fence = ?3 AND agent IS NOT NULL AND ended IS NULL",
            )?;
            let values = params![self.swarm, id, fence.cast_signed(), status, now.0, result];
            if update.execute(values)? == 0 {
                return Err(self.lost(connection, id, fence)?);
            }
            if outcome == Outcome::Failed {
                skip_all(connection, now, self.swarm, id)?;
            }
            Ok(())
        })
    }

    fn change(
        &self,
        id: &str,
        fence: u64,
        change: &str,
        value: impl FnOnce(Moment) -> Option<i64>,
    ) -> Result<(), Error> {
        self.check(id)?;
        self.access.write(|connection, now| {
            let mut update = connection.prepare_cached(&format!(
                "UPDATE tasks SET {change}
                 WHERE swarm = ?1 AND id = ?2 AND fence = ?3 AND lease IS NOT NULL AND ended IS NULL"
            ))?;
            let values = params![self.swarm, id, fence.cast_signed(), value(now)];
            if update.execute(values)? == 0 {
                return Err(self.lost(connection, id, fence)?);
            }
            Ok(())
        })
    }

    /// Why a task could not be changed.
    fn lost(&self, connection: &Connection, id: &str, fence: u64) -> Result<Error, Error> {
        let mut select =
            connection.prepare_cached("SELECT 1 FROM tasks WHERE swarm = ?1 AND id = ?2")?;
        let row = self.row(id);
        Ok(if select.exists(params![self.swarm, id])? {
            Error::Lost { row, fence }
        } else {
            Error::Unknown(row)
        })
    }
}

/// Ends a task that can never begin.
pub(super) fn skip(
    connection: &Connection,
    now: Moment,
    swarm: &str,
    id: &str,
) -> Result<(), Error> {
    let mut update = connection.prepare_cached(
        "UPDATE tasks SET status = 'skipped', ended = ?3 WHERE swarm = ?1 AND id = ?2",
    )?;
    update.execute(params![swarm, id, now.0])?;
    Ok(())
}

/// Ends all tasks that need one that has failed, and those that need them.
fn skip_all(connection: &Connection, now: Moment, swarm: &str, failed: &str) -> Result<(), Error> {
    let mut update = connection.prepare_cached(
        "WITH RECURSIVE after (id) AS (
           SELECT task FROM needs WHERE swarm = ?1 AND other = ?2
           UNION SELECT needs.task FROM needs JOIN after ON needs.other = after.id
             WHERE needs.swarm = ?1)
         UPDATE tasks SET status = 'skipped', ended = ?3
         WHERE swarm = ?1 AND ended IS NULL AND id IN (SELECT id FROM after)",
    )?;
    update.execute(params![swarm, failed, now.0])?;
    Ok(())
}
