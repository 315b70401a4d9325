//! What becomes of an alert: it is pending, then firing, then resolved.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rules::{Reading, Rule};
use crate::clock::Moment;

/// For how long it is known that there was an alert, in milliseconds: an hour.
const RESOLVED_KEPT: i64 = 60 * 60 * 1_000;

/// What an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    /// Something is wrong, and was for less than it has to be.
    Pending,
    /// Something is wrong.
    Firing,
    /// It was, and is right again.
    Resolved,
}

impl AlertState {
    pub(super) const ALL: [Self; 3] = [Self::Pending, Self::Firing, Self::Resolved];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }
}

/// Something that is to be looked at, or was until lately.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alert {
    /// The rule.
    pub rule: String,
    /// Of what it is: a channel, a hook, a gauge, the address of a Redis; `swarm` where it is of all.
    pub subject: String,
    /// What it is.
    pub state: AlertState,
    /// Since when it is that.
    pub since: Moment,
    /// The figure, as it is now or was last.
    pub value: f64,
    /// When somebody has said that it is known.
    pub acknowledged: Option<Moment>,
    /// What is wrong, in words.
    pub text: String,
}

/// The alerts there are, by rule and subject.
pub(super) type Alerts = BTreeMap<(String, String), Alert>;

/// Brings alerts up to date. Returns those that have become something else; one whose state is [`None`] is gone.
pub(super) fn step(
    alerts: &mut Alerts,
    readings: &[Reading],
    now: Moment,
) -> Vec<((String, String), Option<Alert>)> {
    let mut changes = Vec::new();
    let keys = alerts.keys().cloned();
    let read = readings
        .iter()
        .map(|reading| (reading.rule.to_owned(), reading.subject.clone()));
    let mut keys: Vec<_> = keys.chain(read).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let reading = readings
            .iter()
            .find(|reading| reading.rule == key.0 && reading.subject == key.1);
        // A rule of another version of this program is left to that.
        let Some(rule) = Rule::named(&key.0) else {
            continue;
        };
        let before = alerts.get(&key).map(|alert| alert.state);
        let next = next(rule, alerts.get(&key), reading, now);
        match (next, alerts.get_mut(&key)) {
            (Next::Same, Some(alert)) => {
                if let Some(reading) = reading
                    && alert.state != AlertState::Resolved
                {
                    alert.value = reading.value;
                    alert.text = (rule.says)(&alert.subject, alert.value);
                }
            }
            (Next::Same | Next::Gone, None) => {}
            (Next::Gone, Some(_)) => {
                alerts.remove(&key);
                changes.push((key, None));
            }
            (Next::Is(state), found) => {
                let value = reading.map(|reading| reading.value);
                let value = value.or(found.as_ref().map(|alert| alert.value));
                let value = value.unwrap_or_default();
                // What fires anew is something new to know.
                let known = found.and_then(|alert| alert.acknowledged);
                let known = known.filter(|_| before != Some(AlertState::Resolved));
                let alert = Alert {
                    rule: key.0.clone(),
                    subject: key.1.clone(),
                    state,
                    since: now,
                    value,
                    acknowledged: known,
                    text: (rule.says)(&key.1, value),
                };
                alerts.insert(key.clone(), alert.clone());
                changes.push((key, Some(alert)));
            }
        }
    }
    changes
}

enum Next {
    Same,
    Is(AlertState),
    Gone,
}

fn next(rule: &Rule, alert: Option<&Alert>, reading: Option<&Reading>, now: Moment) -> Next {
    let value = reading.map(|reading| reading.value);
    let is_wrong = value.is_some_and(|value| rule.is_wrong(value));
    match alert.map(|alert| (alert.state, alert.since)) {
        None | Some((AlertState::Resolved, _)) if is_wrong => {
            let is_at_once = rule.after.is_zero();
            Next::Is(if is_at_once {
                AlertState::Firing
            } else {
                AlertState::Pending
            })
        }
        Some((AlertState::Pending, since)) if is_wrong => {
            if now.since(since) >= rule.after {
                Next::Is(AlertState::Firing)
            } else {
                Next::Same
            }
        }
        Some((AlertState::Pending, _)) => Next::Gone,
        // What is measured no more is wrong no more: its channel is gone, or its calls are too few.
        Some((AlertState::Firing, _)) => match value {
            Some(value) if !rule.is_right_again(value) => Next::Same,
            _ => Next::Is(AlertState::Resolved),
        },
        Some((AlertState::Resolved, since)) if now.0 - since.0 >= RESOLVED_KEPT => Next::Gone,
        None | Some((AlertState::Resolved, _)) => Next::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(rule: &'static str, value: f64) -> Vec<Reading> {
        let subject = "s".to_owned();
        vec![Reading {
            rule,
            subject,
            value,
        }]
    }

    /// The states that an alert comes to, second by second.
    fn states(rule: &'static str, values: &[Option<f64>]) -> Vec<Option<AlertState>> {
        let mut alerts = Alerts::new();
        let state = |(second, value): (usize, &Option<f64>)| {
            let readings = value.map_or_else(Vec::new, |value| reading(rule, value));
            step(&mut alerts, &readings, Moment(second as i64 * 1_000));
            alerts.values().next().map(|alert| alert.state)
        };
        values.iter().enumerate().map(state).collect()
    }

    #[test]
    fn a_dead_letter_is_an_alert_at_once() {
        let (firing, resolved) = (Some(AlertState::Firing), Some(AlertState::Resolved));
        let values = [Some(0.0), Some(2.0), Some(1.0), Some(0.0), Some(1.0), None];
        let expected = [None, firing, firing, resolved, firing, resolved];
        assert_eq!(states("dead-letters", &values), expected);
    }

    #[test]
    fn a_rate_has_to_be_wrong_for_a_minute() {
        let mut values = vec![Some(0.002); 59];
        values.push(Some(0.0));
        values.extend([Some(0.002); 61]);
        // Better, and not good: it lies between the two bounds.
        values.extend([Some(0.000_8); 5]);
        values.push(Some(0.000_5));
        let states = states("tier-errors", &values);
        assert!(
            states[..59]
                .iter()
                .all(|state| *state == Some(AlertState::Pending))
        );
        assert_eq!(states[59], None, "it was not wrong for long enough");
        assert_eq!(states[119], Some(AlertState::Pending));
        assert_eq!(states[120], Some(AlertState::Firing));
        assert!(
            states[121..126]
                .iter()
                .all(|state| *state == Some(AlertState::Firing))
        );
        assert_eq!(states[126], Some(AlertState::Resolved));
    }

    #[test]
    fn what_fires_anew_is_not_known_yet() {
        let mut alerts = Alerts::new();
        let changes = step(&mut alerts, &reading("dead-letters", 3.0), Moment(0));
        assert_eq!(changes.len(), 1);
        let alert = alerts.values_mut().next().unwrap();
        assert_eq!(alert.text, "channel s has 3 dead letters");
        alert.acknowledged = Some(Moment(1));
        assert!(step(&mut alerts, &reading("dead-letters", 4.0), Moment(2)).is_empty());
        let alert = alerts.values().next().unwrap();
        assert_eq!((alert.value, alert.acknowledged), (4.0, Some(Moment(1))));
        step(&mut alerts, &reading("dead-letters", 0.0), Moment(3));
        let alert = alerts.values().next().unwrap();
        assert_eq!(alert.acknowledged, Some(Moment(1)), "it stays known");
        step(&mut alerts, &reading("dead-letters", 1.0), Moment(4));
        let alert = alerts.values().next().unwrap();
        assert_eq!(alert.acknowledged, None);
        step(&mut alerts, &[], Moment(5));
        step(&mut alerts, &[], Moment(5 + RESOLVED_KEPT));
        assert!(alerts.is_empty());
    }

    #[test]
    fn a_share_is_wrong_below_its_bound() {
        let share = Rule::named("wasm-share").unwrap();
        assert!(share.is_wrong(0.94) && !share.is_wrong(0.95));
        assert!(share.is_right_again(0.96) && !share.is_right_again(0.955));
    }
}
