//! The database: one file, for any number of threads and processes.
//!
//! `Database` opens it, and gives out transactions. What stands in the tables is known above.

mod backup;
mod check;
mod checkpoints;
mod connection;
mod damage;
mod file_system;
pub(crate) mod locks;
mod points;
mod readers;
mod salvage;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::clock::{Clock, Moment, Steady};
use crate::error::Error;
use crate::place::{self, Place};
pub use backup::Backup;
pub(crate) use backup::open_sound as open_backup;
use checkpoints::Checkpoints;
use connection::Role;
pub(crate) use file_system::network as network_of;
use locks::Lock;
pub use points::Point;
pub(crate) use points::Points;
use readers::Readers;
pub(crate) use salvage::IsSound;
pub use salvage::Salvage;
use schema::Head;
pub(crate) use schema::LATEST;
use writer::Writer;

/// The first SQLite that loses no commit when it resets its journal: 3.51.3.
const OLDEST_LIBRARY: i32 = 3_051_003;

/// What a commit survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process, by whatever signal. A power cut may take the last commits, and never the
    /// database.
    #[default]
    Process,
    /// A power cut, too: each commit waits for the disk, some milliseconds.
    Disk,
}

/// How the database is opened.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) durability: Durability,
    /// How long to wait for others.
    pub(crate) patience: Duration,
    /// How large the database may become.
    pub(crate) most_bytes: Option<u64>,
    pub(crate) read_only: bool,
    /// Whether a damaged database is set aside and what can be read of it salvaged.
    pub(crate) salvages: bool,
    /// Whether the process is soon over.
    pub(crate) brief: bool,
    /// A journal that is rolled back, whatever the file system is.
    pub(crate) rollback_journal: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) points: Points,
}

/// An open database.
#[derive(Debug)]
pub(crate) struct Database {
    place: Place,
    settings: Settings,
    clock: Arc<Steady>,
    /// Dropped before the connection that calls it.
    checkpoints: Checkpoints,
    writer: Writer,
    readers: Readers,
    salvage: Option<Salvage>,
    network: Option<&'static str>,
    /// Held for as long as the connections are open: fields are dropped in their order.
    _open: Option<Lock>,
}

impl Database {
    /// Opens the database of a place, which is made where it is missing.
    pub(crate) fn open(
        place: &Place,
        settings: Settings,
        is_sound: IsSound<'_>,
    ) -> Result<Self, Error> {
        check_library(rusqlite::version_number(), rusqlite::version())?;
        let place = if settings.read_only {
            place.clone()
        } else {
            place.prepare()?
        };
        let mut salvage = None;
        let (mut connection, open) = match connect(&place, &settings) {
            Err(Error::Damaged { what, .. }) if settings.salvages && !settings.read_only => {
                salvage = damage::repair(&place, &settings, &what, is_sound)?;
                connect(&place, &settings)?
            }
            opened => opened?,
        };
        let path = place.database();
        let checkpoints = Checkpoints::new(path.clone(), settings.clone());
        if !settings.read_only {
            checkpoints.take_over(&mut connection)?;
        }
        let clock = Arc::new(Steady::new(Arc::clone(&settings.clock)));
        let points = settings.points.clone();
        Ok(Self {
            network: file_system::network(place.folder()),
            checkpoints,
            writer: Writer::new(connection, path.clone(), Arc::clone(&clock), points),
            readers: Readers::new(path, settings.clone()),
            place,
            settings,
            clock,
            salvage,
            _open: open,
        })
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.place.database()
    }

    /// What was salvaged when it was opened, if it was damaged.
    pub(crate) fn salvage(&self) -> Option<&Salvage> {
        self.salvage.as_ref()
    }

    /// The name of the network file system that it is on, if it is on one.
    pub(crate) fn network(&self) -> Option<&'static str> {
        self.network
    }

    /// The time, no earlier than that of anything this process has seen in the database.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Does a work in a transaction, and returns when it is committed.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Connection, Moment) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.settings.read_only {
            return Err(Error::ReadOnly { path: self.path() });
        }
        self.writer.write(work).map_err(|error| self.named(error))
    }

    /// Reads what is committed. Several statements may see several commits.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // Who is soon over does not open the database twice.
        let by_writer =
            self.settings.brief && !self.settings.read_only && !self.writer.is_at_work();
        let answer = if by_writer {
            self.writer.alone(|connection| read(connection))
        } else {
            self.readers.read(read)
        };
        answer.map_err(|error| self.named(error))
    }

    /// Reads what is committed now, however many statements that takes.
    pub(crate) fn read_snapshot<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.read(|connection| {
            let snapshot = connection.unchecked_transaction()?;
            let answer = read(&snapshot);
            snapshot.commit()?;
            answer
        })
    }

    /// Leaves the journal as it is to those who come later, while it is short: who closes the database last would wait for
    /// the disk otherwise. Those who come next read it, which takes longer the longer it is.
    fn leave_journal(&self) {
        const MOST: i32 = 256;

        self.readers.close();
        if self.checkpoints.pages() >= MOST {
            return;
        }
        // Where that cannot be set, the journal is moved.
        let _ = self.writer.alone(|connection| {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            Ok(())
        });
    }

    /// An error with the name of the database. Where it is damaged, who opens it next will examine all of it.
    fn named(&self, error: Error) -> Error {
        let error = error.of_database(&self.path(), self.settings.patience);
        if matches!(error, Error::Damaged { .. }) && !self.settings.read_only {
            damage::mark(&self.place);
        }
        error
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.settings.brief && !self.settings.read_only {
            self.leave_journal();
        }
    }
}

fn check_library(number: i32, found: &'static str) -> Result<(), Error> {
    if number < OLDEST_LIBRARY {
        return Err(Error::OldLibrary { found });
    }
    Ok(())
}

/// Opens the connection that writes, and takes the lock of those that have the database open.
fn connect(place: &Place, settings: &Settings) -> Result<(Connection, Option<Lock>), Error> {
    let path = place.database();
    if settings.read_only {
        // Who may only read may not be able to lock either.
        let open = locks::shared(&place.folder().join(locks::OPEN), settings.patience).ok();
        let connection = connection::open(&path, settings, Role::Reader)?;
        check_head(&connection, place, settings)?;
        return Ok((connection, open));
    }
    let open = locks::shared(&place.folder().join(locks::OPEN), settings.patience)?;
    if damage::is_marked(place) {
        return Err(Error::Damaged {
            path,
            what: "it was found to be damaged before".to_owned(),
        });
    }
    place::own_file(&path)?;
    let mut connection = connection::open(&path, settings, Role::Writer)?;
    let wal = !settings.rollback_journal && file_system::network(place.folder()).is_none();
    let (head, journal) = check_head(&connection, place, settings)?;
    if head.version < LATEST || (journal == "wal") != wal {
        let setup = place.folder().join(locks::SETUP);
        let _setup = locks::exclusive(&setup, settings.patience)?;
        set_up(&mut connection, place, settings, wal)
            .map_err(|error| error.of_database(&path, settings.patience))?;
    }
    Ok((connection, Some(open)))
}

fn check_head(
    connection: &Connection,
    place: &Place,
    settings: &Settings,
) -> Result<(Head, String), Error> {
    let path = place.database();
    let read = || {
        let head = Head::read(connection)?;
        let journal = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        Ok((head, journal))
    };
    let read: rusqlite::Result<(Head, String)> = read();
    let (head, journal) =
        read.map_err(|error| Error::from(error).of_database(&path, settings.patience))?;
    match schema::refusal(head, place, settings.read_only) {
        Some(error) => Err(error),
        None => Ok((head, journal)),
    }
}

/// Makes the tables, or brings them to their latest version. The lock of the setup is held.
fn set_up(
    connection: &mut Connection,
    place: &Place,
    settings: &Settings,
    wal: bool,
) -> Result<(), Error> {
    schema::set_journal(connection, wal, settings.patience, place)?;
    schema::migrate(connection, &settings.points, |connection, version| {
        backup::before_migration(connection, place, version, &settings.points)
    })
}

/// What of a file is there, in bytes.
pub(crate) fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_loses_commits_is_refused() {
        let error = check_library(3_051_002, "3.51.2").unwrap_err();
        assert_eq!(
            error.to_string(),
            "SQLite 3.51.2 can lose commits: a swarm needs 3.51.3 or later"
        );
        assert!(check_library(3_051_003, "3.51.3").is_ok());
        assert!(check_library(rusqlite::version_number(), rusqlite::version()).is_ok());
    }
}
