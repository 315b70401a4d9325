//! Leases and fences.

use std::time::Duration;

use kilowat_swarm::Error;
use kilowat_swarm::memory::{Claim, NewTask, Outcome, Status};
use serde_json::Value;

use super::coordination::add;
use super::{Folder, START};

const LEASE: Duration = Duration::from_secs(30);

#[test]
fn the_highest_priority_comes_first_and_then_what_is_due_longest() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "low", -1, &[]);
    folder.clock.advance(Duration::from_secs(1));
    add(&tasks, "later", 3, &[]);
    let (kind, data, delay) = ("rest", &(), Duration::from_mins(1));
    tasks
        .add(&NewTask {
            id: "due",
            kind,
            priority: 9,
            delay,
            needs: &[],
            data,
        })
        .unwrap();
    folder.clock.advance(Duration::from_secs(1));
    add(&tasks, "latest", 3, &[]);
    let claim = |kinds: &[&str]| {
        let claim = tasks.claim::<Value>("a", LEASE * 10, kinds).unwrap();
        claim.map(|claim| claim.task.id)
    };
    assert_eq!(claim(&["none"]), None);
    assert_eq!(claim(&["none", "work"]).as_deref(), Some("later"));
    assert_eq!(claim(&[]).as_deref(), Some("latest"));
    assert_eq!(claim(&[]).as_deref(), Some("low"));
    assert_eq!(claim(&[]), None);
    folder.clock.advance(delay);
    assert_eq!(claim(&["work"]), None);
    assert_eq!(claim(&[]).as_deref(), Some("due"));
    assert!(
        memory
            .tasks("t")
            .claim::<Value>("a", LEASE, &[])
            .unwrap()
            .is_none()
    );
}

#[test]
fn who_wakes_too_late_has_lost_the_task() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "t", 0, &[]);
    let claim = |agent| -> Option<Claim> { tasks.claim(agent, LEASE, &[]).unwrap() };
    let first = claim("a").unwrap();
    assert_eq!(first.task.lease, Some(START.after(LEASE)));
    folder.clock.advance(Duration::from_millis(29_999));
    assert!(claim("b").is_none());
    // It can be kept for longer.
    tasks.extend("t", first.fence(), LEASE).unwrap();
    folder.clock.advance(LEASE);
    let second = claim("b").unwrap();
    assert_eq!(
        (second.fence(), second.task.attempts),
        (first.fence() + 1, 2)
    );
    assert_eq!(second.task.agent.as_deref(), Some("b"));
    let lost = |outcome: Result<(), Error>| {
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, Error::Lost { fence, .. } if fence == first.fence()),
            "{error}"
        );
    };
    lost(tasks.finish("t", first.fence(), Outcome::Done, Some(&1)));
    lost(tasks.extend("t", first.fence(), LEASE));
    lost(tasks.release("t", first.fence(), LEASE));
    assert_eq!(
        tasks.get::<Value>("t").unwrap().unwrap().status,
        Status::Held
    );
    tasks
        .finish("t", second.fence(), Outcome::Done, Some(&2))
        .unwrap();
    // What has ended has ended.
    assert!(
        tasks
            .finish("t", second.fence(), Outcome::Failed, Some(&3))
            .is_err()
    );
    assert_eq!(
        tasks.get::<Value>("t").unwrap().unwrap().result,
        Some(2.into())
    );
}

#[test]
fn who_is_late_and_alone_has_not_lost_it() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "t", 0, &[]);
    let claim = tasks.claim::<Value>("a", LEASE, &[]).unwrap().unwrap();
    folder.clock.advance(LEASE * 2);
    assert_eq!(
        tasks.get::<Value>("t").unwrap().unwrap().status,
        Status::Ready
    );
    tasks
        .finish("t", claim.fence(), Outcome::Done, None::<&()>)
        .unwrap();
}

#[test]
fn what_is_given_back_comes_again_after_its_delay() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "t", 0, &[]);
    let claim = || tasks.claim::<Value>("a", LEASE, &[]).unwrap();
    let first = claim().unwrap();
    tasks
        .release("t", first.fence(), Duration::from_secs(5))
        .unwrap();
    assert!(claim().is_none());
    let error = tasks.finish("t", first.fence(), Outcome::Done, None::<&()>);
    assert!(matches!(error, Err(Error::Lost { .. })));
    folder.clock.advance(Duration::from_secs(5));
    assert!(claim().unwrap().fence() > first.fence());
}
