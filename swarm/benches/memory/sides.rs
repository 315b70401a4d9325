//! Who keeps the values: the memory of a swarm, rusqlite alone with the same statements, and redb.
//!
//! Each has the same hundred thousand agents of 1 KiB. No side waits for the disk at a commit.

use std::path::Path;

use kilowat::Runtime;
use kilowat_swarm::{Memory, Place, Swarm};
use redb::{Durability, ReadableDatabase as _, TableDefinition};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// How many agents there are before anything is timed.
pub(crate) const PRESENT: u32 = 100_000;

/// An agent of about 1 KiB in JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub(crate) id: u32,
    pub(crate) kind: String,
    pub(crate) skills: Vec<String>,
    pub(crate) load: f64,
    pub(crate) notes: String,
}

impl Agent {
    pub(crate) fn new(id: u32) -> Self {
        // Words that differ from agent to agent, and do not all repeat.
        let mut random = id;
        let notes: Vec<_> = (0..110)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                format!("{:06x}", random >> 8)
            })
            .collect();
        Self {
            id,
            kind: "coder".to_owned(),
            skills: ["rust", "wat", "sql"].map(str::to_owned).to_vec(),
            load: f64::from(id % 100) / 100.0,
            notes: notes.join(" "),
        }
    }
}

pub(crate) fn key(id: u32) -> String {
    format!("agent-{id:06}")
}

/// Keeps agents.
pub(crate) trait Side {
    fn name(&self) -> &'static str;
    fn put(&mut self, id: u32);
    fn get(&mut self, id: u32);
}

/// All sides, each with its agents, in folders below one.
pub(crate) fn all(folder: &Path) -> Vec<Box<dyn Side>> {
    let runtime = Runtime::shared();
    for module in ["json", "lz4", "xxhash"] {
        runtime
            .load_module(module)
            .expect("there are these modules");
    }
    runtime.wait_ready();
    vec![
        Box::new(Ours::new(&folder.join("ours"))),
        Box::new(Rusqlite::new(&folder.join("rusqlite.db"))),
        Box::new(Redb::new(&folder.join("redb"))),
    ]
}

struct Ours {
    memory: Memory,
}

impl Ours {
    fn new(folder: &Path) -> Self {
        let builder = Swarm::builder().daily_backups(false);
        let memory = builder.open(&Place::at(folder)).unwrap().memory();
        for first in (0..PRESENT).step_by(1_000) {
            let put = |id: u32| (key(id), Agent::new(id));
            memory
                .transaction(|t| {
                    (first..first + 1_000)
                        .map(put)
                        .try_for_each(|(key, agent)| t.put("agents", &key, &agent).map(drop))
                })
                .unwrap();
        }
        Self { memory }
    }
}

impl Side for Ours {
    fn name(&self) -> &'static str {
        "kilowat"
    }

    fn put(&mut self, id: u32) {
        self.memory
            .put("agents", &key(id), &Agent::new(id))
            .unwrap();
    }

    fn get(&mut self, id: u32) {
        let entry = self.memory.get::<Agent>("agents", &key(id)).unwrap();
        assert_eq!(entry.unwrap().value.id, id);
    }
}

struct Rusqlite {
    writer: Connection,
    reader: Connection,
}

impl Rusqlite {
    fn new(path: &Path) -> Self {
        let open = || {
            let connection = Connection::open(path).unwrap();
            connection
                .execute_batch(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;",
                )
                .unwrap();
            connection
        };
        let writer = open();
        let schema = include_str!("../../src/database/migrations/1_entries.sql");
        writer.execute_batch(schema).unwrap();
        for first in (0..PRESENT).step_by(1_000) {
            writer.execute_batch("BEGIN IMMEDIATE").unwrap();
            (first..first + 1_000).for_each(|id| write(&writer, id));
            writer.execute_batch("COMMIT").unwrap();
        }
        let reader = open();
        Self { writer, reader }
    }
}

/// What a memory does for a put, without what it makes of the value.
fn write(connection: &Connection, id: u32) {
    let value = serde_json::to_vec(&Agent::new(id)).unwrap();
    let (id, version): (i64, i64) = connection
        .prepare_cached(
            "INSERT INTO entries
               (namespace, key, value, codec, raw, sum, meta, version, created, updated, expires)
             VALUES ('agents', ?1, ?2, 0, ?3, 0, NULL, 1, ?4, ?4, NULL)
             ON CONFLICT (namespace, key) DO UPDATE SET
               value = excluded.value, codec = excluded.codec, raw = excluded.raw,
               sum = excluded.sum, meta = excluded.meta, version = entries.version + 1,
               updated = excluded.updated, expires = excluded.expires,
               created = iif(entries.expires <= ?4, excluded.created, entries.created)
             RETURNING id, version",
        )
        .unwrap()
        .query_row(params![key(id), value, value.len() as i64, 1], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    if version > 1 {
        let mut delete = connection
            .prepare_cached("DELETE FROM tags WHERE entry = ?1")
            .unwrap();
        delete.execute([id]).unwrap();
    }
}

impl Side for Rusqlite {
    fn name(&self) -> &'static str {
        "rusqlite"
    }

    fn put(&mut self, id: u32) {
        let run = |statement| {
            self.writer
                .prepare_cached(statement)
                .unwrap()
                .execute([])
                .unwrap();
        };
        run("BEGIN IMMEDIATE");
        let mut clock = self.writer.prepare_cached("SELECT at FROM clock").unwrap();
        let _: i64 = clock.query_row([], |row| row.get(0)).unwrap();
        write(&self.writer, id);
        run("COMMIT");
    }

    fn get(&mut self, id: u32) {
        let mut select = self
            .reader
            .prepare_cached(
                "SELECT codec, raw, sum, value, version, created, updated, expires, meta FROM entries
                 WHERE namespace = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)",
            )
            .unwrap();
        let value = select
            .query_row(params!["agents", key(id), 2], |row| {
                Ok(serde_json::from_slice::<Agent>(row.get_ref(3)?.as_bytes()?).unwrap())
            })
            .optional();
        assert_eq!(value.unwrap().unwrap().id, id);
    }
}

const TABLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("agents");

struct Redb {
    database: redb::Database,
}

impl Redb {
    fn new(path: &Path) -> Self {
        let database = redb::Database::create(path).unwrap();
        let mut side = Self { database };
        for first in (0..PRESENT).step_by(1_000) {
            side.write(first..first + 1_000);
        }
        side
    }

    fn write(&mut self, ids: impl IntoIterator<Item = u32>) {
        let mut transaction = self.database.begin_write().unwrap();
        transaction.set_durability(Durability::None).unwrap();
        {
            let mut table = transaction.open_table(TABLE).unwrap();
            for id in ids {
                let value = serde_json::to_vec(&Agent::new(id)).unwrap();
                table.insert(&*key(id), &*value).unwrap();
            }
        }
        transaction.commit().unwrap();
    }
}

impl Side for Redb {
    fn name(&self) -> &'static str {
        "redb"
    }

    fn put(&mut self, id: u32) {
        self.write([id]);
    }

    fn get(&mut self, id: u32) {
        let transaction = self.database.begin_read().unwrap();
        let table = transaction.open_table(TABLE).unwrap();
        let value = table.get(&*key(id)).unwrap().unwrap();
        let agent: Agent = serde_json::from_slice(value.value()).unwrap();
        assert_eq!(agent.id, id);
    }
}
