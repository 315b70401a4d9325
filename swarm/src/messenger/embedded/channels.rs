//! Channels and groups.

use rusqlite::{Connection, params};

use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::messenger::engine::Change;
use crate::messenger::{ChannelStats, Kind, Settings};

/// Opens a channel, which is made where it is missing, and counts what it holds: a salvage may have lost some.
pub(super) fn open(
    connection: &Connection,
    name: &str,
    kind: Kind,
    change: &Change,
) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    if let Some((found, kept, _)) = super::channel(connection, name)? {
        if found != kind {
            let row = Row::new("channel", "channels", name);
            let (wanted, found) = (kind.name(), found.name());
            return Err(Error::Kind { row, wanted, found });
        }
        settings = kept;
    }
    change.apply(&mut settings);
    // Numbers and texts, which are JSON always.
    let text = serde_json::to_string(&settings).unwrap_or_default();
    let mut insert = connection.prepare_cached(
        "INSERT INTO channels (name, kind, settings, expires, held) VALUES (?1, ?2, ?3, ?4, 0)
         ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, held =
           (SELECT count(*) FROM messages WHERE channel = ?1)
           + (SELECT count(*) FROM dead WHERE channel = ?1)",
    )?;
    let expires = change.expires.map(|moment| moment.0);
    insert.execute(params![name, kind.name(), text, expires])?;
    Ok(settings)
}

pub(super) fn close(connection: &Connection, name: &str) -> Result<(), Error> {
    for delete in [
        "DELETE FROM messages WHERE channel = ?1",
        "DELETE FROM dead WHERE channel = ?1",
        "DELETE FROM keys WHERE channel = ?1",
        "DELETE FROM groups WHERE channel = ?1",
        "DELETE FROM channels WHERE name = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([name])?;
    }
    Ok(())
}

pub(super) fn join(
    connection: &Connection,
    now: Moment,
    channel: &str,
    group: &str,
    is_own: bool,
) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO groups (channel, grp, own, seen) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (channel, grp) DO UPDATE SET seen = excluded.seen",
    )?;
    insert.execute(params![channel, group, is_own, now.0])?;
    Ok(())
}

pub(super) fn leave(connection: &Connection, channel: &str, group: &str) -> Result<(), Error> {
    for delete in [
        "DELETE FROM deliveries WHERE channel = ?1 AND grp = ?2",
        "DELETE FROM groups WHERE channel = ?1 AND grp = ?2",
    ] {
        connection
            .prepare_cached(delete)?
            .execute([channel, group])?;
    }
    Ok(())
}

pub(super) fn stats(connection: &Connection, now: Moment) -> Result<Vec<ChannelStats>, Error> {
    let mut names = connection.prepare_cached("SELECT name FROM channels ORDER BY name")?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?;
    let mut select = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE due <= ?2),
           count(*) FILTER (WHERE due > ?2 AND owner IS NOT NULL),
           count(*) FILTER (WHERE due > ?2 AND owner IS NULL),
           (SELECT count(*) FROM dead WHERE channel = ?1),
           (SELECT at FROM messages
             WHERE id = (SELECT min(message) FROM deliveries WHERE channel = ?1))
         FROM deliveries WHERE channel = ?1",
    )?;
    let mut groups =
        connection.prepare_cached("SELECT grp FROM groups WHERE channel = ?1 ORDER BY grp")?;
    let mut all = Vec::new();
    for name in names {
        let name = name?;
        let Some((kind, settings, held)) = super::channel(connection, &name)? else {
            continue;
        };
        let groups = groups.query_map([&name], |row| row.get(0))?;
        let groups = groups.collect::<Result<_, _>>()?;
        let stats = select.query_row(params![name, now.0], |row| {
            let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            Ok(ChannelStats {
                channel: name.clone(),
                kind,
                held,
                limit: settings.limit,
                ready: number(0)?,
                taken: number(1)?,
                delayed: number(2)?,
                dead: number(3)?,
                oldest: row.get::<_, Option<i64>>(4)?.map(Moment),
                groups,
            })
        })?;
        all.push(stats);
    }
    Ok(all)
}
