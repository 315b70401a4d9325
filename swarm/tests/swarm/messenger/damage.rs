//! Messages that are damaged in the database.

use rusqlite::Connection;

use super::super::Folder;
use super::{number, numbered, take};

#[test]
fn a_damaged_message_is_given_up_and_the_others_come() {
    let folder = Folder::new();
    let swarm = folder.open();
    let queue = swarm.queue("jobs").open().unwrap();
    let receipts = queue.send_batch((0..3).map(numbered).collect()).unwrap();
    Connection::open(folder.place().database())
        .unwrap()
        .execute(
            "UPDATE messages SET envelope = CAST(
               substr(envelope, 1, 45) || x'00' || substr(envelope, 47) AS BLOB)
             WHERE uuid = ?1",
            [receipts[1].id().as_bytes()],
        )
        .unwrap();
    assert!(!swarm.memory().check().unwrap().is_sound());
    let numbers: Vec<_> = take(&queue.consumer("w").unwrap())
        .iter()
        .map(number)
        .collect();
    assert_eq!(numbers, [0, 2]);
    let dead = queue.dead_letters(0, 9).unwrap();
    assert_eq!(dead[0].id, receipts[1].id());
    assert!(
        dead[0].why.starts_with("it is damaged: its sum is "),
        "{}",
        dead[0].why
    );
    assert!(dead[0].message.is_err());
}
