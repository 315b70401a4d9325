//! How many bytes a process sends at the same time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use kilowat_swarm::messenger::Message;
use kilowat_swarm::{Error, Point};

use super::super::Folder;
use super::{AT_ONCE, take};

const LIMIT: u64 = 100;
const LONG: Duration = Duration::from_secs(10);

fn of_bytes(len: usize) -> Message {
    Message::bytes("job", vec![7; len])
}

#[test]
fn what_is_too_much_at_the_same_time_is_refused_or_waits() {
    let folder = Folder::new();
    let (is_there, there) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let gone = Mutex::new(gone);
    let holds = Arc::new(AtomicBool::new(false));
    let held = Arc::clone(&holds);
    let builder = folder.builder().bytes_in_flight(LIMIT);
    // The next commit waits before its end.
    let builder = builder.at_points(move |point| {
        if point == Point::Written && held.swap(false, Ordering::SeqCst) {
            is_there.send(()).unwrap();
            // Where the test has failed, nobody says so, and others may wait for this commit.
            let _ = gone.lock().unwrap().recv_timeout(LONG);
        }
    });
    let swarm = builder.open(&folder.place()).unwrap();
    let queue = swarm.queue("jobs").open().unwrap();
    holds.store(true, Ordering::SeqCst);
    thread::scope(|scope| {
        let go = go;
        let first = scope.spawn(|| queue.send(of_bytes(60)));
        there.recv_timeout(LONG).unwrap();
        let refused = queue.send(of_bytes(41)).unwrap_err();
        let is_told = matches!(
            refused,
            Error::InFlight {
                bytes: 60,
                limit: LIMIT
            }
        );
        assert!(is_told, "{refused}");
        let batch = vec![of_bytes(20), of_bytes(21)];
        assert!(matches!(
            queue.send_batch(batch),
            Err(Error::InFlight { .. })
        ));
        let impatient = queue.send_within(&of_bytes(41), Duration::from_millis(20));
        assert!(matches!(impatient, Err(Error::InFlight { .. })));
        let patient = scope.spawn(|| queue.send_within(&of_bytes(41), LONG));
        drop(go);
        first.join().unwrap().unwrap();
        patient.join().unwrap().unwrap();
    });
    let consumer = queue.consumer("w").unwrap();
    let lens: Vec<_> = take(&consumer)
        .iter()
        .map(|delivery| delivery.message().body.len())
        .collect();
    assert_eq!(lens, [60, 41], "what was refused is not there");
}

#[test]
fn what_was_refused_or_sent_takes_no_room() {
    let folder = Folder::new();
    let swarm = folder.builder().bytes_in_flight(LIMIT);
    let swarm = swarm.open(&folder.place()).unwrap();
    let queue = swarm.queue("jobs").limit(2).longest_body(1_000);
    let queue = queue.open().unwrap();
    assert!(queue.send(of_bytes(1_001)).is_err());
    assert!(
        queue
            .send(Message::json_text("job", vec![b'['; 60]))
            .is_err()
    );
    // More than the limit, and nothing else is being sent.
    queue.send(of_bytes(1_000)).unwrap();
    queue.send(of_bytes(100)).unwrap();
    let full = queue.send(of_bytes(100)).unwrap_err();
    assert!(matches!(full, Error::Full { .. }), "{full}");
    assert!(queue.consumer("w").unwrap().receive(2, AT_ONCE).is_ok());
}
