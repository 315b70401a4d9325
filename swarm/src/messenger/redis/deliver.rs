//! How parcels get to the server, or else into the outbox.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use redis::{Cmd, Value};

use super::lane::{Delivered, OUTBOX_BYTES};
use super::link::Trouble;
use super::parcel::{Parcel, identity};
use super::reply::Parts;
use super::scripts::SEND;
use super::{Core, outbox};
use crate::error::Error;
use crate::messenger::Receipt;
use crate::swarm::Shared;

impl Core {
    /// The call that adds a parcel.
    fn call(&self, channel: &str, producer: &[u8], parcel: &Parcel, last: u64) -> Cmd {
        let mut call = SEND.call(&self.base(channel));
        call.arg(self.time())
            .arg(producer)
            .arg(parcel.sequence)
            .arg(last);
        for argument in &parcel.arguments {
            call.arg(argument);
        }
        call
    }

    /// Adds parcels on one way to the server. Each is refused that stands behind one that was not added: else that could
    /// not be added any more.
    pub(super) fn deliver_all(
        &self,
        channel: &str,
        parcels: &[Arc<Parcel>],
        mut last: u64,
    ) -> Result<Vec<Result<Delivered, u64>>, Trouble> {
        let mut calls = Vec::with_capacity(parcels.len());
        for parcel in parcels {
            calls.push(self.call(channel, &self.producer, parcel, last));
            last = parcel.sequence;
        }
        let answers = self.link.run_all(&calls)?;
        let answers = parcels.iter().zip(answers);
        let all = answers.map(|(parcel, answer)| {
            // What was not done is tried again by itself, and that says why.
            answer
                .ok()
                .and_then(|value| delivered(parcel, value).ok())
                .unwrap_or(Err(0))
        });
        Ok(all.collect())
    }

    /// Adds a parcel. Where the server has forgotten what was sent before, the last sequence that it knows is
    /// returned, and nothing was added.
    pub(super) fn deliver(
        &self,
        channel: &str,
        producer: &[u8],
        parcel: &Parcel,
        last: u64,
    ) -> Result<Result<Delivered, u64>, Trouble> {
        let mut is_opened = false;
        loop {
            let call = self.call(channel, producer, parcel, last);
            match delivered(parcel, self.link.run(&SEND, &call)?) {
                Ok(Ok(Delivered::Unknown)) if !is_opened && self.open_again(channel)? => {
                    is_opened = true;
                }
                delivered => return delivered,
            }
        }
    }

    /// Puts a parcel into the outbox.
    pub(super) fn spool(
        &self,
        shared: &Shared,
        channel: &str,
        parcel: &Parcel,
    ) -> Result<(), Error> {
        let bytes = parcel.bytes();
        if self.sizes.waiting.load(Ordering::Relaxed) + bytes > OUTBOX_BYTES {
            return Err(Error::OutboxFull {
                redis: self.link.address().to_string(),
                limit: OUTBOX_BYTES,
            });
        }
        self.claim(shared)?;
        let settings = self.settings_of(channel);
        let pile = self.pile(channel);
        shared
            .database
            .write(|connection, now| outbox::insert(connection, now, &pile, &settings, parcel))?;
        self.sizes.waiting.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }
}

/// What an answer says; where the server has forgotten what was sent before, the last sequence that it knows.
fn delivered(parcel: &Parcel, answer: Value) -> Result<Result<Delivered, u64>, Trouble> {
    let mut parts = Parts::of(answer);
    let word = parts.text().unwrap_or_default();
    match &*word {
        "sent" => {
            let receipts = parcel.receipts(Receipt::Remote).into_iter();
            let receipts = receipts.map(|receipt| match parts.bytes() {
                Some(before) if !before.is_empty() => Receipt::Duplicate(identity(&before)),
                _ => receipt,
            });
            Ok(Ok(Delivered::Sent(receipts.collect())))
        }
        "full" => Ok(Ok(Delivered::Full(parts.number().unwrap_or_default()))),
        "gap" => Ok(Err(parts.number().unwrap_or_default())),
        "unknown" => Ok(Ok(Delivered::Unknown)),
        _ => Err(Trouble::Refused(format!("it answers {word:?} to a send"))),
    }
}
