//! The memory of a swarm: entries, agents, tasks and events.

mod access;
mod agents;
mod entries;
mod events;
mod lists;
mod tasks;
mod transfer;
mod upkeep;
mod value;

use std::cell::Cell;

use rusqlite::params;

use crate::error::Error;
use crate::identity::Id;
use crate::names;
pub use access::{Access, Direct, Within};
pub use agents::{Agent, Agents};
pub use entries::{Entry, Put, Tagged};
pub use events::{Event, Events};
pub use lists::{Found, Item, Listing, Page, Search};
pub use tasks::{Claim, NewTask, Outcome, Status, StatusError, Task, Tasks};
pub use transfer::{Exported, Imported, Source};
pub use upkeep::{Check, NamespaceStats, Stats};
pub use value::{Format, LONGEST as LONGEST_VALUE};

pub(crate) use upkeep::{is_sound_row, sweep};
pub(crate) use value::{from_json, json as json_error, to_json};

/// A swarm's memory. `Memory` itself reads what is committed, and commits each write; within a
/// [transaction](Memory::transaction) there is a `Memory<Within>`, whose reads and writes are part of it.
#[derive(Debug, Clone)]
pub struct Memory<A = Direct> {
    pub(crate) access: A,
}

impl<A: Access> Memory<A> {
    /// The agents of a swarm.
    pub fn agents<'m>(&'m self, swarm: &'m str) -> Agents<'m, A> {
        let access = &self.access;
        Agents { access, swarm }
    }

    /// The tasks of a swarm.
    pub fn tasks<'m>(&'m self, swarm: &'m str) -> Tasks<'m, A> {
        let access = &self.access;
        Tasks { access, swarm }
    }

    /// The events of a swarm.
    pub fn events<'m>(&'m self, swarm: &'m str) -> Events<'m, A> {
        let access = &self.access;
        Events { access, swarm }
    }
}

impl Memory {
    /// Does several things in one commit: all of them or, where `work` fails or panics, none. Nobody else
    /// writes meanwhile, so it should be short.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let swarm = kilowat_swarm::Swarm::open(&kilowat_swarm::Place::at(folder.path().join("s")))?;
    /// # let memory = swarm.memory();
    /// memory.put("accounts", "a", &100)?;
    /// memory.transaction(|t| {
    ///     let a: u32 = t.get("accounts", "a")?.map_or(0, |entry| entry.value);
    ///     t.put("accounts", "a", &(a - 30))?;
    ///     t.put("accounts", "b", &30)
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, and as of [every write](crate::Swarm#writes). [`Error::Nested`] where this thread is in
    /// a transaction of this swarm already.
    pub fn transaction<T>(
        &self,
        work: impl FnOnce(&Memory<Within<'_>>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let runtime = self.access.runtime();
        let sent = Cell::new(false);
        let answer = self.access.write(|connection, now| {
            work(&Memory {
                access: Within {
                    connection,
                    now,
                    runtime,
                    sent: Some(&sent),
                },
            })
        })?;
        if sent.get() {
            self.access.0.was_sent();
        }
        Ok(answer)
    }

    /// Does something once for each identity, however often it is asked: the effects and the mark that they
    /// are done are one commit. Nothing is returned where it was done before. Marks are kept for 7 days.
    ///
    /// # Errors
    /// As of [`transaction`](Self::transaction).
    pub fn once<T>(
        &self,
        group: &str,
        id: Id,
        work: impl FnOnce(&Memory<Within<'_>>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        names::check("the group", group)?;
        self.transaction(|memory| {
            let Within {
                connection, now, ..
            } = memory.access;
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO inbox (grp, uuid, at) VALUES (?1, ?2, ?3)",
            )?;
            if insert.execute(params![group, id.as_bytes(), now.0])? == 0 {
                return Ok(None);
            }
            work(memory).map(Some)
        })
    }
}
