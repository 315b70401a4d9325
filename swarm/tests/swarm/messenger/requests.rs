//! Requests, and answers to them.

use std::thread;
use std::time::Duration;

use kilowat_swarm::Error;
use kilowat_swarm::messenger::Message;

use super::ground::{Ground, on_each_ground};
use super::{number, numbered, take_one};

on_each_ground! {
    requests_get_their_own_answers
    an_answer_that_nobody_waits_for_is_refused
}

fn requests_get_their_own_answers(ground: &impl Ground) {
    let swarm = ground.swarm();
    let queue = swarm.queue("sums").open().unwrap();
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let consumer = queue.consumer("w").unwrap();
            for _ in 0..4 {
                let wait = Duration::from_mins(1);
                let delivery = consumer.receive(1, wait).unwrap().pop().unwrap();
                let sum = number(&delivery) + 1;
                delivery.answer(numbered(sum)).unwrap();
            }
        });
        for asker in 0..4 {
            let queue = &queue;
            scope.spawn(move || {
                let answer = queue.request(numbered(asker), Duration::from_mins(1));
                let answer = answer.unwrap().unwrap();
                assert_eq!(answer.body, (asker + 1).to_string().as_bytes());
                assert!(answer.header.answers.is_some());
            });
        }
        worker.join().unwrap();
    });
    let channels = swarm.channels().unwrap();
    assert_eq!(channels.len(), 1, "those of the answers are gone");
    assert_eq!(channels[0].held, 0);
}

fn an_answer_that_nobody_waits_for_is_refused(ground: &impl Ground) {
    let queue = ground.swarm().queue("sums").open().unwrap();
    let answer = queue
        .request(numbered(1), Duration::from_millis(5))
        .unwrap();
    assert!(answer.is_none());
    let consumer = queue.consumer("w").unwrap();
    let error = take_one(&consumer).answer(numbered(2)).unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    queue.send(Message::bytes("k", Vec::new())).unwrap();
    let error = take_one(&consumer).answer(numbered(2)).unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
}
