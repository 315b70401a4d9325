//! Messages that nobody can read or change who has not the key.

use std::time::Duration;

use kilowat::crypto::Key;
use kilowat::{EngineKind, Runtime};
use kilowat_swarm::envelope::{Envelope, EnvelopeError, Header, Keyring, LONGEST_BODY, Priority};
use kilowat_swarm::memory::Format;
use kilowat_swarm::messenger::{Channel, Delivery, Fate, Message, Queue};
use kilowat_swarm::worker::Worker;
use kilowat_swarm::{Error, Id, Swarm};

use super::envelopes::sum_up;
use super::{Folder, NATIVE};

fn keyring(key: &Key) -> Keyring {
    Keyring::new(key).unwrap()
}

fn new_keys() -> Keyring {
    keyring(&Key::generate().unwrap())
}

fn envelope(body: &[u8]) -> Envelope {
    Envelope {
        id: Id::new(),
        priority: Priority::High,
        format: Format::Bytes,
        header: Header {
            channel: "secrets".to_owned(),
            kind: "secret".to_owned(),
            ..Header::default()
        },
        body: body.to_vec(),
    }
}

fn seal(envelope: &Envelope, keys: &Keyring) -> Vec<u8> {
    envelope
        .make_with(&NATIVE, LONGEST_BODY, Some(keys))
        .unwrap()
}

fn open(bytes: &[u8], keys: &Keyring) -> Result<Envelope, EnvelopeError> {
    Envelope::open_with(&NATIVE, bytes, LONGEST_BODY, Some(keys))
}

#[test]
fn what_one_tier_seals_the_others_open() {
    let keys = new_keys();
    let runtimes = [EngineKind::Jit, EngineKind::Interpreter, EngineKind::Native];
    let runtimes = runtimes.map(|tier| Runtime::with_engine(tier).unwrap());
    for len in [0, 1, 1_000, 5_000] {
        for compresses in [false, true] {
            let keys = keys.clone().compresses(compresses);
            let envelope = envelope(&vec![b'x'; len]);
            for sealer in &runtimes {
                let bytes = envelope
                    .make_with(sealer, LONGEST_BODY, Some(&keys))
                    .unwrap();
                assert!(!bytes.windows(9).any(|bytes| bytes == b"xxxxxxxxx"));
                assert_eq!(bytes.len() < len, compresses && len > 1_000);
                for opener in &runtimes {
                    let opened = Envelope::open_with(opener, &bytes, LONGEST_BODY, Some(&keys));
                    assert_eq!(opened.unwrap(), envelope);
                }
            }
        }
    }
}

#[test]
fn every_bit_that_is_flipped_is_found_though_the_sum_is_right() {
    let keys = new_keys();
    let made = seal(&envelope(b"nobody else's"), &keys);
    for at in 0..made.len() {
        for bit in 0..8 {
            let mut bytes = made.clone();
            bytes[at] ^= 1 << bit;
            sum_up(&mut bytes);
            // Those of the sum itself have been put right.
            let expected = (32..40).contains(&at);
            assert_eq!(
                open(&bytes, &keys).is_ok(),
                expected,
                "bit {bit} of byte {at}"
            );
        }
    }
    // What is sealed is not taken for a body that is not, and the other way round.
    let mut bytes = made.clone();
    bytes[4] &= !2;
    let raw = made[8..12].to_owned();
    bytes[12..16].copy_from_slice(&raw);
    sum_up(&mut bytes);
    let plain = Envelope::open(&NATIVE, &bytes, LONGEST_BODY).unwrap();
    assert_ne!(plain.body, b"nobody else's");
    assert!(matches!(open(&bytes, &keys), Err(EnvelopeError::NotSealed)));
}

#[test]
fn keys_are_changed_one_after_the_other() {
    let (old, new) = (Key::generate().unwrap(), Key::generate().unwrap());
    let before = keyring(&old);
    let after = keyring(&new).opens_with(&old).unwrap();
    let [by_old, by_new] = [&before, &after].map(|keys| seal(&envelope(b"secret"), keys));
    for bytes in [&by_old, &by_new] {
        assert_eq!(open(bytes, &after).unwrap().body, b"secret");
    }
    // Whoever has not got the new one yet is told which it is.
    let error = open(&by_new, &before).unwrap_err().to_string();
    let number = after.number();
    let expected = format!("it is sealed with key {number}, which is not among those here");
    assert_eq!(error, expected);
    let error = Envelope::open(&NATIVE, &by_new, LONGEST_BODY).unwrap_err();
    let expected = format!("it is sealed with key {number}, and there is no key here");
    assert_eq!(error.to_string(), expected);
    // A key that claims the number of another.
    let mut forged = seal(&envelope(b"forged"), &new_keys());
    let front = forged.len() - (32 + 6 + 16);
    let of_new = by_new.len() - (32 + 6 + 16);
    forged[front..front + 8].copy_from_slice(&by_new[of_new..of_new + 8]);
    sum_up(&mut forged);
    let error = open(&forged, &after).unwrap_err();
    assert!(matches!(error, EnvelopeError::Unauthentic), "{error}");
}

#[test]
fn a_body_has_its_whole_length_whether_it_is_sealed_or_not() {
    let keys = new_keys();
    let bytes = envelope(&[7; 100])
        .make_with(&NATIVE, 100, Some(&keys))
        .unwrap();
    let opened = Envelope::open_with(&NATIVE, &bytes, 100, Some(&keys));
    assert_eq!(opened.unwrap().body, [7; 100]);
    let error = Envelope::open_with(&NATIVE, &bytes, 99, Some(&keys)).unwrap_err();
    assert_eq!(error.to_string(), "a body of 100 bytes is longer than 99");
    let mut short = bytes.clone();
    let header = usize::from(u16::from_le_bytes([bytes[6], bytes[7]]));
    short.truncate(40 + header + 47);
    short[8..12].copy_from_slice(&47_u32.to_le_bytes());
    sum_up(&mut short);
    let error = open(&short, &keys).unwrap_err().to_string();
    assert_eq!(error, "a sealed body of 47 bytes is shorter than 48");
}

fn queue(swarm: &Swarm, keys: &Keyring) -> Channel<Queue> {
    swarm.queue("secrets").sealed(keys).open().unwrap()
}

fn receive(queue: &Channel<Queue>) -> Result<Vec<Delivery>, Error> {
    let consumer = queue.consumer("c").unwrap();
    consumer.receive(9, Duration::ZERO)
}

#[test]
fn a_queue_is_sealed_for_those_who_have_its_key() {
    let folder = Folder::new();
    let swarm = folder.open();
    let keys = new_keys();
    let sealed = queue(&swarm, &keys);
    let secret = "nobody else's ".repeat(200);
    sealed
        .send(Message::json("secret", &secret).unwrap())
        .unwrap();
    // Nothing of it is in the files.
    swarm.backup(&folder.path("copy")).unwrap();
    let file = std::fs::read(folder.path("copy")).unwrap();
    assert!(!file.windows(8).any(|bytes| bytes == b"nobody e"));
    // Who has no key is told, and takes nothing from the others.
    let without = swarm.queue("secrets").open().unwrap();
    let error = receive(&without).unwrap_err();
    assert!(
        error.to_string().contains(" and there is no key here"),
        "{error}"
    );
    assert_eq!(sealed.peek(9).unwrap().len(), 1);
    let delivery = receive(&sealed).unwrap().remove(0);
    assert_eq!(
        (delivery.json::<String>().unwrap(), delivery.attempt()),
        (secret, 1)
    );
    delivery.ack().unwrap();
}

#[test]
fn what_cannot_be_opened_is_a_dead_letter_until_somebody_has_the_key() {
    let folder = Folder::new();
    let swarm = folder.open();
    let (ours, theirs) = (new_keys(), new_keys());
    let sealed = queue(&swarm, &ours);
    let of_others = queue(&swarm, &theirs);
    of_others
        .send(Message::bytes("k", b"theirs".to_vec()))
        .unwrap();
    let plain = swarm.queue("secrets").open().unwrap();
    plain.send(Message::bytes("k", b"plain".to_vec())).unwrap();
    assert!(receive(&sealed).unwrap().is_empty());
    let letters = sealed.dead_letters(0, 9).unwrap();
    let why: Vec<_> = letters.iter().map(|letter| &*letter.why).collect();
    let number = theirs.number();
    assert_eq!(
        why,
        [
            &*format!(
                "it is damaged: it is sealed with key {number}, which is not among those here"
            ),
            "it is damaged: it is not sealed, and what is read with a key has to be",
        ]
    );
    sealed.revive(letters[0].number).unwrap();
    let delivery = receive(&of_others).unwrap().remove(0);
    assert_eq!(delivery.message().body, b"theirs");
    delivery.ack().unwrap();
}

#[test]
fn a_message_that_is_put_into_another_channel_is_refused() {
    let folder = Folder::new();
    let swarm = folder.open();
    let keys = new_keys();
    let sealed = queue(&swarm, &keys);
    let other = swarm.queue("other").sealed(&keys).open().unwrap();
    other
        .send(Message::bytes("k", b"for other".to_vec()))
        .unwrap();
    // By somebody who can write to the database, and has no key.
    let database = rusqlite::Connection::open(folder.place().database()).unwrap();
    for table in ["messages", "deliveries"] {
        let update = format!("UPDATE {table} SET channel = 'secrets'");
        database.execute(&update, []).unwrap();
    }
    assert!(receive(&sealed).unwrap().is_empty());
    let letter = sealed.dead_letters(0, 9).unwrap().remove(0);
    assert_eq!(letter.why, "it is damaged: it was sealed for channel other");
}

#[test]
fn workers_and_answers_are_sealed_too() {
    let folder = Folder::new();
    let swarm = Swarm::builder()
        .runtime(NATIVE.clone())
        .daily_backups(false)
        .open(&folder.place())
        .unwrap();
    let keys = new_keys();
    let sealed = queue(&swarm, &keys);
    let worker = Worker::new(&swarm)
        .sealed(&keys)
        .handle("secrets", |delivery| match delivery.json::<u32>() {
            Ok(7) => Fate::Done,
            other => Fate::Dead(format!("{other:?}")),
        });
    sealed.send(Message::json("k", &7).unwrap()).unwrap();
    let report = worker.idle(Duration::from_millis(20)).run().unwrap();
    assert_eq!((report.done, report.dead), (1, 0));
    let answering = std::thread::spawn({
        let sealed = sealed.clone();
        move || {
            let consumer = sealed.consumer("c").unwrap();
            let deliveries = consumer.receive(1, Duration::from_secs(20)).unwrap();
            for delivery in deliveries {
                delivery
                    .answer(Message::json("answer", "fine").unwrap())
                    .unwrap();
            }
        }
    });
    let answer = sealed.request(Message::json("k", &8).unwrap(), Duration::from_secs(20));
    assert_eq!(answer.unwrap().unwrap().body, b"\"fine\"");
    answering.join().unwrap();
    // In a transaction as well.
    let sent = swarm
        .memory()
        .transaction(|t| t.send(&sealed, Message::json("k", &9)?));
    sent.unwrap();
    assert_eq!(sealed.peek(9).unwrap()[0].body, b"9");
}
