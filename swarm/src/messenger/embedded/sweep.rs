//! What has had its time is removed.

use rusqlite::{Connection, params};

use super::channels;
use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::Kind;

/// How many rows of a table are removed at a time.
const AT_A_TIME: u32 = 1_000;

/// How long a group of one's own lasts that says nothing, in milliseconds.
const SILENCE: i64 = 15_000;

/// Removes what has had its time. Says whether there may be more.
pub(crate) fn sweep(connection: &Connection, now: Moment) -> Result<bool, Error> {
    let mut keys = connection.prepare_cached(
        "DELETE FROM keys WHERE rowid IN (SELECT rowid FROM keys WHERE expires <= ?1 LIMIT ?2)",
    )?;
    let mut has_more = keys.execute(params![now.0, AT_A_TIME])? == AT_A_TIME as usize;
    for name in texts(
        connection,
        "SELECT name FROM channels WHERE expires <= ?1",
        now.0,
    )? {
        channels::close(connection, &name)?;
    }
    let mut silent = connection
        .prepare_cached("SELECT channel, grp FROM groups WHERE own AND seen <= ?1 LIMIT 100")?;
    let silent = silent.query_map([now.0 - SILENCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let silent: Vec<(String, String)> = silent.collect::<Result<_, _>>()?;
    for (channel, group) in silent {
        channels::leave(connection, &channel, &group)?;
    }
    for topic in texts(
        connection,
        "SELECT name FROM channels WHERE kind = ?1",
        Kind::Topic.name(),
    )? {
        has_more |= trim(connection, now, &topic)?;
    }
    Ok(has_more)
}

/// Removes what a topic need not keep: neither its settings nor a group want it.
fn trim(connection: &Connection, now: Moment, topic: &str) -> Result<bool, Error> {
    let Some((_, settings, _)) = super::channel(connection, topic)? else {
        return Ok(false);
    };
    let mut delete = connection.prepare_cached(
        "DELETE FROM messages WHERE id IN (
           SELECT id FROM messages AS m WHERE channel = ?1
             AND (at <= ?2 OR id <= ifnull((SELECT id FROM messages WHERE channel = ?1
                                            ORDER BY id DESC LIMIT 1 OFFSET ?3), -1))
             AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message = m.id)
           LIMIT ?4)",
    )?;
    let keep_for = i64::try_from(settings.keep_for.as_millis()).unwrap_or(i64::MAX);
    let before = now.0.saturating_sub(keep_for);
    let keep = i64::try_from(settings.keep).unwrap_or(i64::MAX);
    let removed = delete.execute(params![topic, before, keep, AT_A_TIME])?;
    if removed > 0 {
        super::count(connection, topic, -(removed as i64))?;
    }
    Ok(removed == AT_A_TIME as usize)
}

fn texts(
    connection: &Connection,
    select: &str,
    value: impl rusqlite::ToSql,
) -> Result<Vec<String>, Error> {
    let mut select = connection.prepare_cached(select)?;
    let texts = select.query_map([value], |row| row.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}
