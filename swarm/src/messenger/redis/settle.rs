//! What becomes of deliveries.

use std::collections::BTreeMap;
use std::iter::repeat_n;

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
        for run in runs(entries()) {
            call.arg(run.lane.to_string())
                .arg(run.before)
                .arg(run.times)
                .arg(run.word)
                .arg(run.time)
                .arg(run.why)
                .arg(run.numbers.len())
                .arg(run.numbers);
        }
        let mut parts = match self.link.run(&SETTLE, &call) {
            Ok(value) => Parts::of(value),
            // With the group is gone who held what.
            Err(Trouble::NoGroup) => return Ok(vec![Outcome::Lost; verdicts.len()]),
            Err(trouble) => return Err(self.link.error(trouble)),
        };
        let mut outcomes = Vec::new();
        while let (Some(outcome), Some(count)) = (outcome(&mut parts), parts.number::<usize>()) {
            outcomes.extend(repeat_n(outcome, count.min(verdicts.len())));
        }
        let mut outcomes = outcomes.into_iter();
        let of_each = verdicts.iter().map(|(ticket, _)| {
            let outcome = ticket.entry.and_then(|_| outcomes.next());
            outcome.unwrap_or(Outcome::Lost)
        });
        Ok(of_each.collect())
    }
}

/// Deliveries that are alike but for their numbers.
struct Run {
    lane: char,
    before: u32,
    times: u32,
    word: &'static str,
    time: u64,
    why: String,
    numbers: Vec<String>,
}

impl Run {
    fn is_like(&self, other: &Self) -> bool {
        let key = |run: &Self| (run.lane, run.before, run.times, run.word, run.time);
        key(self) == key(other) && self.why == other.why
    }
}

/// As few runs as there are without that their order changes.
fn runs(entries: impl Iterator<Item = (Entry, u32, Verdict)>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (entry, attempt, verdict) in entries {
        let (word, time, why) = match verdict {
            Verdict::Done => ("done", 0, String::new()),
            Verdict::Again { after, why } => ("again", millis(after), why),
            Verdict::Back => ("back", 0, String::new()),
            Verdict::Dead { why } => ("dead", 0, why),
            Verdict::Keep { lease } => ("keep", millis(lease), String::new()),
        };
        let mut run = Run {
            lane: entry.lane,
            before: entry.before,
            times: attempt.saturating_sub(entry.before),
            word,
            time,
            why,
            numbers: vec![text(entry)],
        };
        match runs.last_mut() {
            Some(last) if last.is_like(&run) => last.numbers.append(&mut run.numbers),
            _ => runs.push(run),
        }
    }
    runs
}

/// What has become of the next deliveries.
fn outcome(parts: &mut Parts) -> Option<Outcome> {
    Some(match &*parts.text()? {
        "done" => Outcome::Done,
        "dead" => Outcome::Dead,
        "lost" => Outcome::Lost,
        time => Outcome::Again(Moment(time.parse().ok()?)),
    })
}

fn text(entry: Entry) -> String {
    format!("{}-{}", entry.number.0, entry.number.1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn runs_are_of_neighbours_that_are_alike() {
        let entry = |lane, number, before| Entry {
            lane,
            number: (7, number),
            before,
        };
        let again = |why: &str| Verdict::Again {
            after: Duration::from_secs(1),
            why: why.to_owned(),
        };
        let keep = |seconds| Verdict::Keep {
            lease: Duration::from_secs(seconds),
        };
        let entries = [
            (entry('n', 1, 0), 1, Verdict::Done),
            (entry('n', 2, 0), 1, Verdict::Done),
            (entry('h', 3, 0), 1, Verdict::Done),
            (entry('h', 4, 1), 2, Verdict::Done),
            (entry('h', 5, 1), 3, Verdict::Done),
            (entry('h', 6, 1), 3, again("a")),
            (entry('h', 7, 1), 3, again("b")),
            (entry('h', 8, 1), 3, keep(1)),
            (entry('h', 9, 1), 3, keep(2)),
            (entry('h', 10, 1), 3, keep(2)),
            (entry('n', 11, 0), 1, Verdict::Done),
        ];
        let runs = runs(entries.into_iter());
        let numbers = runs.iter().map(|run| run.numbers.join(" "));
        let wanted = [
            "7-1 7-2", "7-3", "7-4", "7-5", "7-6", "7-7", "7-8", "7-9 7-10", "7-11",
        ];
        assert_eq!(numbers.collect::<Vec<_>>(), wanted);
        assert_eq!((runs[2].before, runs[2].times), (1, 1));
        assert_eq!((runs[3].word, runs[3].times), ("done", 2));
    }
}
