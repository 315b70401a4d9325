//! Messages that are sent together: the arguments of a script, which can be put into a row and taken out again.

use crate::error::{Error, Row};
use crate::identity::Id;
use crate::messenger::Receipt;
use crate::messenger::engine::Outgoing;

/// How many arguments a message has: its lane, the delay, when it expires, its key, its identity and its envelope.
const WIDTH: usize = 6;
const IDENTITY: usize = 4;
pub(super) const ENVELOPE: usize = 5;

/// The format of a parcel as it is stored.
const VERSION: u8 = 1;

/// Messages, of which all are added or none.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) sequence: u64,
    pub(super) arguments: Vec<Vec<u8>>,
}

/// The letter of a priority.
pub(super) fn lane(priority: u8) -> char {
    match priority {
        0 => 'l',
        1 => 'n',
        _ => 'h',
    }
}

impl Parcel {
    pub(super) fn new(sequence: u64, messages: &[Outgoing]) -> Self {
        let mut arguments = Vec::with_capacity(messages.len() * WIDTH);
        for message in messages {
            // Beyond a hundred years numbers of Lua are no longer exact.
            const LONGEST: u128 = 100 * 365 * 24 * 60 * 60 * 1_000;
            let delay = message.delay.as_millis().min(LONGEST);
            let expires = message.expires.map(|moment| moment.0.to_string());
            arguments.push(vec![lane(message.priority) as u8]);
            arguments.push(delay.to_string().into_bytes());
            arguments.push(expires.unwrap_or_default().into_bytes());
            arguments.push(message.key.clone().unwrap_or_default().into_bytes());
            arguments.push(message.id.as_bytes().to_vec());
            arguments.push(message.envelope.clone());
        }
        Self {
            sequence,
            arguments,
        }
    }

    /// The arguments of each message.
    pub(super) fn messages(&self) -> impl Iterator<Item = &[Vec<u8>]> {
        self.arguments.chunks_exact(WIDTH)
    }

    /// How many messages it has.
    pub(super) fn len(&self) -> usize {
        self.arguments.len() / WIDTH
    }

    /// How many bytes it takes up.
    pub(super) fn bytes(&self) -> u64 {
        self.arguments
            .iter()
            .map(|argument| argument.len() as u64)
            .sum()
    }

    /// A receipt for each of the messages.
    pub(super) fn receipts(&self, receipt: fn(Id) -> Receipt) -> Vec<Receipt> {
        let ids = self.arguments.iter().skip(IDENTITY).step_by(WIDTH);
        ids.map(|id| receipt(identity(id))).collect()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for argument in &self.arguments {
            // Envelopes, the longest of them, have 32-bit lengths themselves.
            bytes.extend((argument.len() as u32).to_le_bytes());
            bytes.extend(argument);
        }
        bytes
    }

    pub(super) fn from_bytes(channel: &str, sequence: u64, bytes: &[u8]) -> Result<Self, Error> {
        let damaged = || {
            let row = Row::new("parcel", channel, sequence);
            Error::DamagedRow(row, "it does not end where it should")
        };
        let (version, mut rest) = bytes.split_first().ok_or_else(damaged)?;
        if *version != VERSION {
            let row = Row::new("parcel", channel, sequence);
            return Err(Error::DamagedRow(row, "a later kilowat has written it"));
        }
        let mut arguments = Vec::new();
        while !rest.is_empty() {
            let (len, behind) = rest.split_first_chunk().ok_or_else(damaged)?;
            let len = u32::from_le_bytes(*len) as usize;
            let (argument, behind) = behind.split_at_checked(len).ok_or_else(damaged)?;
            arguments.push(argument.to_vec());
            rest = behind;
        }
        if !arguments.len().is_multiple_of(WIDTH) {
            return Err(damaged());
        }
        Ok(Self {
            sequence,
            arguments,
        })
    }
}

/// The lane of messages that have nothing to them but that; none where one of them has, or is of another.
pub(super) fn plain_lane<'a>(messages: impl Iterator<Item = &'a [Vec<u8>]>) -> Option<&'a [u8]> {
    let mut plain: Option<&[u8]> = None;
    for message in messages {
        let [lane, delay, expires, key, ..] = message else {
            return None;
        };
        let has_more = delay != b"0" || !expires.is_empty() || !key.is_empty();
        if has_more || plain.is_some_and(|plain| plain != lane.as_slice()) {
            return None;
        }
        plain = Some(lane);
    }
    plain
}

/// An identity from its 16 bytes; of others, that of no message.
pub(super) fn identity(bytes: &[u8]) -> Id {
    Id::from_bytes(bytes.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_messages_with_nothing_but_one_lane_are_plain() {
        type Change = fn(&mut Outgoing);
        let plain = || Outgoing {
            id: Id::new(),
            key: None,
            priority: 1,
            delay: Duration::ZERO,
            expires: None,
            envelope: vec![1],
        };
        let lane_of = |messages: &[Outgoing]| {
            let parcel = Parcel::new(1, messages);
            plain_lane(parcel.messages()).map(<[u8]>::to_vec)
        };
        assert_eq!(lane_of(&[plain(), plain()]), Some(b"n".to_vec()));
        assert_eq!(lane_of(&[]), None);
        let changes: [Change; 4] = [
            |it| it.key = Some("k".to_owned()),
            |it| it.priority = 2,
            |it| it.delay = Duration::from_millis(1),
            |it| it.expires = Some(crate::clock::Moment(7)),
        ];
        for change in changes {
            let mut other = plain();
            change(&mut other);
            assert_eq!(lane_of(&[plain(), other]), None);
        }
    }

    #[test]
    fn a_parcel_comes_out_as_it_was_put_in() {
        let message = |priority, envelope: &[u8]| Outgoing {
            id: Id::new(),
            key: (priority == 2).then(|| "key".to_owned()),
            priority,
            delay: Duration::from_millis(7),
            expires: None,
            envelope: envelope.to_vec(),
        };
        let parcel = Parcel::new(
            9,
            &[message(0, b""), message(1, b"one"), message(2, &[0; 70])],
        );
        let bytes = parcel.to_bytes();
        let again = Parcel::from_bytes("jobs", 9, &bytes).unwrap();
        assert_eq!(again.arguments, parcel.arguments);
        assert_eq!(again.receipts(Receipt::Spooled).len(), 3);
        for end in 0..bytes.len() {
            // An end between two messages cannot be told from that of fewer.
            if let Ok(cut) = Parcel::from_bytes("jobs", 9, &bytes[..end]) {
                assert!(cut.arguments.len() < parcel.arguments.len());
            }
        }
        let mut later = bytes;
        later[0] = 2;
        assert!(Parcel::from_bytes("jobs", 9, &later).is_err());
    }
}
