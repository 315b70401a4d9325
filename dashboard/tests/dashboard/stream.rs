//! The stream of events: one a second, and what was missed for who comes back.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::{Client, head};
use super::{Folder, eventually};

struct Stream {
    reader: BufReader<TcpStream>,
}

impl Stream {
    fn open(client: &Client, headers: &[&str]) -> Self {
        let mut reader = BufReader::new(client.open("GET /api/v1/stream", headers));
        let (status, headers) = head(&mut reader);
        assert_eq!(status, 200);
        let kind = ("content-type".to_owned(), "text/event-stream".to_owned());
        assert!(headers.contains(&kind), "{headers:?}");
        Self { reader }
    }

    /// The next event: its id and its data. The lengths of chunks stand between lines.
    fn event(&mut self) -> (String, Value) {
        let mut id = None;
        loop {
            let mut line = String::new();
            assert!(
                self.reader.read_line(&mut line).unwrap() > 0,
                "it has ended"
            );
            if let Some(found) = line.strip_prefix("id: ") {
                id = Some(found.trim().to_owned());
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (id.unwrap(), serde_json::from_str(data).unwrap());
            }
        }
    }

    fn has_ended(mut self) -> bool {
        // What does not end runs into the patience of the client, which is an error.
        std::io::copy(&mut self.reader, &mut std::io::sink()).is_ok()
    }
}

fn number(id: &str) -> u64 {
    id.rsplit_once('-').unwrap().1.parse().unwrap()
}

#[test]
fn an_event_a_second_and_what_was_missed() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    let mut stream = Stream::open(&client, &[]);
    let began = Instant::now();
    let (first, _) = stream.event();
    let (second, _) = stream.event();
    assert_eq!(number(&second), number(&first) + 1);
    let took = began.elapsed();
    assert!((500..5_000).contains(&took.as_millis()), "{took:?}");
    drop(stream);
    eventually("one more", || {
        client
            .get("/api/v1/history")
            .json()
            .as_array()
            .unwrap()
            .len() as u64
            > number(&second)
    });
    let mut stream = Stream::open(&client, &[&format!("Last-Event-ID: {first}")]);
    let ids = [stream.event().0, stream.event().0];
    assert_eq!(
        ids.map(|id| number(&id)),
        [number(&second), number(&second) + 1]
    );
    // An earlier dashboard had other numbers.
    let mut stream = Stream::open(&client, &["Last-Event-ID: 1-1-1"]);
    assert!(number(&stream.event().0) > number(&second));
}

#[test]
fn a_fault_is_told_within_two_seconds() {
    let folder = Folder::new();
    let (_running, client) = folder.start();
    let mut stream = Stream::open(&client, &[]);
    stream.event();
    let began = Instant::now();
    folder.inject_dead_letter("jobs");
    loop {
        let (_, sample) = stream.event();
        if sample["alerts"][0]["text"] == "channel jobs has 1 dead letter" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn streams_end_when_the_dashboard_does() {
    let folder = Folder::new();
    let (running, client) = folder.start();
    let mut stream = Stream::open(&client, &[]);
    stream.event();
    let began = Instant::now();
    running.stop();
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert!(stream.has_ended());
}
