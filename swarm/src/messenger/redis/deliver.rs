//! How parcels get to the server, or else into the outbox.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use redis::{Cmd, Value};

use super::lane::{Delivered, OUTBOX_BYTES};
use super::link::Trouble;
use super::parcel::{ENVELOPE, Parcel, identity, plain_lane};
use super::reply::Parts;
use super::scripts::SEND;
use super::{Core, outbox};
use crate::error::Error;
use crate::messenger::Receipt;
use crate::swarm::Shared;

/// How many bytes and messages of several parcels a call has at most.
const RUN_BYTES: u64 = 256 << 10;
const RUN_MESSAGES: usize = 256;

impl Core {
    /// The call that adds parcels, all of them or none. The server notes the sequence of the last. Most messages have nothing
    /// to them but a lane, and then only their envelopes are sent: for the server each argument is a string more to make.
    fn call(&self, channel: &str, producer: &[u8], parcels: &[Arc<Parcel>], last: u64) -> Cmd {
        let mut call = SEND.call(&self.base(channel));
        call.arg(self.time())
            .arg(producer)
            .arg(parcels.last().map_or(0, |parcel| parcel.sequence))
            .arg(last);
        let messages = || parcels.iter().flat_map(|parcel| parcel.messages());
        let plain = plain_lane(messages());
        call.arg(plain.unwrap_or_default());
        let skipped = if plain.is_some() { ENVELOPE } else { 0 };
        for argument in messages().flat_map(|message| &message[skipped..]) {
            call.arg(argument);
        }
        call
    }

    /// Adds parcels on one way to the server, as many in a call as have room, and gives the receipts of each that was added.
    /// Each is refused that stands behind one that was not added: else that could not be added any more.
    pub(super) fn deliver_all(
        &self,
        channel: &str,
        parcels: &[Arc<Parcel>],
        mut last: u64,
    ) -> Result<Vec<Option<Vec<Receipt>>>, Trouble> {
        let runs = runs(parcels);
        let mut calls = Vec::with_capacity(runs.len());
        for run in &runs {
            calls.push(self.call(channel, &self.producer, run, last));
            last = run.last().map_or(last, |parcel| parcel.sequence);
        }
        let answers = self.link.run_all(&calls)?;
        let mut all = Vec::with_capacity(parcels.len());
        for (run, answer) in runs.into_iter().zip(answers) {
            let mut parts = answer.map_or_else(|_| Parts::of(Value::Nil), Parts::of);
            let is_sent = parts.text().as_deref() == Some("sent");
            // What was not done is tried again parcel by parcel, and that says why.
            let receipts = |parcel: &Arc<Parcel>| is_sent.then(|| receipts(parcel, &mut parts));
            all.extend(run.iter().map(receipts));
        }
        Ok(all)
    }

    /// Adds a parcel. Where the server has forgotten what was sent before, the last sequence that it knows is
    /// returned, and nothing was added.
    pub(super) fn deliver(
        &self,
        channel: &str,
        producer: &[u8],
        parcel: &Arc<Parcel>,
        last: u64,
    ) -> Result<Result<Delivered, u64>, Trouble> {
        let mut is_opened = false;
        loop {
            let call = self.call(channel, producer, std::slice::from_ref(parcel), last);
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
        "sent" => Ok(Ok(Delivered::Sent(receipts(parcel, &mut parts)))),
        "full" => Ok(Ok(Delivered::Full(parts.number().unwrap_or_default()))),
        "gap" => Ok(Err(parts.number().unwrap_or_default())),
        "unknown" => Ok(Ok(Delivered::Unknown)),
        _ => Err(Trouble::Refused(format!("it answers {word:?} to a send"))),
    }
}

/// The receipts for a parcel that was sent, by the next parts of an answer.
fn receipts(parcel: &Parcel, parts: &mut Parts) -> Vec<Receipt> {
    let receipts = parcel.receipts(Receipt::Remote).into_iter();
    // Of those that had nothing to them but a lane nothing is said.
    let receipts = receipts.map(|receipt| match parts.bytes() {
        Some(before) if !before.is_empty() => Receipt::Duplicate(identity(&before)),
        _ => receipt,
    });
    receipts.collect()
}

/// Parcels in their order, as they share calls: a call that is too long keeps others waiting.
fn runs(parcels: &[Arc<Parcel>]) -> Vec<&[Arc<Parcel>]> {
    let (mut runs, mut begin, mut bytes, mut messages) = (Vec::new(), 0, 0, 0);
    for (place, parcel) in parcels.iter().enumerate() {
        bytes += parcel.bytes();
        messages += parcel.len();
        if place > begin && (bytes > RUN_BYTES || messages > RUN_MESSAGES) {
            runs.push(&parcels[begin..place]);
            (begin, bytes, messages) = (place, parcel.bytes(), parcel.len());
        }
    }
    if begin < parcels.len() {
        runs.push(&parcels[begin..]);
    }
    runs
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::identity::Id;
    use crate::messenger::engine::Outgoing;

    fn parcel(sequence: u64, messages: usize, len: usize) -> Arc<Parcel> {
        let message = |_| Outgoing {
            id: Id::new(),
            key: None,
            priority: 1,
            delay: Duration::ZERO,
            expires: None,
            envelope: vec![0; len],
        };
        let messages: Vec<_> = (0..messages).map(message).collect();
        Arc::new(Parcel::new(sequence, &messages))
    }

    #[test]
    fn parcels_share_calls_in_their_order_and_within_limits() {
        let sizes = [
            (1, 10),
            (1, 10),
            (RUN_MESSAGES, 1),
            (RUN_MESSAGES - 1, 1),
            (1, 1),
            (1, RUN_BYTES as usize),
            (2, 9),
        ];
        let parcels: Vec<_> = sizes
            .iter()
            .zip(1..)
            .map(|(&(messages, len), sequence)| parcel(sequence, messages, len))
            .collect();
        let runs = runs(&parcels);
        let sequences = |run: &&[Arc<Parcel>]| {
            let sequences = run.iter().map(|parcel| parcel.sequence);
            sequences.collect::<Vec<_>>()
        };
        let shared: Vec<_> = runs.iter().map(sequences).collect();
        // One that is over a limit by itself goes by itself.
        let wanted: [&[u64]; 5] = [&[1, 2], &[3], &[4, 5], &[6], &[7]];
        assert_eq!(shared, wanted);
        assert!(super::runs(&[]).is_empty());
    }
}
