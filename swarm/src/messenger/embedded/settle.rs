//! What becomes of deliveries.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::engine::{Outcome, Taker, Ticket, Verdict};
use crate::messenger::{Kind, Settings};

/// A delivery that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) message: i64,
    pub(super) attempts: u32,
}

/// Does with a delivery what is said, if it is still whose ticket it is.
pub(super) fn settle(
    connection: &Connection,
    now: Moment,
    taker: &Taker,
    settings: &Settings,
    ticket: &Ticket,
    verdict: &Verdict,
) -> Result<Outcome, Error> {
    let Some(kept) = held(connection, taker, ticket)? else {
        return Ok(Outcome::Lost);
    };
    let until = |due: Moment, owner: Option<&str>, attempts: u32| -> Result<Outcome, Error> {
        let mut update = connection.prepare_cached(
            "UPDATE deliveries SET due = ?3, owner = ?4, attempts = ?5
             WHERE message = ?1 AND grp = ?2",
        )?;
        update.execute(params![kept.message, taker.group, due.0, owner, attempts])?;
        Ok(Outcome::Again(due))
    };
    match verdict {
        Verdict::Done => {
            remove(connection, taker, kept.message)?;
            Ok(Outcome::Done)
        }
        Verdict::Again { why, .. } if kept.attempts >= settings.attempts => {
            bury(connection, now, taker, kept, why)?;
            Ok(Outcome::Dead)
        }
        Verdict::Again { after, .. } => until(now.after(*after), None, kept.attempts),
        Verdict::Back => until(now, None, kept.attempts.saturating_sub(1)),
        Verdict::Keep { lease } => until(now.after(*lease), Some(&taker.owner), kept.attempts),
        Verdict::Dead { why } => {
            bury(connection, now, taker, kept, why)?;
            Ok(Outcome::Dead)
        }
    }
}

/// The delivery of a ticket, unless another has taken it since or it is gone.
fn held(connection: &Connection, taker: &Taker, ticket: &Ticket) -> Result<Option<Kept>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT 1 FROM deliveries
         WHERE message = ?1 AND grp = ?2 AND owner = ?3 AND attempts = ?4",
    )?;
    let values = params![ticket.message, taker.group, taker.owner, ticket.attempt];
    let kept = select.query_row(values, |_| {
        Ok(Kept {
            message: ticket.message,
            attempts: ticket.attempt,
        })
    });
    Ok(kept.optional()?)
}

/// Removes a delivery, and of a queue the message.
fn remove(connection: &Connection, taker: &Taker, message: i64) -> Result<(), Error> {
    if taker.kind == Kind::Topic {
        let mut delete =
            connection.prepare_cached("DELETE FROM deliveries WHERE message = ?1 AND grp = ?2")?;
        delete.execute(params![message, taker.group])?;
        return Ok(());
    }
    // The delivery goes with it.
    connection
        .prepare_cached("DELETE FROM messages WHERE id = ?1")?
        .execute([message])?;
    super::count(connection, &taker.channel, -1)
}

/// Moves a delivery to the dead letters.
pub(super) fn bury(
    connection: &Connection,
    now: Moment,
    taker: &Taker,
    kept: Kept,
    why: &str,
) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO dead (uuid, channel, grp, priority, why, attempts, owner, at, envelope)
         SELECT m.uuid, m.channel, d.grp, d.priority, ?3, ?4, d.owner, ?5, m.envelope
         FROM deliveries AS d JOIN messages AS m ON m.id = d.message
         WHERE d.message = ?1 AND d.grp = ?2",
    )?;
    insert.execute(params![
        kept.message,
        taker.group,
        why,
        kept.attempts,
        now.0
    ])?;
    super::count(connection, &taker.channel, 1)?;
    remove(connection, taker, kept.message)
}
