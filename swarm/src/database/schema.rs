//! The tables, and how they came to be.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::points::{Point, Points};
use crate::error::Error;
use crate::place::Place;

/// "KWAT", by which a file says that it is a database of a swarm.
pub(super) const APPLICATION: i64 = 0x4b57_4154;

/// What makes each version of the schema of the one before. They never change: a later one changes what they
/// made.
const MIGRATIONS: [&str; 6] = [
    include_str!("migrations/1_entries.sql"),
    include_str!("migrations/2_coordination.sql"),
    include_str!("migrations/3_messages.sql"),
    include_str!("migrations/4_outbox.sql"),
    include_str!("migrations/5_monitor.sql"),
    include_str!("migrations/6_reports.sql"),
];

/// The version that this program makes and writes.
pub(crate) const LATEST: i64 = MIGRATIONS.len() as i64;

/// What a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) application: i64,
    pub(super) version: i64,
    pub(super) tables: i64,
}

impl Head {
    /// Reads it. This touches the first page and the list of tables: a file that is no database fails here.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        // All of it is of one moment: another process may be making the database.
        let snapshot = connection.unchecked_transaction()?;
        let pragma = |name| snapshot.pragma_query_value(None, name, |row| row.get(0));
        let tables = "SELECT count(*) FROM sqlite_schema";
        let head = Self {
            tables: snapshot.query_row(tables, [], |row| row.get(0))?,
            application: pragma("application_id")?,
            version: pragma("user_version")?,
        };
        snapshot.commit()?;
        Ok(head)
    }

    pub(super) fn is_new(self) -> bool {
        self.application == 0 && self.version == 0 && self.tables == 0
    }

    pub(super) fn is_ours(self) -> bool {
        self.application == APPLICATION && self.version > 0
    }
}

/// Brings the schema to its latest version, all in one transaction. `back_up` is called before an older one
/// is changed.
pub(super) fn migrate(
    connection: &mut Connection,
    points: &Points,
    back_up: impl FnOnce(&Connection, i64) -> Result<(), Error>,
) -> Result<(), Error> {
    migrate_to(connection, MIGRATIONS.len(), points, back_up)
}

pub(super) fn migrate_to(
    connection: &mut Connection,
    latest: usize,
    points: &Points,
    back_up: impl FnOnce(&Connection, i64) -> Result<(), Error>,
) -> Result<(), Error> {
    let version = Head::read(connection)?.version;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done >= latest {
        return Ok(());
    }
    if done > 0 {
        back_up(connection, version)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for script in &MIGRATIONS[done..latest] {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", latest as i64)?;
    points.reach(Point::Migrated);
    Ok(transaction.commit()?)
}

/// Says what a file is, where it is none that can be opened.
pub(super) fn refusal(head: Head, place: &Place, read_only: bool) -> Option<Error> {
    let path = place.database();
    if !head.is_ours() && !head.is_new() {
        return Some(Error::NotOurs { path });
    }
    (head.version > LATEST && !read_only).then_some(Error::Newer {
        path,
        found: head.version,
        known: LATEST,
    })
}

/// Sets the journal: WAL, or one that is rolled back where WAL does not work. Who has the database open keeps
/// it from being changed.
pub(super) fn set_journal(
    connection: &Connection,
    wal: bool,
    patience: Duration,
    place: &Place,
) -> Result<(), Error> {
    let wanted = if wal { "wal" } else { "delete" };
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == wanted {
        return Ok(());
    }
    let set: String =
        connection.pragma_update_and_check(None, "journal_mode", wanted, |row| row.get(0))?;
    if set == wanted {
        return Ok(());
    }
    Err(Error::Busy {
        path: place.database(),
        waited: patience,
    })
}
