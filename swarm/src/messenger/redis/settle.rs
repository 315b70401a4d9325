//! What becomes of deliveries.

use std::collections::BTreeMap;

use super::Core;
use super::link::Trouble;
use super::reply::Parts;
use super::scripts::SETTLE;
use super::take::millis;
use crate::clock::Moment;
use crate::error::Error;
use crate::messenger::Settings;
use crate::messenger::engine::{Entry, Outcome, Taker, Ticket, Verdict};

/// How many are settled at a time: a script has no room for endless lists.
const MOST: usize = 500;

impl Core {
    pub(super) fn settle(
        &self,
        taker: &Taker,
        settings: &Settings,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(verdicts.len());
        for verdicts in verdicts.chunks(MOST) {
            outcomes.append(&mut self.settle_some(taker, settings, verdicts)?);
        }
        Ok(outcomes)
    }

    fn settle_some(
        &self,
        taker: &Taker,
        settings: &Settings,
        verdicts: &[(Ticket, Verdict)],
    ) -> Result<Vec<Outcome>, Error> {
        let entries = || {
            let entry = |(ticket, verdict): &'_ (Ticket, Verdict)| {
                Some((ticket.entry?, ticket.attempt, verdict.clone()))
            };
            verdicts.iter().filter_map(entry)
        };
        let mut lanes: BTreeMap<char, (Entry, Entry, u32)> = BTreeMap::new();
        for (entry, ..) in entries() {
            let (first, last, count) = lanes.entry(entry.lane).or_insert((entry, entry, 0));
            if entry.number < first.number {
                *first = entry;
            }
            if entry.number > last.number {
                *last = entry;
            }
            *count += 1;
        }
        let mut call = SETTLE.call(&self.base(&taker.channel));
        call.arg(self.time())
            .arg(taker.kind.name())
            .arg(&taker.group)
            .arg(&taker.owner)
            .arg(settings.attempts)
            .arg(lanes.len());
        for (lane, (first, last, count)) in lanes {
            // Others of the same consumer may stand between them.
            call.arg(lane.to_string())
                .arg(text(first))
                .arg(text(last))
                .arg(2 * count + 8);
        }
        for (entry, attempt, verdict) in entries() {
            let (word, time, why) = match verdict {
                Verdict::Done => ("done", 0, String::new()),
                Verdict::Again { after, why } => ("again", millis(after), why),
                Verdict::Back => ("back", 0, String::new()),
                Verdict::Dead { why } => ("dead", 0, why),
                Verdict::Keep { lease } => ("keep", millis(lease), String::new()),
            };
            call.arg(entry.lane.to_string())
                .arg(text(entry))
                .arg(entry.before)
                .arg(attempt.saturating_sub(entry.before))
                .arg(word)
                .arg(time)
                .arg(why);
        }
        let mut parts = match self.link.run(&SETTLE, &call) {
            Ok(value) => Parts::of(value),
            // With the group is gone who held what.
            Err(Trouble::NoGroup) => return Ok(vec![Outcome::Lost; verdicts.len()]),
            Err(trouble) => return Err(self.link.error(trouble)),
        };
        let outcome = |(ticket, _): &(Ticket, Verdict)| {
            ticket.entry?;
            Some(match &*parts.text()? {
                "done" => Outcome::Done,
                "dead" => Outcome::Dead,
                "lost" => Outcome::Lost,
                time => Outcome::Again(Moment(time.parse().ok()?)),
            })
        };
        let outcomes = verdicts.iter().map(outcome);
        let mut all = outcomes.collect::<Vec<_>>().into_iter();
        Ok(all
            .by_ref()
            .map(|outcome| outcome.unwrap_or(Outcome::Lost))
            .collect())
    }
}

fn text(entry: Entry) -> String {
    format!("{}-{}", entry.number.0, entry.number.1)
}
