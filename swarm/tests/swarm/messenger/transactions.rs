//! Messages that are sent with other writes, and effects that are done once.

use std::thread;
use std::time::Duration;

use kilowat_swarm::Error;
use kilowat_swarm::messenger::Receipt;

use super::super::Folder;
use super::{number, numbered, take, take_one};

#[test]
fn a_message_goes_with_the_writes_beside_it() {
    let folder = Folder::new();
    let swarm = folder.open();
    let (memory, queue) = (swarm.memory(), swarm.queue("jobs").open().unwrap());
    let failed = memory.transaction(|t| {
        t.put("n", "k", &1)?;
        t.send(&queue, numbered(1))?;
        t.put("n", "..", &1)
    });
    assert!(matches!(failed, Err(Error::Name(_))));
    let consumer = queue.consumer("w").unwrap();
    assert!(take(&consumer).is_empty());
    assert_eq!(queue.stats().unwrap().unwrap().held, 0);
    memory
        .transaction(|t| {
            t.put("n", "k", &1)?;
            t.send(&queue, numbered(2))
        })
        .unwrap();
    assert_eq!(number(&take_one(&consumer)), 2);
}

/// Who goes on without a message that was refused has sent nothing: its key is still free.
#[test]
fn what_is_refused_within_a_transaction_leaves_nothing_behind() {
    let folder = Folder::new();
    let swarm = folder.open();
    let queue = swarm.queue("jobs").limit(1).open().unwrap();
    queue.send(numbered(0)).unwrap();
    let message = || numbered(1).key("k");
    swarm
        .memory()
        .transaction(|t| {
            let refused = t.send(&queue, message());
            assert!(matches!(refused, Err(Error::Full { .. })));
            t.put("n", "k", &1)
        })
        .unwrap();
    take_one(&queue.consumer("w").unwrap()).ack().unwrap();
    let receipt = queue.send(message()).unwrap();
    assert!(matches!(receipt, Receipt::Stored(_)), "{receipt:?}");
}

#[test]
fn who_waits_is_woken_by_a_transaction() {
    let folder = Folder::new();
    let swarm = folder.open();
    let queue = swarm.queue("jobs").open().unwrap();
    let consumer = queue.consumer("w").unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| consumer.receive(1, Duration::from_mins(1)).unwrap().len());
        thread::sleep(Duration::from_millis(5));
        swarm
            .memory()
            .transaction(|t| t.send(&queue, numbered(1)))
            .unwrap();
        assert_eq!(waits.join().unwrap(), 1);
    });
}

#[test]
fn what_comes_twice_is_done_once() {
    let folder = Folder::new();
    let swarm = folder.open();
    let (memory, queue) = (swarm.memory(), swarm.queue("jobs").open().unwrap());
    queue.send(numbered(5)).unwrap();
    let consumer = queue.consumer("w").unwrap();
    for _ in 0..3 {
        let delivery = take_one(&consumer);
        let id = delivery.message().id;
        memory
            .once(consumer.group(), id, |t| {
                let count = t.get::<u32>("n", "count")?.map_or(0, |entry| entry.value);
                t.put("n", "count", &(count + 1))
            })
            .unwrap();
        // Its consumer dies here, each time.
        folder.clock.advance(Duration::from_secs(31));
    }
    assert_eq!(memory.get::<u32>("n", "count").unwrap().unwrap().value, 1);
}
