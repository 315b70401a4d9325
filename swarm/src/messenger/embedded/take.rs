//! How messages are taken.

use rusqlite::{Connection, params};

use super::settle::{Kept, bury};
use crate::clock::Moment;
use crate::error::Error;
use crate::identity::Id;
use crate::messenger::Settings;
use crate::messenger::engine::{Taken, Taker, Ticket};

/// When the next delivery is due, of what is taken as well: at the end of its lease.
pub(super) fn next_due(connection: &Connection, taker: &Taker) -> Result<Option<Moment>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT min(due) FROM (
           SELECT min(due) AS due FROM deliveries WHERE channel = ?1 AND grp = ?2 AND priority = 0
           UNION ALL
           SELECT min(due) FROM deliveries WHERE channel = ?1 AND grp = ?2 AND priority = 1
           UNION ALL
           SELECT min(due) FROM deliveries WHERE channel = ?1 AND grp = ?2 AND priority = 2)",
    )?;
    let due: Option<i64> = select.query_row([&taker.channel, &taker.group], |row| row.get(0))?;
    Ok(due.map(Moment))
}

/// A delivery that can be taken.
struct Candidate {
    message: i64,
    attempts: u32,
    /// Whether who has taken it before has said nothing of it.
    was_left: bool,
    expires: Option<i64>,
    id: Id,
}

pub(super) fn take(
    connection: &Connection,
    now: Moment,
    taker: &Taker,
    settings: &Settings,
    most: usize,
    low_first: bool,
) -> Result<Vec<Taken>, Error> {
    let mut priorities = [2_u8, 1, 0];
    if low_first {
        priorities.reverse();
    }
    let lease = now.after(settings.lease).0;
    let mut update = connection.prepare_cached(
        "UPDATE deliveries SET due = ?3, owner = ?4, attempts = attempts + 1
         WHERE message = ?1 AND grp = ?2",
    )?;
    let mut select = connection.prepare_cached("SELECT envelope FROM messages WHERE id = ?1")?;
    let mut all = Vec::new();
    for priority in priorities {
        for candidate in candidates(connection, now, taker, priority, most - all.len())? {
            let Candidate {
                message, attempts, ..
            } = candidate;
            let kept = Kept { message, attempts };
            if candidate.expires.is_some_and(|expires| expires <= now.0) {
                bury(connection, now, taker, kept, "nobody wants it any more")?;
                continue;
            }
            if attempts >= settings.attempts {
                let why = if candidate.was_left {
                    "its consumer has ended, or took longer than the lease, at the last attempt"
                } else {
                    "it was tried too often"
                };
                bury(connection, now, taker, kept, why)?;
                continue;
            }
            update.execute(params![message, taker.group, lease, taker.owner])?;
            all.push(Taken {
                ticket: Ticket {
                    message,
                    entry: None,
                    id: candidate.id,
                    attempt: attempts + 1,
                },
                envelope: select.query_row([message], |row| row.get(0))?,
            });
        }
    }
    Ok(all)
}

fn candidates(
    connection: &Connection,
    now: Moment,
    taker: &Taker,
    priority: u8,
    most: usize,
) -> Result<Vec<Candidate>, Error> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let mut select = connection.prepare_cached(
        "SELECT message, attempts, owner IS NOT NULL, expires, uuid
         FROM deliveries JOIN messages ON id = message
         WHERE deliveries.channel = ?1 AND grp = ?2 AND priority = ?3 AND due <= ?4
         ORDER BY due, message LIMIT ?5",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = params![taker.channel, taker.group, priority, now.0, most];
    let rows = select.query_map(values, |row| {
        Ok(Candidate {
            message: row.get(0)?,
            attempts: row.get(1)?,
            was_left: row.get(2)?,
            expires: row.get(3)?,
            id: Id::from_bytes(row.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
