//! Messages through Redis, beside a bare loop over the crate that both use, and beside `BullMQ` and RQ: bodies of the same
//! length, the same server, in turns. Each side says an error unless every message has come once.
//!
//! ```sh
//! mkdir peers && cd peers && npm install bullmq@5 && python3 -m venv venv && venv/bin/pip install rq
//! KILOWAT_REDIS_PEERS=$PWD/peers cargo bench --workspace --bench redis
//! ```
//!
//! The bare loop sends what it has one by one or by one pipeline at a time, takes as many, and acknowledges and deletes
//! them by one command each. It has no envelopes, no keys, no leases, no limit, and nothing that is sent again.

mod peers;

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::messenger::redis::Address;
use kilowat_swarm::messenger::{Channel, Fate, Message, Queue};
use kilowat_swarm::{Place, Swarm};
use redis::streams::StreamReadReply;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many messages a turn has, how many are sent and taken at a time, and how long a body is.
const COUNT: usize = 50_000;
const BATCH: usize = 256;
const BODY: usize = 1_024;

/// How many of them the loop has that sends one by one.
const COUNT_ONE_BY_ONE: usize = 20_000;

/// How many turns each side has; the best counts.
const TURNS: usize = 5;

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with nothing but this.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Outcome<()> {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let turns = if is_test { 1 } else { TURNS };
    let folder = tempfile::tempdir()?;
    let Ok(_server) = start(folder.path()) else {
        println!("skipped: redis-server is not installed");
        return Ok(());
    };
    let address = format!("unix:{}", folder.path().join("redis.sock").display());
    let place = Place::at(folder.path().join("swarm"));
    let builder = Swarm::builder().redis(Some(Address::new(&address)?));
    let client = redis::Client::open(address)?;
    wait(&client);
    let swarm = builder.daily_backups(false).open(&place)?;
    let queue = swarm.queue("bench").limit(u64::MAX >> 12).open()?;
    kilowat::Runtime::shared().wait_ready();
    let peers = peers::all();
    let socket = folder.path().join("redis.sock");
    let few = |count| if is_test { 2 * BATCH } else { count };
    let (one_by_one, count) = (few(COUNT_ONE_BY_ONE), few(COUNT));
    let (mut ours, mut pipelined, mut single) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut others = vec![0.0_f64; peers.len()];
    let rate = |count, elapsed: Duration| number(count) / elapsed.as_secs_f64();
    for _ in 0..turns {
        pipelined = pipelined.max(rate(count, bare_turn(&client, count, BATCH)?));
        ours = ours.max(rate(count, turn(&queue, count)?));
        single = single.max(rate(one_by_one, bare_turn(&client, one_by_one, 1)?));
        for (peer, best) in peers.iter().zip(&mut others) {
            *best = best.max(peer.rate(&socket, few(peer.count))?);
        }
    }
    let line = |name, rate| {
        println!(
            "{name:24} {rate:>8.0} messages a second {:>8.2}",
            ours / rate
        );
    };
    println!("{:54} kilowat to it", "");
    line("kilowat", ours);
    line("bare loop, one by one", single);
    line("bare loop, pipelined", pipelined);
    for (peer, rate) in peers.iter().zip(others) {
        line(peer.name, rate);
    }
    Ok(())
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What has come.
struct Ledger {
    seen: Vec<bool>,
    left: usize,
}

impl Ledger {
    fn new(count: usize) -> Self {
        Self {
            seen: vec![false; count],
            left: count,
        }
    }

    /// Notes the message with a body.
    fn note(&mut self, body: &[u8]) -> Outcome<()> {
        let digits = body.strip_prefix(BEGINNING.as_bytes()).unwrap_or_default();
        let end = digits.iter().position(|byte| !byte.is_ascii_digit());
        let number: usize = std::str::from_utf8(&digits[..end.unwrap_or(0)])?.parse()?;
        match self.seen.get_mut(number) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(format!("message {number} has come again, or was never sent").into()),
        }
        self.left -= 1;
        Ok(())
    }
}

/// What each body begins with; its number is behind.
const BEGINNING: &str = "{\"number\":";

fn body(number: usize) -> Vec<u8> {
    let mut text = format!("{BEGINNING}{number},\"text\":\"");
    while text.len() + 2 < BODY {
        text.push(char::from(b'a' + (text.len() * (number + 7) % 26) as u8));
    }
    text.push_str("\"}");
    text.into_bytes()
}

fn turn(queue: &Channel<Queue>, count: usize) -> Outcome<Duration> {
    let bodies: Vec<_> = (0..count).map(body).collect();
    let consumer = queue.consumer("bench")?;
    let began = Instant::now();
    thread::scope(|scope| {
        let sender = scope.spawn(|| -> Outcome<()> {
            for bodies in bodies.chunks(BATCH) {
                let messages = bodies
                    .iter()
                    .map(|body| Message::json_text("bench", body.clone()));
                queue.send_batch(messages.collect())?;
            }
            Ok(())
        });
        let mut ledger = Ledger::new(count);
        while ledger.left > 0 {
            let deliveries = consumer.receive(BATCH, Duration::from_secs(1))?;
            for delivery in &deliveries {
                ledger.note(&delivery.message().body)?;
            }
            let fates = deliveries
                .into_iter()
                .map(|delivery| (delivery, Fate::Done));
            consumer.settle(fates.collect())?;
        }
        sender.join().map_err(|_| "the sender has panicked")?
    })?;
    Ok(began.elapsed())
}

/// A turn of the bare loop, which sends so many messages at a time.
fn bare_turn(client: &redis::Client, count: usize, at_a_time: usize) -> Outcome<Duration> {
    let bodies: Vec<_> = (0..count).map(body).collect();
    let mut connection = client.get_connection()?;
    // It is an error that it is there, and no harm.
    let _: redis::RedisResult<()> = redis::cmd("XGROUP")
        .arg(&["CREATE", "bare", "g", "0", "MKSTREAM"])
        .query(&mut connection);
    let began = Instant::now();
    thread::scope(|scope| {
        let sender = scope.spawn(|| -> Outcome<()> {
            let mut connection = client.get_connection()?;
            for bodies in bodies.chunks(at_a_time) {
                let mut pipe = redis::pipe();
                for body in bodies {
                    pipe.cmd("XADD")
                        .arg("bare")
                        .arg("*")
                        .arg("e")
                        .arg(body)
                        .ignore();
                }
                pipe.exec(&mut connection)?;
            }
            Ok(())
        });
        let mut ledger = Ledger::new(count);
        while ledger.left > 0 {
            let read: Option<StreamReadReply> = redis::cmd("XREADGROUP")
                .arg(&["GROUP", "g", "c", "BLOCK", "1000", "COUNT"])
                .arg(BATCH)
                .arg(&["STREAMS", "bare", ">"])
                .query(&mut connection)?;
            let Some(read) = read else {
                continue;
            };
            let mut ids = Vec::new();
            for entry in read.keys.iter().flat_map(|key| &key.ids) {
                ledger.note(&entry.get::<Vec<u8>>("e").unwrap_or_default())?;
                ids.push(entry.id.as_str());
            }
            redis::pipe()
                .cmd("XACK")
                .arg("bare")
                .arg("g")
                .arg(&ids)
                .ignore()
                .cmd("XDEL")
                .arg("bare")
                .arg(&ids)
                .ignore()
                .exec(&mut connection)?;
        }
        sender.join().map_err(|_| "the sender has panicked")?
    })?;
    Ok(began.elapsed())
}

fn start(folder: &Path) -> std::io::Result<Server> {
    let child = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "yes", "--dir"])
        .arg(folder)
        .arg("--unixsocket")
        .arg(folder.join("redis.sock"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(Server(child))
}

fn wait(client: &redis::Client) {
    let began = Instant::now();
    while client.get_connection().is_err() && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(5));
    }
}
