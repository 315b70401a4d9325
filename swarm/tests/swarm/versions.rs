//! Databases of other versions, and of others.

use std::fs;
use std::path::Path;

use kilowat_swarm::{Error, Place};
use rusqlite::{Connection, params};

use super::Folder;

/// A database as the first version of the schema had it, with one entry.
pub(super) fn make_first_version(place: &Place) {
    fs::create_dir_all(place.folder()).unwrap();
    let connection = Connection::open(place.database()).unwrap();
    let script = include_str!("../../src/database/migrations/1_entries.sql");
    connection
        .execute_batch("PRAGMA journal_mode = WAL")
        .unwrap();
    connection.execute_batch(script).unwrap();
    let value = b"\"value\"";
    let sum = kilowat::hash::fnv1a64(value).unwrap().cast_signed();
    connection
        .execute(
            "INSERT INTO entries (namespace, key, value, codec, raw, sum, version, created, updated)
             VALUES ('old', 'key', ?1, 0, 7, ?2, 3, 1, 2)",
            params![value, sum],
        )
        .unwrap();
    connection
        .pragma_update(None, "application_id", 0x4b57_4154)
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}

fn set_version(path: &Path, version: i64) {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "user_version", version)
        .unwrap();
}

#[test]
fn an_older_version_is_backed_up_and_brought_up_to_date() {
    let folder = Folder::new();
    make_first_version(&folder.place());
    let swarm = folder.open();
    let memory = swarm.memory();
    let entry = memory.get::<String>("old", "key").unwrap().unwrap();
    assert_eq!((&*entry.value, entry.version), ("value", 3));
    memory.agents("s").put("a", "coder", "idle", &1).unwrap();
    assert_eq!(memory.stats().unwrap().schema, 6);
    let backups = swarm.backups();
    assert_eq!(backups.len(), 1);
    let connection = Connection::open(&backups[0].path).unwrap();
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1, "it is as it was");
    drop((swarm, memory));
    folder.open();
    assert_eq!(folder.open().backups().len(), 1, "once is enough");
    // The backup is of a version that can still be restored.
    folder.open().restore(&backups[0].path).unwrap();
    let memory = folder.open().memory();
    assert!(memory.agents("s").get::<u32>("a").unwrap().is_none());
    assert_eq!(
        memory.get::<String>("old", "key").unwrap().unwrap().value,
        "value"
    );
}

#[test]
fn a_newer_version_is_refused_and_can_be_read() {
    let folder = Folder::new();
    folder.open().memory().put("n", "k", "value").unwrap();
    set_version(&folder.place().database(), 99);
    let error = folder.builder().open(&folder.place()).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
    let memory = folder
        .builder()
        .read_only(true)
        .open(&folder.place())
        .unwrap()
        .memory();
    assert_eq!(
        memory.get::<String>("n", "k").unwrap().unwrap().value,
        "value"
    );
    let error = memory.put("n", "k", "other").unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
}

#[test]
fn two_versions_of_the_program_at_once() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    memory.put("n", "k", "old").unwrap();
    // A later version migrates while this one has it open: its tables are still there.
    set_version(&folder.place().database(), 99);
    memory.put("n", "k", "new").unwrap();
    assert_eq!(
        memory.get::<String>("n", "k").unwrap().unwrap().value,
        "new"
    );
    assert!(folder.builder().open(&folder.place()).is_err());
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = Folder::new();
    fs::create_dir(folder.place().folder()).unwrap();
    let path = folder.place().database();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a)")
        .unwrap();
    let before = fs::read(&path).unwrap();
    let error = folder.builder().open(&folder.place()).unwrap_err();
    assert!(matches!(error, Error::NotOurs { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_rollback_journal_does_what_a_log_does() {
    let folder = Folder::new();
    let open = |rollback| {
        folder
            .builder()
            .rollback_journal(rollback)
            .open(&folder.place())
            .unwrap()
            .memory()
    };
    open(true).put("n", "k", "value").unwrap();
    let journal = || {
        let connection = Connection::open(folder.place().database()).unwrap();
        connection
            .pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(journal(), "delete");
    assert_eq!(
        open(false).get::<String>("n", "k").unwrap().unwrap().value,
        "value"
    );
    assert_eq!(journal(), "wal");
}
