//! All there is, as JSON Lines.

use std::io::Write;
use std::sync::Arc;

use kilowat::Runtime;
use kilowat::text::Base64;
use rusqlite::{Connection, Row as Columns, params};
use serde_json::Value;

use super::Exported;
use super::lines::{Agent, Entry, Event, Head, Line, Task, VERSION};
use super::messages;
use crate::clock::Moment;
use crate::error::{Error, Row};
use crate::memory::Memory;
use crate::memory::access::Access as _;
use crate::memory::entries::{row, stored};
use crate::memory::value::{Format, Stored, from_blob, from_json};

impl Memory {
    /// Writes all there is as JSON Lines, as it was at one moment: a line an entry, agent, task, event,
    /// channel, message or dead letter. What has expired is left out.
    ///
    /// # Errors
    /// [`Error::Stream`] where it cannot be written; [`Error::DamagedRow`] where something is not as it was
    /// stored; the others as of [every read](crate::Swarm#reads).
    pub fn export(&self, writer: impl Write) -> Result<Exported, Error> {
        let mut export = Export {
            runtime: self.access.runtime(),
            writer,
            exported: Exported::default(),
        };
        self.access
            .snapshot(|connection, now| export.write_all(connection, now))?;
        Ok(export.exported)
    }
}

struct Export<'r, W> {
    runtime: &'r Runtime,
    writer: W,
    exported: Exported,
}

impl<W: Write> Export<'_, W> {
    fn write_all(&mut self, connection: &Connection, now: Moment) -> Result<(), Error> {
        self.line(&Line::Kilowat(Head { version: VERSION }))?;
        let mut tags = connection.prepare("SELECT tag FROM tags WHERE entry = ?1 ORDER BY tag")?;
        let mut needs = connection
            .prepare("SELECT other FROM needs WHERE swarm = ?1 AND task = ?2 ORDER BY other")?;
        let mut entries = connection.prepare(
            "SELECT id, namespace, key, codec, raw, sum, value, meta, created, updated, expires
             FROM entries WHERE expires IS NULL OR expires > ?1 ORDER BY namespace, key",
        )?;
        let mut rows = entries.query([now.0])?;
        while let Some(columns) = rows.next()? {
            let mut entry = self.entry(columns)?;
            let found = tags.query_map([columns.get::<_, i64>(0)?], |row| row.get(0))?;
            entry.tags = found.collect::<Result<_, _>>()?;
            self.line(&Line::Entry(entry))?;
            self.exported.entries += 1;
        }
        let mut agents = connection
            .prepare("SELECT swarm, id, type, status, seen, data FROM agents ORDER BY swarm, id")?;
        let mut rows = agents.query([])?;
        while let Some(columns) = rows.next()? {
            let agent = self.agent(columns)?;
            self.line(&Line::Agent(agent))?;
            self.exported.agents += 1;
        }
        // Those that are needed come before those that need them.
        let mut tasks = connection.prepare(
            "SELECT swarm, id, type, status, priority, agent, fence, attempts, due, created, ended,
               data, result FROM tasks ORDER BY rowid",
        )?;
        let mut rows = tasks.query([])?;
        while let Some(columns) = rows.next()? {
            let mut task = self.task(columns)?;
            let found = needs.query_map(params![task.swarm, task.id], |row| row.get(0))?;
            task.needs = found.collect::<Result<_, _>>()?;
            self.line(&Line::Task(task))?;
            self.exported.tasks += 1;
        }
        let mut events = connection.prepare(
            "SELECT id, swarm, type, source, at, expires, data FROM events
             WHERE expires IS NULL OR expires > ?1 ORDER BY id",
        )?;
        let mut rows = events.query([now.0])?;
        while let Some(columns) = rows.next()? {
            let event = self.event(columns)?;
            self.line(&Line::Event(event))?;
            self.exported.events += 1;
        }
        let runtime = self.runtime;
        messages::each(connection, runtime, |line| {
            let count = match &line {
                Line::Channel(_) => &mut self.exported.channels,
                Line::Message(_) => &mut self.exported.messages,
                _ => &mut self.exported.dead,
            };
            *count += 1;
            self.line(&line)
        })?;
        self.writer.flush().map_err(stream)
    }

    fn line(&mut self, line: &Line) -> Result<(), Error> {
        let mut bytes = serde_json::to_vec(line).map_err(|error| stream(error.into()))?;
        bytes.push(b'\n');
        self.writer.write_all(&bytes).map_err(stream)
    }

    fn entry(&self, columns: &Columns<'_>) -> Result<Entry, Error> {
        let (namespace, key): (String, String) = (columns.get(1)?, columns.get(2)?);
        let name = || row(&namespace, &key);
        let stored = stored(columns, 3)?;
        let format = Stored::format(stored.codec);
        let bytes = stored.open(self.runtime, name)?;
        let (value, base64) = match format {
            Format::Json => (from_json(self.runtime, &bytes, name)?, None),
            Format::Bytes => {
                let text = self.runtime.base64_encode(&bytes, Base64::Standard)?;
                (Value::Null, Some(text))
            }
        };
        Ok(Entry {
            value,
            base64,
            meta: columns.get(7)?,
            tags: Vec::new(),
            created: columns.get(8)?,
            updated: columns.get(9)?,
            expires: columns.get(10)?,
            namespace,
            key,
        })
    }

    fn agent(&self, columns: &Columns<'_>) -> Result<Agent, Error> {
        let (swarm, id): (String, String) = (columns.get(0)?, columns.get(1)?);
        Ok(Agent {
            r#type: columns.get(2)?,
            status: columns.get(3)?,
            seen: columns.get(4)?,
            data: self.data(columns, 5, || Row::new("agent", &swarm, &id))?,
            swarm,
            id,
        })
    }

    fn task(&self, columns: &Columns<'_>) -> Result<Task, Error> {
        let (swarm, id): (String, String) = (columns.get(0)?, columns.get(1)?);
        let name = || Row::new("task", &swarm, &id);
        let has_result = columns.get_ref(12)? != rusqlite::types::ValueRef::Null;
        Ok(Task {
            r#type: columns.get(2)?,
            status: columns.get(3)?,
            priority: columns.get(4)?,
            agent: columns.get(5)?,
            fence: columns.get(6)?,
            attempts: columns.get(7)?,
            due: columns.get(8)?,
            created: columns.get(9)?,
            ended: columns.get(10)?,
            needs: Vec::new(),
            data: self.data(columns, 11, name)?,
            result: has_result
                .then(|| self.data(columns, 12, name))
                .transpose()?,
            swarm,
            id,
        })
    }

    fn event(&self, columns: &Columns<'_>) -> Result<Event, Error> {
        let (id, swarm): (i64, String) = (columns.get(0)?, columns.get(1)?);
        Ok(Event {
            r#type: columns.get(2)?,
            source: columns.get(3)?,
            at: columns.get(4)?,
            expires: columns.get(5)?,
            data: self.data(columns, 6, || Row::new("event", &swarm, id))?,
            id,
            swarm,
        })
    }

    fn data(
        &self,
        columns: &Columns<'_>,
        column: usize,
        row: impl Fn() -> Row,
    ) -> Result<Value, Error> {
        let blob = columns
            .get_ref(column)?
            .as_blob()
            .map_err(rusqlite::Error::from)?;
        from_blob(self.runtime, blob, row)
    }
}

fn stream(error: std::io::Error) -> Error {
    Error::Stream(Arc::new(error))
}
