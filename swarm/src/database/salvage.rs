//! What can be read of a damaged database, over the newest sound backup.

use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::connection::{self, Role};
use super::damage::{remove, with_suffix};
use super::{Settings, backup, schema};
use crate::error::Error;
use crate::place::{self, Place};

/// The tables, parents first.
const TABLES: [&str; 20] = [
    "entries",
    "tags",
    "clock",
    "agents",
    "tasks",
    "needs",
    "events",
    "inbox",
    "channels",
    "groups",
    "messages",
    "deliveries",
    "dead",
    "keys",
    "outbox",
    "minutes",
    "runs",
    "findings",
    "gauges",
    "alerts",
];

/// Tells whether a row of a table, by the names of its columns and their values, is as it was stored.
pub(crate) type IsSound<'a> = &'a dyn Fn(&str, &[String], &[Value]) -> bool;

/// What was done with a damaged database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Salvage {
    /// The folder that it was set aside in.
    pub aside: PathBuf,
    /// What was wrong with it.
    pub what: String,
    /// How many rows could be read.
    pub rows: u64,
    /// How many rows could be read and were not as they were stored.
    pub damaged_rows: u64,
    /// The tables that could not be read to their end.
    pub incomplete: Vec<String>,
    /// The backup that what is missing in these was taken from.
    pub backup: Option<PathBuf>,
    /// How many rows were taken from it.
    pub rows_of_backup: u64,
}

/// Writes a new database of all that can be read.
pub(super) fn write(
    place: &Place,
    settings: &Settings,
    part: &Path,
    is_sound: IsSound<'_>,
    salvage: &mut Salvage,
) -> Result<(), Error> {
    for suffix in ["", "-journal"] {
        remove(&with_suffix(part, suffix))?;
    }
    let file = place::own_file(part)?;
    let mut target = connection::open(part, settings, Role::Writer)?;
    let named = |error: Error| error.of_database(part, settings.patience);
    schema::migrate(&mut target, &settings.points, |_, _| Ok(())).map_err(named)?;
    // What a row belongs to may come later, or never; that is seen to at the end.
    target.pragma_update(None, "foreign_keys", false)?;
    let source = connection::open(&place.database(), settings, Role::Examiner);
    let transaction = target.transaction()?;
    for table in TABLES {
        let is_complete = match &source {
            Ok(source) => read_table(source, &transaction, table, is_sound, salvage),
            Err(_) => Ok(false),
        };
        if !is_complete.map_err(named)? {
            salvage.incomplete.push(table.to_owned());
        }
    }
    transaction.commit()?;
    if !salvage.incomplete.is_empty()
        && let Some(backup) = backup::newest_sound(place)
    {
        salvage.rows_of_backup = fill_up(&target, &backup, &salvage.incomplete)?;
        salvage.backup = Some(backup);
    }
    target.execute_batch(
        "DELETE FROM tags WHERE entry NOT IN (SELECT id FROM entries);
         DELETE FROM deliveries WHERE message NOT IN (SELECT id FROM messages);
         INSERT OR IGNORE INTO clock (id, at) VALUES (1, 0);",
    )?;
    drop(target);
    file.sync_all().map_err(Error::io(part))
}

/// Reads a table as far as that goes. Says whether each row of it was read and sound.
fn read_table(
    source: &Connection,
    target: &Connection,
    table: &str,
    is_sound: IsSound<'_>,
    salvage: &mut Salvage,
) -> Result<bool, Error> {
    let columns: Vec<String> = target
        .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let places: Vec<_> = (1..=columns.len())
        .map(|place| format!("?{place}"))
        .collect();
    let (names, places) = (columns.join(", "), places.join(", "));
    let insert = format!("INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})");
    let mut insert = target.prepare(&insert)?;
    let mut keep = |values: Vec<Value>| -> Result<bool, Error> {
        let sound = is_sound(table, &columns, &values);
        if sound {
            insert.execute(params_from_iter(values))?;
            salvage.rows += 1;
        } else {
            salvage.damaged_rows += 1;
        }
        Ok(sound)
    };
    let has_rowid = !["tags", "needs", "inbox", "deliveries"].contains(&table);
    if has_rowid {
        by_rowid(source, table, &names, columns.len(), &mut keep)
    } else {
        // These are trees of small rows, read from both ends as far as that goes.
        let from_start = in_order(source, table, &names, columns.len(), "", &mut keep)?;
        if from_start {
            return Ok(true);
        }
        let order = match table {
            "tags" => "ORDER BY namespace DESC, tag DESC, entry DESC",
            "needs" => "ORDER BY swarm DESC, task DESC, other DESC",
            "deliveries" => "ORDER BY message DESC, grp DESC",
            _ => "ORDER BY grp DESC, uuid DESC",
        };
        in_order(source, table, &names, columns.len(), order, &mut keep)?;
        Ok(false)
    }
}

/// Reads rows in one order, until that goes no further. Says whether it has come to the end.
fn in_order(
    source: &Connection,
    table: &str,
    names: &str,
    count: usize,
    order: &str,
    keep: &mut impl FnMut(Vec<Value>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let Ok(mut select) = source.prepare(&format!("SELECT {names} FROM {table} {order}")) else {
        return Ok(false);
    };
    let Ok(mut rows) = select.query([]) else {
        return Ok(false);
    };
    let mut is_complete = true;
    loop {
        match rows
            .next()
            .and_then(|row| row.map(|row| values(row, 0, count)).transpose())
        {
            Ok(Some(values)) => is_complete &= keep(values)?,
            Ok(None) => return Ok(is_complete),
            Err(_) => return Ok(false),
        }
    }
}

/// Reads rows by their number, over what cannot be read: behind it the steps double until a row is found.
fn by_rowid(
    source: &Connection,
    table: &str,
    names: &str,
    count: usize,
    keep: &mut impl FnMut(Vec<Value>) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let select =
        format!("SELECT rowid, {names} FROM {table} WHERE rowid > ?1 ORDER BY rowid LIMIT 1000");
    let Ok(mut select) = source.prepare(&select) else {
        return Ok(false);
    };
    let mut is_complete = true;
    let mut after = i64::MIN;
    let mut step = 1_i64;
    loop {
        let Ok(mut rows) = select.query([after]) else {
            return Ok(false);
        };
        let mut has_rows = false;
        let failed = loop {
            let row = rows.next().and_then(|row| {
                let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, values(row, 1, count)?));
                row.map(read).transpose()
            });
            match row {
                Ok(Some((id, values))) => {
                    is_complete &= keep(values)?;
                    (after, step, has_rows) = (id, 1, true);
                }
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        if failed {
            is_complete = false;
            // Rows are numbered from 1 on.
            after = match after.max(0).checked_add(step) {
                Some(next) => next,
                None => return Ok(false),
            };
            step = step.saturating_mul(2);
        } else if !has_rows {
            return Ok(is_complete);
        }
    }
}

fn values(row: &rusqlite::Row<'_>, first: usize, count: usize) -> rusqlite::Result<Vec<Value>> {
    (first..first + count)
        .map(|column| row.get(column))
        .collect()
}

/// Takes what is missing in tables from a backup. Says how many rows that were.
fn fill_up(target: &Connection, backup: &Path, tables: &[String]) -> Result<u64, Error> {
    target.execute("ATTACH ?1 AS backup", [backup.to_string_lossy()])?;
    let mut rows = 0;
    for table in tables {
        let copy = format!("INSERT OR IGNORE INTO main.{table} SELECT * FROM backup.{table}");
        rows += target.execute(&copy, [])? as u64;
    }
    target.execute("DETACH backup", [])?;
    Ok(rows)
}
