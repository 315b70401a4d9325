//! Messages in the database of the swarm: no server, and the same commits as the memory.
//!
//! Who waits is woken by the bell, which other processes can ring as well, and looks at the table now and then
//! itself: that takes no longer than to ask whether there was a commit.

mod channels;
mod letters;
mod send;
mod settle;
mod sweep;
mod take;

use rusqlite::{OptionalExtension as _, params};

use super::dead_letters::Letter;
use super::engine::{Change, Engine, Outcome, Outgoing, Taken, Taker, Ticket, Verdict};
use super::{Bell, ChannelStats, Kind, Receipt, Settings};
use crate::clock::Moment;
use crate::error::Error;
use crate::identity::Id;
use crate::memory::{Access as _, Direct};
use send::send;
pub(crate) use sweep::sweep;

#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) access: Direct,
}

impl Engine for Embedded {
    fn now(&self) -> Moment {
        self.access.0.database.now()
    }

    fn bell(&self) -> &Bell {
        &self.access.0.bell
    }

    fn open(&self, channel: &str, kind: Kind, change: &Change) -> Result<Settings, Error> {
        self.access
            .write(|connection, _| channels::open(connection, channel, kind, change))
    }

    fn close(&self, channel: &str) -> Result<(), Error> {
        self.access
            .write(|connection, _| channels::close(connection, channel))
    }

    fn kind_of(&self, name: &str) -> Result<Option<Kind>, Error> {
        let found = self
            .access
            .read(|connection, _| channel(connection, name))?;
        Ok(found.map(|(kind, _, _)| kind))
    }

    fn channels(&self) -> Result<Vec<ChannelStats>, Error> {
        self.access.snapshot(channels::stats)
    }

    fn send(&self, channel: &str, messages: &[Outgoing]) -> Result<Vec<Receipt>, Error> {
        let receipts = self
            .access
            .write(|connection, now| send(connection, now, channel, messages))?;
        self.bell().ring();
        Ok(receipts)
    }

    fn send_within(
        &self,
        connection: &rusqlite::Connection,
        now: Moment,
        channel: &str,
        messages: &[Outgoing],
    ) -> Result<Vec<Receipt>, Error> {
        send(connection, now, channel, messages)
    }

    fn join(&self, channel: &str, group: &str, is_own: bool) -> Result<(), Error> {
        self.access
            .write(|connection, now| channels::join(connection, now, channel, group, is_own))
    }

    fn leave(&self, channel: &str, group: &str) -> Result<(), Error> {
        self.access
            .write(|connection, _| channels::leave(connection, channel, group))
    }

    fn next_due(&self, taker: &Taker) -> Result<Option<Moment>, Error> {
        self.access
            .read(|connection, _| take::next_due(connection, taker))
    }

    fn take(
        &self,
        taker: &Taker,
        settings: &Settings,
        most: usize,
        low_first: bool,
    ) -> Result<Vec<Taken>, Error> {
        self.access
            .write(|connection, now| take::take(connection, now, taker, settings, most, low_first))
    }

    fn settle(
        &self,
        taker: &Taker,
        settings: &Settings,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Outcome>, Error> {
        let outcomes = self.access.write(|connection, now| {
            let settle = |(ticket, verdict)| {
                settle::settle(connection, now, taker, settings, ticket, verdict)
            };
            verdicts
                .iter()
                .map(|(ticket, verdict)| settle((ticket, verdict)))
                .collect()
        })?;
        let is_back =
            |(_, verdict): &(_, Verdict)| matches!(verdict, Verdict::Back | Verdict::Again { .. });
        if verdicts.iter().any(is_back) {
            self.bell().ring();
        }
        Ok(outcomes)
    }

    fn peek(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let select = "SELECT uuid, messages.envelope FROM messages
                      JOIN deliveries ON message = messages.id WHERE messages.channel = ?1
                      ORDER BY priority DESC, due, message LIMIT ?2";
        self.access
            .read(|connection, _| messages(connection, select, channel, most))
    }

    fn history(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let select = "SELECT uuid, envelope FROM messages
                      WHERE channel = ?1 ORDER BY id DESC LIMIT ?2";
        let mut messages = self
            .access
            .read(|connection, _| messages(connection, select, channel, most))?;
        messages.reverse();
        Ok(messages)
    }

    fn dead_letters(&self, channel: &str, after: i64, most: u32) -> Result<Vec<Letter>, Error> {
        self.access
            .read(|connection, _| letters::list(connection, channel, after, most))
    }

    fn revive(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        let is_there = self
            .access
            .write(|connection, now| letters::revive(connection, now, channel, letter))?;
        self.bell().ring();
        Ok(is_there)
    }

    fn drop_letter(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        self.access
            .write(|connection, _| letters::remove(connection, channel, letter))
    }
}

/// Messages with their identities.
fn messages(
    connection: &rusqlite::Connection,
    select: &str,
    channel: &str,
    most: u32,
) -> Result<Vec<(Id, Vec<u8>)>, Error> {
    let mut select = connection.prepare_cached(select)?;
    let rows = select.query_map(params![channel, most], |row| {
        Ok((Id::from_bytes(row.get(0)?), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Counts what a channel holds.
fn count(connection: &rusqlite::Connection, channel: &str, change: i64) -> Result<(), Error> {
    let mut update =
        connection.prepare_cached("UPDATE channels SET held = held + ?2 WHERE name = ?1")?;
    update.execute(params![channel, change])?;
    Ok(())
}

/// The kind of a channel, what is set of it, and how much it holds; nothing where there is none.
fn channel(
    connection: &rusqlite::Connection,
    name: &str,
) -> Result<Option<(Kind, Settings, u64)>, Error> {
    let mut select =
        connection.prepare_cached("SELECT kind, settings, held FROM channels WHERE name = ?1")?;
    let found = select.query_row([name], |row| {
        let (kind, settings): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((kind, settings, row.get::<_, i64>(2)?))
    });
    let Some((kind, settings, held)) = found.optional()? else {
        return Ok(None);
    };
    let row = || crate::error::Row::new("channel", "channels", name);
    let kind = Kind::of(&kind).ok_or_else(|| Error::DamagedRow(row(), "there is no such kind"))?;
    let settings = serde_json::from_str(&settings)
        .map_err(|_| Error::DamagedRow(row(), "its settings cannot be read"))?;
    Ok(Some((kind, settings, held.cast_unsigned())))
}
