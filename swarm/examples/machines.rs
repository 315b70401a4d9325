//! Two machines that share a Redis: two processes with folders of their own. One asks, the other answers.
//!
//! ```sh
//! KILOWAT_REDIS=redis://127.0.0.1 cargo run --package kilowat-swarm --features redis --example machines
//! ```

use std::env;
use std::error::Error;
use std::process::Command;
use std::time::Duration;

use kilowat_swarm::messenger::Message;
use kilowat_swarm::messenger::redis::{Address, VARIABLE};
use kilowat_swarm::{Place, Swarm};

/// How long to wait for the other.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os(VARIABLE).is_none() {
        println!("{VARIABLE} names no Redis: there is nothing to show");
        return Ok(());
    }
    match env::args().nth(1) {
        Some(folder) => answer(&Place::at(folder)),
        None => ask(),
    }
}

fn open(place: &Place) -> Result<Swarm, Box<dyn Error>> {
    let address = Address::find(place)?;
    Ok(Swarm::builder().redis(address).open(place)?)
}

/// The first machine: it starts the second, and asks whoever answers.
fn ask() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let swarm = open(&Place::at(folder.path().join("first")))?;
    let sums = swarm.queue("example/sums").open()?;
    let mut other = Command::new(env::current_exe()?)
        .arg(folder.path().join("second"))
        .spawn()?;
    let answer = sums.request(Message::json("sum", &[17, 25])?, PATIENCE)?;
    let answer = answer.ok_or("nobody has answered")?;
    println!("17 + 25 is {}", String::from_utf8_lossy(&answer.body));
    other.wait()?;
    swarm.remove_channel("example/sums")?;
    Ok(())
}

/// The second machine: it answers one question.
fn answer(place: &Place) -> Result<(), Box<dyn Error>> {
    let sums = open(place)?.queue("example/sums").open()?;
    let consumer = sums.consumer("second")?;
    for delivery in consumer.receive(1, PATIENCE)? {
        let numbers: Vec<i64> = delivery.json()?;
        let sum: i64 = numbers.iter().sum();
        delivery.answer(Message::json("sum", &sum)?)?;
    }
    Ok(())
}
