//! Processes that are killed at each point of a commit, while they send and take.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::time::Duration;

use kilowat_swarm::clock::SystemClock;
use kilowat_swarm::{Id, Place, Point};

use super::super::Folder;
use super::super::crashes::{kill, open_to_die};
use super::{AT_ONCE, numbered};

/// Sends and takes by turns, and notes what it was told in a file: `s` for what was accepted, `a` for what was
/// acknowledged.
pub(crate) fn child(place: &Place, argument: &str) {
    let swarm = open_to_die(place, argument);
    let queue = swarm
        .queue("jobs")
        .lease(Duration::from_millis(50))
        .open()
        .unwrap();
    let consumer = queue.consumer("child").unwrap();
    let ledger = place.folder().with_extension("ledger");
    let mut ledger = OpenOptions::new()
        .append(true)
        .create(true)
        .open(ledger)
        .unwrap();
    for number in 0..9 {
        let receipt = queue.send(numbered(number)).unwrap();
        writeln!(ledger, "s {}", receipt.id()).unwrap();
        for delivery in consumer.receive(1, AT_ONCE).unwrap() {
            let id = delivery.message().id;
            delivery.ack().unwrap();
            writeln!(ledger, "a {id}").unwrap();
        }
    }
}

#[test]
fn what_was_accepted_is_there_and_what_was_acknowledged_does_not_come_again() {
    for point in [Point::Begun, Point::Written, Point::Committed] {
        // The first commits open the channel; each round has one that sends, one that takes, and one that
        // acknowledges.
        for number in 2..8 {
            let folder = Folder::new();
            let argument = format!("{point:?} {number}");
            kill("messages", &folder.place(), &argument);
            let ledger = folder.place().folder().with_extension("ledger");
            let ledger = fs::read_to_string(ledger).unwrap_or_default();
            let told = |letter: &str| -> BTreeSet<Id> {
                let lines = ledger.lines().filter_map(|line| line.strip_prefix(letter));
                lines.map(|id| id.parse().unwrap()).collect()
            };
            let (accepted, acknowledged) = (told("s "), told("a "));
            let builder = folder.builder().clock(SystemClock);
            let swarm = builder.open(&folder.place()).unwrap();
            assert!(swarm.memory().check().unwrap().is_sound(), "{argument}");
            let queue = swarm.queue("jobs").open().unwrap();
            let consumer = queue.consumer("w").unwrap();
            let mut received = BTreeSet::new();
            loop {
                // Longer than the lease of the one that was killed.
                let deliveries = consumer.receive(9, Duration::from_millis(80)).unwrap();
                if deliveries.is_empty() {
                    break;
                }
                for delivery in deliveries {
                    assert!(received.insert(delivery.message().id), "{argument}");
                    delivery.ack().unwrap();
                }
            }
            let again: Vec<_> = received.intersection(&acknowledged).collect();
            assert!(again.is_empty(), "{argument}: {again:?}");
            let all: BTreeSet<_> = received.union(&acknowledged).copied().collect();
            // One more may have been accepted, or acknowledged, than was told.
            let lost = accepted.difference(&all).count();
            let more = all.difference(&accepted).count();
            assert!(
                lost <= usize::from(point == Point::Committed),
                "{argument}: {lost} lost"
            );
            assert!(
                more <= usize::from(point == Point::Committed),
                "{argument}: {more} more"
            );
            assert!(lost + more <= 1, "{argument}");
        }
    }
}
