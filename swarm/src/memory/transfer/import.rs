//! What an export holds, put into a memory.

use std::borrow::Cow;
use std::io::BufRead;

use kilowat::Runtime;
use kilowat::text::Base64;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::Imported;
use super::lines::{Agent, Entry, Event, Line, Task, VERSION};
use super::messages;
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::memory::Memory;
use crate::memory::access::{Access as _, Within};
use crate::memory::entries::{self, Record, check_names};
use crate::memory::value::{Format, Stored, to_blob, to_json};
use crate::names;

/// How many lines are one commit.
const AT_A_TIME: usize = 500;

impl Memory {
    /// Puts what an export holds into this memory, five hundred lines a commit. Entries and agents that are as
    /// new or newer here are kept, and tasks and channels that are here already: to import twice is to import
    /// once, and a message that has been done since does not come again within 7 days. Tasks that were held can be
    /// claimed, and messages that were taken can be taken.
    ///
    /// # Errors
    /// [`Error::Line`] where a line is none of an export: those before it are there, to the last commit. The
    /// others as of [every write](crate::Swarm#writes).
    pub fn import(&self, reader: impl BufRead) -> Result<Imported, Error> {
        let runtime = self.access.runtime();
        let lines = kilowat::json::Lines::new(runtime, reader).values::<Line>();
        let mut lines = lines.enumerate();
        let mut imported = Imported::default();
        loop {
            let mut batch = Vec::new();
            for (place, line) in lines.by_ref().take(AT_A_TIME) {
                let line = line.map_err(|error| Error::Line {
                    line: error.number,
                    what: in_words(&error),
                })?;
                batch.push((place as u64 + 1, line));
            }
            if batch.is_empty() {
                return Ok(imported);
            }
            // What a commit that fails has counted does not count.
            let mut counted = imported;
            self.transaction(|memory| {
                let import = Import {
                    within: memory.access,
                    imported: &mut counted,
                };
                import.all(&batch)
            })?;
            imported = counted;
        }
    }
}

fn in_words(error: &kilowat::json::LineError) -> String {
    let words = error.to_string();
    let number = format!("line {}", error.number);
    let rest = words.strip_prefix(&number).unwrap_or(&words);
    rest.trim_start_matches([',', ':', ' ']).to_owned()
}

struct Import<'i> {
    within: Within<'i>,
    imported: &'i mut Imported,
}

impl Import<'_> {
    fn all(mut self, lines: &[(u64, Line)]) -> Result<(), Error> {
        let Within {
            connection,
            now,
            runtime,
            ..
        } = self.within;
        for (number, line) in lines {
            let done = match line {
                Line::Kilowat(head) if head.version > VERSION => Err(Error::Line {
                    line: *number,
                    what: format!(
                        "the export has version {} of its format, and this kilowat knows {VERSION}",
                        head.version
                    ),
                }),
                Line::Kilowat(_) => Ok(()),
                Line::Entry(entry) => self.entry(entry),
                Line::Agent(agent) => self.agent(agent),
                Line::Task(task) => self.task(task),
                Line::Event(event) => self.event(event),
                Line::Channel(channel) => {
                    messages::add_channel(connection, now, channel, self.imported)
                }
                Line::Message(message) => {
                    if let Some(sent) = self.within.sent {
                        sent.set(true);
                    }
                    messages::add_message(connection, runtime, now, message, self.imported)
                }
                Line::Dead(dead) => {
                    messages::add_dead(connection, runtime, now, dead, self.imported)
                }
            };
            done.map_err(|error| match error {
                // What is wrong is in the line.
                Error::Name(_)
                | Error::Json { .. }
                | Error::DamagedRow(..)
                | Error::TooLarge { .. } => Error::Line {
                    line: *number,
                    what: error.to_string(),
                },
                error => error,
            })?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) -> Result<(), Error> {
        let (namespace, key) = (&entry.namespace, &entry.key);
        check_names(namespace, key)?;
        for tag in &entry.tags {
            names::check("the tag", tag)?;
        }
        let runtime = self.within.runtime;
        let (format, value) = if let Some(text) = &entry.base64 {
            (Format::Bytes, decode(runtime, text, namespace, key)?)
        } else {
            let json = to_json(runtime, &entry.value, || entries::row(namespace, key))?;
            (Format::Json, json)
        };
        let tags: Vec<_> = entry.tags.iter().map(|tag| Cow::Borrowed(&**tag)).collect();
        let record = Record {
            namespace,
            key,
            stored: Stored::new(runtime, format, &value)?,
            meta: entry.meta.as_deref(),
            tags: &tags,
            created: Some(Moment(entry.created)),
            updated: Some(Moment(entry.updated)),
            expires: entry.expires.map(Moment),
        };
        write_newer(
            self.within.connection,
            self.within.now,
            &record,
            self.imported,
        )
    }

    fn agent(&mut self, agent: &Agent) -> Result<(), Error> {
        let named = [
            ("the swarm", &agent.swarm),
            ("the agent", &agent.id),
            ("the type", &agent.r#type),
            ("the status", &agent.status),
        ];
        for (what, name) in named {
            names::check(what, name)?;
        }
        let row = || Row::new("agent", &agent.swarm, &agent.id);
        let data = to_blob(self.within.runtime, &agent.data, row)?;
        let mut insert = self.within.connection.prepare_cached(
            "INSERT INTO agents (swarm, id, type, status, seen, version, data)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
             ON CONFLICT (swarm, id) DO UPDATE SET type = excluded.type, status = excluded.status,
               seen = excluded.seen, data = excluded.data, version = agents.version + 1
             WHERE excluded.seen > agents.seen",
        )?;
        let written = insert.execute(params![
            agent.swarm,
            agent.id,
            agent.r#type,
            agent.status,
            agent.seen,
            data
        ])?;
        self.imported.agents += written as u64;
        self.imported.kept += u64::from(written == 0);
        Ok(())
    }

    fn task(&mut self, task: &Task) -> Result<(), Error> {
        let named = [
            ("the swarm", &task.swarm),
            ("the task", &task.id),
            ("the type", &task.r#type),
            ("the status", &task.status),
        ];
        let agent = task.agent.iter().map(|agent| ("the agent", agent));
        let needs = task.needs.iter().map(|other| ("the task", other));
        for (what, name) in named.into_iter().chain(agent).chain(needs) {
            names::check(what, name)?;
        }
        let row = || Row::new("task", &task.swarm, &task.id);
        let runtime = self.within.runtime;
        let data = to_blob(runtime, &task.data, row)?;
        let result = task
            .result
            .as_ref()
            .map(|result| to_blob(runtime, result, row));
        let connection = self.within.connection;
        let mut insert = connection.prepare_cached(
            "INSERT OR IGNORE INTO tasks (swarm, id, type, status, priority, agent, fence, attempts,
               due, created, ended, data, result)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        let written = insert.execute(params![
            task.swarm,
            task.id,
            task.r#type,
            task.status,
            task.priority,
            task.agent,
            // Whoever held it elsewhere does not hold it here.
            task.fence.saturating_add(1),
            task.attempts,
            task.due,
            task.created,
            task.ended,
            data,
            result.transpose()?
        ])?;
        self.imported.tasks += written as u64;
        self.imported.kept += u64::from(written == 0);
        if written > 0 {
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO needs (swarm, task, other) VALUES (?1, ?2, ?3)",
            )?;
            for other in &task.needs {
                insert.execute(params![task.swarm, task.id, other])?;
            }
        }
        Ok(())
    }

    /// An event keeps its number where that is free, so that cursors stay what they are.
    fn event(&mut self, event: &Event) -> Result<(), Error> {
        let named = [
            ("the swarm", &event.swarm),
            ("the type", &event.r#type),
            ("the source", &event.source),
        ];
        for (what, name) in named {
            names::check(what, name)?;
        }
        if event
            .expires
            .is_some_and(|expires| expires <= self.within.now.0)
        {
            self.imported.expired += 1;
            return Ok(());
        }
        let row = || Row::new("event", &event.swarm, event.id);
        let data = to_blob(self.within.runtime, &event.data, row)?;
        let connection = self.within.connection;
        let mut select = connection.prepare_cached(
            "SELECT swarm = ?2 AND type = ?3 AND source = ?4 AND at = ?5 FROM events WHERE id = ?1",
        )?;
        let same = params![event.id, event.swarm, event.r#type, event.source, event.at];
        let is_same = select
            .query_row(same, |row| row.get::<_, bool>(0))
            .optional()?;
        let id = match is_same {
            Some(true) => {
                self.imported.kept += 1;
                return Ok(());
            }
            Some(false) => None,
            None => Some(event.id),
        };
        let mut insert = connection.prepare_cached(
            "INSERT INTO events (id, swarm, type, source, at, expires, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        insert.execute(params![
            id,
            event.swarm,
            event.r#type,
            event.source,
            event.at,
            event.expires,
            data
        ])?;
        self.imported.events += 1;
        Ok(())
    }
}

fn decode(runtime: &Runtime, text: &str, namespace: &str, key: &str) -> Result<Vec<u8>, Error> {
    match runtime.base64_decode(text.as_bytes(), Base64::Standard) {
        Ok(bytes) => Ok(bytes),
        Err(kilowat::Error::Input(_)) => Err(Error::DamagedRow(
            entries::row(namespace, key),
            "its bytes are no base64",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Writes an entry, unless it has expired or what there is is as new.
pub(super) fn write_newer(
    connection: &Connection,
    now: Moment,
    record: &Record<'_>,
    imported: &mut Imported,
) -> Result<(), Error> {
    if record.expires.is_some_and(|expires| expires <= now) {
        imported.expired += 1;
        return Ok(());
    }
    let mut select = connection.prepare_cached(
        "SELECT 1 FROM entries WHERE namespace = ?1 AND key = ?2
           AND (expires IS NULL OR expires > ?3) AND updated >= ?4",
    )?;
    let updated = record.updated.unwrap_or(now).0;
    if select.exists(params![record.namespace, record.key, now.0, updated])? {
        imported.kept += 1;
        return Ok(());
    }
    entries::write(connection, now, record)?;
    imported.entries += 1;
    Ok(())
}
