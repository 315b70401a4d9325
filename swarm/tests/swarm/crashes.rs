//! Processes that are killed at each point of a commit, and of what is done to whole files.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use kilowat_swarm::{Place, Point, Swarm};

use super::{Folder, NATIVE, start};

/// How many writes the process makes that is killed.
const WRITES: usize = 12;

/// A swarm that kills its process when it comes to a point the so-manieth time, from 0.
pub(super) fn open_to_die(place: &Place, argument: &str) -> Swarm {
    let (name, number) = argument.split_once(' ').unwrap();
    let number: usize = number.parse().unwrap();
    let name = name.to_owned();
    let reached = AtomicUsize::new(0);
    Swarm::builder()
        .runtime(NATIVE.clone())
        .daily_backups(false)
        .at_points(move |point| {
            if format!("{point:?}") == name && reached.fetch_add(1, Ordering::SeqCst) == number {
                let this = rustix::process::getpid();
                rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
                loop {
                    std::thread::park();
                }
            }
        })
        .open(place)
        .unwrap()
}

/// Writes, and notes in a file of its own each write of which it was told that it is committed.
pub(super) fn child(place: &Place, argument: &str) {
    let memory = open_to_die(place, argument).memory();
    let ledger = place.folder().with_extension("ledger");
    for number in 0..WRITES {
        memory
            .transaction(|t| {
                t.put("n", &format!("left-{number}"), &number)?;
                t.events("s").add("written", "child", &number, None)?;
                t.put("n", &format!("right-{number}"), &number)
            })
            .unwrap();
        fs::write(&ledger, number.to_string()).unwrap();
    }
}

pub(super) fn kill(role: &str, place: &Place, argument: &str) {
    let status = start(role, place, argument).wait().unwrap();
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    assert_eq!(signal, Some(9), "{role} {argument}: {status}");
}

#[test]
fn what_was_committed_is_there_whole_and_nothing_else() {
    for point in [Point::Begun, Point::Written, Point::Committed] {
        for number in [0, 5] {
            let folder = Folder::new();
            let argument = format!("{point:?} {number}");
            kill("crash", &folder.place(), &argument);
            let told = fs::read_to_string(folder.place().folder().with_extension("ledger"));
            let told = told.map_or(0, |number| number.parse::<usize>().unwrap() + 1);
            let memory = folder.builder().open(&folder.place()).unwrap().memory();
            let there = |side: &str, number: usize| {
                memory
                    .get::<usize>("n", &format!("{side}-{number}"))
                    .unwrap()
                    .is_some()
            };
            let committed = (0..WRITES)
                .take_while(|number| there("left", *number))
                .count();
            for number in 0..WRITES {
                assert_eq!(there("left", number), number < committed, "{argument}");
                assert_eq!(there("right", number), number < committed, "{argument}");
            }
            assert_eq!(
                memory.events("s").since::<usize>(0, 99).unwrap().len(),
                committed
            );
            // One more may be committed than was told, and none fewer.
            let expected = if point == Point::Committed {
                told + 1
            } else {
                told
            };
            assert_eq!(committed, expected, "{argument}");
            assert!(memory.check().unwrap().is_sound(), "{argument}");
        }
    }
}

/// Opens a database of an older version.
pub(super) fn child_that_migrates(place: &Place, argument: &str) {
    open_to_die(place, argument);
}

#[test]
fn a_migration_is_whole_or_was_not() {
    for point in [Point::BackedUp, Point::Migrated] {
        let folder = Folder::new();
        super::versions::make_first_version(&folder.place());
        kill("migrate", &folder.place(), &format!("{point:?} 0"));
        let swarm = folder.open();
        let memory = swarm.memory();
        assert_eq!(
            memory.get::<String>("old", "key").unwrap().unwrap().value,
            "value"
        );
        memory.events("s").add("begun", "test", &1, None).unwrap();
        assert!(memory.check().unwrap().is_sound());
        assert!(!swarm.backups().is_empty());
    }
}

#[test]
fn a_database_that_is_being_made_is_made_by_the_next() {
    let folder = Folder::new();
    kill("migrate", &folder.place(), "Migrated 0");
    let memory = folder.open().memory();
    memory.put("n", "k", &1).unwrap();
    assert!(memory.check().unwrap().is_sound());
}

/// Opens a damaged database.
pub(super) fn child_that_salvages(place: &Place, argument: &str) {
    open_to_die(place, argument);
}

#[test]
fn a_salvage_that_was_cut_off_goes_on() {
    for point in [
        Point::SetAside,
        Point::Salvaged,
        Point::JournalGone,
        Point::InPlace,
    ] {
        let folder = Folder::new();
        let swarm = folder.open();
        swarm.memory().put("n", "k", "value").unwrap();
        swarm.backup_daily().unwrap().unwrap();
        drop(swarm);
        super::damage::overwrite(&folder.place().database(), 0, b"no database at all");
        kill("salvage", &folder.place(), &format!("{point:?} 0"));
        let memory = folder.open().memory();
        assert_eq!(
            memory.get::<String>("n", "k").unwrap().unwrap().value,
            "value",
            "{point:?}"
        );
        assert!(memory.check().unwrap().is_sound(), "{point:?}");
        assert!(
            fs::read_dir(folder.place().damaged()).unwrap().count() > 0,
            "{point:?}"
        );
    }
}
