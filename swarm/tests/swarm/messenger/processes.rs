//! Several processes that send and take, one of which is killed.

use std::fs;
use std::time::Duration;

use kilowat_swarm::clock::SystemClock;
use kilowat_swarm::messenger::Fate;
use kilowat_swarm::{Id, Place, Swarm};

use super::super::{Folder, NATIVE, start};
use super::ledger::Ledger;
use super::numbered;

fn open(place: &Place) -> Swarm {
    let builder = Swarm::builder()
        .runtime(NATIVE.clone())
        .patience(Duration::from_mins(1));
    builder.daily_backups(false).open(place).unwrap()
}

/// Sends so many messages, and notes which.
pub(crate) fn child_that_sends(place: &Place, argument: &str) {
    let (name, count) = argument.split_once(' ').unwrap();
    let queue = open(place).queue("jobs").open().unwrap();
    let send = |number| queue.send(numbered(number)).unwrap().id().to_string();
    let ids: Vec<_> = (0..count.parse().unwrap()).map(send).collect();
    fs::write(place.folder().with_extension(name), ids.join("\n")).unwrap();
}

/// Takes until there is nothing for a while, and notes what. Who is called `dies` takes one and says nothing of it.
pub(crate) fn child_that_consumes(place: &Place, name: &str) {
    let queue = open(place).queue("jobs").open().unwrap();
    let consumer = queue.consumer(name).unwrap();
    let mut ids = Vec::new();
    loop {
        let deliveries = consumer.receive(8, Duration::from_millis(700)).unwrap();
        if name == "dies" && !deliveries.is_empty() {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
        if deliveries.is_empty() {
            break;
        }
        ids.extend(
            deliveries
                .iter()
                .map(|delivery| delivery.message().id.to_string()),
        );
        let done = deliveries
            .into_iter()
            .map(|delivery| (delivery, Fate::Done));
        consumer.settle(done.collect()).unwrap();
    }
    fs::write(place.folder().with_extension(name), ids.join("\n")).unwrap();
}

#[test]
fn processes_lose_nothing_and_what_one_leaves_another_takes() {
    let folder = Folder::new();
    let place = folder.place();
    let queue = || {
        folder
            .builder()
            .clock(SystemClock)
            .open(&place)
            .unwrap()
            .queue("jobs")
    };
    let queue = queue().lease(Duration::from_millis(300)).open().unwrap();
    let senders = ["s0", "s1"].map(|name| start("send", &place, &format!("{name} 60")));
    let consumers = ["dies", "w0", "w1"].map(|name| start("consume", &place, name));
    let mut ledger = Ledger::default();
    for mut child in senders {
        assert!(child.wait().unwrap().success());
    }
    for mut child in consumers {
        child.wait().unwrap();
    }
    let ids = |name: &str| -> Vec<Id> {
        let text = fs::read_to_string(place.folder().with_extension(name)).unwrap();
        text.lines().map(|line| line.parse().unwrap()).collect()
    };
    for name in ["s0", "s1"] {
        for id in ids(name) {
            ledger.accept(kilowat_swarm::messenger::Receipt::Stored(id));
        }
    }
    for name in ["w0", "w1"] {
        for id in ids(name) {
            ledger.receive(id);
        }
    }
    // On a machine that is busy a lease can be over before its consumer is done.
    ledger.close(&queue, 3);
}
