//! A topic: one group whose members share the messages, and one that reads all of them by itself.

use std::time::Duration;

use kilowat_swarm::messenger::{Group, Message};
use kilowat_swarm::{Place, Swarm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let swarm = Swarm::open(&Place::at(folder.path().join(".kilowat")))?;
    let news = swarm
        .topic("news")
        .keep(1_000, Duration::from_hours(1))
        .open()?;
    let indexers = Group::shared("indexers");
    let readers = [
        ("first indexer", news.subscribe(&indexers, "one")?),
        ("second indexer", news.subscribe(&indexers, "two")?),
        ("reader", news.subscribe(&Group::own(), "reader")?),
    ];
    for number in 0..4_u32 {
        news.send(Message::json("headline", &format!("headline {number}"))?)?;
    }
    for (name, consumer) in &readers {
        for delivery in consumer.receive(2, Duration::ZERO)? {
            println!("{name}: {}", delivery.json::<String>()?);
            delivery.ack()?;
        }
    }
    println!("kept: {} messages", news.history(100)?.len());
    Ok(())
}
