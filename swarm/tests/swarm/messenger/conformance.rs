//! What holds for queues, whatever keeps the messages.

use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::Error;
use kilowat_swarm::envelope::Priority;
use kilowat_swarm::messenger::{Fate, Message, Receipt, Settled};

use super::super::START;
use super::ground::{Ground, on_each_ground};
use super::ledger::Ledger;
use super::{AT_ONCE, number, numbered, take, take_one};

on_each_ground! {
    they_come_in_their_order
    the_oldest_is_told_until_it_is_done
    leases_end_and_who_is_late_is_told
    who_takes_it_again_has_lost_it_as_it_was
    a_lease_can_be_kept
    what_fails_is_tried_again_later_and_then_given_up
    what_was_left_too_often_is_given_up
    delays_and_priorities
    the_low_ones_do_not_wait_for_ever
    a_key_is_for_one_message
    a_full_queue_refuses
    what_nobody_wants_any_more_is_given_up
    dead_letters_are_shown_revived_and_dropped
    many_are_settled_at_once
    those_of_several_priorities_and_attempts_are_settled_at_once
    what_is_given_back_counts_no_attempt
    settings_are_kept_with_the_channel
    what_was_accepted_is_whole_whatever_is_set_since
    what_cannot_be_sent_is_refused
    who_waits_is_woken
    clocks_that_jump_lose_nothing
    threads_lose_nothing
    threads_fill_a_queue_to_its_limit
}

fn they_come_in_their_order(ground: &impl Ground) {
    ground.send(0..100);
    ground.send(100..150);
    let consumer = ground.queue().consumer("w").unwrap();
    let first = consumer.receive(30, AT_ONCE).unwrap();
    assert_eq!(first.len(), 30);
    let all = first.into_iter().chain(take(&consumer));
    for (place, delivery) in all.enumerate() {
        assert_eq!((number(&delivery), delivery.attempt()), (place, 1));
        assert_eq!(delivery.message().header.channel, "jobs");
        delivery.ack().unwrap();
    }
    let stats = ground.queue().stats().unwrap().unwrap();
    assert_eq!((stats.held, stats.ready, stats.taken), (0, 0, 0));
}

fn the_oldest_is_told_until_it_is_done(ground: &impl Ground) {
    let queue = ground.queue();
    let oldest = || queue.stats().unwrap().unwrap().oldest;
    assert_eq!(oldest(), None);
    ground.send(0..1);
    ground.clock().advance(Duration::from_secs(10));
    ground.send(1..2);
    let (first, second) = (START, START.after(Duration::from_secs(10)));
    assert_eq!(oldest(), Some(first));
    let consumer = queue.consumer("w").unwrap();
    let delivery = consumer.receive(1, AT_ONCE).unwrap().remove(0);
    assert_eq!(oldest(), Some(first), "it is under way");
    delivery.ack().unwrap();
    assert_eq!(oldest(), Some(second));
    take_one(&consumer).ack().unwrap();
    assert_eq!(oldest(), None);
}

fn leases_end_and_who_is_late_is_told(ground: &impl Ground) {
    ground.send(0..1);
    let queue = ground.queue();
    let (first, second) = (queue.consumer("a").unwrap(), queue.consumer("b").unwrap());
    let late = take_one(&first);
    assert!(take(&second).is_empty(), "it is held");
    ground.clock().advance(Duration::from_secs(31));
    let again = take_one(&second);
    assert_eq!(again.attempt(), 2);
    let error = late.extend().unwrap_err();
    assert!(matches!(error, Error::Lost { fence: 1, .. }), "{error}");
    let error = late.ack().unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    again.ack().unwrap();
    assert!(take(&first).is_empty());
}

/// The same consumer, too, which by its name alone could not be told from itself.
fn who_takes_it_again_has_lost_it_as_it_was(ground: &impl Ground) {
    ground.send(0..1);
    let consumer = ground.queue().consumer("w").unwrap();
    let late = take_one(&consumer);
    ground.clock().advance(Duration::from_secs(31));
    let again = take_one(&consumer);
    let error = late.ack().unwrap_err();
    assert!(matches!(error, Error::Lost { fence: 1, .. }), "{error}");
    again.ack().unwrap();
}

fn a_lease_can_be_kept(ground: &impl Ground) {
    ground.send(0..1);
    let queue = ground.queue();
    let (first, second) = (queue.consumer("a").unwrap(), queue.consumer("b").unwrap());
    let held = take_one(&first);
    for _ in 0..4 {
        ground.clock().advance(Duration::from_secs(20));
        held.extend().unwrap();
        assert!(take(&second).is_empty());
    }
    // It is over, but nobody else has taken it.
    ground.clock().advance(Duration::from_secs(40));
    held.ack().unwrap();
    assert!(take(&second).is_empty());
}

fn what_fails_is_tried_again_later_and_then_given_up(ground: &impl Ground) {
    let queue = ground.swarm().queue("jobs").attempts(3).open().unwrap();
    queue.send(numbered(7)).unwrap();
    let consumer = queue.consumer("w").unwrap();
    let settled = take_one(&consumer)
        .retry(Some(Duration::from_secs(9)), "no")
        .unwrap();
    assert!(matches!(settled, Settled::Again(_)));
    assert!(take(&consumer).is_empty());
    ground.clock().advance(Duration::from_secs(9));
    // By itself it is at most two seconds after the second attempt.
    take_one(&consumer).retry(None, "no").unwrap();
    ground.clock().advance(Duration::from_secs(2));
    let last = take_one(&consumer);
    assert_eq!(last.attempt(), 3);
    assert_eq!(last.retry(None, "it has no eyes").unwrap(), Settled::Dead);
    let dead = queue.dead_letters(0, 9).unwrap();
    assert_eq!(
        (dead.len(), &*dead[0].why, dead[0].attempts),
        (1, "it has no eyes", 3)
    );
    assert_eq!(dead[0].owner.as_deref(), Some("w"));
    assert_eq!(dead[0].message.as_ref().unwrap().body, b"7");
}

fn what_was_left_too_often_is_given_up(ground: &impl Ground) {
    ground.send(0..1);
    let consumer = ground.queue().consumer("w").unwrap();
    for attempt in 1..=5 {
        assert_eq!(take_one(&consumer).attempt(), attempt);
        ground.clock().advance(Duration::from_secs(30));
    }
    assert!(take(&consumer).is_empty());
    let dead = ground.queue().dead_letters(0, 9).unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 5));
    assert!(
        dead[0].why.starts_with("its consumer has ended"),
        "{}",
        dead[0].why
    );
}

fn delays_and_priorities(ground: &impl Ground) {
    let queue = ground.queue();
    let later = Duration::from_mins(1);
    for (number, priority, delay) in [
        (0, Priority::Low, AT_ONCE),
        (1, Priority::Normal, AT_ONCE),
        (2, Priority::High, later),
        (3, Priority::High, AT_ONCE),
        (4, Priority::Normal, AT_ONCE),
    ] {
        queue
            .send(numbered(number).priority(priority).delay(delay))
            .unwrap();
    }
    let consumer = queue.consumer("w").unwrap();
    let take_all = || {
        let deliveries = take(&consumer);
        deliveries.iter().map(number).collect::<Vec<_>>()
    };
    assert_eq!(take_all(), [3, 1, 4, 0]);
    let stats = queue.stats().unwrap().unwrap();
    assert_eq!((stats.taken, stats.delayed), (4, 1));
    ground.clock().advance(Duration::from_millis(29_999));
    assert!(take_all().is_empty());
    ground.clock().advance(Duration::from_millis(30_001));
    // Those whose lease is over come back in the order in which it was.
    assert_eq!(take_all(), [3, 2, 1, 4, 0]);
}

fn the_low_ones_do_not_wait_for_ever(ground: &impl Ground) {
    let queue = ground.queue();
    queue.send(numbered(99).priority(Priority::Low)).unwrap();
    for number in 0..20 {
        queue
            .send(numbered(number).priority(Priority::High))
            .unwrap();
    }
    let consumer = queue.consumer("w").unwrap();
    let place = (0..20).position(|_| number(&take_one(&consumer)) == 99);
    assert_eq!(
        place,
        Some(7),
        "one pass in eight begins with what can wait"
    );
}

fn a_key_is_for_one_message(ground: &impl Ground) {
    let queue = ground.queue();
    let first = queue.send(numbered(1).key("k")).unwrap();
    let again = queue.send(numbered(2).key("k")).unwrap();
    assert_eq!(again, Receipt::Duplicate(first.id()));
    let both = queue
        .send_batch(vec![numbered(3).key("l"), numbered(4).key("l")])
        .unwrap();
    assert_eq!(both[1], Receipt::Duplicate(both[0].id()));
    let consumer = queue.consumer("w").unwrap();
    let numbers: Vec<_> = take(&consumer).iter().map(number).collect();
    assert_eq!(numbers, [1, 3]);
    ground.clock().advance(Duration::from_hours(24));
    let next_day = queue.send(numbered(5).key("k")).unwrap();
    assert!(!matches!(next_day, Receipt::Duplicate(_)));
    let other = ground.swarm().queue("others").open().unwrap();
    let elsewhere = other.send(numbered(6).key("k")).unwrap();
    assert!(!matches!(elsewhere, Receipt::Duplicate(_)));
}

fn a_full_queue_refuses(ground: &impl Ground) {
    let queue = ground.swarm().queue("jobs").limit(3).open().unwrap();
    ground.send(0..2);
    let error = queue
        .send_batch(vec![numbered(2), numbered(3)])
        .unwrap_err();
    assert!(matches!(error, Error::Full { limit: 3, .. }), "{error}");
    let consumer = queue.consumer("w").unwrap();
    assert_eq!(queue.stats().unwrap().unwrap().held, 2, "all or none");
    // Dead letters count.
    take_one(&consumer).dead("why not").unwrap();
    queue.send(numbered(4)).unwrap();
    assert!(queue.send(numbered(5)).is_err());
    let patience = Duration::from_millis(20);
    let began = Instant::now();
    assert!(queue.send_within(&numbered(5), patience).is_err());
    assert!(began.elapsed() >= patience);
    thread::scope(|scope| {
        scope.spawn(|| take_one(&consumer).ack().unwrap());
        queue
            .send_within(&numbered(5), Duration::from_secs(30))
            .unwrap();
    });
}

fn what_nobody_wants_any_more_is_given_up(ground: &impl Ground) {
    let queue = ground.queue();
    queue.send(numbered(1).ttl(Duration::from_secs(5))).unwrap();
    ground.clock().advance(Duration::from_secs(5));
    let consumer = queue.consumer("w").unwrap();
    assert!(take(&consumer).is_empty());
    let dead = queue.dead_letters(0, 9).unwrap();
    assert_eq!(
        (&*dead[0].why, dead[0].attempts),
        ("nobody wants it any more", 0)
    );
    queue.revive(dead[0].number).unwrap();
    assert_eq!(number(&take_one(&consumer)), 1, "somebody does");
}

fn dead_letters_are_shown_revived_and_dropped(ground: &impl Ground) {
    ground.send(0..3);
    let queue = ground.queue();
    let consumer = queue.consumer("w").unwrap();
    for delivery in take(&consumer) {
        let why = format!("reason {}", number(&delivery));
        delivery.dead(&why).unwrap();
    }
    let dead = queue.dead_letters(0, 2).unwrap();
    assert_eq!((dead.len(), &*dead[1].why), (2, "reason 1"));
    let rest = queue.dead_letters(dead[1].number, 9).unwrap();
    assert_eq!((rest.len(), &*rest[0].why), (1, "reason 2"));
    queue.revive(dead[0].number).unwrap();
    queue.drop_dead_letter(dead[1].number).unwrap();
    for gone in [dead[0].number, dead[1].number, 999] {
        assert!(matches!(queue.revive(gone), Err(Error::Unknown(_))));
        assert!(matches!(
            queue.drop_dead_letter(gone),
            Err(Error::Unknown(_))
        ));
    }
    let again = take_one(&consumer);
    assert_eq!(
        (number(&again), again.attempt(), again.message().id),
        (0, 1, dead[0].id)
    );
    again.ack().unwrap();
    let stats = queue.stats().unwrap().unwrap();
    assert_eq!((stats.held, stats.dead), (1, 1));
}

fn those_of_several_priorities_and_attempts_are_settled_at_once(ground: &impl Ground) {
    let queue = ground.queue();
    let consumer = queue.consumer("w").unwrap();
    ground.send(0..2);
    take_one(&consumer).retry(Some(AT_ONCE), "no").unwrap();
    for (number, priority) in [(2, Priority::High), (3, Priority::Low), (4, Priority::High)] {
        let message = numbered(number).priority(priority);
        queue.send(message).unwrap();
    }
    let deliveries = take(&consumer);
    let mut seen: Vec<_> = deliveries
        .iter()
        .map(|delivery| (number(delivery), delivery.attempt()))
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, [(0, 2), (1, 1), (2, 1), (3, 1), (4, 1)]);
    let fates = deliveries
        .into_iter()
        .map(|delivery| (delivery, Fate::Done));
    let settled = consumer.settle(fates.collect()).unwrap();
    assert_eq!(settled, [Settled::Done; 5]);
    assert_eq!(queue.stats().unwrap().unwrap().held, 0);
}

fn many_are_settled_at_once(ground: &impl Ground) {
    ground.send(0..4);
    let queue = ground.queue();
    let consumer = queue.consumer("w").unwrap();
    let mut deliveries = take(&consumer);
    ground.clock().advance(Duration::from_secs(30));
    let other = queue.consumer("v").unwrap();
    let taken = other.receive(1, AT_ONCE).unwrap();
    assert_eq!(number(&taken[0]), 0);
    let why = || "no".to_owned();
    let fates = [
        Fate::Done,
        Fate::Done,
        Fate::Dead(why()),
        Fate::Retry {
            after: Some(AT_ONCE),
            why: why(),
        },
    ];
    let settled = consumer
        .settle(deliveries.drain(..).zip(fates).collect())
        .unwrap();
    let now = ground.swarm().now();
    let expected = [
        Settled::Lost,
        Settled::Done,
        Settled::Dead,
        Settled::Again(now),
    ];
    assert_eq!(settled, expected);
}

fn what_is_given_back_counts_no_attempt(ground: &impl Ground) {
    ground.send(0..1);
    let consumer = ground.queue().consumer("w").unwrap();
    for _ in 0..9 {
        let delivery = take_one(&consumer);
        assert_eq!(delivery.attempt(), 1);
        consumer.settle(vec![(delivery, Fate::Back)]).unwrap();
    }
}

fn settings_are_kept_with_the_channel(ground: &impl Ground) {
    let lease = Duration::from_secs(7);
    ground
        .swarm()
        .queue("jobs")
        .lease(lease)
        .limit(9)
        .longest_body(4)
        .open()
        .unwrap();
    let queue = ground.swarm().queue("jobs").limit(10).open().unwrap();
    let settings = queue.settings();
    assert_eq!(
        (settings.lease, settings.limit, settings.attempts),
        (lease, 10, 5)
    );
    let error = ground.swarm().topic("jobs").open().unwrap_err();
    assert_eq!(
        error.to_string(),
        "channel jobs of channels is a queue, not a topic"
    );
    let error = queue.send(Message::bytes("k", vec![0; 5])).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("a body of 5 bytes is longer than 4"),
        "{error}"
    );
}

fn what_was_accepted_is_whole_whatever_is_set_since(ground: &impl Ground) {
    let before = ground.swarm().queue("jobs").longest_body(4).open().unwrap();
    let consumer = before.consumer("w").unwrap();
    let after = ground.swarm().queue("jobs").longest_body(9).open().unwrap();
    after.send(Message::bytes("k", vec![7; 9])).unwrap();
    let delivery = take_one(&consumer);
    assert_eq!(delivery.message().body, [7; 9]);
    delivery.dead("enough").unwrap();
    assert!(before.dead_letters(0, 1).unwrap()[0].message.is_ok());
}

fn what_cannot_be_sent_is_refused(ground: &impl Ground) {
    let queue = ground.queue();
    for message in [
        Message::json_text("k", b"{".to_vec()),
        Message::bytes("", Vec::new()),
        numbered(1).key("a..b"),
        numbered(1).from("x y"),
        numbered(1).trace(&"x".repeat(5_000)),
    ] {
        queue.send(message).unwrap_err();
    }
    assert!(ground.swarm().queue("..").open().is_err());
    assert!(queue.consumer("").is_err());
    assert_eq!(queue.stats().unwrap().unwrap().held, 0);
}

fn who_waits_is_woken(ground: &impl Ground) {
    let queue = ground.queue();
    let consumer = queue.consumer("w").unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let deliveries = consumer.receive(1, Duration::from_mins(1)).unwrap();
            number(&deliveries[0])
        });
        thread::sleep(Duration::from_millis(5));
        ground.send(3..4);
        assert_eq!(waits.join().unwrap(), 3);
    });
    let began = Instant::now();
    assert!(
        consumer
            .receive(1, Duration::from_millis(30))
            .unwrap()
            .is_empty()
    );
    assert!(began.elapsed() >= Duration::from_millis(30));
}

fn clocks_that_jump_lose_nothing(ground: &impl Ground) {
    let mut ledger = Ledger::default();
    let queue = ground.queue();
    let consumer = queue.consumer("w").unwrap();
    let start = ground.clock().clone();
    let start = kilowat_swarm::clock::Clock::now(&start);
    for (round, seconds) in [0_u64, 3_600, 0, 7, 86_400, 1, 0].into_iter().enumerate() {
        ground
            .clock()
            .set(start.after(Duration::from_secs(seconds)));
        ledger.accept(queue.send(numbered(round)).unwrap());
        for delivery in consumer.receive(1, AT_ONCE).unwrap() {
            ledger.receive(delivery.message().id);
            if round % 2 == 0 {
                // Whether it came too late or not.
                let _ = delivery.ack();
            }
        }
    }
    for _ in 0..9 {
        ground.clock().advance(Duration::from_secs(100_000));
        for delivery in take(&consumer) {
            ledger.receive(delivery.message().id);
            delivery.ack().unwrap();
        }
    }
    ledger.close(&queue, 5);
}

fn threads_lose_nothing(ground: &impl Ground) {
    const EACH: usize = 200;

    let queue = ground.queue();
    let mut ledger = Ledger::default();
    thread::scope(|scope| {
        let senders = [0, 1].map(|sender| {
            let queue = &queue;
            scope.spawn(move || {
                let send = |number| queue.send(numbered(sender * EACH + number)).unwrap();
                (0..EACH).map(send).collect::<Vec<_>>()
            })
        });
        let consumers = [0, 1, 2].map(|name| {
            let consumer = queue.consumer(&format!("w{name}")).unwrap();
            scope.spawn(move || {
                let mut received = Vec::new();
                loop {
                    let deliveries = consumer.receive(16, Duration::from_millis(300)).unwrap();
                    if deliveries.is_empty() {
                        return received;
                    }
                    received.extend(deliveries.iter().map(|delivery| delivery.message().id));
                    let done = deliveries
                        .into_iter()
                        .map(|delivery| (delivery, Fate::Done));
                    let settled = consumer.settle(done.collect()).unwrap();
                    assert!(settled.iter().all(|settled| *settled == Settled::Done));
                }
            })
        });
        for sender in senders {
            for receipt in sender.join().unwrap() {
                ledger.accept(receipt);
            }
        }
        for consumer in consumers {
            for id in consumer.join().unwrap() {
                ledger.receive(id);
            }
        }
    });
    ledger.close(&queue, 1);
}

/// Whatever they share on their way.
fn threads_fill_a_queue_to_its_limit(ground: &impl Ground) {
    let queue = ground.swarm().queue("jobs").limit(50).open().unwrap();
    let accepted: usize = thread::scope(|scope| {
        let senders = [0; 8].map(|_| {
            scope.spawn(|| {
                let mut accepted = 0;
                for number in 0..20 {
                    match queue.send(numbered(number)) {
                        Ok(_) => accepted += 1,
                        Err(Error::Full { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                accepted
            })
        });
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap())
            .sum()
    });
    assert_eq!(accepted, 50);
    assert_eq!(queue.stats().unwrap().unwrap().held, 50);
    assert_eq!(take(&queue.consumer("w").unwrap()).len(), 50);
}
