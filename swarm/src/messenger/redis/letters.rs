//! Messages that are looked at: those that wait, those of a topic, and dead letters.

use redis::cmd;

use super::Core;
use super::reply::{Parts, text};
use super::scripts::REVIVE;
use super::take::{identity_of, number};
use crate::clock::Moment;
use crate::error::Error;
use crate::identity::Id;
use crate::messenger::dead_letters::Letter;

/// The lanes, those first that come first.
const LANES: [char; 3] = ['h', 'n', 'l'];

/// The number of an entry, and its fields.
type Numbered = ((u64, u64), Parts);

impl Core {
    /// Entries of a stream: their numbers, and their fields.
    fn entries(
        &self,
        command: &str,
        stream: &str,
        (from, to): (&str, &str),
        most: u32,
    ) -> Result<Vec<Numbered>, Error> {
        let mut ask = cmd(command);
        ask.arg(stream).arg(from).arg(to).arg("COUNT").arg(most);
        let mut parts = Parts::of(self.asked(&ask)?);
        let mut entries = Vec::new();
        while let Some(mut entry) = parts.parts() {
            let number = entry.text().and_then(|text| number(&text));
            if let (Some(number), Some(fields)) = (number, entry.parts()) {
                entries.push((number, fields));
            }
        }
        Ok(entries)
    }

    pub(super) fn peek(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let base = self.base(channel);
        let mut messages = Vec::new();
        for lane in LANES {
            let left = most.saturating_sub(messages.len() as u32);
            if left == 0 {
                break;
            }
            let stream = format!("{base}:{lane}");
            for (_, mut fields) in self.entries("XRANGE", &stream, ("-", "+"), left)? {
                messages.extend(envelope(&mut fields));
            }
        }
        let left = most.saturating_sub(messages.len() as u32);
        if left > 0 {
            messages.append(&mut self.delayed(&base, left)?);
        }
        Ok(messages)
    }

    /// Those that are not due yet, in the order in which they will be.
    fn delayed(&self, base: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let mut ask = cmd("ZRANGE");
        ask.arg(format!("{base}:z")).arg(0).arg(i64::from(most) - 1);
        let mut members = Parts::of(self.asked(&ask)?);
        let mut messages = Vec::new();
        while let Some(member) = members.text() {
            let mut ask = cmd("HGET");
            ask.arg(format!("{base}:zb")).arg(member);
            // It may have become due meanwhile.
            let redis::Value::BulkString(kept) = self.asked(&ask)? else {
                continue;
            };
            // Behind a line of what else there is to know.
            if let Some(line) = kept.iter().position(|byte| *byte == b'\n') {
                let envelope = kept[line + 1..].to_vec();
                messages.push((identity_of(&envelope), envelope));
            }
        }
        Ok(messages)
    }

    pub(super) fn history(&self, channel: &str, most: u32) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let base = self.base(channel);
        let mut all = Vec::new();
        for lane in LANES {
            let stream = format!("{base}:{lane}");
            all.append(&mut self.entries("XREVRANGE", &stream, ("+", "-"), most)?);
        }
        all.sort_by_key(|(number, _)| *number);
        let older = all.len().saturating_sub(most as usize);
        let last = all.into_iter().skip(older);
        Ok(last
            .filter_map(|(_, mut fields)| envelope(&mut fields))
            .collect())
    }

    pub(super) fn dead_letters(
        &self,
        channel: &str,
        after: i64,
        most: u32,
    ) -> Result<Vec<Letter>, Error> {
        let stream = format!("{}:d", self.base(channel));
        let from = format!("({}-1", after.max(0));
        let entries = self.entries("XRANGE", &stream, (&from, "+"), most)?;
        let letters = entries
            .into_iter()
            .filter_map(|((number, _), mut fields)| letter(number, &mut fields));
        Ok(letters.collect())
    }

    pub(super) fn revive(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        let mut call = REVIVE.call(&self.base(channel));
        call.arg(self.time()).arg(letter.max(0));
        let answer = self.link.run(&REVIVE, &call);
        let answer = answer.map_err(|trouble| self.link.error(trouble))?;
        Ok(text(answer) == "1")
    }

    pub(super) fn drop_letter(&self, channel: &str, letter: i64) -> Result<bool, Error> {
        let mut ask = cmd("XDEL");
        ask.arg(format!("{}:d", self.base(channel)))
            .arg(format!("{}-1", letter.max(0)));
        Ok(text(self.asked(&ask)?) == "1")
    }
}

/// The envelope of an entry, which is its last field.
fn envelope(fields: &mut Parts) -> Option<(Id, Vec<u8>)> {
    let mut envelope = None;
    while let (Some(_), Some(value)) = (fields.bytes(), fields.bytes()) {
        envelope = Some(value);
    }
    let envelope = envelope?;
    Some((identity_of(&envelope), envelope))
}

fn letter(number: u64, fields: &mut Parts) -> Option<Letter> {
    let mut value = || {
        fields.bytes()?;
        fields.bytes()
    };
    let mut word = || String::from_utf8(value()?).ok();
    let (group, why, attempts, owner, at, _lane) =
        (word()?, word()?, word()?, word()?, word()?, word()?);
    let envelope = value()?;
    Some(Letter {
        number: i64::try_from(number).ok()?,
        id: identity_of(&envelope),
        group,
        why,
        attempts: attempts.parse().ok()?,
        owner: (!owner.is_empty()).then_some(owner),
        at: Moment(at.parse().ok()?),
        envelope,
    })
}
