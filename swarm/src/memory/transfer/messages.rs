//! Channels, messages and dead letters: out of the tables, and into them.

use kilowat::Runtime;
use kilowat::text::Base64;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Imported;
use super::lines::Line;
use crate::clock::Moment;
use crate::envelope::{Envelope, EnvelopeError};
use crate::error::{Error, Row};
use crate::identity::Id;
use crate::messenger::{Kind, Settings};
use crate::names;

/// By which a message is known that was imported: one that was done since does not come again.
const IMPORTS: &str = "import";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) settings: Value,
    /// The shared groups of a topic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) groups: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) id: Id,
    pub(super) channel: String,
    pub(super) at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<i64>,
    /// The envelope in base64.
    pub(super) envelope: String,
    /// Who has not done it yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) deliveries: Vec<Delivery>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) group: String,
    pub(super) priority: u8,
    pub(super) due: i64,
    pub(super) attempts: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dead {
    pub(super) id: Id,
    pub(super) channel: String,
    pub(super) group: String,
    pub(super) priority: u8,
    pub(super) why: String,
    pub(super) attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    pub(super) at: i64,
    /// The envelope in base64.
    pub(super) envelope: String,
}

/// Hands on all channels, messages and dead letters. Where somebody waits for an answer, and groups of a consumer's
/// own, end with their processes and are left out.
pub(super) fn each(
    connection: &Connection,
    runtime: &Runtime,
    mut line: impl FnMut(Line) -> Result<(), Error>,
) -> Result<(), Error> {
    let base64 = |bytes: &[u8]| runtime.base64_encode(bytes, Base64::Standard);
    let answers = Kind::Answers.name();
    let mut groups =
        connection.prepare("SELECT grp FROM groups WHERE channel = ?1 AND own = 0 ORDER BY grp")?;
    let mut channels = connection
        .prepare("SELECT name, kind, settings FROM channels WHERE kind <> ?1 ORDER BY name")?;
    let mut rows = channels.query([answers])?;
    while let Some(row) = rows.next()? {
        let (name, settings): (String, String) = (row.get(0)?, row.get(2)?);
        let found = groups.query_map([&name], |row| row.get(0))?;
        let unreadable = |_| Error::DamagedRow(named(&name), "its settings cannot be read");
        line(Line::Channel(Channel {
            kind: row.get(1)?,
            settings: serde_json::from_str(&settings).map_err(unreadable)?,
            groups: found.collect::<Result<_, _>>()?,
            name,
        }))?;
    }
    let mut deliveries = connection.prepare(
        "SELECT grp, priority, CASE WHEN owner IS NULL THEN due ELSE 0 END, attempts
         FROM deliveries WHERE message = ?1
           AND NOT EXISTS (SELECT 1 FROM groups
             WHERE groups.channel = deliveries.channel AND groups.grp = deliveries.grp AND own)
         ORDER BY grp",
    )?;
    let mut messages = connection.prepare(
        "SELECT messages.id, uuid, channel, at, messages.expires, envelope FROM messages
         JOIN channels ON name = channel WHERE kind <> ?1 ORDER BY messages.id",
    )?;
    let mut rows = messages.query([answers])?;
    while let Some(row) = rows.next()? {
        let found = deliveries.query_map([row.get::<_, i64>(0)?], |row| {
            Ok(Delivery {
                group: row.get(0)?,
                priority: row.get(1)?,
                due: row.get(2)?,
                attempts: row.get(3)?,
            })
        })?;
        line(Line::Message(Message {
            id: Id::from_bytes(row.get(1)?),
            channel: row.get(2)?,
            at: row.get(3)?,
            expires: row.get(4)?,
            envelope: base64(&row.get::<_, Vec<u8>>(5)?)?,
            deliveries: found.collect::<Result<_, _>>()?,
        }))?;
    }
    let mut dead = connection.prepare(
        "SELECT uuid, channel, grp, priority, why, attempts, owner, at, envelope FROM dead
         JOIN channels ON name = channel WHERE kind <> ?1 ORDER BY dead.id",
    )?;
    let mut rows = dead.query([answers])?;
    while let Some(row) = rows.next()? {
        line(Line::Dead(Dead {
            id: Id::from_bytes(row.get(0)?),
            channel: row.get(1)?,
            group: row.get(2)?,
            priority: row.get(3)?,
            why: row.get(4)?,
            attempts: row.get(5)?,
            owner: row.get(6)?,
            at: row.get(7)?,
            envelope: base64(&row.get::<_, Vec<u8>>(8)?)?,
        }))?;
    }
    Ok(())
}

fn named(channel: &str) -> Row {
    Row::new("channel", "channels", channel)
}

/// Makes a channel with its groups where it is missing; one that is there stays as it is.
pub(super) fn add_channel(
    connection: &Connection,
    now: Moment,
    channel: &Channel,
    imported: &mut Imported,
) -> Result<(), Error> {
    let Channel {
        name,
        kind,
        settings,
        groups,
    } = channel;
    names::check("the channel", name)?;
    for group in groups {
        names::check("the group", group)?;
    }
    let wrong = |what| Error::DamagedRow(named(name), what);
    if ![Kind::Queue, Kind::Topic]
        .map(Kind::name)
        .contains(&&**kind)
    {
        return Err(wrong("there is no such kind"));
    }
    let settings: Settings = serde_json::from_value(settings.clone())
        .map_err(|_| wrong("its settings cannot be read"))?;
    // Numbers, which are JSON always.
    let settings = serde_json::to_string(&settings).unwrap_or_default();
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO channels (name, kind, settings, held) VALUES (?1, ?2, ?3, 0)",
    )?;
    let is_new = insert.execute(params![name, kind, settings])? > 0;
    let mut select = connection.prepare_cached("SELECT kind = ?2 FROM channels WHERE name = ?1")?;
    if !select.query_row(params![name, kind], |row| row.get::<_, bool>(0))? {
        return Err(wrong("there is a channel of this name and another kind"));
    }
    let mut join = connection.prepare_cached(
        "INSERT OR IGNORE INTO groups (channel, grp, own, seen) VALUES (?1, ?2, 0, ?3)",
    )?;
    for group in groups {
        join.execute(params![name, group, now.0])?;
    }
    if is_new {
        imported.channels += 1;
    } else {
        imported.kept += 1;
    }
    Ok(())
}

/// Adds a message with what is to be done of it, unless it is there or was imported before.
pub(super) fn add_message(
    connection: &Connection,
    runtime: &Runtime,
    now: Moment,
    message: &Message,
    imported: &mut Imported,
) -> Result<(), Error> {
    let Message {
        id,
        channel,
        at,
        expires,
        deliveries,
        ..
    } = message;
    for delivery in deliveries {
        names::check("the group", &delivery.group)?;
    }
    let envelope = envelope(runtime, channel, *id, &message.envelope)?;
    if !is_first(connection, now, IMPORTS, *id)? {
        imported.kept += 1;
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO messages (uuid, channel, at, expires, envelope)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let values = params![id.as_bytes(), channel, at, expires, envelope];
    if insert.execute(values)? == 0 {
        imported.kept += 1;
        return Ok(());
    }
    let number = connection.last_insert_rowid();
    let mut deliver = connection.prepare_cached(
        "INSERT INTO deliveries (message, grp, channel, priority, due, attempts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for delivery in deliveries {
        let Delivery {
            group,
            priority,
            due,
            attempts,
        } = delivery;
        deliver.execute(params![number, group, channel, priority, due, attempts])?;
    }
    hold(connection, channel)?;
    imported.messages += 1;
    Ok(())
}

/// Adds a dead letter, unless it was imported before.
pub(super) fn add_dead(
    connection: &Connection,
    runtime: &Runtime,
    now: Moment,
    dead: &Dead,
    imported: &mut Imported,
) -> Result<(), Error> {
    names::check("the group", &dead.group)?;
    let envelope = envelope(runtime, &dead.channel, dead.id, &dead.envelope)?;
    let mut select = connection
        .prepare_cached("SELECT 1 FROM dead WHERE uuid = ?1 AND channel = ?2 AND grp = ?3")?;
    let is_there = select.exists(params![dead.id.as_bytes(), dead.channel, dead.group])?;
    // A message of a topic may be a dead letter of one group and be done by another.
    let mark = format!("{IMPORTS}/dead/{}", dead.group);
    if is_there || !is_first(connection, now, &mark, dead.id)? {
        imported.kept += 1;
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO dead (uuid, channel, grp, priority, why, attempts, owner, at, envelope)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute(params![
        dead.id.as_bytes(),
        dead.channel,
        dead.group,
        dead.priority,
        dead.why,
        dead.attempts,
        dead.owner,
        dead.at,
        envelope
    ])?;
    hold(connection, &dead.channel)?;
    imported.dead += 1;
    Ok(())
}

/// The bytes of an envelope, which is sound as far as that can be known without its key.
fn envelope(runtime: &Runtime, channel: &str, id: Id, text: &str) -> Result<Vec<u8>, Error> {
    names::check("the channel", channel)?;
    let row = || Row::new("message", channel, id);
    let bytes = match runtime.base64_decode(text.as_bytes(), Base64::Standard) {
        Ok(bytes) => bytes,
        Err(kilowat::Error::Input(_)) => {
            return Err(Error::DamagedRow(row(), "its bytes are no base64"));
        }
        Err(error) => return Err(error.into()),
    };
    match Envelope::open(runtime, &bytes, usize::MAX) {
        Ok(_) | Err(EnvelopeError::Sealed { .. }) => Ok(bytes),
        Err(EnvelopeError::Runtime(error)) => Err(error.into()),
        Err(_) => Err(Error::DamagedRow(row(), "it is no sound envelope")),
    }
}

/// Whether it is imported for the first time; that is known for as long as what was done [once](Memory::once).
fn is_first(connection: &Connection, now: Moment, mark: &str, id: Id) -> Result<bool, Error> {
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO inbox (grp, uuid, at) VALUES (?1, ?2, ?3)")?;
    Ok(insert.execute(params![mark, id.as_bytes(), now.0])? > 0)
}

/// Counts one more in a channel, which has to be there.
fn hold(connection: &Connection, channel: &str) -> Result<(), Error> {
    let mut update =
        connection.prepare_cached("UPDATE channels SET held = held + 1 WHERE name = ?1")?;
    match update.execute([channel])? {
        0 => Err(Error::DamagedRow(
            named(channel),
            "it is in no line before its messages",
        )),
        _ => Ok(()),
    }
}
