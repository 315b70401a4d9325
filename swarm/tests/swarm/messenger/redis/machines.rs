//! Several machines: swarms in folders of their own that share a Redis.

use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::messenger::{Channel, Fate, Group, Queue, Receipt};
use kilowat_swarm::worker::Worker;

use super::super::super::Folder;
use super::super::{number, numbered};
use super::Server;
use super::faults::{open, queue};

#[test]
fn workers_of_several_machines_share_a_queue() {
    const COUNT: usize = 300;

    let Some(server) = Server::start() else {
        return;
    };
    let folders = [Folder::new(), Folder::new(), Folder::new()];
    let [here, one, other] = folders.each_ref();
    let swarm = open(&here.place(), server.address());
    let jobs = queue(&swarm);
    let seen = Mutex::new(Vec::new());
    let seen: &'static Mutex<Vec<usize>> = Box::leak(Box::new(seen));
    thread::scope(|scope| {
        let workers = [one, other].map(|folder| {
            let swarm = open(&folder.place(), server.address());
            scope.spawn(move || {
                let worker = Worker::new(&swarm).slots(4);
                let handle = |delivery: &kilowat_swarm::messenger::Delivery| {
                    seen.lock().unwrap().push(number(delivery));
                    Fate::Done
                };
                worker
                    .handle("jobs", handle)
                    .idle(Duration::from_millis(1_500))
                    .run()
                    .unwrap()
            })
        });
        for number in 0..COUNT {
            jobs.send(numbered(number)).unwrap();
        }
        let began = Instant::now();
        while swarm.workers().unwrap().len() < 2 {
            assert!(began.elapsed() < Duration::from_secs(20));
            thread::sleep(Duration::from_millis(5));
        }
        let reports = workers.map(|worker| worker.join().unwrap());
        let done: u64 = reports.iter().map(|report| report.done).sum();
        assert_eq!(done, COUNT as u64, "{reports:?}");
        assert!(swarm.workers().unwrap().is_empty(), "they have said so");
    });
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..COUNT), "each once");
}

#[test]
fn one_that_waits_is_woken_from_another_machine() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (Folder::new(), Folder::new());
    let sender = queue(&open(&here.place(), server.address()));
    let consumer = queue(&open(&there.place(), server.address()))
        .consumer("w")
        .unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let deliveries = consumer.receive(1, Duration::from_secs(20)).unwrap();
            (number(&deliveries[0]), Instant::now())
        });
        thread::sleep(Duration::from_millis(100));
        let began = Instant::now();
        sender.send(numbered(7)).unwrap();
        let (number, came) = waits.join().unwrap();
        assert_eq!(number, 7);
        // It need not look by itself, which it does after a second.
        assert!(came.saturating_duration_since(began) < Duration::from_millis(700));
    });
}

#[test]
fn what_a_machine_that_is_gone_has_taken_comes_to_another() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (Folder::new(), Folder::new());
    let jobs = queue(&open(&here.place(), server.address()));
    let jobs_elsewhere = queue(&open(&there.place(), server.address()));
    jobs.send(numbered(1)).unwrap();
    let gone = jobs_elsewhere.consumer("gone").unwrap();
    assert_eq!(gone.receive(1, Duration::ZERO).unwrap().len(), 1);
    let consumer = jobs.consumer("w").unwrap();
    let deliveries = consumer.receive(1, Duration::from_secs(20)).unwrap();
    assert_eq!(deliveries[0].attempt(), 2);
}

#[test]
fn swarms_of_other_names_see_nothing_of_each_other() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (Folder::new(), Folder::new());
    let swarm = open(&here.place(), server.address());
    let other = server.address().swarm("other").unwrap();
    let other = open(&there.place(), other);
    queue(&swarm).send(numbered(1)).unwrap();
    assert!(other.channels().unwrap().is_empty());
    assert_eq!(swarm.channels().unwrap().len(), 1);
}

#[test]
fn a_group_gets_the_news_from_another_machine() {
    let Some(server) = Server::start() else {
        return;
    };
    let (here, there) = (Folder::new(), Folder::new());
    let news = open(&here.place(), server.address()).topic("news").open();
    let news = news.unwrap();
    let heard = open(&there.place(), server.address()).topic("news").open();
    let consumer = heard.unwrap().subscribe(&Group::own(), "w").unwrap();
    news.send(numbered(4)).unwrap();
    let deliveries = consumer.receive(9, Duration::from_secs(20)).unwrap();
    assert_eq!(number(&deliveries[0]), 4);
    assert_eq!(news.history(9).unwrap().len(), 1);
}

#[test]
fn the_example_asks_and_is_answered() {
    let Some(server) = Server::start() else {
        return;
    };
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let socket = server.socket();
    let address = format!("unix:{}?user=kilowat&pass=secret", socket.display());
    let output = Command::new(profile.join("examples/machines"))
        .env("KILOWAT_REDIS", address)
        .output()
        .expect("`cargo test --workspace` builds the examples");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(output.stdout, b"17 + 25 is 42\n");
}

#[test]
fn what_is_local_is_in_the_database_and_nowhere_else() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let local = swarm.local();
    assert_eq!((local.redis(), swarm.redis().is_some()), (None, true));
    let (ours, shared) = (queue(&local), queue(&swarm));
    ours.send(numbered(1)).unwrap();
    let sent = swarm
        .memory()
        .transaction(|t| t.send(&ours, numbered(2)))
        .unwrap();
    assert!(matches!(sent, Receipt::Stored(_)), "{sent:?}");
    shared.send(numbered(3)).unwrap();
    let numbers = |jobs: &Channel<Queue>| -> Vec<_> {
        let peeked = jobs.peek(10).unwrap();
        let bodies = peeked.iter().map(|envelope| envelope.body.clone());
        bodies
            .map(|body| String::from_utf8(body).unwrap())
            .collect()
    };
    assert_eq!(numbers(&shared), ["3"]);
    assert_eq!(numbers(&queue(&folder.open())), ["1", "2"]);
    let worker = Worker::new(&local).handle("jobs", |_| Fate::Done);
    let report = worker.idle(Duration::from_millis(50)).run().unwrap();
    assert_eq!((report.done, numbers(&shared).len()), (2, 1));
}
