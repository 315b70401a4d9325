//! A Redis that is killed, stopped, emptied, full or replaced: nothing that was accepted is lost.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::clock::SystemClock;
use kilowat_swarm::messenger::redis::{Address, Health, Problem};
use kilowat_swarm::messenger::{Channel, Fate, Queue, Receipt};
use kilowat_swarm::{Place, Swarm};

use super::super::super::{Folder, NATIVE, start};
use super::super::{number, numbered};
use super::Server;
use super::addresses::free_port;
use super::proxy::Proxy;
use super::server::at;

/// Longer than any machine needs.
const LONG: Duration = Duration::from_secs(30);

/// By the clock of the server.
pub(super) fn open(place: &Place, address: Address) -> Swarm {
    let builder = Swarm::builder()
        .runtime(NATIVE.clone())
        .daily_backups(false);
    builder.redis(Some(address)).open(place).unwrap()
}

pub(super) fn queue(swarm: &Swarm) -> Channel<Queue> {
    let lease = Duration::from_millis(400);
    swarm.queue("jobs").lease(lease).open().unwrap()
}

fn send(queue: &Channel<Queue>, number: usize) -> Receipt {
    queue.send(numbered(number)).unwrap()
}

/// Waits until the server has all.
fn wait_for_outbox(swarm: &Swarm) {
    let began = Instant::now();
    while swarm.backlog().unwrap().sends > 0 {
        assert!(began.elapsed() < LONG, "{:?}", swarm.backlog());
        thread::sleep(Duration::from_millis(2));
    }
}

/// Takes until so many different ones have come and nothing comes any more. Says how often each has.
pub(super) fn drain(queue: &Channel<Queue>, count: usize) -> BTreeMap<usize, u32> {
    let consumer = queue.consumer("drain").unwrap();
    let mut times = BTreeMap::new();
    let began = Instant::now();
    loop {
        // A server that was just lost is found again meanwhile.
        let deliveries = consumer.receive(64, Duration::from_millis(60));
        let deliveries = deliveries.unwrap_or_default();
        if deliveries.is_empty() && times.len() >= count {
            return times;
        }
        assert!(
            began.elapsed() < LONG,
            "{} of {count}: {times:?}",
            times.len()
        );
        for delivery in &deliveries {
            *times.entry(number(delivery)).or_default() += 1;
        }
        let done = deliveries
            .into_iter()
            .map(|delivery| (delivery, Fate::Done));
        // What is not acknowledged comes again.
        let _ = consumer.settle(done.collect());
    }
}

#[track_caller]
pub(super) fn each_once(times: &BTreeMap<usize, u32>, count: usize) {
    assert!(times.keys().copied().eq(0..count), "{times:?}");
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

#[test]
fn what_is_sent_while_it_is_dead_comes_when_it_is_back() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let queue = queue(&swarm);
    for number in 0..5 {
        assert!(matches!(send(&queue, number), Receipt::Remote(_)));
    }
    server.kill();
    for number in 5..25 {
        assert!(matches!(send(&queue, number), Receipt::Spooled(_)));
    }
    let backlog = swarm.backlog().unwrap();
    assert_eq!(backlog.sends, 20);
    assert!(backlog.oldest.is_some());
    server.restart();
    wait_for_outbox(&swarm);
    // Direct again, and behind what has waited.
    assert!(matches!(send(&queue, 25), Receipt::Remote(_)));
    let consumer = queue.consumer("w").unwrap();
    let deliveries = consumer.receive(99, LONG).unwrap();
    let numbers: Vec<_> = deliveries.iter().map(number).collect();
    assert!(numbers.is_sorted(), "their order holds: {numbers:?}");
    assert_eq!(numbers.len(), 26);
}

#[test]
fn no_call_waits_for_one_that_does_not_answer() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let queue = queue(&swarm);
    send(&queue, 0);
    server.pause();
    let mut longest = Duration::ZERO;
    for number in 1..10 {
        let began = Instant::now();
        assert!(matches!(send(&queue, number), Receipt::Spooled(_)));
        longest = longest.max(began.elapsed());
    }
    // A machine that is busy needs longer for what takes no time.
    assert!(longest < Duration::from_millis(900), "{longest:?}");
    let began = Instant::now();
    let consumer = queue.consumer("w").unwrap();
    assert!(consumer.receive(1, LONG).is_err());
    assert!(began.elapsed() < Duration::from_millis(900));
    server.go_on();
    wait_for_outbox(&swarm);
    each_once(&drain(&queue, 10), 10);
}

#[test]
fn a_program_begins_while_it_is_dead() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let queue = swarm.queue("jobs").limit(7).open().unwrap();
    assert!(matches!(send(&queue, 0), Receipt::Spooled(_)));
    assert!(swarm.kind_of("jobs").is_err());
    server.restart();
    wait_for_outbox(&swarm);
    let stats = queue.stats().unwrap().unwrap();
    assert_eq!((stats.held, stats.limit), (1, 7), "what was to be set is");
}

#[test]
fn what_it_has_forgotten_is_sent_again() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let queue = queue(&swarm);
    for number in 0..10 {
        assert!(matches!(send(&queue, number), Receipt::Remote(_)));
    }
    server.kill();
    server.restart_empty();
    each_once(&drain(&queue, 10), 10);
    // The same without that a connection was lost.
    for number in 0..10 {
        send(&queue, number);
    }
    assert_eq!(server.admin(&["FLUSHALL"]), "OK");
    send(&queue, 10);
    let times = drain(&queue, 11);
    assert!(times.keys().copied().eq(0..11), "{times:?}");
}

#[test]
fn one_without_memory_gets_it_later() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let swarm = open(&folder.place(), server.address());
    let queue = queue(&swarm);
    send(&queue, 0);
    assert_eq!(server.admin(&["CONFIG", "SET", "maxmemory", "1mb"]), "OK");
    assert!(matches!(send(&queue, 1), Receipt::Spooled(_)));
    assert!(matches!(send(&queue, 2), Receipt::Spooled(_)));
    let health = Health::of(&server.address());
    let is_full = |problem: &Problem| matches!(problem, Problem::Memory { .. });
    assert!(health.problems.iter().any(is_full), "{health:?}");
    assert_eq!(server.admin(&["CONFIG", "SET", "maxmemory", "0"]), "OK");
    wait_for_outbox(&swarm);
    each_once(&drain(&queue, 3), 3);
}

#[test]
fn what_is_wrong_with_its_settings_is_said() {
    let options = ["--maxmemory-policy", "allkeys-lru", "--appendonly", "no"];
    let Some(server) = Server::with(&options) else {
        return;
    };
    let health = Health::of(&server.address());
    let problems = [Problem::Evicts("allkeys-lru".to_owned()), Problem::NoFile];
    assert_eq!(health.problems, problems);
    assert!(
        health
            .version
            .is_some_and(|version| version.starts_with(char::is_numeric))
    );
    let nobody = Address::new("unix:/nowhere/redis.sock").unwrap();
    assert!(matches!(
        Health::of(&nobody).problems[..],
        [Problem::Unreachable(_)]
    ));
}

#[test]
fn a_replica_that_takes_its_place_gets_what_it_lacks() {
    let (first_port, second_port) = (free_port(), free_port());
    let local = ["--bind", "127.0.0.1", "--port"];
    let Some(mut first) = Server::with(&[&local[..], &[&first_port]].concat()) else {
        return;
    };
    let login = ["--masteruser", "admin", "--masterauth", "admin"];
    let second = [&local[..], &[&second_port], &login].concat();
    let second = Server::with(&second).unwrap();
    second.admin(&["REPLICAOF", "127.0.0.1", &first_port]);
    let proxy = Proxy::to(&first.socket());
    let folder = Folder::new();
    let swarm = open(&folder.place(), at(&proxy.socket()));
    let queue = queue(&swarm);
    for number in 0..5 {
        send(&queue, number);
    }
    let began = Instant::now();
    while second.admin(&["XLEN", "kw:{default/jobs}:n"]) != "5" {
        assert!(began.elapsed() < LONG);
        thread::sleep(Duration::from_millis(5));
    }
    // It is promoted before the others come to it.
    second.admin(&["REPLICAOF", "NO", "ONE"]);
    for number in 5..10 {
        assert!(matches!(send(&queue, number), Receipt::Remote(_)));
    }
    first.kill();
    proxy.lead_to(&second.socket());
    each_once(&drain(&queue, 10), 10);
}

#[test]
fn a_connection_that_is_cut_after_each_byte_of_a_reply() {
    let Some(server) = Server::start() else {
        return;
    };
    let proxy = Proxy::to(&server.socket());
    let folder = Folder::new();
    let swarm = open(&folder.place(), at(&proxy.socket()));
    let queue = queue(&swarm);
    send(&queue, 0);
    // The reply to a send has 14 bytes.
    let (mut direct, mut sent) = (0, 1);
    for bytes in 0..16 {
        proxy.cut_after(bytes);
        let receipt = send(&queue, sent);
        direct += u32::from(matches!(receipt, Receipt::Remote(_)));
        sent += 1;
        proxy.heal();
        wait_for_outbox(&swarm);
    }
    assert_eq!(direct, 2, "those whose reply has come whole");
    each_once(&drain(&queue, sent), sent);
    // The same for one who takes: what was on its way comes again when the lease is over.
    for number in 0..8 {
        send(&queue, number);
    }
    for bytes in [0, 1, 7, 19, 40, 77, 150, 300] {
        proxy.cut_after(bytes);
        let consumer = queue.consumer("cut").unwrap();
        let _ = consumer.receive(1, Duration::from_millis(10));
        proxy.heal();
    }
    let times = drain(&queue, 8);
    assert!(times.keys().copied().eq(0..8), "{times:?}");
}

/// Puts messages into the outbox of a swarm whose Redis is dead, and ends as it is.
pub(crate) fn child_that_spools(place: &Place, socket: &str) {
    let swarm = open(place, at(socket.as_ref()));
    let queue = queue(&swarm);
    for number in 0..20 {
        assert!(matches!(send(&queue, number), Receipt::Spooled(_)));
    }
    let memory = swarm.memory();
    let sent = memory
        .transaction(|t| t.send(&queue, numbered(20)))
        .unwrap();
    assert!(matches!(sent, Receipt::Stored(_)));
    let this = rustix::process::getpid();
    rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn the_outbox_of_a_process_that_was_killed_is_sent_by_another() {
    let Some(mut server) = Server::start() else {
        return;
    };
    server.kill();
    let folder = Folder::new();
    let socket = server.socket();
    let mut child = start("spool", &folder.place(), socket.to_str().unwrap());
    assert!(!child.wait().unwrap().success(), "it was killed");
    let sees = folder.builder().clock(SystemClock).open(&folder.place());
    assert_eq!(sees.unwrap().backlog().unwrap().sends, 21);
    server.restart();
    let swarm = open(&folder.place(), server.address());
    wait_for_outbox(&swarm);
    each_once(&drain(&queue(&swarm), 21), 21);
}
