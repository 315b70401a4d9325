use std::time::Duration;

use kilowat_swarm::memory::{NewTask, Outcome, Status, Tasks};
use kilowat_swarm::{Error, memory};
use serde_json::{Value, json};

use super::{Folder, START};

/// Adds a task of no kind in particular.
pub(super) fn add<A: memory::Access>(
    tasks: &Tasks<'_, A>,
    id: &str,
    priority: i32,
    needs: &[&str],
) {
    let (kind, data) = ("work", &json!({"of": id}));
    let delay = Duration::ZERO;
    tasks
        .add(&NewTask {
            id,
            kind,
            priority,
            delay,
            needs,
            data,
        })
        .unwrap();
}

#[test]
fn agents_are_known_by_name() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let agents = memory.agents("s");
    let data = json!({"skills": ["rust", "wat"], "load": 0.5});
    assert_eq!(agents.put("a", "coder", "idle", &data).unwrap(), 1);
    folder.clock.advance(Duration::from_secs(10));
    assert_eq!(agents.put("b", "tester", "busy", &json!(null)).unwrap(), 1);
    let a = agents.get::<Value>("a").unwrap().unwrap();
    assert_eq!(
        (&*a.kind, &*a.status, a.version, a.seen),
        ("coder", "idle", 1, START)
    );
    assert_eq!(a.data, data);
    let names = |within| -> Vec<_> {
        let agents = agents.list::<Value>(within).unwrap();
        agents.into_iter().map(|agent| agent.id).collect()
    };
    assert_eq!(names(None), ["a", "b"]);
    assert_eq!(names(Some(Duration::from_secs(5))), ["b"]);
    assert!(agents.seen("a").unwrap());
    assert!(!agents.seen("c").unwrap());
    assert_eq!(names(Some(Duration::from_secs(5))), ["a", "b"]);
    assert_eq!(agents.put("a", "coder", "busy", &data).unwrap(), 2);
    assert!(memory.agents("t").get::<Value>("a").unwrap().is_none());
    assert!(agents.delete("a").unwrap());
    assert!(!agents.delete("a").unwrap());
}

#[test]
fn events_are_read_from_where_one_was() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let events = memory.events("s");
    let day = Duration::from_hours(24);
    let first = events.add("begun", "a", &1, Some(day)).unwrap();
    memory.events("t").add("begun", "b", &2, None).unwrap();
    let second = events.add("ended", "a", &3, None).unwrap();
    assert!(first < second);
    let since = |cursor, limit| -> Vec<u32> {
        let events = events.since::<u32>(cursor, limit).unwrap();
        events.into_iter().map(|event| event.data).collect()
    };
    assert_eq!(since(0, 9), [1, 3]);
    assert_eq!(since(0, 1), [1]);
    assert_eq!(since(first, 9), [3]);
    assert!(since(second, 9).is_empty());
    folder.clock.advance(day);
    assert_eq!(since(0, 9), [3]);
    // A number that was given is not given again, though its event is gone.
    memory.put("n", "k", &1).unwrap();
    let third = events.add("ended", "a", &4, None).unwrap();
    assert!(third > second);
}

#[test]
fn tasks_wait_for_what_they_need() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "a", 0, &[]);
    add(&tasks, "b", 9, &["a"]);
    add(&tasks, "c", 0, &["a", "b"]);
    let status = |id| tasks.get::<Value>(id).unwrap().unwrap().status;
    assert_eq!(
        ["a", "b", "c"].map(status),
        [Status::Ready, Status::Waiting, Status::Waiting]
    );
    let claim = || {
        tasks
            .claim::<Value>("agent", Duration::from_mins(1), &[])
            .unwrap()
    };
    for id in ["a", "b", "c"] {
        let claim = claim().unwrap();
        assert_eq!((&*claim.task.id, claim.task.status), (id, Status::Held));
        assert_eq!(claim.task.data, json!({"of": id}));
        assert!(claim_of(&tasks).is_none(), "what is next waits for {id}");
        tasks
            .finish(id, claim.fence(), Outcome::Done, Some(&json!([id])))
            .unwrap();
        assert_eq!(status(id), Status::Done);
    }
    let c = tasks.get::<Value>("c").unwrap().unwrap();
    assert_eq!(
        (c.needs, c.result),
        (vec!["a".to_owned(), "b".to_owned()], Some(json!(["c"])))
    );
    assert_eq!(tasks.list::<Value>(Some(Status::Done), 9).unwrap().len(), 3);
    assert_eq!(
        tasks.list::<Value>(Some(Status::Ready), 9).unwrap().len(),
        0
    );
    assert_eq!(tasks.list::<Value>(None, 2).unwrap().len(), 2);
}

fn claim_of<A: memory::Access>(tasks: &Tasks<'_, A>) -> Option<memory::Claim> {
    tasks.claim("other", Duration::from_mins(1), &[]).unwrap()
}

#[test]
fn what_needs_a_failed_task_is_skipped() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "a", 5, &[]);
    add(&tasks, "b", 0, &["a"]);
    add(&tasks, "c", 0, &["b"]);
    add(&tasks, "free", 0, &[]);
    let claim = claim_of(&tasks).unwrap();
    tasks
        .finish("a", claim.fence(), Outcome::Failed, None::<&()>)
        .unwrap();
    let status = |id| tasks.get::<Value>(id).unwrap().unwrap().status;
    assert_eq!(
        ["a", "b", "c", "free"].map(status),
        [
            Status::Failed,
            Status::Skipped,
            Status::Skipped,
            Status::Ready
        ]
    );
    add(&tasks, "late", 0, &["b"]);
    assert_eq!(status("late"), Status::Skipped);
}

#[test]
fn tasks_that_cannot_be_are_refused() {
    let folder = Folder::new();
    let memory = folder.open().memory();
    let tasks = memory.tasks("s");
    add(&tasks, "a", 0, &[]);
    let refused = |id, needs: &[&str]| {
        let (kind, data, delay) = ("work", &(), Duration::ZERO);
        tasks
            .add(&NewTask {
                id,
                kind,
                priority: 0,
                delay,
                needs,
                data,
            })
            .unwrap_err()
            .to_string()
    };
    assert_eq!(refused("a", &[]), "task a of s exists already");
    assert_eq!(
        refused("b", &["nothing"]),
        "task nothing of s does not exist"
    );
    assert_eq!(
        refused("b", &["b"]),
        "task b of s does not exist",
        "no task needs itself"
    );
    assert!(
        tasks.get::<Value>("b").unwrap().is_none(),
        "nothing is left of it"
    );
    let error = tasks
        .finish("b", 1, Outcome::Done, None::<&()>)
        .unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
}
