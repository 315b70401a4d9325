//! Messages through Redis, beside a bare loop over the crate that both use: the same bodies, the same server, in turns.
//!
//! ```sh
//! cargo bench --package kilowat-swarm --features redis --bench redis
//! ```
//!
//! The bare loop sends what it has by one pipeline at a time, takes as many, and acknowledges and deletes them by one
//! command each. It has no envelopes, no keys, no leases, no limit, and nothing that is sent again.

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
    let count = if is_test { 2 * BATCH } else { COUNT };
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
    let (mut best, mut bare) = (f64::MAX, f64::MAX);
    for _ in 0..turns {
        bare = bare.min(bare_turn(&client, count)?.as_secs_f64());
        best = best.min(turn(&queue, count)?.as_secs_f64());
    }
    let rate = |seconds: f64| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
    println!("bare loop    {:>8.0} messages a second", rate(bare));
    println!("kilowat      {:>8.0} messages a second", rate(best));
    println!("ratio        {:>8.2}", bare / best);
    Ok(())
}

fn body(number: usize) -> Vec<u8> {
    let mut text = format!("{{\"number\":{number},\"text\":\"");
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
        let mut done = 0;
        while done < count {
            let deliveries = consumer.receive(BATCH, Duration::from_secs(1))?;
            done += deliveries.len();
            let fates = deliveries
                .into_iter()
                .map(|delivery| (delivery, Fate::Done));
            consumer.settle(fates.collect())?;
        }
        sender.join().map_err(|_| "the sender has panicked")?
    })?;
    Ok(began.elapsed())
}

fn bare_turn(client: &redis::Client, count: usize) -> Outcome<Duration> {
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
            for bodies in bodies.chunks(BATCH) {
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
        let mut done = 0;
        while done < count {
            let read: Option<StreamReadReply> = redis::cmd("XREADGROUP")
                .arg(&["GROUP", "g", "c", "BLOCK", "1000", "COUNT"])
                .arg(BATCH)
                .arg(&["STREAMS", "bare", ">"])
                .query(&mut connection)?;
            let Some(read) = read else {
                continue;
            };
            let entries = read.keys.iter().flat_map(|key| &key.ids);
            let ids: Vec<_> = entries.map(|entry| entry.id.as_str()).collect();
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
            done += ids.len();
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
