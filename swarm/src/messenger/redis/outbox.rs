//! What waits in the database until the server has it.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::parcel::Parcel;
use crate::clock::Moment;
use crate::error::Error;
use crate::place::{self, Place};

/// How many rows are sent before they are removed, all in one commit.
pub(super) const AT_A_TIME: u32 = 32;

/// By whom, for which channel and of which swarm rows are.
#[derive(Debug, Clone)]
pub(super) struct Pile {
    pub(super) swarm: String,
    pub(super) producer: Vec<u8>,
    pub(super) channel: String,
}

/// A row of the outbox.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) settings: String,
    pub(super) parcel: Result<Parcel, Error>,
}

pub(super) fn insert(
    connection: &Connection,
    now: Moment,
    pile: &Pile,
    settings: &str,
    parcel: &Parcel,
) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO outbox (swarm, producer, channel, seq, at, settings, parcel)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    insert.execute(params![
        pile.swarm,
        pile.producer,
        pile.channel,
        parcel.sequence.cast_signed(),
        now.0,
        settings,
        parcel.to_bytes()
    ])?;
    Ok(())
}

/// The producer that the database itself is, and its next sequence. It grows with the time as well, so that it does not
/// begin anew when a backup is restored.
pub(super) fn home(connection: &Connection, now: Moment) -> Result<(Vec<u8>, u64), Error> {
    let mut update = connection.prepare_cached(
        "UPDATE outbox_home SET last = max(last + 1, ?1 * 1000) RETURNING producer, last",
    )?;
    let home = update.query_row([now.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    Ok((home.0, home.1.cast_unsigned()))
}

/// The oldest rows of a pile.
pub(super) fn oldest(connection: &Connection, pile: &Pile) -> Result<Vec<Waiting>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT id, seq, settings, parcel FROM outbox
         WHERE producer = ?1 AND channel = ?2 AND swarm = ?3 ORDER BY seq LIMIT ?4",
    )?;
    let values = params![pile.producer, pile.channel, pile.swarm, AT_A_TIME];
    let rows = select.query_map(values, |row| {
        let sequence: i64 = row.get(1)?;
        let bytes: Vec<u8> = row.get(3)?;
        Ok(Waiting {
            id: row.get(0)?,
            settings: row.get(2)?,
            parcel: Parcel::from_bytes(&pile.channel, sequence.cast_unsigned(), &bytes),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn remove(connection: &Connection, rows: &[i64]) -> Result<(), Error> {
    let mut delete = connection.prepare_cached("DELETE FROM outbox WHERE id = ?1")?;
    for row in rows {
        delete.execute([row])?;
    }
    Ok(())
}

/// The piles of a swarm on which something is, but for those of a producer.
pub(super) fn others(connection: &Connection, swarm: &str, but: &[u8]) -> Result<Vec<Pile>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT DISTINCT producer, channel FROM outbox WHERE swarm = ?1 AND producer <> ?2",
    )?;
    let piles = select.query_map(params![swarm, but], |row| {
        Ok(Pile {
            swarm: swarm.to_owned(),
            producer: row.get(0)?,
            channel: row.get(1)?,
        })
    })?;
    Ok(piles.collect::<Result<_, _>>()?)
}

/// That a producer is alive, or that somebody else sends what it has left.
#[derive(Debug)]
pub(super) struct Claim {
    path: PathBuf,
    _file: File,
}

impl Claim {
    /// Claims a producer. Nothing, where it is alive or somebody else has done so.
    pub(super) fn new(place: &Place, producer: &[u8]) -> Result<Option<Self>, Error> {
        let path = path(place, producer);
        let file = place::own_file(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { path, _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::io(&path)(error)),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Else it stays, and does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

fn path(place: &Place, producer: &[u8]) -> PathBuf {
    use std::fmt::Write as _;

    let mut name = "outbox-".to_owned();
    for byte in producer {
        // It cannot fail for a string.
        let _ = write!(name, "{byte:02x}");
    }
    place.folder().join(name + ".lock")
}
