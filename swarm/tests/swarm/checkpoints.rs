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
