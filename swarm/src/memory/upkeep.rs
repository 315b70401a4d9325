//! What is done with the memory as a whole: what has expired is removed, rows are counted and checked.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use serde::Serialize;

use kilowat::Runtime;

use super::Memory;
use super::access::Access as _;
use super::value::{Stored, open_blob};
use crate::clock::Moment;
use crate::database::{self, Backup, LATEST};
use crate::envelope::{Envelope, EnvelopeError};
use crate::error::{Error, Row};

/// How many rows of a table are removed at a time.
const AT_A_TIME: u32 = 1_000;

/// How long it is known what was done once, in milliseconds: 7 days.
const INBOX_KEPT: i64 = 7 * 24 * 60 * 60 * 1_000;

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// The namespaces, by their names.
    pub namespaces: Vec<NamespaceStats>,
    /// Entries that have expired and are not removed yet.
    pub expired: u64,
    /// Agents of all swarms.
    pub agents: u64,
    /// Tasks that have not ended.
    pub open_tasks: u64,
    /// Tasks that have ended.
    pub ended_tasks: u64,
    /// Events.
    pub events: u64,
    /// The length of the database in bytes.
    pub bytes: u64,
    /// The length of its journal in bytes.
    pub journal_bytes: u64,
    /// Bytes of the database that are free to be used again.
    pub free_bytes: u64,
    /// The version of its schema.
    pub schema: i64,
    /// The version of SQLite.
    pub sqlite: &'static str,
    /// The network file system that it is on.
    pub network: Option<&'static str>,
    /// The backups, newest first.
    pub backups: Vec<Backup>,
}

/// What there is in a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamespaceStats {
    /// Its name.
    pub namespace: String,
    /// How many entries it has.
    pub entries: u64,
    /// The length of their values in bytes.
    pub bytes: u64,
    /// The length of their values as they stand in the database.
    pub stored: u64,
}

/// Whether all is as it was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What SQLite finds wrong with the database.
    pub faults: Vec<String>,
    /// Rows that are not as they were stored.
    pub damaged: Vec<Row>,
    /// How many rows were checked.
    pub rows: u64,
}

impl Check {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.damaged.is_empty()
    }
}

/// Removes what has expired, of each table so many rows. Says whether there may be more.
pub(crate) fn sweep(connection: &Connection, now: Moment) -> Result<bool, Error> {
    let mut has_more = false;
    for (delete, until) in [
        (
            "DELETE FROM entries WHERE id IN
               (SELECT id FROM entries WHERE expires <= ?1 LIMIT ?2)",
            now.0,
        ),
        (
            "DELETE FROM events WHERE id IN
               (SELECT id FROM events WHERE expires <= ?1 LIMIT ?2)",
            now.0,
        ),
        (
            "DELETE FROM inbox WHERE (grp, uuid) IN
               (SELECT grp, uuid FROM inbox WHERE at <= ?1 LIMIT ?2)",
            now.0 - INBOX_KEPT,
        ),
    ] {
        let mut delete = connection.prepare_cached(delete)?;
        has_more |= delete.execute(params![until, AT_A_TIME])? == AT_A_TIME as usize;
    }
    Ok(has_more)
}

impl Memory {
    /// What there is.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn stats(&self) -> Result<Stats, Error> {
        let database = &self.access.0.database;
        let path = database.path();
        let journal = path.with_extension("db-wal");
        self.access.snapshot(|connection, now| {
            let count = |select: &str| -> Result<u64, Error> {
                let mut select = connection.prepare_cached(select)?;
                Ok(select
                    .query_row([], |row| row.get::<_, i64>(0))?
                    .cast_unsigned())
            };
            let mut select = connection.prepare_cached(
                "SELECT namespace, count(*), sum(raw), sum(length(value)) FROM entries
                 WHERE expires IS NULL OR expires > ?1 GROUP BY namespace ORDER BY namespace",
            )?;
            let namespaces = select.query_map([now.0], |row| {
                let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
                Ok(NamespaceStats {
                    namespace: row.get(0)?,
                    entries: number(1)?,
                    bytes: number(2)?,
                    stored: number(3)?,
                })
            })?;
            let namespaces = namespaces.collect::<Result<Vec<_>, _>>()?;
            let there: u64 = namespaces.iter().map(|namespace| namespace.entries).sum();
            let pages = count("SELECT freelist_count FROM pragma_freelist_count")?;
            Ok(Stats {
                expired: count("SELECT count(*) FROM entries")?.saturating_sub(there),
                namespaces,
                agents: count("SELECT count(*) FROM agents")?,
                open_tasks: count("SELECT count(*) FROM tasks WHERE ended IS NULL")?,
                ended_tasks: count("SELECT count(*) FROM tasks WHERE ended IS NOT NULL")?,
                events: count("SELECT count(*) FROM events")?,
                bytes: database::size(&path),
                journal_bytes: database::size(&journal),
                free_bytes: pages * count("SELECT page_size FROM pragma_page_size")?,
                schema: LATEST,
                sqlite: rusqlite::version(),
                network: database.network(),
                backups: database.backups(),
            })
        })
    }

    /// Reads all there is: the database as SQLite sees it, and each value against its checksum.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads). What is damaged is no error, but in the answer.
    pub fn check(&self) -> Result<Check, Error> {
        let mut check = Check {
            faults: self.access.0.database.integrity()?,
            ..Check::default()
        };
        let runtime = self.access.runtime();
        self.access.snapshot(|connection, _| {
            for (kind, select) in CHECKED {
                let mut select = connection.prepare(select)?;
                let mut rows = select.query([])?;
                while let Some(columns) = rows.next()? {
                    check.rows += 1;
                    let row = || Row {
                        kind,
                        group: columns.get(0).unwrap_or_default(),
                        name: columns.get(1).unwrap_or_default(),
                    };
                    match is_sound_columns(runtime, columns, row) {
                        Ok(()) => {}
                        Err(Error::DamagedRow(row, _)) => check.damaged.push(row),
                        Err(error) => return Err(error),
                    }
                }
            }
            Ok(())
        })?;
        Ok(check)
    }
}

/// Rows that are envelopes.
const MESSAGE: &str = "message";
const LETTER: &str = "dead letter";

/// Group and name of each row that has a sum, then its value: codec, length, sum and bytes, or these in one, or an
/// envelope.
const CHECKED: [(&str, &str); 7] = [
    (
        "entry",
        "SELECT namespace, key, codec, raw, sum, value FROM entries",
    ),
    ("agent", "SELECT swarm, id, data FROM agents"),
    ("task", "SELECT swarm, id, data FROM tasks"),
    (
        "task",
        "SELECT swarm, id, result FROM tasks WHERE result IS NOT NULL",
    ),
    ("event", "SELECT swarm, CAST(id AS TEXT), data FROM events"),
    (
        MESSAGE,
        "SELECT channel, CAST(id AS TEXT), envelope FROM messages",
    ),
    (
        LETTER,
        "SELECT channel, CAST(id AS TEXT), envelope FROM dead",
    ),
];

fn is_sound_columns(
    runtime: &Runtime,
    columns: &rusqlite::Row<'_>,
    row: impl Fn() -> Row,
) -> Result<(), Error> {
    if columns.as_ref().column_count() == 3 {
        let blob = columns
            .get_ref(2)?
            .as_blob()
            .map_err(rusqlite::Error::from)?;
        if [MESSAGE, LETTER].contains(&row().kind) {
            let opened = Envelope::open(runtime, blob, usize::MAX);
            return opened.map(drop).map_err(|error| match error {
                EnvelopeError::Runtime(error) => error.into(),
                _ => Error::DamagedRow(row(), "it is not as it was sent"),
            });
        }
        open_blob(runtime, blob, row)?;
    } else {
        super::entries::stored(columns, 2)?.open(runtime, row)?;
    }
    Ok(())
}

/// Whether a row of a table, as it was read from a damaged database, is as it was stored.
pub(crate) fn is_sound_row(
    runtime: &Runtime,
    table: &str,
    names: &[String],
    values: &[Value],
) -> bool {
    let column = |name: &str| {
        let place = names.iter().position(|column| column == name)?;
        values.get(place)
    };
    let number = |name| match column(name) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    };
    let row = || Row::new("entry", table, "");
    let blob = |name| match column(name) {
        Some(Value::Blob(blob)) => open_blob(runtime, blob, row).is_ok(),
        Some(Value::Null) => name == "result",
        _ => false,
    };
    match table {
        "entries" => {
            let stored = || {
                let Some(Value::Blob(bytes)) = column("value") else {
                    return None;
                };
                Some(Stored {
                    codec: number("codec")?,
                    raw: number("raw")?,
                    sum: number("sum")?,
                    bytes: bytes.into(),
                })
            };
            stored().is_some_and(|stored| stored.open(runtime, row).is_ok())
        }
        "agents" | "events" => blob("data"),
        "tasks" => blob("data") && blob("result"),
        "messages" | "dead" => match column("envelope") {
            Some(Value::Blob(envelope)) => Envelope::open(runtime, envelope, usize::MAX).is_ok(),
            _ => false,
        },
        _ => true,
    }
}
