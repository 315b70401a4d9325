//! Two agents that share a memory: tasks that one of them at a time holds, what they find out, and events by
//! which a third follows them. They are threads here, and may as well be processes.

use std::error::Error;
use std::thread;
use std::time::Duration;

use kilowat_swarm::memory::{NewTask, Outcome};
use kilowat_swarm::{Memory, Place, Swarm};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const LEASE: Duration = Duration::from_secs(30);

/// Works until nothing is left to do.
fn work(memory: &Memory, name: &str) -> Result<()> {
    let tasks = memory.tasks("words");
    while let Some(claim) = tasks.claim::<String>(name, LEASE, &[])? {
        let (id, fence) = (&claim.task.id, claim.fence());
        let count = claim.task.data.split_whitespace().count();
        // All of this or nothing of it, and nothing where another agent has the task by now.
        memory.transaction(|t| {
            let total = t
                .get::<usize>("words", "total")?
                .map_or(0, |entry| entry.value);
            t.put("words", "total", &(total + count))?;
            t.events("words").add("counted", name, id, None)?;
            t.tasks("words")
                .finish(id, fence, Outcome::Done, Some(&count))
        })?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let swarm = Swarm::open(&Place::at(folder.path().join(".kilowat")))?;
    let memory = swarm.memory();
    for (id, text) in [
        ("first", "a swarm of agents"),
        ("second", "one memory"),
        ("third", "and no server at all"),
    ] {
        let (kind, data) = ("count", text);
        let delay = Duration::ZERO;
        memory.tasks("words").add(&NewTask {
            id,
            kind,
            priority: 0,
            delay,
            needs: &[],
            data,
        })?;
    }
    thread::scope(|scope| {
        let agents = ["one", "two"].map(|name| {
            let memory = &memory;
            scope.spawn(move || work(memory, name))
        });
        let mut ended = agents.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .try_for_each(|outcome| outcome.unwrap_or_else(|_| Err("an agent has panicked".into())))
    })?;
    let total = memory.get::<usize>("words", "total")?;
    println!("{} words", total.map_or(0, |entry| entry.value));
    for event in memory.events("words").since::<String>(0, 100)? {
        println!("{} counted", event.data);
    }
    Ok(())
}
