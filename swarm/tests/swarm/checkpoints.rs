//! The journal moves to the database while others write.

use std::path::Path;
use std::{fs, thread};

use kilowat_swarm::memory::Put;

use super::Folder;

const VALUE: usize = 64 << 10;

#[test]
fn the_journal_does_not_grow_without_end() {
    const THREADS: u64 = 2;
    const EACH: u64 = 600;
    let folder = Folder::new();
    let swarm = folder.open();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let memory = swarm.memory();
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(number);
                for put in 0..EACH {
                    let value: Vec<u8> = std::iter::repeat_with(|| random.u8(..))
                        .take(VALUE)
                        .collect();
                    let key = format!("{number}/{put}");
                    memory
                        .put_bytes("noise", &key, &value, Put::default())
                        .unwrap();
                }
            });
        }
    });
    let written = THREADS * EACH * VALUE as u64;
    let journal = length(&folder.place().database().with_extension("db-wal"));
    // It begins anew at 32 MiB, or a little later where a commit came between.
    assert!(journal < 48 << 20, "{journal} of {written} bytes");
    let database = length(&folder.place().database());
    assert!(
        database > written - (48 << 20),
        "{database} of {written} bytes"
    );
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

#[test]
fn a_brief_process_leaves_a_short_journal_and_moves_a_long_one() {
    let folder = Folder::new();
    let journal = || fs::metadata(folder.path("swarm/swarm.db-wal")).map_or(0, |file| file.len());
    let open = || folder.builder().brief(true).open(&folder.place()).unwrap();
    drop(folder.open());
    assert_eq!(journal(), 0, "who closes last moves it");
    open().memory().put("n", "0", &0).unwrap();
    let short = journal();
    assert!(short > 0);
    let mut number = 0;
    while journal() >= short {
        number += 1;
        assert!(number < 2_000, "it is never moved");
        open()
            .memory()
            .put("n", &number.to_string(), &number)
            .unwrap();
    }
    assert!(number > 5, "{number}: it is not moved each time");
    let memory = folder.open().memory();
    for key in 0..=number {
        assert_eq!(
            memory
                .get::<u32>("n", &key.to_string())
                .unwrap()
                .unwrap()
                .value,
            key
        );
    }
}

/// It has one connection, also to read, and needs another one only within its own transaction.
#[test]
fn a_brief_process_reads_what_it_has_written() {
    let folder = Folder::new();
    let swarm = folder.builder().brief(true).open(&folder.place()).unwrap();
    let memory = swarm.memory();
    memory.put("n", "committed", &1).unwrap();
    let value = |key| {
        memory
            .get::<u32>("n", key)
            .unwrap()
            .map(|entry| entry.value)
    };
    assert_eq!(value("committed"), Some(1));
    memory
        .transaction(|t| {
            t.put("n", "open", &2)?;
            assert_eq!(value("open"), None, "it is not committed");
            assert_eq!(value("committed"), Some(1));
            Ok(())
        })
        .unwrap();
    assert_eq!(value("open"), Some(2));
}
