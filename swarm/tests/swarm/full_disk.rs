use std::time::Duration;

use kilowat_swarm::memory::Put;
use kilowat_swarm::{Error, Memory};

use super::Folder;

/// Writes until there is no room. Says how many values are there.
fn fill(memory: &Memory) -> u32 {
    let noise: Vec<u8> = (0..3_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 23) as u8)
        .collect();
    for number in 0.. {
        match memory.put_bytes("n", &number.to_string(), &noise, Put::default()) {
            Ok(_) => {}
            Err(Error::DiskFull { .. }) => return number,
            Err(error) => panic!("{error}"),
        }
        assert!(number < 1_000, "there is no end");
    }
    unreachable!("the loop has none")
}

#[test]
fn a_write_without_room_changes_nothing_and_reads_go_on() {
    for rollback_journal in [false, true] {
        let folder = Folder::new();
        let builder = folder.builder().rollback_journal(rollback_journal);
        let memory = builder
            .most_bytes(512 << 10)
            .open(&folder.place())
            .unwrap()
            .memory();
        let written = fill(&memory);
        assert!(written > 50, "{written}");
        for number in 0..written {
            assert!(
                memory
                    .get_bytes("n", &number.to_string())
                    .unwrap()
                    .is_some()
            );
        }
        assert!(
            memory
                .get_bytes("n", &written.to_string())
                .unwrap()
                .is_none()
        );
        assert!(memory.check().unwrap().is_sound());
        // Room that is made is used.
        folder.clock.advance(Duration::from_secs(5));
        for number in 0..10 {
            assert!(memory.delete("n", &number.to_string()).unwrap());
        }
        memory.put("n", "small", &1).unwrap();
    }
}

#[test]
fn threads_that_share_a_commit_are_all_told() {
    let folder = Folder::new();
    let memory = folder
        .builder()
        .most_bytes(1 << 20)
        .open(&folder.place())
        .unwrap()
        .memory();
    let noise: Vec<u8> = (0..3_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 23) as u8)
        .collect();
    let told: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let (memory, noise) = (memory.clone(), &noise);
                scope.spawn(move || {
                    (0..200)
                        .filter(|number| {
                            let key = format!("{thread}-{number}");
                            let put = memory.put_bytes("n", &key, noise, Put::default());
                            let there = memory.get_bytes("n", &key).unwrap().is_some();
                            assert_eq!(there, put.is_ok(), "{key}: {put:?}");
                            put.is_ok()
                        })
                        .count() as u64
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert!(told < 800, "{told}");
    assert_eq!(memory.stats().unwrap().namespaces[0].entries, told);
}
