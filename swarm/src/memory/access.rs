//! By which way a memory gets at the database: in transactions of its own, or within one.

use std::cell::Cell;
use std::sync::Arc;

use kilowat::Runtime;
use rusqlite::Connection;

use crate::clock::Moment;
use crate::error::Error;
use crate::monitor::{self, DAMAGED, READ, WRITE};
use crate::rollback::System;
use crate::swarm::Shared;

/// A way to the database.
pub trait Access {
    /// What runs the kernels.
    fn runtime(&self) -> &Runtime;

    /// Reads what there is, at its time.
    ///
    /// # Errors
    /// Those of `read`, and as of [every read](crate::Swarm#reads).
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error>;

    /// Reads what there is with several statements, which all see the same.
    ///
    /// # Errors
    /// As of [`read`](Self::read).
    fn snapshot<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error>;

    /// Writes, all or nothing.
    ///
    /// # Errors
    /// Those of `write`, and as of [every write](crate::Swarm#writes).
    fn write<T>(
        &self,
        write: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error>;
}

/// Each read sees what is committed, and each write is a transaction.
#[derive(Debug, Clone)]
pub struct Direct(pub(crate) Arc<Shared>, Timing);

/// Whether the monitor sees how long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    Seen,
    /// Who asks times something larger, or is the monitor itself.
    Unseen,
}

impl Direct {
    /// Times reads and writes as those of the memory.
    pub(crate) fn seen(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared), Timing::Seen)
    }

    /// Times nothing.
    pub(crate) fn unseen(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared), Timing::Unseen)
    }

    fn timed<T>(&self, hook: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let answer = match self.1 {
            Timing::Seen => monitor::timed(&self.0.monitor, hook, work),
            Timing::Unseen => work(),
        };
        self.examined(answer)
    }

    /// Counts a row that was found to be damaged.
    fn examined<T>(&self, answer: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::DamagedRow(..)) = &answer {
            self.0.monitor.count(DAMAGED, 1, 1);
        }
        answer
    }
}

impl Access for Direct {
    fn runtime(&self) -> &Runtime {
        self.0.engines.of(System::Memory)
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = &self.0.database;
        self.timed(READ, || {
            database.read(|connection| read(connection, database.now()))
        })
    }

    fn snapshot<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = &self.0.database;
        let answer = database.read_snapshot(|connection| read(connection, database.now()));
        self.examined(answer)
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let answer = self.timed(WRITE, || self.0.database.write(write))?;
        self.0.sweep_if_due();
        Ok(answer)
    }
}

/// All is part of one transaction.
#[derive(Debug, Clone, Copy)]
pub struct Within<'t> {
    pub(crate) connection: &'t Connection,
    pub(crate) now: Moment,
    pub(crate) runtime: &'t Runtime,
    /// Is set where messages were sent, so that those who wait for some are woken after the commit.
    pub(crate) sent: Option<&'t Cell<bool>>,
}

impl Access for Within<'_> {
    fn runtime(&self) -> &Runtime {
        self.runtime
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(self.connection, self.now)
    }

    fn snapshot<T>(
        &self,
        read: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(self.connection, self.now)
    }

    /// A part that fails is undone by itself: the caller may go on without it.
    fn write<T>(
        &self,
        write: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let statement = |text| -> Result<(), Error> {
            self.connection.prepare_cached(text)?.execute([])?;
            Ok(())
        };
        statement("SAVEPOINT part")?;
        let answer = write(self.connection, self.now);
        // Where SQLite has undone the whole transaction there is no such part any more.
        if !self.connection.is_autocommit() {
            if answer.is_err() {
                statement("ROLLBACK TO part")?;
            }
            statement("RELEASE part")?;
        }
        answer
    }
}
