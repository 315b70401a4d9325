//! A queue with two workers: run it, then run it with `work` in two other terminals, and kill one of them.
//!
//! `cargo run --example queue` in the package `kilowat-swarm` sends; `cargo run --example queue work` works.

use std::time::Duration;

use kilowat_swarm::messenger::{Fate, Message};
use kilowat_swarm::worker::Worker;
use kilowat_swarm::{Place, Swarm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let swarm = Swarm::open(&Place::find(".".as_ref())?)?;
    let jobs = swarm
        .queue("squares")
        .lease(Duration::from_secs(5))
        .open()?;
    if std::env::args().nth(1).as_deref() != Some("work") {
        for number in 0..100_u32 {
            jobs.send(Message::json("square", &number)?)?;
        }
        println!("sent; {:?}", jobs.stats()?);
        return Ok(());
    }
    let report = Worker::new(&swarm)
        .handle("squares", |delivery| match delivery.json::<u32>() {
            Ok(number) => {
                std::thread::sleep(Duration::from_millis(200));
                println!("{number} squared is {}", number * number);
                Fate::Done
            }
            Err(error) => Fate::Dead(error.to_string()),
        })
        .slots(2)
        .idle(Duration::from_secs(6))
        .run()?;
    println!("{report:?}");
    Ok(())
}
