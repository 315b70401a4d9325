//! What those who look on cost: the processor time of a dashboard that many pages are open on.
//!
//! `cargo run --release --example viewers [HOW-MANY [SECONDS]]`

use std::env;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kilowat_dashboard::Dashboard;
use kilowat_swarm::messenger::Message;
use kilowat_swarm::{Place, Swarm};

/// Names the folder of the swarm to the process that is the dashboard.
const FOLDER: &str = "KILOWAT_EXAMPLE_FOLDER";

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(folder) = env::var_os(FOLDER) {
        return serve(&Place::at(folder));
    }
    let mut arguments = env::args().skip(1);
    let mut number = |otherwise| arguments.next().map_or(Ok(otherwise), |text| text.parse());
    let (viewers, seconds) = (number(64)?, number(20)?);
    let folder = env::temp_dir().join(format!("kilowat-viewers-{}", std::process::id()));
    let (process, address) = start(&folder)?;
    let mut process = Ending(process);
    let alone = share(&process.0, seconds)?;
    let streams = (0..viewers)
        .map(|_| watch(address))
        .collect::<Result<Vec<_>, _>>()?;
    let watched = share(&process.0, seconds)?;
    process.0.kill()?;
    process.0.wait()?;
    let events: Vec<u64> = streams
        .into_iter()
        .map(|stream| stream.join().unwrap_or_default())
        .collect();
    let fewest = events.iter().min().copied().unwrap_or_default();
    println!("nobody looks on: {:.2} % of a core", alone * 100.0);
    println!("{viewers} look on: {:.2} % of a core", watched * 100.0);
    println!("each has had {fewest} events or more in {seconds} s");
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// Ends the dashboard whatever happens.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A dashboard of a swarm with ten channels, until it is killed.
fn serve(place: &Place) -> Result<(), Box<dyn Error>> {
    let swarm = Swarm::open(place)?;
    for number in 0..10 {
        let queue = swarm.queue(&format!("queue-{number}")).open()?;
        queue.send(Message::json("example", &number)?)?;
    }
    let running = Dashboard::new(&swarm).port(0).start()?;
    println!("{}", running.addresses()[0]);
    loop {
        thread::park();
    }
}

fn start(folder: &std::path::Path) -> Result<(Child, SocketAddr), Box<dyn Error>> {
    let mut process = Command::new(env::current_exe()?)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let stdout = process.stdout.take().ok_or("no output")?;
    BufReader::new(stdout).read_line(&mut line)?;
    Ok((process, line.trim().parse()?))
}

/// Looks on until the dashboard is gone; how many events there were.
fn watch(address: SocketAddr) -> std::io::Result<thread::JoinHandle<u64>> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /api/v1/stream HTTP/1.1\r\nHost: {address}\r\n\r\n"
    )?;
    Ok(thread::spawn(move || {
        let mut events = 0;
        let mut bytes = vec![0; 1 << 16];
        while let Ok(read @ 1..) = stream.read(&mut bytes) {
            events += bytes[..read]
                .windows(4)
                .filter(|four| four == b"id: ")
                .count() as u64;
        }
        events
    }))
}

/// What share of a core a process takes, over so many seconds.
fn share(process: &Child, seconds: u64) -> Result<f64, Box<dyn Error>> {
    let before = (worked(process)?, Instant::now());
    thread::sleep(Duration::from_secs(seconds));
    Ok((worked(process)? - before.0) / before.1.elapsed().as_secs_f64())
}

/// How long a process has worked, in seconds: on Linux, where a second has a hundred ticks.
fn worked(process: &Child) -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", process.id()))?;
    let (_, fields) = text.rsplit_once(')').ok_or("no name")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks =
        || -> Result<f64, Box<dyn Error>> { Ok(fields.next().ok_or("no time")?.parse::<f64>()?) };
    Ok((ticks()? + ticks()?) / 100.0)
}
