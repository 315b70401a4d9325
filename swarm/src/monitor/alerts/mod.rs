//! What is to be looked at: rules over reports, each with how long it has to be wrong and a bound of its own from
//! which it is right again.

mod rules;
mod state;

use rusqlite::{Connection, params};

use super::{Monitor, Report};
use crate::clock::Moment;
use crate::error::Error;
use crate::memory::Access as _;
pub use rules::{Bound, RULES, Rule};
pub use state::{Alert, AlertState};
use state::{Alerts, step};

/// What there is to be looked at, after a report.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Watch {
    /// All alerts, firing ones first, then as they came.
    pub alerts: Vec<Alert>,
    /// Those that have become something else by this report.
    pub changes: Vec<Alert>,
}

impl Monitor {
    /// Compares a report with the [rules](RULES). What changes is stored, so that all who watch agree, and an alert
    /// that somebody knows of stays known. To be called each second, by those who look at the swarm all the time.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn watch(&self, report: &Report) -> Result<Watch, Error> {
        let readings = rules::readings(report);
        let now = report.at;
        let mut alerts = self.access.read(|connection, _| load(connection))?;
        let mut changes = step(&mut alerts, &readings, now);
        if !changes.is_empty() {
            // Others may have been quicker.
            (alerts, changes) = self.access.write(|connection, _| {
                let mut alerts = load(connection)?;
                let changes = step(&mut alerts, &readings, now);
                for (key, alert) in &changes {
                    keep(connection, key, alert.as_ref())?;
                }
                Ok((alerts, changes))
            })?;
        }
        let changes: Vec<_> = changes.into_iter().filter_map(|(_, alert)| alert).collect();
        for alert in &changes {
            match alert.state {
                AlertState::Firing => tracing::warn!(rule = alert.rule, "{}", alert.text),
                state => tracing::info!(rule = alert.rule, state = state.name(), "{}", alert.text),
            }
        }
        Ok(Watch {
            alerts: in_order(alerts),
            changes,
        })
    }

    /// The alerts as they were stored last, firing ones first.
    ///
    /// # Errors
    /// As of [every read](crate::Swarm#reads).
    pub fn alerts(&self) -> Result<Vec<Alert>, Error> {
        Ok(in_order(
            self.access.read(|connection, _| load(connection))?,
        ))
    }

    /// Says that somebody knows of an alert that fires. Returns whether there is one.
    ///
    /// # Errors
    /// As of [every write](crate::Swarm#writes).
    pub fn acknowledge(&self, rule: &str, subject: &str) -> Result<bool, Error> {
        self.access.write(|connection, now| {
            let mut update = connection.prepare_cached(
                "UPDATE alerts SET acknowledged = coalesce(acknowledged, ?3)
                 WHERE rule = ?1 AND subject = ?2 AND state = 'firing'",
            )?;
            Ok(update.execute(params![rule, subject, now.0])? > 0)
        })
    }
}

fn in_order(alerts: Alerts) -> Vec<Alert> {
    let mut alerts: Vec<_> = alerts.into_values().collect();
    let rank = |alert: &Alert| match alert.state {
        AlertState::Firing => 0,
        AlertState::Pending => 1,
        AlertState::Resolved => 2,
    };
    alerts.sort_by_key(|alert| (rank(alert), alert.since));
    alerts
}

fn load(connection: &Connection) -> Result<Alerts, Error> {
    let mut select = connection
        .prepare_cached("SELECT rule, subject, state, since, value, acknowledged FROM alerts")?;
    let mut rows = select.query([])?;
    let mut alerts = Alerts::new();
    while let Some(row) = rows.next()? {
        let (rule, subject): (String, String) = (row.get(0)?, row.get(1)?);
        let name: String = row.get(2)?;
        let state = AlertState::ALL
            .into_iter()
            .find(|state| state.name() == name);
        // What another version of this program has stored is left to it.
        let (Some(known), Some(state)) = (Rule::named(&rule), state) else {
            continue;
        };
        let value: f64 = row.get(4)?;
        let alert = Alert {
            text: (known.says)(&subject, value),
            rule: rule.clone(),
            subject: subject.clone(),
            state,
            since: Moment(row.get(3)?),
            value,
            acknowledged: row.get::<_, Option<i64>>(5)?.map(Moment),
        };
        alerts.insert((rule, subject), alert);
    }
    Ok(alerts)
}

fn keep(
    connection: &Connection,
    (rule, subject): &(String, String),
    alert: Option<&Alert>,
) -> Result<(), Error> {
    let Some(alert) = alert else {
        let mut delete =
            connection.prepare_cached("DELETE FROM alerts WHERE rule = ?1 AND subject = ?2")?;
        delete.execute([rule, subject])?;
        return Ok(());
    };
    let mut upsert = connection.prepare_cached(
        "INSERT INTO alerts (rule, subject, state, since, value, acknowledged)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (rule, subject) DO UPDATE SET state = excluded.state, since = excluded.since,
           value = excluded.value, acknowledged = excluded.acknowledged",
    )?;
    let known = alert.acknowledged.map(|moment| moment.0);
    upsert.execute(params![
        rule,
        subject,
        alert.state.name(),
        alert.since.0,
        alert.value,
        known
    ])?;
    Ok(())
}
