use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use kilowat_swarm::memory::Put;
use kilowat_swarm::{Durability, Error, Id, Point};

use super::Folder;

#[test]
fn all_or_nothing() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let failed = memory.transaction(|t| {
        t.put("n", "a", &1)?;
        assert_eq!(
            t.get::<u32>("n", "a")?.unwrap().value,
            1,
            "it is seen within"
        );
        t.put("n", "..", &2)
    });
    assert!(matches!(failed, Err(Error::Name(_))));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        memory.transaction(|t| -> Result<(), Error> {
            t.put("n", "a", &1)?;
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    assert!(memory.get::<u32>("n", "a").unwrap().is_none());
    // A part that fails may be left out.
    memory.put("n", "b", &1).unwrap();
    memory
        .transaction(|t| {
            let put = Put {
                if_version: Some(7),
                ..Put::default()
            };
            assert!(t.put_with("n", "b", &2, put).is_err());
            t.put("n", "a", &3)
        })
        .unwrap();
    assert_eq!(memory.get::<u32>("n", "b").unwrap().unwrap().value, 1);
    assert_eq!(memory.get::<u32>("n", "a").unwrap().unwrap().value, 3);
}

#[test]
fn a_write_beside_ones_own_transaction_is_refused() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let error = memory
        .transaction(|_| memory.put("n", "a", &1))
        .unwrap_err();
    assert!(matches!(error, Error::Nested { .. }), "{error}");
    memory.put("n", "a", &1).unwrap();
    // Another swarm is another matter.
    let other = Folder::new();
    let other = other.open().memory();
    memory.transaction(|_| other.put("n", "a", &1)).unwrap();
}

#[test]
fn once_is_once() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let id = Id::new();
    let add = |group| {
        memory.once(group, id, |t| {
            let count = t.get::<u32>("n", "count")?.map_or(0, |entry| entry.value);
            t.put("n", "count", &(count + 1))
        })
    };
    let failed = memory.once("g", id, |t| t.put("n", "..", &1));
    assert!(failed.is_err(), "that does not count");
    assert_eq!(add("g").unwrap(), Some(1));
    assert_eq!(add("g").unwrap(), None);
    assert_eq!(add("h").unwrap(), Some(2));
    folder
        .clock
        .advance(Duration::from_secs(7 * 24 * 60 * 60 + 1));
    memory.put("n", "other", &1).unwrap();
    assert_eq!(add("g").unwrap(), Some(3), "marks are kept for 7 days");
}

#[test]
fn threads_share_commits_and_each_is_told_of_its_own() {
    const THREADS: usize = 8;
    const EACH: usize = 50;

    let folder = Folder::new();
    let commits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&commits);
    let builder = folder.builder().durability(Durability::Disk);
    let builder = builder.at_points(move |point| {
        if point == Point::Committed {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let memory = builder.open(&folder.place()).unwrap().memory();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let memory = memory.clone();
            scope.spawn(move || {
                for number in 0..EACH {
                    let key = format!("{thread}-{number}");
                    // One in five fails, among others' that do not.
                    let outcome = memory.transaction(|t| {
                        t.put("n", &key, &number)?;
                        t.put("n", if number % 5 == 0 { ".." } else { "last" }, &key)
                    });
                    assert_eq!(outcome.is_ok(), number % 5 != 0);
                    let there = memory.get::<usize>("n", &key).unwrap().is_some();
                    assert_eq!(there, outcome.is_ok());
                }
            });
        }
    });
    let writes = THREADS * EACH * 4 / 5;
    let entries = memory.stats().unwrap().namespaces[0].entries;
    assert_eq!(entries, writes as u64 + 1);
    assert!(
        commits.load(Ordering::SeqCst) < writes,
        "commits were shared"
    );
    assert!(memory.check().unwrap().is_sound());
}
