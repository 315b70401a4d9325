//! Whether the database is sound, as SQLite sees it.

use rusqlite::Connection;

use super::Database;
use super::schema::APPLICATION;
use crate::error::Error;

/// What is wrong with a database: nothing, if the list is empty. A hundred lines at most.
pub(super) fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = lines.collect::<Result<Vec<_>, _>>()?;
    faults.retain(|line| line != "ok");
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let rows = check.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!(
            "a row of {table} belongs to a row of {parent} that is not there"
        ))
    })?;
    for row in rows.take(100) {
        faults.push(row?);
    }
    Ok(faults)
}

/// Whether all of a connection's database can be read, is a swarm's and is sound.
pub(super) fn is_sound(connection: &Connection) -> bool {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0));
    application == Ok(APPLICATION) && integrity(connection).is_ok_and(|faults| faults.is_empty())
}

impl Database {
    /// What SQLite finds wrong.
    pub(crate) fn integrity(&self) -> Result<Vec<String>, Error> {
        self.read(|connection| Ok(integrity(connection)?))
    }
}
