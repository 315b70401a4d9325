//! Messages: what is accepted is delivered at least once, or stands in the dead letters.

mod conformance;
mod crashes;
mod damage;
mod ground;
mod in_flight;
mod ledger;
mod processes;
#[cfg(feature = "redis")]
mod redis;
mod requests;
mod topics;
mod transactions;

pub(super) use crashes::child as child_that_dies;
pub(super) use processes::{child_that_consumes, child_that_sends};
#[cfg(feature = "redis")]
pub(super) use redis::{child_that_spools, child_that_trusts};

use std::time::Duration;

use kilowat_swarm::messenger::{Consumer, Delivery, Message};

/// Not at all: what is there is taken.
const AT_ONCE: Duration = Duration::ZERO;

fn numbered(number: usize) -> Message {
    Message::json_text("job", number.to_string().into_bytes())
}

fn number(delivery: &Delivery) -> usize {
    delivery.json().unwrap()
}

/// All that can be taken now.
fn take(consumer: &Consumer) -> Vec<Delivery> {
    consumer.receive(1_000, AT_ONCE).unwrap()
}

fn take_one(consumer: &Consumer) -> Delivery {
    let mut all = consumer.receive(1, AT_ONCE).unwrap();
    all.pop().expect("there is a message")
}
