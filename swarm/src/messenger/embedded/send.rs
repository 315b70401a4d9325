//! How messages get into the tables.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::identity::Id;
use crate::messenger::channel::QUEUE;
use crate::messenger::engine::Outgoing;
use crate::messenger::{Kind, Receipt};

/// How long it is known which keys were sent, in milliseconds.
const KEYS_KEPT: i64 = 24 * 60 * 60 * 1_000;

/// Adds messages to a channel, and a delivery of each for each group.
pub(super) fn send(
    connection: &Connection,
    now: Moment,
    channel: &str,
    messages: &[Outgoing],
) -> Result<Vec<Receipt>, Error> {
    let Some((kind, settings, held)) = super::channel(connection, channel)? else {
        return Err(Error::Unknown(Row::new("channel", "channels", channel)));
    };
    let groups = match kind {
        Kind::Queue | Kind::Answers => vec![QUEUE.to_owned()],
        Kind::Topic => {
            let mut select =
                connection.prepare_cached("SELECT grp FROM groups WHERE channel = ?1")?;
            let groups = select.query_map([channel], |row| row.get(0))?;
            groups.collect::<Result<_, _>>()?
        }
    };
    let mut message = connection.prepare_cached(
        "INSERT INTO messages (uuid, channel, at, expires, envelope) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut delivery = connection.prepare_cached(
        "INSERT INTO deliveries (message, grp, channel, priority, due, attempts)
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
    )?;
    let mut added = 0_u64;
    let mut receipts = Vec::with_capacity(messages.len());
    for one in messages {
        if let Some(id) = sent_before(connection, now, channel, one)? {
            receipts.push(Receipt::Duplicate(id));
            continue;
        }
        added += 1;
        if held.saturating_add(added) > settings.limit {
            return Err(Error::Full {
                channel: channel.to_owned(),
                limit: settings.limit,
            });
        }
        let expires = one.expires.map(|moment| moment.0);
        let values = params![one.id.as_bytes(), channel, now.0, expires, one.envelope];
        let number = message.insert(values)?;
        for group in &groups {
            let due = now.after(one.delay).0;
            delivery.execute(params![number, group, channel, one.priority, due])?;
        }
        receipts.push(Receipt::Stored(one.id));
    }
    if added > 0 {
        super::count(connection, channel, added.cast_signed())?;
    }
    Ok(receipts)
}

/// The message that was sent with this key; else it is known from now on that this one was.
fn sent_before(
    connection: &Connection,
    now: Moment,
    channel: &str,
    message: &Outgoing,
) -> Result<Option<Id>, Error> {
    let Some(key) = &message.key else {
        return Ok(None);
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO keys (channel, key, uuid, expires) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (channel, key) DO UPDATE SET uuid = excluded.uuid, expires = excluded.expires
           WHERE keys.expires <= ?5
         RETURNING 1",
    )?;
    let expires = now.0.saturating_add(KEYS_KEPT);
    let values = params![channel, key, message.id.as_bytes(), expires, now.0];
    let is_new = insert.query_row(values, |_| Ok(())).optional()?.is_some();
    if is_new {
        return Ok(None);
    }
    let mut select =
        connection.prepare_cached("SELECT uuid FROM keys WHERE channel = ?1 AND key = ?2")?;
    let id = select.query_row([channel, key], |row| row.get(0))?;
    Ok(Some(Id::from_bytes(id)))
}
