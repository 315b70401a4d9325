//! Topics, which each group reads for itself.

use std::time::Duration;

use kilowat_swarm::messenger::{Channel, Group, Topic};

use super::super::START;
use super::ground::{Ground, on_each_ground};
use super::{AT_ONCE, number, numbered, take, take_one};

on_each_ground! {
    each_group_gets_all_that_is_sent_from_then_on
    the_oldest_is_one_that_some_group_has_to_do
    a_group_of_ones_own_ends_with_its_consumer_or_its_silence
    a_topic_keeps_what_it_should_and_what_a_group_has_not_read
}

fn topic(ground: &impl Ground) -> Channel<Topic> {
    ground
        .swarm()
        .topic("news")
        .keep(10, Duration::from_hours(1))
        .open()
        .unwrap()
}

fn each_group_gets_all_that_is_sent_from_then_on(ground: &impl Ground) {
    let topic = topic(ground);
    topic.send(numbered(0)).unwrap();
    let shared = Group::shared("indexers");
    let (a, b) = (
        topic.subscribe(&shared, "a").unwrap(),
        topic.subscribe(&shared, "b").unwrap(),
    );
    let own = topic.subscribe(&Group::own(), "c").unwrap();
    topic.send_batch(vec![numbered(1), numbered(2)]).unwrap();
    let (first, second) = (take_one(&a), take_one(&b));
    assert_eq!((number(&first), number(&second)), (1, 2), "one each");
    let numbers: Vec<_> = take(&own).iter().map(number).collect();
    assert_eq!(numbers, [1, 2]);
    first.ack().unwrap();
    second.dead("it is no news").unwrap();
    let dead = topic.dead_letters(0, 9).unwrap();
    assert_eq!((dead.len(), &*dead[0].group), (1, "indexers"));
    // Once more for the group that has given it up, and for no other.
    topic.revive(dead[0].number).unwrap();
    let again = take_one(&a);
    assert_eq!((number(&again), again.attempt()), (2, 1));
    again.ack().unwrap();
    assert!(take(&own).is_empty());
    assert_eq!(
        topic.stats().unwrap().unwrap().held,
        3,
        "a topic keeps what was read"
    );
}

fn the_oldest_is_one_that_some_group_has_to_do(ground: &impl Ground) {
    let topic = topic(ground);
    let oldest = || topic.stats().unwrap().unwrap().oldest;
    topic.send(numbered(0)).unwrap();
    assert_eq!(oldest(), None, "there is no group");
    let consumer = topic.subscribe(&Group::shared("indexers"), "a").unwrap();
    for number in 1..3 {
        ground.clock().advance(Duration::from_secs(10));
        topic.send(numbered(number)).unwrap();
    }
    let (first, second) = (
        START.after(Duration::from_secs(10)),
        START.after(Duration::from_secs(20)),
    );
    assert_eq!(oldest(), Some(first));
    let delivery = consumer.receive(1, AT_ONCE).unwrap().remove(0);
    assert_eq!(oldest(), Some(first), "it is under way");
    delivery.ack().unwrap();
    assert_eq!(oldest(), Some(second));
    take_one(&consumer).ack().unwrap();
    assert_eq!(oldest(), None);
}

fn a_group_of_ones_own_ends_with_its_consumer_or_its_silence(ground: &impl Ground) {
    let topic = topic(ground);
    let gone = topic.subscribe(&Group::own(), "a").unwrap();
    let silent = topic.subscribe(&Group::own(), "b").unwrap();
    let groups = || topic.stats().unwrap().unwrap().groups;
    assert_eq!(groups().len(), 2);
    drop(gone);
    assert_eq!(groups(), [silent.group()]);
    ground.clock().advance(Duration::from_secs(16));
    topic.send(numbered(1)).unwrap();
    assert!(groups().is_empty());
}

fn a_topic_keeps_what_it_should_and_what_a_group_has_not_read(ground: &impl Ground) {
    let topic = topic(ground);
    let slow = topic.subscribe(&Group::shared("slow"), "s").unwrap();
    topic.send_batch((0..30).map(numbered).collect()).unwrap();
    let held = || topic.stats().unwrap().unwrap().held;
    let tick = || {
        ground.clock().advance(Duration::from_secs(2));
        ground.tidy();
    };
    tick();
    assert_eq!(held(), 30, "nothing of it is read");
    let deliveries = slow.receive(25, Duration::ZERO).unwrap();
    for delivery in deliveries {
        delivery.ack().unwrap();
    }
    tick();
    assert_eq!(held(), 10);
    let numbers: Vec<_> = topic
        .history(4)
        .unwrap()
        .iter()
        .map(|message| String::from_utf8(message.body.clone()).unwrap())
        .collect();
    assert_eq!(numbers, ["26", "27", "28", "29"]);
    ground.clock().advance(Duration::from_hours(1));
    tick();
    assert_eq!(held(), 5, "what is too old goes, but for what is not read");
    topic.unsubscribe("slow").unwrap();
    tick();
    assert_eq!(held(), 0);
}
