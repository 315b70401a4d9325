//! Several processes at once.

use std::time::Duration;

use kilowat_swarm::memory::{Outcome, Put};
use kilowat_swarm::{Error, Id, Place, Swarm};
use serde_json::Value;

use super::coordination::add;
use super::{Folder, NATIVE, start};

fn open(place: &Place) -> Swarm {
    // Thirty-two processes on two cores may have to wait.
    let patience = Duration::from_mins(1);
    let builder = Swarm::builder().runtime(NATIVE.clone()).patience(patience);
    builder.daily_backups(false).open(place).unwrap()
}

/// Counts up a number that all count up: by version, in transactions, and each for itself.
pub(super) fn child_that_counts(place: &Place, argument: &str) {
    let memory = open(place).memory();
    let times: u32 = argument.parse().unwrap();
    for _ in 0..times {
        loop {
            let entry = memory.get::<u32>("n", "by-version").unwrap();
            let (value, version) = entry.map_or((0, 0), |entry| (entry.value, entry.version));
            let put = Put {
                if_version: Some(version),
                ..Put::default()
            };
            match memory.put_with("n", "by-version", &(value + 1), put) {
                Ok(_) => break,
                Err(Error::Version { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        memory
            .transaction(|t| {
                let value = t
                    .get::<u32>("n", "in-transaction")?
                    .map_or(0, |entry| entry.value);
                t.put("n", "in-transaction", &(value + 1))
            })
            .unwrap();
        memory.put("own", &Id::new().to_string(), &()).unwrap();
    }
}

fn count(processes: u32, times: u32) {
    let folder = Folder::new();
    let place = folder.place();
    // Whoever comes first makes the database.
    let children: Vec<_> = (0..processes)
        .map(|_| start("count", &place, &times.to_string()))
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let memory = folder
        .builder()
        .clock(kilowat_swarm::clock::SystemClock)
        .open(&place)
        .unwrap()
        .memory();
    let all = processes * times;
    for key in ["by-version", "in-transaction"] {
        assert_eq!(
            memory.get::<u32>("n", key).unwrap().unwrap().value,
            all,
            "{key}"
        );
    }
    let own = memory.stats().unwrap().namespaces;
    let own = own
        .iter()
        .find(|namespace| namespace.namespace == "own")
        .unwrap();
    assert_eq!(own.entries, u64::from(all));
    assert!(memory.check().unwrap().is_sound());
}

#[test]
fn two_processes_lose_nothing() {
    count(2, 40);
}

#[test]
fn thirty_two_processes_lose_nothing() {
    count(32, 5);
}

/// Claims tasks until there are none, and notes each that it has done.
pub(super) fn child_that_claims(place: &Place, agent: &str) {
    let memory = open(place).memory();
    let tasks = memory.tasks("s");
    while let Some(claim) = tasks
        .claim::<Value>(agent, Duration::from_mins(10), &[])
        .unwrap()
    {
        let id = &claim.task.id;
        memory.events("s").add("done", agent, id, None).unwrap();
        tasks
            .finish(id, claim.fence(), Outcome::Done, Some(agent))
            .unwrap();
    }
}

#[test]
fn each_task_is_held_by_one() {
    let folder = Folder::new();
    let place = folder.place();
    let builder = folder.builder().clock(kilowat_swarm::clock::SystemClock);
    let memory = builder.open(&place).unwrap().memory();
    let tasks = memory.tasks("s");
    for number in 0..60 {
        add(&tasks, &format!("t{number}"), number % 3, &[]);
    }
    let children: Vec<_> = (0..4)
        .map(|agent| start("claim", &place, &format!("a{agent}")))
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let mut done: Vec<_> = memory.events("s").since::<String>(0, 999).unwrap();
    done.sort_by(|a, b| a.data.cmp(&b.data));
    assert_eq!(done.len(), 60);
    assert!(done.is_sorted_by(|a, b| a.data < b.data), "none twice");
    for task in tasks.list::<Value>(None, 999).unwrap() {
        assert_eq!((task.attempts, task.status.name()), (1, "done"));
    }
}
