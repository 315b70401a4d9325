//! Backups: whole copies, made while others write.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rusqlite::backup::{Backup as Copy, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::connection::{self, Role};
use super::points::{Point, Points};
use super::{Database, LATEST, check, locks, schema, size};
use crate::error::Error;
use crate::place::{self, Place};

/// What the names of daily backups begin with.
const DAILY: &str = "swarm-";

/// How many daily backups are kept.
const KEPT: usize = 7;

const DAY: Duration = Duration::from_hours(24);

/// Held by who makes the daily backup.
const LOCK: &str = "daily.lock";

/// A backup in the folder of the backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The backups of a place, newest first.
pub(super) fn list(place: &Place) -> Vec<Backup> {
    let Ok(folder) = fs::read_dir(place.backups()) else {
        // There are none.
        return Vec::new();
    };
    let path = folder.filter_map(|entry| Some(entry.ok()?.path()));
    let is_backup = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "db");
    let mut backups: Vec<_> = path
        .filter(is_backup)
        .map(|path| Backup {
            bytes: size(&path),
            path,
        })
        .collect();
    backups.sort_by_key(|backup| std::cmp::Reverse(made(&backup.path)));
    backups
}

fn made(path: &Path) -> SystemTime {
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    modified.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn is_daily(backup: &Backup) -> bool {
    let name = backup.path.file_name();
    name.is_some_and(|name| name.as_encoded_bytes().starts_with(DAILY.as_bytes()))
}

/// The newest backup of this version of the schema that is sound as a whole.
pub(super) fn newest_sound(place: &Place) -> Option<PathBuf> {
    list(place).into_iter().find_map(|backup| {
        let connection = open(&backup.path).ok()?;
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
        (version == Ok(LATEST) && check::is_sound(&connection)).then_some(backup.path)
    })
}

/// Backups of processes that were killed while they made them, a day ago or longer.
fn cut_off(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_old = |path: &PathBuf| made(path).elapsed().is_ok_and(|age| age >= DAY);
    let path = folder.filter_map(|entry| Some(entry.ok()?.path()));
    path.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "part")
    })
    .filter(is_old)
    .collect()
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}

/// Writes a copy of what is committed to a file that is not there yet. It gets its name when it is whole.
fn copy(connection: &Connection, to: &Path, points: &Points) -> Result<(), Error> {
    if to.exists() {
        return Err(Error::Source {
            path: to.to_owned(),
            what: "the file exists already".to_owned(),
        });
    }
    let mut name = to.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(name);
    // SQLite writes to an empty file as to none; this one is for the user alone.
    let file = place::own_file(&part)?;
    file.set_len(0).map_err(Error::io(&part))?;
    let made = connection
        .execute("VACUUM INTO ?1", [part.to_string_lossy()])
        .map_err(|error| Error::from(error).of_database(&part, Duration::ZERO))
        .and_then(|_| {
            points.reach(Point::BackedUp);
            file.sync_all().map_err(Error::io(&part))?;
            fs::rename(&part, to).map_err(Error::io(to))
        });
    if made.is_err() {
        // It is worth nothing; where it cannot be removed either, its name says so.
        let _ = fs::remove_file(&part);
    }
    made
}

/// The time as it stands in names: 2026-11-30T114501.250Z.
fn stamp(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT strftime('%Y-%m-%dT%H%M%fZ', 'now')", [], |row| {
        row.get(0)
    })
}

/// Keeps the database as it is before its schema changes.
pub(super) fn before_migration(
    connection: &Connection,
    place: &Place,
    version: i64,
    points: &Points,
) -> Result<(), Error> {
    place::own_folder(&place.backups())?;
    let name = format!("version-{version}-{}.db", stamp(connection)?);
    copy(connection, &place.backups().join(name), points)
}

impl Database {
    /// A connection of its own for what takes long and is neither a read nor a write of the tables.
    fn another(&self) -> Result<Connection, Error> {
        connection::open(&self.path(), &self.settings, Role::Writer)
    }

    /// Writes a copy of what is committed to a new file.
    pub(crate) fn back_up(&self, to: &Path) -> Result<Backup, Error> {
        copy(&self.another()?, to, &self.settings.points)?;
        Ok(Backup {
            path: to.to_owned(),
            bytes: size(to),
        })
    }

    /// The backups, newest first.
    pub(crate) fn backups(&self) -> Vec<Backup> {
        list(&self.place)
    }

    /// Whether the last daily backup is older than a day.
    pub(crate) fn is_backup_due(&self) -> bool {
        let newest = self.backups().into_iter().find(is_daily);
        newest.is_none_or(|backup| made(&backup.path).elapsed().is_ok_and(|age| age >= DAY))
    }

    /// Makes the daily backup, if it is due and nobody else makes it, and removes those that are too old.
    pub(crate) fn back_up_daily(&self) -> Result<Option<Backup>, Error> {
        let folder = self.place.backups();
        place::own_folder(&folder)?;
        let lock = locks::exclusive(&folder.join(LOCK), Duration::ZERO);
        if lock.is_err() || !self.is_backup_due() {
            return Ok(None);
        }
        let connection = self.another()?;
        let name = format!("{DAILY}{}.db", stamp(&connection)?);
        let backup = self.back_up(&folder.join(name))?;
        for old in self.backups().into_iter().filter(is_daily).skip(KEPT) {
            fs::remove_file(&old.path).map_err(Error::io(&old.path))?;
        }
        for part in cut_off(&folder) {
            fs::remove_file(&part).map_err(Error::io(&part))?;
        }
        Ok(Some(backup))
    }

    /// Puts what a backup holds in the place of all that the database holds, in one commit: other processes
    /// go on with their connections, and see it.
    pub(crate) fn restore(&self, from: &Path) -> Result<(), Error> {
        let source = open_sound(from)?;
        let now = self.now();
        let setup = self.place.folder().join(locks::SETUP);
        let _setup = locks::exclusive(&setup, self.settings.patience)?;
        let restored = self.writer.alone(|connection| {
            let copy = Copy::new(&source, connection)?;
            // All in one step: the database is locked from the first page to the last anyway.
            let began = Instant::now();
            while copy.step(-1)? != StepResult::Done {
                if began.elapsed() >= self.settings.patience {
                    return Err(Error::Busy {
                        path: self.path(),
                        waited: self.settings.patience,
                    });
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            drop(copy);
            super::set_up(connection, &self.place, &self.settings, self.is_wal())?;
            // Time does not go back with the rest.
            connection.execute("UPDATE clock SET at = max(at, ?1)", [now.0])?;
            Ok(())
        });
        self.readers.close();
        restored.map_err(|error| self.named(error))
    }

    fn is_wal(&self) -> bool {
        !self.settings.rollback_journal && self.network.is_none()
    }
}

/// A backup that can be restored, all of which was read.
pub(crate) fn open_sound(from: &Path) -> Result<Connection, Error> {
    let refused = |what: &str| Error::Source {
        path: from.to_owned(),
        what: what.to_owned(),
    };
    place::check_file(from)?;
    let source = open(from).map_err(|error| refused(&error.to_string()))?;
    let head = schema::Head::read(&source).map_err(|error| refused(&error.to_string()))?;
    if !head.is_ours() {
        return Err(refused("this is no backup of a swarm"));
    }
    if head.version > LATEST {
        return Err(refused("a later kilowat has made this backup"));
    }
    if !check::is_sound(&source) {
        return Err(refused("the backup is damaged"));
    }
    Ok(source)
}
