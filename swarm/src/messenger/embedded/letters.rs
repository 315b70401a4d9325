//! Dead letters.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::clock::Moment;
use crate::error::Error;
use crate::identity::Id;
use crate::messenger::dead_letters::Letter;

pub(super) fn list(
    connection: &Connection,
    channel: &str,
    after: i64,
    most: u32,
) -> Result<Vec<Letter>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT id, uuid, grp, why, attempts, owner, at, envelope FROM dead
         WHERE channel = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let letters = select.query_map(params![channel, after, most], |row| {
        Ok(Letter {
            number: row.get(0)?,
            id: Id::from_bytes(row.get(1)?),
            group: row.get(2)?,
            why: row.get(3)?,
            attempts: row.get(4)?,
            owner: row.get(5)?,
            at: Moment(row.get(6)?),
            envelope: row.get(7)?,
        })
    })?;
    Ok(letters.collect::<Result<_, _>>()?)
}

/// Makes a delivery of a letter again, for the group that has given it up. The message itself is still there in a
/// topic, perhaps.
pub(super) fn revive(
    connection: &Connection,
    now: Moment,
    channel: &str,
    letter: i64,
) -> Result<bool, Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO messages (uuid, channel, at, envelope)
         SELECT uuid, channel, ?3, envelope FROM dead WHERE id = ?1 AND channel = ?2
         ON CONFLICT (uuid) DO UPDATE SET expires = NULL
         RETURNING id",
    )?;
    let revived = insert.query_row(params![letter, channel, now.0], |row| row.get::<_, i64>(0));
    let Some(message) = revived.optional()? else {
        return Ok(false);
    };
    let mut deliver = connection.prepare_cached(
        "INSERT OR REPLACE INTO deliveries (message, grp, channel, priority, due, attempts)
         SELECT ?2, grp, channel, priority, ?3, 0 FROM dead WHERE id = ?1",
    )?;
    deliver.execute(params![letter, message, now.0])?;
    connection
        .prepare_cached("DELETE FROM dead WHERE id = ?1")?
        .execute([letter])?;
    recount(connection, channel)?;
    Ok(true)
}

pub(super) fn remove(connection: &Connection, channel: &str, letter: i64) -> Result<bool, Error> {
    let mut delete =
        connection.prepare_cached("DELETE FROM dead WHERE id = ?1 AND channel = ?2")?;
    let is_there = delete.execute(params![letter, channel])? > 0;
    if is_there {
        super::count(connection, channel, -1)?;
    }
    Ok(is_there)
}

/// Counts anew what a channel holds: it depends on whether the message was there.
fn recount(connection: &Connection, channel: &str) -> Result<(), Error> {
    let mut update = connection.prepare_cached(
        "UPDATE channels SET held = (SELECT count(*) FROM messages WHERE channel = ?1)
           + (SELECT count(*) FROM dead WHERE channel = ?1) WHERE name = ?1",
    )?;
    update.execute([channel])?;
    Ok(())
}
