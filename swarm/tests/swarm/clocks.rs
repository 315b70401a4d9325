//! Clocks that jump.

use std::time::Duration;

use kilowat_swarm::clock::{ManualClock, Moment};
use kilowat_swarm::memory::Put;

use super::{Folder, START};

#[test]
fn time_does_not_go_back_within_a_process() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    memory.put("n", "a", &1).unwrap();
    folder.clock.set(Moment(START.0 - 3_600_000));
    memory.put("n", "b", &1).unwrap();
    let b = memory.get::<u32>("n", "b").unwrap().unwrap();
    assert_eq!(b.updated, START);
    let put = Put {
        ttl: Some(Duration::from_secs(1)),
        ..Put::default()
    };
    memory.put_with("n", "c", &1, put).unwrap();
    assert!(
        memory.get::<u32>("n", "c").unwrap().is_some(),
        "it is there for its time"
    );
    folder.clock.set(START.after(Duration::from_secs(1)));
    assert!(memory.get::<u32>("n", "c").unwrap().is_none());
}

#[test]
fn nor_from_one_process_to_the_next() {
    let folder = Folder::new();
    folder.open().memory().put("n", "a", &1).unwrap();
    let back = ManualClock::new(Moment(7));
    let swarm = folder
        .builder()
        .clock(back.clone())
        .open(&folder.place())
        .unwrap();
    let memory = swarm.memory();
    memory.put("n", "b", &1).unwrap();
    let b = memory.get::<u32>("n", "b").unwrap().unwrap();
    // To the second: it is written no more often.
    assert!(b.updated.0 > START.0 - 1_000, "{b:?}");
    assert!(swarm.now() >= b.updated);
}

#[test]
fn a_jump_forward_ends_leases_and_nothing_is_lost() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    super::coordination::add(&tasks, "t", 0, &[]);
    let lease = Duration::from_mins(1);
    let first = tasks
        .claim::<serde_json::Value>("a", lease, &[])
        .unwrap()
        .unwrap();
    folder
        .clock
        .set(START.after(Duration::from_hours(365 * 24)));
    let second = tasks
        .claim::<serde_json::Value>("b", lease, &[])
        .unwrap()
        .unwrap();
    folder.clock.set(START);
    assert_eq!(second.task.id, first.task.id);
    assert!(tasks.extend("t", second.fence(), lease).is_ok());
    assert!(tasks.extend("t", first.fence(), lease).is_err());
}
